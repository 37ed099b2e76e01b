//! Many calls at a time with one client: the last run of every group.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example many_at_once
//! ```
//!
//! The example prints:
//!
//! ```text
//! documents: Succeeded
//! pictures: never run
//! groups: 2
//! ```

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use ibm_backup_recovery::{Client, types};
use tokio::task;

/// How many calls are under way at a time.
const AT_ONCE: usize = 16;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Client::from_env()?;
    let groups = client.get_protection_groups().send().await?.into_inner();
    let groups = groups.protection_groups.unwrap_or_default();

    // A clone costs next to nothing and shares connections and the token; a hundred calls that need a new token
    // wait for one. Each task has its own clone. Results come in the order of the groups.
    let mut lines: Vec<String> = stream::iter(groups)
        .map(|group| {
            let task = task::spawn(last_run(client.clone(), group));
            async move { task.await? }
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    lines.sort();
    for line in &lines {
        println!("{line}");
    }
    println!("groups: {}", lines.len());
    Ok(())
}

async fn last_run(client: Client, group: types::ProtectionGroup) -> anyhow::Result<String> {
    let id = group.id.context("a group has no id")?;
    let runs = client.get_protection_group_runs().id(id).num_runs(1).send().await?.into_inner();
    let last = runs.runs.unwrap_or_default().into_iter().next();
    let status = last.and_then(|run| run.local_backup_info).and_then(|run| run.status);
    let status = status.map_or_else(|| "never run".to_owned(), |status| status.to_string());
    Ok(format!("{}: {status}", group.name.unwrap_or_default()))
}
