//! Start a run and watch how far it is, for ten minutes at most.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example watch_a_run -- documents
//! ```
//!
//! The argument is the name of a group, such as `protect_a_folder` makes. Progress goes to stderr; at the end the
//! example prints:
//!
//! ```text
//! Succeeded: 100 %, files: 1
//! ```

use std::time::Duration;

use anyhow::{Context as _, bail};
use ibm_backup_recovery::{Client, Error, WaitError, types};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let name = std::env::args().nth(1).context("usage: watch_a_run GROUP")?;
    let client = Client::from_env()?;
    let groups = client.get_protection_groups().names([name.as_str()]).send().await?.into_inner();
    let group = groups.protection_groups.unwrap_or_default().into_iter().next();
    let id = group.and_then(|group| group.id).with_context(|| format!("there is no group {name:?}"))?;

    let request = types::StartRunRequest::new(types::BackupRunType::Regular);
    let mut run = client
        .start_run(id, request)
        .await?
        // Look after a tenth of a second, then less and less often, down to every five seconds.
        .pauses(Duration::from_millis(100), Duration::from_secs(5))
        .limit(Duration::from_secs(600));

    // Look once, whenever it suits you.
    if let Some(run) = run.poll().await?.into_state().id {
        eprintln!("{}", progress(&client, run).await?);
    }

    // Or wait. There are four ends, and the compiler knows them. Dropping the future stops the waiting, not the run.
    let run = match run.wait().await {
        Ok(run) => run,
        Err(WaitError::Failed(run)) => bail!("the run failed: {:?}", run.local_backup_info),
        Err(WaitError::OutOfTime(_)) => bail!("the run still goes on; look again later"),
        Err(error) => return Err(error.into()),
    };
    let status = run.local_backup_info.and_then(|run| run.status).context("the run has no status")?;
    println!("{status}: {}", progress(&client, run.id.context("the run has no id")?).await?);
    Ok(())
}

/// How far the run is. While it goes on, the service tells it more often than the list of runs changes.
async fn progress(client: &Client, run: impl Into<types::RunId>) -> Result<String, Error> {
    let progress = client.get_protection_run_progress().run_id(run).send().await?.into_inner();
    let run = progress.local_run.unwrap_or_default();
    let files = run.stats.and_then(|stats| stats.total_file_count).unwrap_or_default();
    Ok(format!("{:.0} %, files: {files}", run.percentage_completed.unwrap_or_default()))
}
