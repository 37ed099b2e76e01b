//! List the runs of a group in one month, however many there are.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example list_runs_of_a_month -- documents 2026-11
//! ```
//!
//! Without a month it is this one. The example prints:
//!
//! ```text
//! 2026-11-21 kRegular Succeeded
//! 2026-11-21 kFull Succeeded
//! runs since 2026-11-01: 2
//! ```

use std::pin::pin;

use anyhow::Context as _;
use futures::TryStreamExt as _;
use ibm_backup_recovery::Client;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, civil::Date};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().context("usage: list_runs_of_a_month GROUP [YEAR-MONTH]")?;
    let first = match arguments.next() {
        Some(month) => format!("{month}-01").parse::<Date>()?,
        None => Timestamp::now().to_zoned(TimeZone::UTC).date().first_of_month(),
    };
    let next = first.checked_add(1.month())?;
    let [first_moment, next_moment] = [first, next].map(|day| day.to_zoned(TimeZone::UTC));

    let client = Client::from_env()?;
    let groups = client.get_protection_groups().names([name.as_str()]).send().await?.into_inner();
    let group = groups.protection_groups.unwrap_or_default().into_iter().next();
    let id = group.and_then(|group| group.id).with_context(|| format!("there is no group {name:?}"))?;

    // The service gives at most 100 runs a call. `items` walks on from window to window, newest first, and fetches
    // the next page when it is wanted. `pages` gives the same page by page.
    let runs = client
        .get_protection_group_runs()
        .id(id)
        .start_time_usecs(first_moment?.timestamp())
        .end_time_usecs(next_moment?.timestamp() - 1.microsecond())
        .items();
    let mut runs = pin!(runs);
    let mut count = 0;
    while let Some(run) = runs.try_next().await? {
        let Some(backup) = run.local_backup_info else { continue };
        let started = Timestamp::try_from(backup.start_time_usecs.context("a run has no start")?)?;
        let kind = backup.run_type.context("a run has no type")?;
        let status = backup.status.context("a run has no status")?;
        println!("{} {kind} {status}", started.strftime("%F"));
        count += 1;
    }
    println!("runs since {first}: {count}");
    Ok(())
}
