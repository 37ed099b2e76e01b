//! Runs of the IBM API.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use client_core::{CallOptions, RetryPolicy, Step, Waiter};
use ibm_backup_recovery::types::{self, ProtectionGroupId, RunId, RunStatus};
use ibm_backup_recovery::{Client, Error};

use super::{Outcome, Progress, WaitArgs, follow};
use crate::failure::Failure;
use crate::interrupt::Interrupts;

/// How often to look for the id of a run that is to be canceled.
const PATIENCE: Duration = Duration::from_millis(200);

/// What was seen of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunSeen {
    /// The run, with its objects.
    pub(crate) run: types::ProtectionGroupRun,
    /// How far it is. Not every service tells.
    progress: Option<types::BackupRunProgress>,
}

/// A run that is waited for. Where it was only asked for, the service names it when it lists it.
#[derive(Clone)]
pub(crate) struct WantedRun {
    client: Client,
    group: ProtectionGroupId,
    before: Arc<Vec<RunId>>,
    found: Arc<OnceLock<RunId>>,
}

impl WantedRun {
    /// The run that is about to be started: to be called before that.
    pub(crate) async fn next(client: &Client, group: &ProtectionGroupId) -> Result<Self, Error> {
        // Of the last hour, by the clock of the service: unless told otherwise it looks back no further.
        let runs = client.get_protection_group_runs().id(group).send().await?.into_inner();
        Ok(Self {
            client: client.clone(),
            group: group.clone(),
            before: Arc::new(ids(runs)),
            found: Arc::default(),
        })
    }

    /// Whichever run comes first, of a group that was just made.
    pub(crate) fn first(client: &Client, group: &ProtectionGroupId) -> Self {
        Self { client: client.clone(), group: group.clone(), before: Arc::default(), found: Arc::default() }
    }

    /// A run that is there already.
    pub(crate) fn known(client: &Client, group: &ProtectionGroupId, run: RunId) -> Self {
        let found = OnceLock::new();
        // It is empty.
        let _ = found.set(run);
        Self { client: client.clone(), group: group.clone(), before: Arc::default(), found: Arc::new(found) }
    }

    /// Waits for it, as [`follow`] does; `what` begins a sentence.
    pub(crate) async fn follow(
        &self,
        interrupts: &mut Interrupts,
        args: &WaitArgs,
        what: &str,
    ) -> Result<RunSeen, Failure> {
        let again = format!("strongroom ibm runs list {}", self.group);
        let steps = args.pace(self.steps());
        follow(interrupts, what, steps, look, outcome, async || self.cancel().await, &again).await
    }

    fn steps(&self) -> Waiter<'static, RunSeen> {
        let wanted = self.clone();
        Waiter::new(move || {
            let wanted = wanted.clone();
            async move { wanted.see().await }
        })
    }

    async fn see(&self) -> Result<Step<RunSeen>, Error> {
        let client = &self.client;
        if self.found.get().is_none() {
            let list = client.get_protection_group_runs().id(&self.group).with_options(once());
            let runs = ids(list.send().await?.into_inner());
            // The newest comes first.
            match runs.into_iter().rev().find(|id| !self.before.contains(id)) {
                Some(id) => _ = self.found.set(id),
                None => return Ok(Step::Pending(RunSeen::default())),
            }
        }
        let id = self.found.get().cloned().unwrap_or_default();
        let call = client.get_protection_group_run().id(&self.group).run_id(&id);
        let run = call.include_object_details(true).with_options(once()).send().await?.into_inner();
        let status = status(&run);
        if is_final(status.as_ref()) {
            let seen = RunSeen { run, progress: None };
            let is_good = matches!(outcome(&seen), Outcome::Succeeded | Outcome::Warnings(_));
            return Ok(if is_good { Step::Done(seen) } else { Step::Failed(seen) });
        }
        let call = client.get_protection_run_progress().run_id(&id).exclude_object_details(true);
        // Older services do not tell, and the bar can do without.
        let progress = call.with_options(once()).send().await.ok();
        let progress = progress.and_then(|progress| progress.into_inner().local_run);
        Ok(Step::Pending(RunSeen { run, progress }))
    }

    async fn cancel(&self) -> Result<(), Failure> {
        // Whoever waits looks for it in the meantime.
        let id = loop {
            match self.found.get() {
                Some(id) => break id,
                None => tokio::time::sleep(PATIENCE).await,
            }
        };
        let body = types::RunActionRequest::new(types::RunAction::Cancel)
            .with_cancel_params([types::CancelRunTarget::new(id)]);
        self.client.perform_action_on_protection_group_run().id(&self.group).body(body).send().await?;
        Ok(())
    }
}

impl RunSeen {
    /// How it ended.
    pub(crate) fn outcome(&self) -> Outcome {
        outcome(self)
    }

    /// What was done for its objects.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &types::SnapshotInfo> {
        let objects = self.run.objects.iter().flatten();
        objects.filter_map(|object| object.local_snapshot_info.as_ref()?.snapshot_info.as_ref())
    }
}

fn look(seen: &RunSeen) -> Progress {
    let stats = seen.run.local_backup_info.as_ref().and_then(|info| info.local_snapshot_stats.clone());
    let stats = stats.unwrap_or_default();
    let total = number(stats.logical_size_bytes).filter(|total| *total > 0);
    let percent = seen.progress.as_ref().and_then(|progress| progress.percentage_completed);
    // What is read is less than what is done: unchanged files are not read again.
    let bytes = match (percent, total) {
        (Some(percent), Some(total)) => Some((total as f64 * percent / 100.0) as u64),
        _ => number(stats.bytes_read),
    };
    let files = seen.progress.as_ref().and_then(|progress| progress.stats.clone()).unwrap_or_default();
    let is_counted = files.file_walk_done == Some(true);
    let state = match status(&seen.run) {
        None | Some(RunStatus::Accepted) => Some("waiting to begin"),
        Some(RunStatus::OnHold) => Some("held back"),
        Some(RunStatus::Paused) => Some("paused"),
        Some(RunStatus::Canceling) => Some("canceling"),
        Some(RunStatus::Finalizing) => Some("finishing"),
        _ if total.is_none() => Some("looking at the files"),
        _ => None,
    };
    Progress {
        bytes: bytes.filter(|bytes| total.is_some() || *bytes > 0),
        total_bytes: total,
        files: files.backup_file_count.and_then(|files| u64::try_from(files).ok()),
        total_files: files
            .total_file_count
            .filter(|_| is_counted)
            .and_then(|files| u64::try_from(files).ok()),
        percent: percent.filter(|percent| *percent > 0.0),
        state: state.map(str::to_owned),
    }
}

fn outcome(seen: &RunSeen) -> Outcome {
    let summary = seen.run.local_backup_info.clone().unwrap_or_default();
    let messages = summary.messages.unwrap_or_default();
    match status(&seen.run) {
        Some(RunStatus::Succeeded) => Outcome::Succeeded,
        Some(RunStatus::SucceededWithWarning) => {
            let warnings: Vec<String> =
                seen.objects().flat_map(|info| info.warnings.clone().unwrap_or_default()).collect();
            Outcome::Warnings(if warnings.is_empty() { messages } else { warnings })
        }
        Some(RunStatus::Canceled) => Outcome::Canceled,
        status => Outcome::Failed(reason(&messages, status.as_ref())),
    }
}

/// The messages of what has failed, or its state where there are none.
pub(super) fn reason(messages: &[String], status: Option<&RunStatus>) -> String {
    if !messages.is_empty() {
        return messages.join("; ");
    }
    status.map_or_else(|| "nobody says why".to_owned(), |status| format!("its state is {status}"))
}

/// Whether nothing will change any more. A state that is not known yet, of a newer service, is waited on.
pub(super) fn is_final(status: Option<&RunStatus>) -> bool {
    use RunStatus::{Canceled, Failed, Missed, Skipped, Succeeded, SucceededWithWarning};
    matches!(status, Some(Succeeded | SucceededWithWarning | Failed | Canceled | Missed | Skipped))
}

/// The state of its own snapshots, or where it has none of its copies elsewhere.
fn status(run: &types::ProtectionGroupRun) -> Option<RunStatus> {
    let archived = || {
        let results = run.archival_info.as_ref()?.archival_target_results.as_ref()?;
        results.iter().find_map(|result| result.status.clone())
    };
    run.local_backup_info.as_ref().and_then(|info| info.status.clone()).or_else(archived)
}

fn ids(runs: types::ProtectionGroupRunList) -> Vec<RunId> {
    runs.runs.unwrap_or_default().into_iter().filter_map(|run| run.id).collect()
}

/// A number of the wire that counts something.
pub(super) fn number(number: Option<impl Into<i64>>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number.into()).ok())
}

/// The waiter repeats by itself.
pub(super) fn once() -> CallOptions {
    CallOptions::default().retry(RetryPolicy::never())
}
