//! Export and store tasks, with what backups tell of them.

use std::collections::{HashMap, HashSet};

use futures::TryStreamExt as _;
use jiff::Timestamp;
use storware_backup_recovery::types::{
    BackupListRecord, BackupStatusName, BackupTypeName, TaskDetails, TaskStateName, TaskTypeName, UnixMillis,
};
use storware_backup_recovery::{Client, entries};

use super::{Filter, Run, State, span};
use crate::failure::Failure;

/// How many tasks or backups are asked for at a time.
const PAGE: i32 = 500;

pub(in crate::verbs) async fn runs(client: &Client, filter: &Filter) -> Result<Vec<Run>, Failure> {
    let (tasks, backups) = tokio::try_join!(tasks(client), backups(client))?;
    let backups: HashMap<_, _> = backups.iter().map(|backup| (backup.guid.to_string(), backup)).collect();
    let is_named =
        |run: &Run| filter.group.is_none() || run.group == filter.group || run.group_id == filter.group;
    let of_task = |task: &TaskDetails| task.backup.as_ref().map(|backup| backup.guid.to_string());
    let told: HashSet<String> = tasks.iter().filter_map(of_task).collect();
    // Tasks are forgotten after a while, and not everything that backs up is one.
    let untold =
        backups.iter().filter(|(guid, _)| !told.contains(*guid)).filter_map(|(_, backup)| past(backup));
    let mut runs: Vec<Run> = untold.collect();
    runs.extend(tasks.into_iter().filter(is_wanted).map(|task| shown(task, &backups)));
    if let Some(named) = &filter.group
        && !runs.iter().any(is_named)
    {
        let entities = client.list_protected_entities().send().await?.into_inner();
        if !entities.iter().any(|entity| entity.name == *named || *entity.guid == **named) {
            return Err(Failure::NotFound(format!("there is no protected entity {named:?}")));
        }
    }
    Ok(runs
        .into_iter()
        .filter(is_named)
        .filter(|run| !filter.failed || run.state.is_bad())
        .filter(|run| filter.since.is_none_or(|since| run.moment().is_some_and(|time| time >= since)))
        .collect())
}

/// An export is a backup. The store after it counts where it has not ended well, or not yet.
fn is_wanted(task: &TaskDetails) -> bool {
    match task.type_.name {
        TaskTypeName::Export => true,
        TaskTypeName::Store => !matches!(task.state.name, TaskStateName::Finished | TaskStateName::Queued),
        _ => false,
    }
}

pub(in crate::verbs) async fn tasks(client: &Client) -> Result<Vec<TaskDetails>, Failure> {
    let tasks = entries(PAGE, |page, size| client.list_tasks_detailed().page(page).size(size).send());
    Ok(tasks.try_collect().await?)
}

pub(in crate::verbs) async fn backups(client: &Client) -> Result<Vec<BackupListRecord>, Failure> {
    let backups = entries(PAGE, |page, size| {
        client.list_backups().order_by("backupTime").direction("asc").page(page).size(size).send()
    });
    Ok(backups.try_collect().await?)
}

/// A run of which only its backup is left; none of one that goes on, which a task tells.
fn past(backup: &BackupListRecord) -> Option<Run> {
    let state = match backup.status.name {
        BackupStatusName::Success | BackupStatusName::PartialSuccess if backup.warnings_present => {
            State::Warnings
        }
        BackupStatusName::Success | BackupStatusName::SuccessRemoved => State::Succeeded,
        BackupStatusName::PartialSuccess => State::Warnings,
        BackupStatusName::Failed => State::Failed,
        _ => return None,
    };
    let took =
        backup.task_duration_time.and_then(|took| u64::try_from(took.get()).ok()).map(|took| took / 1000);
    let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let told = backup.status_info.clone().filter(|told| !told.is_empty() && state == State::Failed);
    let entity = backup.protected_entity.as_ref();
    Some(Run {
        id: backup.guid.to_string(),
        time: moment(backup.backup_time.or(backup.snapshot_time)),
        ended: None,
        group: entity.and_then(|entity| entity.name.clone()),
        group_id: entity.map(|entity| entity.guid.to_string()),
        kind: Some(backup.type_.name.to_string().to_lowercase()),
        state,
        files: count(backup.effective_backup_objects_count),
        size: count(Some(backup.size.get())),
        read: None,
        stored: count(backup.effective_backup_size.map(|size| size.get())),
        seconds: took,
        took: took.map(span),
        percent: None,
        message: told.or_else(|| backup.warnings.first().cloned()),
        restorable: None,
    })
}

fn shown(task: TaskDetails, backups: &HashMap<String, &BackupListRecord>) -> Run {
    let backup = task.backup.as_ref().and_then(|backup| backups.get(&backup.guid.to_string()));
    let state = match task.state.name {
        TaskStateName::Queued => State::Queued,
        TaskStateName::Running => State::Running,
        TaskStateName::Finished if backup.is_some_and(|backup| backup.warnings_present) => State::Warnings,
        TaskStateName::Finished => State::Succeeded,
        TaskStateName::Failed => State::Failed,
        TaskStateName::Cancelled => State::Canceled,
        _ => State::Unknown,
    };
    let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let (entity, called) = (task.protected_entity, task.protected_entity_display_name);
    let kind =
        task.backup_type.map(|kind| kind.name).or_else(|| backup.map(|backup| backup.type_.name.clone()));
    let kind = match (&task.type_.name, kind) {
        (TaskTypeName::Export, Some(BackupTypeName::Full)) => "full".to_owned(),
        (TaskTypeName::Export, Some(BackupTypeName::Incremental)) => "incremental".to_owned(),
        (TaskTypeName::Export, Some(other)) => other.to_string().to_lowercase(),
        (other, _) => other.to_string().to_lowercase(),
    };
    let told = task.status_info.filter(|told| !told.is_empty() && !state.is_good());
    let run = Run {
        id: task.guid.to_string(),
        time: moment(task.creation_time.or(task.start_time)),
        ended: moment(task.finish_time),
        group_id: entity.as_ref().map(|entity| entity.guid.to_string()),
        group: entity.and_then(|entity| entity.name).or(called),
        kind: Some(kind),
        state,
        files: backup.and_then(|backup| count(backup.effective_backup_objects_count)),
        size: backup.and_then(|backup| count(Some(backup.size.get()))),
        read: None,
        stored: backup.and_then(|backup| count(backup.effective_backup_size.map(|size| size.get()))),
        seconds: None,
        took: None,
        percent: task.progress.filter(|_| state == State::Running),
        message: told.or_else(|| backup.and_then(|backup| backup.warnings.first().cloned())),
        restorable: None,
    };
    run.timed()
}

pub(in crate::verbs) fn moment(time: Option<UnixMillis>) -> Option<String> {
    let time = time.map(|time| time.get()).filter(|time| *time > 0)?;
    Timestamp::from_millisecond(time).ok().map(|time| time.to_string())
}
