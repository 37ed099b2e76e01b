//! See what a client does: counters for metrics, and spans of `tracing` for logs.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example observe_calls
//! ```
//!
//! The log goes to stderr, a line a call with its operation, status, attempts and duration; at the end the example
//! prints:
//!
//! ```text
//! getProtectionGroups: calls 2, failed 0
//! getProtectionPolicyById: calls 1, failed 1
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ibm_backup_recovery::{CallReport, ClientBuilder, Observer};

/// Counts calls and failures by operation. In a program of yours: the counters and histograms of your metrics.
#[derive(Default)]
struct Counters(Mutex<BTreeMap<&'static str, (u32, u32)>>);

impl Observer for Counters {
    // Called when a call has ended, retries included, on the task of the caller: it must not block.
    fn call_ended(&self, call: &CallReport) {
        let mut counters = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let (calls, failed) = counters.entry(call.operation).or_default();
        *calls += 1;
        *failed += u32::from(call.failure.is_some());
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Each call is a span named `call` with an event at its end, all at the level debug. Neither these nor the reports
    // above hold a header, a body or a URL, so nothing secret can get into a log.
    tracing_subscriber::fmt().with_env_filter("client_core=debug").with_writer(std::io::stderr).init();

    let counters = Arc::new(Counters::default());
    let client = ClientBuilder::from_env()?.observer(counters.clone()).build()?;
    client.get_protection_groups().send().await?;
    client.get_protection_groups().is_paused(true).send().await?;
    if let Err(error) = client.get_protection_policy_by_id().id("1:2:3").send().await {
        eprintln!("{error}");
    }

    for (operation, (calls, failed)) in counters.0.lock().unwrap_or_else(|it| it.into_inner()).iter() {
        println!("{operation}: calls {calls}, failed {failed}");
    }
    Ok(())
}
