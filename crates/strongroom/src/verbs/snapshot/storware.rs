//! Backups of protected entities.

use futures::TryStreamExt as _;
use serde_json::Value;
use storware_backup_recovery::types::{
    BackupListRecord, BackupLocationStatusName, BackupStatusName, BackupTypeName, UnixMillis,
};
use storware_backup_recovery::{Client, entries};

use super::Snapshot;
use crate::failure::Failure;

/// How many backups are asked for at a time.
const PAGE: i32 = 500;

/// Every backup that has a copy left, in no order.
pub(super) async fn snapshots(client: &Client) -> Result<Vec<Snapshot>, Failure> {
    let backups = entries(PAGE, |page, size| {
        let there = [BackupStatusName::Success, BackupStatusName::PartialSuccess];
        client
            .list_backups()
            .status(there)
            .order_by("backupTime")
            .direction("asc")
            .page(page)
            .size(size)
            .send()
    });
    let backups: Vec<_> = backups.try_collect().await?;
    Ok(backups.into_iter().filter(is_there).map(shown).collect())
}

fn is_there(backup: &BackupListRecord) -> bool {
    let is_complete =
        matches!(backup.status.name, BackupStatusName::Success | BackupStatusName::PartialSuccess);
    let mut copies = backup.backup_locations.iter();
    // A service may keep to itself where the copies are.
    let has_copy = backup.backup_locations.is_empty()
        || copies.any(|copy| copy.status.name == BackupLocationStatusName::Present);
    is_complete && has_copy
}

fn shown(backup: BackupListRecord) -> Snapshot {
    let of_source = |member: &str| {
        let source = backup.source_name_and_guid.as_ref();
        source.and_then(|source| source.get(member)).and_then(Value::as_str).map(str::to_owned)
    };
    let (source, source_id) = (of_source("name"), of_source("guid"));
    let entity = backup.protected_entity;
    Snapshot {
        id: backup.guid.to_string(),
        short_id: String::new(),
        time: moment(backup.snapshot_time.or(backup.backup_time)).unwrap_or_default(),
        group_id: entity.as_ref().map(|entity| entity.guid.to_string()),
        group: entity.and_then(|entity| entity.name),
        source,
        source_id,
        paths: Vec::new(),
        kind: Some(match backup.type_.name {
            BackupTypeName::Full => "full".to_owned(),
            BackupTypeName::Incremental => "incremental".to_owned(),
            other => other.to_string(),
        }),
        size: u64::try_from(backup.size.get()).ok(),
        files: backup.effective_backup_objects_count.and_then(|files| u64::try_from(files).ok()),
        expires: moment(backup.archive_expire),
        locked: false,
        run_id: None,
    }
}

fn moment(time: Option<UnixMillis>) -> Option<String> {
    let time = time.map(|time| time.get()).filter(|time| *time > 0)?;
    jiff::Timestamp::from_millisecond(time).ok().map(|time| time.to_string())
}
