//! Snapshots of objects, and files read straight from them.

use std::collections::HashMap;

use engine::{GroupId, ObjectId, RunKind, SnapshotFilter};
use ibm_backup_recovery::types;

use crate::answer::{Answer, Part};
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let object = ObjectId(call.required("id")?);
    let source = call.engine.source(&call.tenant, object).await.ok();
    let time = |name: &str| {
        let usecs: Option<types::UnixMicros> = call.parameter(name)?;
        usecs.map(|usecs| wire::from_usecs(name, usecs)).transpose()
    };
    let group_ids: Vec<String> = call.list("protectionGroupIds")?;
    let runs: Vec<i64> = call.list("runInstanceIds")?;
    let kinds: Vec<types::BackupRunType> = call.list("runTypes")?;
    let actions: Vec<types::RecoveryAction> = call.list("snapshotActions")?;
    let keys: Vec<types::ObjectActionKey> = call.list("objectActionKeys")?;
    let regions: Vec<String> = call.list("regionIds")?;
    // A snapshot is taken when its run starts, so both pairs of bounds speak of the same moment.
    let filter = SnapshotFilter {
        object: Some(object),
        groups: known_groups(&call, &group_ids),
        from: time("fromTimeUsecs")?.max(time("runStartFromTimeUsecs")?),
        until: earliest(time("toTimeUsecs")?, time("runStartToTimeUsecs")?),
        ..SnapshotFilter::default()
    };
    let possible = [types::RecoveryAction::RecoverFiles, types::RecoveryAction::DownloadFilesAndFolders];
    let nothing = (!group_ids.is_empty() && filter.groups.is_empty())
        || !regions.is_empty()
        || (!actions.is_empty() && !possible.iter().any(|action| actions.contains(action)))
        || (!keys.is_empty()
            && ![types::ObjectActionKey::Physical, types::ObjectActionKey::PhysicalFiles]
                .iter()
                .any(|key| keys.contains(key)));
    let mut found = if nothing { Vec::new() } else { call.engine.snapshots(&call.tenant, &filter).await? };
    found.retain(|snapshot| {
        let kind = match snapshot.kind {
            RunKind::Incremental => types::BackupRunType::Regular,
            RunKind::Full => types::BackupRunType::Full,
        };
        (runs.is_empty() || runs.contains(&snapshot.run.0)) && (kinds.is_empty() || kinds.contains(&kind))
    });
    if source.is_none() && found.is_empty() && !nothing {
        let any = SnapshotFilter { object: Some(object), ..SnapshotFilter::default() };
        if call.engine.snapshots(&call.tenant, &any).await?.is_empty() {
            return Err(ApiError::not_found("object", object));
        }
    }
    let names: HashMap<_, _> = call
        .engine
        .groups(&call.tenant)
        .await?
        .into_iter()
        .map(|group| (group.id, group.rules.name))
        .collect();
    let snapshots = found
        .iter()
        .map(|snapshot| {
            let object_name = source.as_ref().map(|source| source.name.clone());
            let group_name = names.get(&snapshot.group).cloned();
            wire::object_snapshot(&call.ids, snapshot, object_name, group_name, call.engine.now())
        })
        .collect();
    Answer::ok(&types::ObjectSnapshotList { snapshots: Some(snapshots), unknown_fields: Default::default() })
}

/// A file of a snapshot: a part of it when the caller names one, else all of it, as a stream.
pub(crate) async fn download_file(call: Call) -> Result<Answer, ApiError> {
    let id: String = call.required("snapshotsId")?;
    let snapshot = call.ids.parse_snapshot(&id)?;
    let Some(path) = call.parameter::<String>("filePath")? else {
        return Err(ApiError::invalid("filePath", "is missing; it names the file to download"));
    };
    if call.flag("nvramFile")? {
        return Err(ApiError::unsupported("nvramFile", "this server holds files and no virtual machines"));
    }
    let path = wire::plain_path("filePath", &path)?;
    let entry = call.engine.file(&call.tenant, snapshot, &path).await?;
    if entry.kind != engine::FileKind::File {
        return Err(ApiError::invalid(
            "filePath",
            format!("{path} is not a regular file; folders come by a download recovery"),
        ));
    }
    let part = Part::read(&call, entry.size_bytes)?;
    let (engine, tenant) = (call.engine.clone(), call.tenant.clone());
    Ok(Answer::file(entry.path.name(), part, move |offset, length| {
        let (engine, tenant, path) = (engine.clone(), tenant.clone(), path.clone());
        async move { engine.read_file(&tenant, snapshot, &path, offset, length).await }
    }))
}

fn known_groups(call: &Call, ids: &[String]) -> Vec<GroupId> {
    ids.iter().filter_map(|id| call.ids.parse_group(id).ok()).collect()
}

fn earliest<T: Ord>(left: Option<T>, right: Option<T>) -> Option<T> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}
