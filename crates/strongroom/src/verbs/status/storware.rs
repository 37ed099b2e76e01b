//! By protected entities, their backups and tasks. The API tells no schedules.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use jiff::Timestamp;
use storware_backup_recovery::types::{BackupListRecord, BackupLocationStatusName, BackupStatusName};
use storware_backup_recovery::{Client, entries};

use super::super::runs::storware::{backups, moment};
use super::super::runs::{Filter, Run, storware};
use super::Told;
use crate::failure::Failure;

/// How many entities are asked for at a time.
const PAGE: i32 = 500;

pub(super) async fn told(client: &Client) -> Result<Vec<Told>, Failure> {
    let entities = async {
        let entities =
            entries(PAGE, |page, size| client.list_protected_entities().page(page).size(size).send());
        Ok(entities.try_collect::<Vec<_>>().await?)
    };
    let all = Filter { last: usize::MAX, ..Filter::default() };
    let (entities, backups, mut runs) =
        tokio::try_join!(entities, backups(client), storware::runs(client, &all))?;
    runs.sort_by_cached_key(|run| std::cmp::Reverse(run.moment()));
    let mut backups_of: HashMap<String, Vec<&BackupListRecord>> = HashMap::new();
    for backup in backups.iter().filter(|backup| is_there(backup)) {
        if let Some(entity) = &backup.protected_entity {
            backups_of.entry(entity.guid.to_string()).or_default().push(backup);
        }
    }
    let mut runs_of: HashMap<String, Vec<&Run>> = HashMap::new();
    for run in &runs {
        if let Some(entity) = &run.group_id {
            runs_of.entry(entity.clone()).or_default().push(run);
        }
    }
    Ok(entities
        .into_iter()
        .map(|entity| {
            let id = entity.guid.to_string();
            let backups = backups_of.remove(&id).unwrap_or_default();
            let runs = runs_of.remove(&id).unwrap_or_default();
            let last = backups.iter().copied().max_by_key(|backup| taken(backup));
            let ended = runs.iter().find(|run| run.state.is_final());
            let bytes = |backup: &&BackupListRecord| {
                u64::try_from(backup.effective_backup_size.map(|size| size.get())?).ok()
            };
            Told {
                name: entity.name,
                id,
                is_paused: false,
                last_good: last.and_then(taken),
                last_run: runs.first().map(|run| run.state),
                last_ended: ended.map(|run| run.state),
                message: ended.and_then(|run| run.message.clone()),
                interval: None,
                size: last.and_then(|backup| u64::try_from(backup.size.get()).ok()),
                stored: backups.iter().filter_map(bytes).reduce(|all, one| all.saturating_add(one)),
                snapshots: Some(backups.len() as u64),
            }
        })
        .collect())
}

/// When a backup was taken.
fn taken(backup: &BackupListRecord) -> Option<Timestamp> {
    moment(backup.snapshot_time.or(backup.backup_time))?.parse().ok()
}

/// Whether a backup can be restored.
fn is_there(backup: &BackupListRecord) -> bool {
    let is_complete =
        matches!(backup.status.name, BackupStatusName::Success | BackupStatusName::PartialSuccess);
    let mut copies = backup.backup_locations.iter();
    // A service may keep to itself where the copies are.
    is_complete
        && (backup.backup_locations.is_empty()
            || copies.any(|copy| copy.status.name == BackupLocationStatusName::Present))
}
