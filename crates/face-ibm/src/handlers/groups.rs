//! Protection groups.

use std::collections::HashSet;

use engine::{GroupId, GroupRules, PolicyId, RunFilter, SnapshotFilter};
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

pub(crate) async fn create(call: Call) -> Result<Answer, ApiError> {
    let (body, kept) = call.kept_body()?;
    let rules = wire::group_rules(&call.ids, body, kept)?;
    check_patterns(&call, &rules)?;
    let group = call.engine.create_group(&call.tenant, rules).await?;
    Answer::created(&wire::group(&call.ids, &group))
}

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let wanted = Wanted::read(&call)?;
    let locking = locking_policies(&call, &wanted).await?;
    let mut shown = Vec::new();
    for group in call.engine.groups(&call.tenant).await? {
        let mut group_shown = wire::group(&call.ids, &group);
        if !wanted.takes(&group_shown) || (wanted.only_locked && !locking.contains(&group.rules.policy)) {
            continue;
        }
        if wanted.needs_last_run() {
            let last_run = last_run(&call, group.id).await?;
            if !wanted.takes_last_run(last_run.as_ref()) {
                continue;
            }
            if wanted.include_last_run {
                group_shown.last_run = last_run;
            }
        }
        shown.push(group_shown);
    }
    Answer::ok(&types::ProtectionGroupList {
        protection_groups: Some(shown),
        unknown_fields: Default::default(),
    })
}

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    let id = id(&call)?;
    let mut shown = wire::group(&call.ids, &call.engine.group(&call.tenant, id).await?);
    if call.flag("includeLastRunInfo")? {
        shown.last_run = last_run(&call, id).await?;
    }
    Answer::ok(&shown)
}

pub(crate) async fn update(call: Call) -> Result<Answer, ApiError> {
    let id = id(&call)?;
    let (body, kept): (types::ProtectionGroupRequest, _) = call.kept_body()?;
    let expected = body
        .last_modified_timestamp_usecs
        .map(|usecs| wire::from_usecs("lastModifiedTimestampUsecs", usecs))
        .transpose()?;
    let rules = wire::group_rules(&call.ids, body, kept)?;
    check_patterns(&call, &rules)?;
    let group = call.engine.update_group(&call.tenant, id, rules, expected).await?;
    Answer::ok(&wire::group(&call.ids, &group))
}

pub(crate) async fn delete(call: Call) -> Result<Answer, ApiError> {
    call.engine.delete_group(&call.tenant, id(&call)?, call.flag("deleteSnapshots")?).await?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

/// The engine refuses such a pattern too; what the API calls it only this side knows.
fn check_patterns(call: &Call, rules: &GroupRules) -> Result<(), ApiError> {
    for (at, pattern) in rules.excluded_patterns.iter().enumerate() {
        call.engine.check_pattern(pattern).map_err(|err| {
            let member = format!("physicalParams.fileProtectionTypeParams.globalExcludePaths[{at}]");
            ApiError::invalid(&member, err.message())
        })?;
    }
    Ok(())
}

/// The filters of the list.
struct Wanted {
    ids: Vec<types::ProtectionGroupId>,
    names: Vec<String>,
    policy_ids: Vec<types::PolicyId>,
    source_ids: Vec<types::SourceId>,
    environments: Vec<types::Environment>,
    is_active: Option<bool>,
    is_deleted: bool,
    is_paused: Option<bool>,
    is_last_run_sla_violated: Option<bool>,
    /// Only groups whose policy locks snapshots.
    only_locked: bool,
    local_status: Vec<types::RunStatus>,
    any_status: Vec<types::RunStatus>,
    /// No run makes copies here, so nothing passes a filter on them.
    on_copies: bool,
    include_last_run: bool,
}

impl Wanted {
    fn read(call: &Call) -> Result<Self, ApiError> {
        let mut on_copies = false;
        for name in ["lastRunReplicationStatus", "lastRunArchivalStatus", "lastRunCloudSpinStatus"] {
            on_copies |= !call.list::<types::RunStatus>(name)?.is_empty();
        }
        Ok(Self {
            ids: call.list("ids")?,
            names: call.list("names")?,
            policy_ids: call.list("policyIds")?,
            source_ids: call.list("sourceIds")?,
            environments: call.list("environments")?,
            is_active: call.parameter("isActive")?,
            is_deleted: call.flag("isDeleted")?,
            is_paused: call.parameter("isPaused")?,
            is_last_run_sla_violated: call.parameter("isLastRunSlaViolated")?,
            only_locked: call.flag("includeGroupsWithDatalockOnly")?,
            local_status: call.list("lastRunLocalBackupStatus")?,
            any_status: call.list("lastRunAnyStatus")?,
            on_copies,
            include_last_run: call.flag("includeLastRunInfo")?,
        })
    }

    fn takes(&self, group: &types::ProtectionGroup) -> bool {
        fn among<T: PartialEq>(wanted: &[T], value: &Option<T>) -> bool {
            wanted.is_empty() || value.as_ref().is_some_and(|value| wanted.contains(value))
        }
        // A host is one object and its own source.
        let protects = |id: &types::SourceId| {
            group
                .physical_params
                .iter()
                .flat_map(|physical| &physical.file_protection_type_params)
                .flat_map(|files| &files.objects)
                .any(|object| object.id.get() == id.get())
        };
        among(&self.ids, &group.id)
            && among(&self.names, &group.name)
            && among(&self.policy_ids, &group.policy_id)
            && (self.source_ids.is_empty() || self.source_ids.iter().any(protects))
            && (self.environments.is_empty() || self.environments.contains(&types::Environment::Physical))
            && self.is_active.is_none_or(|wanted| group.is_active == Some(wanted))
            && group.is_deleted == Some(self.is_deleted)
            && self.is_paused.is_none_or(|wanted| group.is_paused == Some(wanted))
            && !self.on_copies
    }

    fn needs_last_run(&self) -> bool {
        self.include_last_run
            || !self.local_status.is_empty()
            || !self.any_status.is_empty()
            || self.is_last_run_sla_violated.is_some()
    }

    fn takes_last_run(&self, run: Option<&types::ProtectionGroupRun>) -> bool {
        let summary = run.and_then(|run| run.local_backup_info.as_ref());
        let status = summary.and_then(|summary| summary.status.as_ref());
        let among = |wanted: &[types::RunStatus]| {
            wanted.is_empty() || status.is_some_and(|status| wanted.contains(status))
        };
        let violated = summary.and_then(|summary| summary.is_sla_violated).unwrap_or(false);
        among(&self.local_status)
            && among(&self.any_status)
            && self.is_last_run_sla_violated.is_none_or(|wanted| wanted == violated)
    }
}

/// The policies that lock snapshots, if somebody wants to know.
async fn locking_policies(call: &Call, wanted: &Wanted) -> Result<HashSet<PolicyId>, ApiError> {
    if !wanted.only_locked {
        return Ok(HashSet::new());
    }
    let policies = call.engine.policies(&call.tenant).await?;
    Ok(policies.into_iter().filter(|policy| policy.rules.locks()).map(|policy| policy.id).collect())
}

async fn last_run(call: &Call, group: GroupId) -> Result<Option<types::ProtectionGroupRun>, ApiError> {
    let filter = RunFilter { group: Some(group), limit: Some(1), ..RunFilter::default() };
    let runs = call.engine.runs(&call.tenant, &filter).await?;
    let Some(run) = runs.first() else {
        return Ok(None);
    };
    let filter = SnapshotFilter { run: Some(run.id), ..SnapshotFilter::default() };
    let snapshots = call.engine.snapshots(&call.tenant, &filter).await?;
    Ok(Some(wire::run(&call.ids, run, &snapshots, false)))
}

fn id(call: &Call) -> Result<GroupId, ApiError> {
    let id: String = call.required("id")?;
    call.ids.parse_group(&id)
}
