//! Runs of protection groups.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use ibm_backup_recovery::types::{self, RunStatus};
use ibm_backup_recovery::{Client, Error};
use jiff::Timestamp;

use super::{Filter, Run, State};
use crate::failure::Failure;

/// How many groups are asked for at a time.
const AT_A_TIME: usize = 8;

pub(super) async fn runs(client: &Client, filter: &Filter) -> Result<Vec<Run>, Failure> {
    let groups = client.get_protection_groups().send().await?.into_inner();
    let groups = groups.protection_groups.unwrap_or_default();
    let is_wanted = |group: &types::ProtectionGroup| match &filter.group {
        None => group.is_deleted != Some(true),
        Some(wanted) => group.name.as_ref() == Some(wanted) || group.id.as_deref() == Some(wanted.as_str()),
    };
    let wanted: Vec<_> = groups.into_iter().filter(is_wanted).filter_map(|group| group.id).collect();
    if let (Some(named), true) = (&filter.group, wanted.is_empty()) {
        return Err(Failure::NotFound(format!("there is no protection group {named:?}")));
    }
    let lists = stream::iter(wanted).map(|id| of_group(client, id, filter));
    Ok(lists.buffer_unordered(AT_A_TIME).try_concat().await?)
}

async fn of_group(client: &Client, id: types::ProtectionGroupId, filter: &Filter) -> Result<Vec<Run>, Error> {
    let mut call = client.get_protection_group_runs().id(id).include_object_details(true);
    call = call.num_runs(i64::try_from(filter.last.min(100)).unwrap_or(100));
    if filter.failed {
        call = call.local_backup_run_status([RunStatus::Failed, RunStatus::Missed]);
    }
    if let Some(since) = filter.since {
        call = call.start_time_usecs(since.as_microsecond());
    }
    let runs = call.items().map_ok(shown);
    let runs = runs.try_filter(|run| std::future::ready(!filter.failed || run.state.is_bad()));
    match runs.take(filter.last).try_collect().await {
        // It was deleted in this moment.
        Err(error) if error.status().is_some_and(|status| status.as_u16() == 404) => Ok(Vec::new()),
        runs => runs,
    }
}

pub(in crate::verbs) fn shown(run: types::ProtectionGroupRun) -> Run {
    let info = run.local_backup_info.or(run.original_backup_info).unwrap_or_default();
    let stats = info.local_snapshot_stats.unwrap_or_default();
    let objects: Vec<_> = run
        .objects
        .into_iter()
        .flatten()
        .filter_map(|object| object.local_snapshot_info?.snapshot_info)
        .collect();
    let files =
        objects.iter().filter_map(|object| count(object.total_file_count)).reduce(|all, one| all + one);
    let warnings = || objects.iter().flat_map(|object| object.warnings.iter().flatten()).next().cloned();
    let (size, read) = (count(stats.logical_size_bytes), count(stats.bytes_read));
    let state = state(info.status.as_ref());
    let percent = match (size, read) {
        (Some(size @ 1..), Some(read)) if state == State::Running => {
            Some((read as f64 / size as f64 * 100.0).min(100.0))
        }
        _ => None,
    };
    let message = info.messages.and_then(|messages| messages.into_iter().next());
    let run = Run {
        id: run.id.map(|id| id.to_string()).unwrap_or_default(),
        time: moment(info.start_time_usecs),
        ended: moment(info.end_time_usecs),
        group: run.protection_group_name,
        group_id: run.protection_group_id.map(|id| id.to_string()),
        kind: info.run_type.map(|kind| match kind {
            types::BackupRunType::Regular => "incremental".to_owned(),
            types::BackupRunType::Full => "full".to_owned(),
            other => other.to_string(),
        }),
        state,
        files,
        size,
        read,
        stored: count(stats.bytes_written),
        seconds: None,
        took: None,
        percent,
        message: message.or_else(warnings),
        restorable: run.has_local_snapshot,
    };
    run.timed()
}

fn state(status: Option<&RunStatus>) -> State {
    match status {
        Some(RunStatus::Accepted | RunStatus::OnHold) => State::Queued,
        Some(RunStatus::Running | RunStatus::Finalizing) => State::Running,
        Some(RunStatus::Paused) => State::Paused,
        Some(RunStatus::Canceling) => State::Canceling,
        Some(RunStatus::Canceled) => State::Canceled,
        Some(RunStatus::Failed) => State::Failed,
        Some(RunStatus::Missed) => State::Missed,
        Some(RunStatus::Skipped) => State::Skipped,
        Some(RunStatus::Succeeded | RunStatus::LegalHold) => State::Succeeded,
        Some(RunStatus::SucceededWithWarning) => State::Warnings,
        _ => State::Unknown,
    }
}

/// A number of the wire that counts something.
pub(in crate::verbs) fn count(number: Option<impl Into<i64>>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number.into()).ok())
}

pub(in crate::verbs) fn moment(time: Option<types::UnixMicros>) -> Option<String> {
    let time = time.map(|time| time.get()).filter(|time| *time > 0)?;
    Timestamp::from_microsecond(time).ok().map(|time| time.to_string())
}
