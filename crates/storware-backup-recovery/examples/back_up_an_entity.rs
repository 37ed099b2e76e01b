//! Back up what is protected under a name, and wait until it is stored.
//!
//! ```sh
//! cargo run -p storware-backup-recovery --example back_up_an_entity -- documents
//! ```
//!
//! For the environment see `log_in`. Entities come from what the server protects; with `strongroom serve` they are
//! folders that were named to it. Progress goes to stderr; at the end the example prints:
//!
//! ```text
//! EXPORT FINISHED
//! STORE FINISHED
//! ```

use std::pin::pin;

use anyhow::{Context as _, bail};
use futures::TryStreamExt as _;
use storware_backup_recovery::types::{BackupType, BackupTypeName, ExportTaskRequest, NameAndGuid};
use storware_backup_recovery::{Client, Step, entries};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let name = std::env::args().nth(1).context("usage: back_up_an_entity NAME")?;
    let client = Client::from_env()?;

    // A list in pages of a hundred, each fetched when it is wanted.
    let entities = entries(100, |page, size| client.list_protected_entities().page(page).size(size).send());
    let mut entities = pin!(entities.try_filter(|entity| std::future::ready(entity.name == name)));
    let entity = entities.try_next().await?.with_context(|| format!("there is no entity {name:?}"))?;

    // What takes its time is a task. An export gives one task an entity.
    let request = ExportTaskRequest::new()
        .with_backup_type(BackupType::new(BackupTypeName::Full))
        .with_protected_entities([NameAndGuid::new(entity.guid)]);
    let tasks = client.create_export_tasks().body(request).send().await?.into_inner();
    let task = tasks.into_iter().next().context("no task was made")?;
    follow(&client, &task.guid).await?;

    // The server queues what follows, a store, as a task of its own.
    for next in client.list_tasks().parent_task(&task.guid).send().await?.iter() {
        follow(&client, &next.guid).await?;
    }
    Ok(())
}

/// Watches a task to its end.
async fn follow(client: &Client, guid: &str) -> anyhow::Result<()> {
    let mut steps = pin!(client.wait_for_task(guid).watch());
    while let Some(step) = steps.try_next().await? {
        let task = step.state();
        let (kind, state) = (&task.type_.name, &task.state.name);
        match step {
            Step::Pending(_) => {
                eprintln!("{kind} {state} {:.0} %", 100.0 * task.progress.unwrap_or_default())
            }
            Step::Done(_) => println!("{kind} {state}"),
            Step::Failed(_) => bail!("{kind} {state}: {}", task.status_info.as_deref().unwrap_or_default()),
        }
    }
    Ok(())
}
