//! Protection groups.

use engine::{Extras, FilePath, Group, GroupRules, InBlackouts, ObjectId, Root, Selection};
use ibm_backup_recovery::types;
use serde_json::Value;

use super::schedule::{read_time_of_day, time_of_day};
use super::{EXTRAS, WireIds, from_usecs, kept, usecs};
use crate::error::ApiError;

/// A group as the API shows it.
pub(crate) fn group(ids: &WireIds, group: &Group) -> types::ProtectionGroup {
    let rules = &group.rules;
    let base: types::ProtectionGroup = kept(&rules.extras);
    let files = base
        .physical_params
        .as_ref()
        .and_then(|physical| physical.file_protection_type_params.clone())
        .unwrap_or_default();
    let physical = types::PhysicalProtectionGroupParams {
        protection_type: types::PhysicalProtectionGroupParamsProtectionType::File,
        volume_protection_type_params: None,
        file_protection_type_params: Some(types::PhysicalFileProtectionGroupParams {
            objects: rules.selections.iter().map(|selection| object(&files, selection)).collect(),
            global_exclude_paths: Some(rules.excluded_patterns.clone())
                .filter(|patterns| !patterns.is_empty()),
            ..files
        }),
        unknown_fields: Default::default(),
    };
    types::ProtectionGroup {
        id: Some(ids.group(group.id)),
        name: Some(rules.name.clone()),
        cluster_id: Some(ids.cluster_id().to_string()),
        policy_id: Some(ids.policy(rules.policy)),
        description: rules.description.clone(),
        last_modified_timestamp_usecs: Some(usecs(group.modified_at)),
        start_time: rules.start.as_ref().map(time_of_day),
        end_time_usecs: rules.ends_at.map(usecs),
        abort_in_blackouts: Some(rules.in_blackouts == InBlackouts::Cancel),
        pause_in_blackouts: Some(rules.in_blackouts == InBlackouts::Pause),
        is_active: Some(group.deleted_at.is_none()),
        is_deleted: Some(group.deleted_at.is_some()),
        is_paused: Some(rules.paused),
        environment: Some(types::Environment::Physical),
        num_protected_objects: Some(rules.selections.len() as i64),
        physical_params: Some(physical),
        ..base
    }
}

fn object(
    files: &types::PhysicalFileProtectionGroupParams,
    selection: &Selection,
) -> types::PhysicalFileProtectionGroupObject {
    let base = files.objects.iter().find(|object| object.id.get() == selection.object.0).cloned();
    types::PhysicalFileProtectionGroupObject {
        id: selection.object.0.into(),
        file_paths: Some(selection.roots.iter().map(root).collect()),
        ..base.unwrap_or_default()
    }
}

fn root(root: &Root) -> types::PhysicalFileBackupPath {
    let excluded: Vec<_> = root.excluded.iter().map(FilePath::to_string).collect();
    types::PhysicalFileBackupPath {
        included_path: root.path.to_string(),
        excluded_paths: (!excluded.is_empty()).then_some(excluded),
        skip_nested_volumes: Some(root.one_file_system),
        unknown_fields: Default::default(),
    }
}

/// What a request says of a group. `raw` is kept, so that what the engine has no use for is said again.
pub(crate) fn group_rules(
    ids: &WireIds,
    request: types::ProtectionGroupRequest,
    raw: Value,
) -> Result<GroupRules, ApiError> {
    if request.environment != types::Environment::Physical {
        return Err(ApiError::unsupported(
            "environment",
            format!("this server protects files of kPhysical hosts, not {}", request.environment),
        ));
    }
    let Some(physical) = request.physical_params else {
        return Err(ApiError::invalid("physicalParams", "is missing, but the environment is kPhysical"));
    };
    let member = "physicalParams.fileProtectionTypeParams";
    let Some(files) = physical.file_protection_type_params else {
        return Err(match physical.protection_type {
            types::PhysicalProtectionGroupParamsProtectionType::File => {
                ApiError::invalid(member, "is missing, but the protection type is kFile")
            }
            other => ApiError::unsupported(
                "physicalParams.protectionType",
                format!("this server protects files (kFile) and has no means to read volumes ({other})"),
            ),
        });
    };
    refuse_what_would_act(member, &files)?;
    let selections = files
        .objects
        .iter()
        .enumerate()
        .map(|(at, object)| selection(&format!("{member}.objects[{at}]"), object))
        .collect::<Result<_, _>>()?;
    Ok(GroupRules {
        name: request.name,
        description: request.description,
        policy: ids.parse_policy(&request.policy_id)?,
        selections,
        excluded_patterns: files.global_exclude_paths.unwrap_or_default(),
        paused: request.is_paused.unwrap_or(false),
        start: request.start_time.as_ref().map(|time| read_time_of_day("startTime", time)).transpose()?,
        ends_at: request.end_time_usecs.map(|usecs| from_usecs("endTimeUsecs", usecs)).transpose()?,
        in_blackouts: match (request.abort_in_blackouts, request.pause_in_blackouts) {
            (Some(true), Some(true)) => {
                return Err(ApiError::invalid(
                    "abortInBlackouts",
                    "cannot be combined with pauseInBlackouts: a run that is cancelled cannot be held",
                ));
            }
            (Some(true), _) => InBlackouts::Cancel,
            (_, Some(true)) => InBlackouts::Pause,
            _ => InBlackouts::GoOn,
        },
        extras: Extras::from([(EXTRAS.to_owned(), raw)]),
    })
}

/// Refuses what would change what a run does and cannot be done: to keep it and not act on it would be to
/// pretend.
fn refuse_what_would_act(
    member: &str,
    files: &types::PhysicalFileProtectionGroupParams,
) -> Result<(), ApiError> {
    let refused = [
        (files.pre_post_script.is_some(), "prePostScript", "scripts are not run"),
        (files.quiesce == Some(true), "quiesce", "file systems are not frozen; leave it out or false"),
        (
            files.task_timeouts.as_ref().is_some_and(|list| !list.is_empty()),
            "taskTimeouts",
            "runs are not ended by the clock; cancel one that takes too long",
        ),
        (files.allow_parallel_runs == Some(true), "allowParallelRuns", "a group has one run at a time"),
        (
            files.indexing_policy.as_ref().is_some_and(|policy| !policy.enable_indexing),
            "indexingPolicy.enableIndexing",
            "everything that is backed up can be searched; leave the indexing policy out",
        ),
        (files.cobmr_backup == Some(true), "cobmrBackup", "no bare metal image is made"),
        (
            files.global_exclude_fs.as_ref().is_some_and(|list| !list.is_empty()),
            "globalExcludeFS",
            "file systems are not left out by their kind; exclude their paths",
        ),
    ];
    for (is_set, name, reason) in refused {
        if is_set {
            return Err(ApiError::unsupported(&format!("{member}.{name}"), reason));
        }
    }
    Ok(())
}

fn selection(member: &str, object: &types::PhysicalFileProtectionGroupObject) -> Result<Selection, ApiError> {
    if object.follow_nas_symlink_target == Some(true) {
        return Err(ApiError::unsupported(
            &format!("{member}.followNasSymlinkTarget"),
            "symbolic links are kept as links and not followed",
        ));
    }
    let refused = [
        (
            object.metadata_file_path.is_some(),
            "metadataFilePath",
            "lists of paths are not read from the host; name the paths in filePaths",
        ),
        (
            object.nested_volume_types_to_skip.as_ref().is_some_and(|types| !types.is_empty()),
            "nestedVolumeTypesToSkip",
            "volumes below a path are left out all or none; use skipNestedVolumes of the path",
        ),
        (
            object.uses_path_level_skip_nested_volume_setting == Some(false),
            "usesPathLevelSkipNestedVolumeSetting",
            "nested volumes are left out path by path; use skipNestedVolumes of the path",
        ),
    ];
    for (is_set, name, reason) in refused {
        if is_set {
            return Err(ApiError::unsupported(&format!("{member}.{name}"), reason));
        }
    }
    let paths = object.file_paths.as_deref().unwrap_or_default();
    if paths.is_empty() {
        return Err(ApiError::invalid(&format!("{member}.filePaths"), "needs at least one path to protect"));
    }
    let roots = paths
        .iter()
        .enumerate()
        .map(|(at, path)| {
            let mut excluded = Vec::new();
            for (nth, pattern) in path.excluded_paths.iter().flatten().enumerate() {
                if pattern.contains(['*', '?']) {
                    return Err(ApiError::unsupported(
                        &format!("{member}.filePaths[{at}].excludedPaths[{nth}]"),
                        "wildcards are taken in globalExcludePaths only; name the path itself here",
                    ));
                }
                excluded.push(parse(pattern));
            }
            let one_file_system = path.skip_nested_volumes.unwrap_or(false);
            Ok(Root { path: parse(&path.included_path), excluded, one_file_system })
        })
        .collect::<Result<_, _>>()?;
    Ok(Selection { object: ObjectId(object.id.get()), roots })
}

fn parse(text: &str) -> FilePath {
    let Ok(path) = text.parse();
    path
}
