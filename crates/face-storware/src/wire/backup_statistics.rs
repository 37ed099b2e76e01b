//! Numbers on backups. The API says of these answers only that they are objects; the members are our own, and
//! `spec/storware/DECISIONS.md` lists them.

use engine::{Recovery, Snapshot};
use serde::Serialize;
use storware_backup_recovery::types::{
    BackupStatusName, BackupTypeName, NameAndGuid, ProtectedEntityReference, UnixMillis,
};

use super::backup::{
    BackupWords, backup_size, backup_status, backup_type, count, export_time, queued_time, span,
};
use super::millis;
use crate::shelf::{Shelved, is_complete};

/// How many backups an entity has, how they went, and what they take.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AggregatedStatistics {
    protected_entity: ProtectedEntityReference,
    backups_count: usize,
    queued_count: usize,
    in_progress_count: usize,
    success_count: usize,
    partial_success_count: usize,
    failed_count: usize,
    removed_count: usize,
    /// Of backups that are there: the size of their files, and what they added to the vault.
    size: i64,
    effective_backup_size: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_backup_time: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_backup_time: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_successful_backup_time: Option<UnixMillis>,
}

/// How large the complete backups of an entity are, in bytes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SizeStatistics {
    protected_entity: ProtectedEntityReference,
    backups_count: usize,
    full_backups_count: usize,
    incremental_backups_count: usize,
    #[serde(flatten)]
    size: Option<Sizes>,
    total_size: i64,
    total_effective_backup_size: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sizes {
    min_size: i64,
    max_size: i64,
    average_size: i64,
}

/// How long the complete backups of an entity took, and waited before, in milliseconds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeStatistics {
    protected_entity: ProtectedEntityReference,
    backups_count: usize,
    #[serde(flatten)]
    export_time: Option<ExportTimes>,
    total_export_time: i64,
    total_queued_export_time: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportTimes {
    min_export_time: i64,
    max_export_time: i64,
    average_export_time: i64,
}

/// A moment of a timeline: a backup, and how large it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SizePoint {
    backup: NameAndGuid,
    snapshot_time: UnixMillis,
    size: i64,
    effective_backup_size: i64,
}

/// A moment of a timeline: a backup, and how long it took.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimePoint {
    backup: NameAndGuid,
    snapshot_time: UnixMillis,
    queued_export_time: i64,
    export_time: i64,
}

/// What happened to something over a span of time, the earliest first.
#[derive(Debug, Serialize)]
pub(crate) struct Timeline<P> {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) guid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<UnixMillis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<UnixMillis>,
    pub(crate) points: Vec<P>,
}

/// How fast one transfer was.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransferRate {
    #[serde(skip_serializing_if = "Option::is_none")]
    backup: Option<NameAndGuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protected_entity: Option<ProtectedEntityReference>,
    /// When the transfer began.
    start_time: UnixMillis,
    duration: i64,
    /// How many bytes were read from files, or written into them.
    size: i64,
    /// Bytes per second.
    transfer_rate: f64,
}

impl BackupWords {
    /// `backups` are those of one entity, the latest first.
    pub(crate) fn aggregated(&self, backups: &[Shelved]) -> Option<AggregatedStatistics> {
        let first = backups.first()?;
        let having = |status: BackupStatusName| {
            backups.iter().filter(|shelved| backup_status(shelved) == status).count()
        };
        let taken = |shelved: &Shelved| millis(shelved.backup.queued_at);
        let kept = || backups.iter().filter(|shelved| shelved.backup.snapshot.is_some());
        let last_successful = backups.iter().find(|shelved| is_complete(shelved.backup.object.state));
        Some(AggregatedStatistics {
            protected_entity: self.entity(first),
            backups_count: backups.len(),
            queued_count: having(BackupStatusName::Queued),
            in_progress_count: having(BackupStatusName::Inprogress),
            success_count: having(BackupStatusName::Success),
            partial_success_count: having(BackupStatusName::PartialSuccess),
            failed_count: having(BackupStatusName::Failed),
            removed_count: having(BackupStatusName::SuccessRemoved),
            size: kept().map(backup_size).sum(),
            effective_backup_size: kept().map(stored).sum(),
            first_backup_time: backups.last().map(taken),
            last_backup_time: Some(taken(first)),
            last_successful_backup_time: last_successful.map(taken),
        })
    }

    /// `backups` are those of one entity.
    pub(crate) fn sizes(&self, backups: &[Shelved]) -> Option<SizeStatistics> {
        let first = backups.first()?;
        let complete: Vec<_> = complete(backups).collect();
        let sizes: Vec<i64> = complete.iter().map(|shelved| backup_size(shelved)).collect();
        let full = complete.iter().filter(|shelved| backup_type(shelved) == BackupTypeName::Full).count();
        let bounds = bounds(&sizes);
        Some(SizeStatistics {
            protected_entity: self.entity(first),
            backups_count: complete.len(),
            full_backups_count: full,
            incremental_backups_count: complete.len() - full,
            size: bounds.map(|(min_size, max_size, average_size)| Sizes { min_size, max_size, average_size }),
            total_size: sizes.iter().sum(),
            total_effective_backup_size: complete.iter().map(|shelved| stored(shelved)).sum(),
        })
    }

    /// `backups` are those of one entity.
    pub(crate) fn times(&self, backups: &[Shelved]) -> Option<TimeStatistics> {
        let first = backups.first()?;
        let times: Vec<i64> = complete(backups).filter_map(export_time).collect();
        let bounds = bounds(&times);
        Some(TimeStatistics {
            protected_entity: self.entity(first),
            backups_count: times.len(),
            export_time: bounds.map(|(min_export_time, max_export_time, average_export_time)| ExportTimes {
                min_export_time,
                max_export_time,
                average_export_time,
            }),
            total_export_time: times.iter().sum(),
            total_queued_export_time: complete(backups).filter_map(queued_time).sum(),
        })
    }

    /// None for a backup that is not complete.
    pub(crate) fn size_point(&self, shelved: &Shelved) -> Option<SizePoint> {
        is_complete(shelved.backup.object.state).then(|| SizePoint {
            backup: self.reference(shelved),
            snapshot_time: millis(shelved.backup.queued_at),
            size: backup_size(shelved),
            effective_backup_size: stored(shelved),
        })
    }

    /// None for a backup that is not complete.
    pub(crate) fn time_point(&self, shelved: &Shelved) -> Option<TimePoint> {
        let is_complete = is_complete(shelved.backup.object.state);
        let (queued, took) = (queued_time(shelved)?, export_time(shelved)?);
        is_complete.then(|| TimePoint {
            backup: self.reference(shelved),
            snapshot_time: millis(shelved.backup.queued_at),
            queued_export_time: queued,
            export_time: took,
        })
    }

    /// How fast a backup read files; none until it has ended.
    pub(crate) fn export_rate(&self, shelved: &Shelved) -> Option<TransferRate> {
        let (begun, duration) = (shelved.backup.object.started_at?, export_time(shelved)?);
        let size = shelved.backup.object.stats.bytes_read;
        Some(TransferRate {
            backup: Some(self.reference(shelved)),
            protected_entity: Some(self.entity(shelved)),
            start_time: millis(begun),
            duration,
            size: count(size),
            transfer_rate: rate(size, duration),
        })
    }

    /// How fast a recovery wrote files; none until it has ended. The backup is that of its snapshot.
    pub(crate) fn restore_rate(&self, recovery: &Recovery, of: &Shelved) -> Option<TransferRate> {
        let (begun, ended) = (recovery.started_at?, recovery.ended_at?);
        let duration = span(ended.duration_since(begun));
        Some(TransferRate {
            backup: Some(self.reference(of)),
            protected_entity: Some(self.entity(of)),
            start_time: millis(begun),
            duration,
            size: count(recovery.stats.bytes_done),
            transfer_rate: rate(recovery.stats.bytes_done, duration),
        })
    }
}

/// Whether a recovery reads this snapshot.
pub(crate) fn reads(recovery: &Recovery, snapshot: Option<&Snapshot>) -> bool {
    snapshot.is_some_and(|snapshot| snapshot.id == recovery.plan.snapshot())
}

fn complete(backups: &[Shelved]) -> impl Iterator<Item = &Shelved> {
    backups.iter().filter(|shelved| is_complete(shelved.backup.object.state))
}

fn stored(shelved: &Shelved) -> i64 {
    count(shelved.backup.object.stats.bytes_stored)
}

/// The smallest, the largest and the average; none where there is nothing.
fn bounds(numbers: &[i64]) -> Option<(i64, i64, i64)> {
    let (min, max) = (numbers.iter().min()?, numbers.iter().max()?);
    let average = numbers.iter().sum::<i64>() / i64::try_from(numbers.len()).ok()?;
    Some((*min, *max, average))
}

/// Bytes a second; what took no measurable time counts as a millisecond.
fn rate(bytes: u64, millis: i64) -> f64 {
    bytes as f64 * 1000.0 / millis.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bounded_where_there_are_any() {
        assert_eq!(bounds(&[]), None);
        assert_eq!(bounds(&[3, 1, 4]), Some((1, 4, 2)));
    }

    #[test]
    fn a_rate_is_a_number_however_short_it_took() {
        assert_eq!(rate(1000, 500), 2000.0);
        assert_eq!(rate(7, 0), 7000.0);
    }
}
