//! Backups: as rows of lists, and one by one.

use engine::{RunState, Snapshot, Trigger, User};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use storware_backup_recovery::types;
use storware_backup_recovery::types::{
    BackupDestinationRoleName, BackupDestinationTypeName, BackupLocationStatusName, BackupStatusName,
    BackupTypeName, OriginEntityTypeName, ProtectedEntityTypeName, RetentionHintName,
};

use super::millis;
use super::reference::Names;
use crate::shelf::{Shelved, is_complete};

/// What the vault is called.
pub(crate) const VAULT_NAME: &str = "vault";
/// What everything is that is protected here: files of a host.
pub(crate) const ENTITY_TYPE: ProtectedEntityTypeName = ProtectedEntityTypeName::OsAgent;

/// How backups of a tenant are shown.
#[derive(Clone, Debug)]
pub(crate) struct BackupWords {
    pub(crate) names: Names,
    pub(crate) now: Timestamp,
}

impl BackupWords {
    /// A backup as a row.
    pub(crate) fn row(&self, shelved: &Shelved) -> types::BackupListRecord {
        let Shelved { backup, .. } = shelved;
        let object = &backup.object;
        let project = shelved.projects.first();
        let is_complete = is_complete(object.state);
        types::BackupListRecord {
            archive_expire: None,
            backup_locations: self.location(shelved).into_iter().collect(),
            backup_rule: Some(self.names.policy(backup.policy)),
            backup_time: object.ended_at.map(millis),
            description: object.note.clone(),
            effective_backup_objects_count: is_complete.then(|| count(object.stats.files_total)),
            effective_backup_size: is_complete.then(|| count(object.stats.bytes_stored).into()),
            guid: self.names.guids.backup(shelved.key()).into(),
            hidden: false,
            origin_entity: self.origin(shelved),
            parent_backup: self.parent(shelved),
            protected_entity: Some(self.entity(shelved)),
            size: backup_size(shelved).into(),
            snapshot_time: Some(millis(backup.queued_at)),
            source_name_and_guid: Some(self.source(shelved)),
            source_project: project.map(|project| types::NameAndGuid {
                guid: project.clone(),
                name: Some(project.clone()),
                unknown_fields: Default::default(),
            }),
            status: shown_status(shelved),
            status_info: status_info(shelved),
            task_duration_time: export_time(shelved).map(|export| {
                export.saturating_add(shelved.stored.map_or(0, |(_, store)| span(store))).into()
            }),
            task_time_stats: Some(types::TaskTimeStats {
                queued_export_time: queued_time(shelved).map(Into::into),
                export_time: export_time(shelved).map(Into::into),
                queued_store_time: shelved.stored.map(|(queued, _)| span(queued).into()),
                store_time: shelved.stored.map(|(_, store)| span(store).into()),
                unknown_fields: Default::default(),
            }),
            type_: shown_type(shelved),
            vm_export_import_mode: None,
            warnings: object.warnings.clone(),
            warnings_acknowledged: Some(object.warnings_acknowledged),
            warnings_present: !object.warnings.is_empty(),
            unknown_fields: Default::default(),
        }
    }

    /// A backup with the members that the detailed list has.
    pub(crate) fn details(&self, shelved: &Shelved) -> types::BackupDetails {
        let row = self.row(shelved);
        types::BackupDetails {
            backup_time: row.backup_time,
            guid: row.guid,
            protected_entity: row.protected_entity,
            size: Some(row.size),
            snapshot_time: row.snapshot_time,
            status: Some(row.status),
            status_info: row.status_info,
            type_: Some(row.type_),
            warnings: Some(row.warnings),
            warnings_acknowledged: row.warnings_acknowledged,
            unknown_fields: Default::default(),
        }
    }

    /// A backup with what is needed to restore or mount it. Files of a host have no network cards, and nothing
    /// is offered over iSCSI.
    pub(crate) fn extended(&self, shelved: &Shelved) -> types::BackupExtendedDetails {
        let row = self.row(shelved);
        types::BackupExtendedDetails {
            backup_time: row.backup_time,
            guid: row.guid,
            iscsi_mountable: Some(false),
            network_interface_cards: Some(Vec::new()),
            protected_entity: row.protected_entity,
            size: Some(row.size),
            snapshot_time: row.snapshot_time,
            status: Some(row.status),
            status_info: row.status_info,
            type_: Some(row.type_),
            warnings: Some(row.warnings),
            warnings_acknowledged: row.warnings_acknowledged,
            unknown_fields: Default::default(),
        }
    }

    /// A reference to a backup. Backups have no names of their own: it is that of the entity, and the time.
    pub(crate) fn reference(&self, shelved: &Shelved) -> types::NameAndGuid {
        types::NameAndGuid {
            guid: self.names.guids.backup(shelved.key()),
            name: Some(backup_name(&shelved.entity, shelved.backup.queued_at)),
            unknown_fields: Default::default(),
        }
    }

    /// A reference to what was backed up.
    pub(crate) fn entity(&self, shelved: &Shelved) -> types::ProtectedEntityReference {
        self.names.entity(shelved.backup.entity(), Some(shelved.entity.clone()))
    }

    fn source(&self, shelved: &Shelved) -> Map<String, Value> {
        let object = &shelved.backup.object;
        let source = self.names.source(object.object);
        let name = source.name.unwrap_or_else(|| object.name.clone());
        Map::from_iter([
            ("guid".to_owned(), Value::from(source.guid)),
            ("name".to_owned(), Value::from(name)),
        ])
    }

    fn parent(&self, shelved: &Shelved) -> Option<types::NameAndGuid> {
        shelved.parent.map(|parent| types::NameAndGuid {
            guid: self.names.guids.backup(parent.key),
            name: Some(backup_name(&shelved.entity, parent.taken_at)),
            unknown_fields: Default::default(),
        })
    }

    fn origin(&self, shelved: &Shelved) -> Option<types::OriginEntityReference> {
        if shelved.backup.trigger == Trigger::OnDemand {
            return shelved.asked_by.map(|user| self.names.user(user));
        }
        let types::NameAndGuid { guid, name, unknown_fields: _ } = self.names.policy(shelved.backup.policy);
        let kind = types::OriginEntityType::new(OriginEntityTypeName::Schedule);
        Some(types::OriginEntityReference {
            guid,
            name,
            type_: Some(kind.with_description("Schedule")),
            unknown_fields: Default::default(),
        })
    }

    /// The one copy that a backup has, in the vault; none before it began.
    fn location(&self, shelved: &Shelved) -> Option<types::BackupLocationListRecord> {
        let (backup, state) = (&shelved.backup, shelved.backup.object.state);
        let (status, words) = match state {
            RunState::Queued | RunState::Missed | RunState::Skipped => return None,
            RunState::Running | RunState::Paused | RunState::Cancelling => {
                (BackupLocationStatusName::InProgress, "In progress")
            }
            RunState::Cancelled | RunState::Failed => (BackupLocationStatusName::Failed, "Failed"),
            RunState::Succeeded | RunState::SucceededWithWarnings => match backup.snapshot {
                Some(_) => (BackupLocationStatusName::Present, "Present"),
                None => (BackupLocationStatusName::Removed, "Removed"),
            },
        };
        let info = match (is_complete(state), &backup.snapshot, backup.object.deleted_at) {
            (true, None, Some(_)) => Some("somebody deleted it".to_owned()),
            (true, None, None) => Some("its time was over".to_owned()),
            (true, Some(_), _) => None,
            (false, _, _) => status_info(shelved),
        };
        let (hint, hint_words) = match backup.snapshot.as_ref().is_some_and(|kept| self.is_due(kept)) {
            true => (RetentionHintName::ToRemove, "To be removed"),
            false => (RetentionHintName::StandardRetention, "Kept by the policy"),
        };
        let role = types::BackupDestinationRole::new(BackupDestinationRoleName::Primary);
        let kind = types::BackupDestinationType::new(BackupDestinationTypeName::Filesystem);
        Some(types::BackupLocationListRecord {
            archive_expire: None,
            backup: Some(self.reference(shelved)),
            backup_destination: self.names.vault(),
            backup_destination_type: Some(kind.with_description("File system")),
            guid: self.names.guids.backup_location(shelved.key()),
            retention_hint: types::RetentionHint::new(hint).with_description(hint_words),
            role_type: Some(role.with_description("Primary")),
            snapshot_time: Some(millis(backup.queued_at)),
            status: types::BackupLocationStatus::new(status).with_description(words),
            status_info: info,
            type_: Some(shown_type(shelved)),
            unknown_fields: Default::default(),
        })
    }

    fn is_due(&self, snapshot: &Snapshot) -> bool {
        snapshot.expires_at.is_some_and(|time| time <= self.now) && snapshot.kept_because(self.now).is_none()
    }
}

/// What became of a backup.
pub(crate) fn backup_status(shelved: &Shelved) -> BackupStatusName {
    match shelved.backup.object.state {
        RunState::Queued => BackupStatusName::Queued,
        RunState::Running | RunState::Paused | RunState::Cancelling => BackupStatusName::Inprogress,
        RunState::Cancelled | RunState::Failed | RunState::Missed | RunState::Skipped => {
            BackupStatusName::Failed
        }
        RunState::Succeeded | RunState::SucceededWithWarnings if shelved.backup.was_removed() => {
            BackupStatusName::SuccessRemoved
        }
        RunState::Succeeded => BackupStatusName::Success,
        RunState::SucceededWithWarnings => BackupStatusName::PartialSuccess,
    }
}

/// Why a backup is as it is, where that needs saying.
fn status_info(shelved: &Shelved) -> Option<String> {
    let object = &shelved.backup.object;
    let words = match object.state {
        RunState::Cancelled => "somebody cancelled it",
        RunState::Missed => "an earlier run was still going on",
        RunState::Skipped => "its group did not allow it at the time",
        _ => return object.reason.clone(),
    };
    Some(object.reason.clone().unwrap_or_else(|| words.to_owned()))
}

/// Which kind of backup it is: one that is compared with nothing is full, whatever was asked for.
pub(crate) fn backup_type(shelved: &Shelved) -> BackupTypeName {
    if shelved.parent.is_some() { BackupTypeName::Incremental } else { BackupTypeName::Full }
}

/// Whether there is, or was, anything of it in the vault.
pub(crate) fn has_location(shelved: &Shelved) -> bool {
    !matches!(shelved.backup.object.state, RunState::Queued | RunState::Missed | RunState::Skipped)
}

/// How many bytes of files are in a backup; while it is made, so far.
pub(crate) fn backup_size(shelved: &Shelved) -> i64 {
    let (state, stats) = (shelved.backup.object.state, shelved.backup.object.stats);
    match state {
        _ if is_complete(state) => count(stats.bytes_total),
        _ if state.is_final() => 0,
        _ => count(stats.bytes_done),
    }
}

/// How long it waited, in milliseconds; none while it waits.
pub(crate) fn queued_time(shelved: &Shelved) -> Option<i64> {
    let begun = shelved.backup.object.started_at?;
    Some(span(begun.duration_since(shelved.backup.queued_at)))
}

/// How long it took, in milliseconds; none until it has ended.
pub(crate) fn export_time(shelved: &Shelved) -> Option<i64> {
    let object = &shelved.backup.object;
    Some(span(object.ended_at?.duration_since(object.started_at?)))
}

/// Whether a user may see a backup.
pub(crate) fn sees(user: &User, shelved: &Shelved) -> bool {
    user.sees(&shelved.projects)
}

/// A number that is never negative, as the API has numbers.
pub(crate) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A span of time in milliseconds; none is negative.
pub(super) fn span(time: SignedDuration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX).max(0)
}

fn backup_name(entity: &str, taken_at: Timestamp) -> String {
    format!("{entity} {}", taken_at.strftime("%Y-%m-%d %H:%M:%S UTC"))
}

fn shown_status(shelved: &Shelved) -> types::BackupStatus {
    let name = backup_status(shelved);
    let words = match name {
        BackupStatusName::Queued => "Queued",
        BackupStatusName::Inprogress => "In progress",
        BackupStatusName::PartialSuccess => "Complete but for what the warnings name",
        BackupStatusName::Success => "Complete",
        BackupStatusName::SuccessRemoved => "Was complete, and was removed",
        _ => "Failed",
    };
    types::BackupStatus { name, description: Some(words.to_owned()), unknown_fields: Default::default() }
}

fn shown_type(shelved: &Shelved) -> types::BackupType {
    let name = backup_type(shelved);
    let words = if name == BackupTypeName::Full { "Full" } else { "Incremental" };
    types::BackupType { name, description: Some(words.to_owned()), unknown_fields: Default::default() }
}
