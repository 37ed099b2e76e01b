//! Runs of a protection group.

use std::collections::{HashMap, HashSet};

use engine::{GroupId, ObjectId, Run, RunFilter, RunId, RunRequest, Snapshot, SnapshotFilter, Trigger};
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire::{self, WireIds};

/// How far back the list looks when nobody says: an hour, in microseconds.
const DEFAULT_WINDOW_USECS: i64 = 3_600_000_000;
/// How many runs the list shows when nobody says.
const DEFAULT_RUNS: usize = 100;

pub(crate) async fn start(call: Call) -> Result<Answer, ApiError> {
    let group = group_id(&call)?;
    let body: types::StartRunRequest = call.body()?;
    if let Some(targets) = &body.targets_config {
        let copies = targets.replications.as_ref().is_some_and(|list| !list.is_empty())
            || targets.archivals.as_ref().is_some_and(|list| !list.is_empty())
            || targets.cloud_replications.as_ref().is_some_and(|list| !list.is_empty());
        if copies {
            return Err(ApiError::unsupported(
                "targetsConfig",
                "this server makes no copies to other targets",
            ));
        }
    }
    let objects = body.objects.unwrap_or_default();
    for (at, object) in objects.iter().enumerate() {
        if object.physical_params.as_ref().is_some_and(|params| params.metadata_file_path.is_some()) {
            return Err(ApiError::unsupported(
                &format!("objects[{at}].physicalParams.metadataFilePath"),
                "lists of paths are not read from the host; a run backs up the paths of its group",
            ));
        }
        if object.app_ids.as_ref().is_some_and(|ids| !ids.is_empty()) {
            return Err(ApiError::unsupported(
                &format!("objects[{at}].appIds"),
                "files are backed up by their host; there are no applications on it that this server knows",
            ));
        }
    }
    let request = RunRequest {
        kind: wire::run_kind(&body.run_type)?,
        trigger: Trigger::OnDemand,
        objects: objects.iter().map(|object| ObjectId(object.id.get())).collect(),
        extras: engine::Extras::new(),
    };
    let run = call.engine.start_run(&call.tenant, group, request).await?;
    let answer = types::StartRunResponse {
        protection_group_id: Some(call.ids.group(run.group)),
        unknown_fields: Default::default(),
    };
    Answer::json(StatusCode::ACCEPTED, &answer)
}

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let group = group_id(&call)?;
    // A group that is not there is an error; one without runs is an empty list.
    call.engine.group(&call.tenant, group).await?;
    let wanted = Wanted::read(&call)?;
    let mut runs = match wanted.filter(group)? {
        Some(filter) => call.engine.runs(&call.tenant, &filter).await?,
        None => Vec::new(),
    };
    runs.retain(|run| wanted.takes(run));
    if wanted.only_restorable {
        let restorable: HashSet<_> = snapshots(&call, group, &runs).await?.keys().copied().collect();
        runs.retain(|run| restorable.contains(&run.id));
    }
    let total = wanted.is_bounded.then_some(runs.len() as i64);
    runs.truncate(wanted.limit);
    let mut left = snapshots(&call, group, &runs).await?;
    let shown = runs
        .iter()
        .map(|run| show(&call, run, &left.remove(&run.id).unwrap_or_default(), wanted.details))
        .collect();
    Answer::ok(&types::ProtectionGroupRunList {
        runs: Some(shown),
        total_runs: total,
        unknown_fields: Default::default(),
    })
}

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    let group = group_id(&call)?;
    let id: String = call.required("runId")?;
    let filter =
        RunFilter { group: Some(group), run: Some(WireIds::parse_run(&id)?), ..RunFilter::default() };
    let runs = call.engine.runs(&call.tenant, &filter).await?;
    let Some(run) = runs.first().filter(|run| WireIds::run(run) == id) else {
        return Err(ApiError::not_found("run", id));
    };
    let filter = SnapshotFilter { run: Some(run.id), ..SnapshotFilter::default() };
    let snapshots = call.engine.snapshots(&call.tenant, &filter).await?;
    Answer::ok(&show(&call, run, &snapshots, call.flag("includeObjectDetails")?))
}

/// Acts on runs. What fails is told run by run inside a 202, as the API has it; a cancellation has no place
/// for an error in its answer, so one that fails is an error of the call.
pub(crate) async fn act(call: Call) -> Result<Answer, ApiError> {
    let group = group_id(&call)?;
    call.engine.group(&call.tenant, group).await?;
    let body: types::RunActionRequest = call.body()?;
    let mut answer = types::RunActionResponse { action: Some(body.action.clone()), ..Default::default() };
    match body.action {
        types::RunAction::Pause => {
            let targets = needed("pauseParams", body.pause_params)?;
            answer.pause_params = Some(pause_or_resume(&call, group, targets, true).await);
        }
        types::RunAction::Resume => {
            let targets = needed("resumeParams", body.resume_params)?;
            answer.resume_params = Some(pause_or_resume(&call, group, targets, false).await);
        }
        types::RunAction::Cancel => {
            let targets = needed("cancelParams", body.cancel_params)?;
            answer.cancel_params = Some(cancel(&call, group, targets).await?);
        }
        other => return Err(ApiError::unsupported("action", format!("this server does not know {other}"))),
    }
    Answer::json(StatusCode::ACCEPTED, &answer)
}

async fn pause_or_resume(
    call: &Call,
    group: GroupId,
    targets: Vec<types::RunActionTarget>,
    pause: bool,
) -> Vec<types::RunActionOutcome> {
    let mut outcomes = Vec::new();
    for target in targets {
        let done = match find(call, group, &target.run_id).await {
            Ok(run) if pause => call.engine.pause_run(&call.tenant, run.id).await.map_err(ApiError::from),
            Ok(run) => call.engine.resume_run(&call.tenant, run.id).await.map_err(ApiError::from),
            Err(err) => Err(err),
        };
        let error = done.err().map(|err| err.message);
        outcomes.push(types::RunActionOutcome {
            run_id: Some(target.run_id),
            error,
            unknown_fields: Default::default(),
        });
    }
    outcomes
}

async fn cancel(
    call: &Call,
    group: GroupId,
    targets: Vec<types::CancelRunTarget>,
) -> Result<Vec<types::CancelRunOutcome>, ApiError> {
    let mut runs = Vec::new();
    for (at, target) in targets.iter().enumerate() {
        let run = find(call, group, &target.run_id).await?;
        check_tasks(&format!("cancelParams[{at}]"), target, &run)?;
        runs.push(run);
    }
    let mut outcomes = Vec::new();
    for (run, target) in runs.into_iter().zip(targets) {
        let objects = target.object_ids.unwrap_or_default();
        let objects: Vec<_> = objects.into_iter().map(|id| ObjectId(id.get())).collect();
        if objects.is_empty() {
            call.engine.cancel_run(&call.tenant, run.id).await?;
        } else {
            call.engine.cancel_objects(&call.tenant, run.id, &objects).await?;
        }
        outcomes.push(types::CancelRunOutcome {
            run_id: Some(WireIds::run(&run)),
            unknown_fields: Default::default(),
        });
    }
    Ok(outcomes)
}

/// Looks at what is named of a run: it has one local task, and no others.
fn check_tasks(member: &str, target: &types::CancelRunTarget, run: &Run) -> Result<(), ApiError> {
    let copies = [
        ("replicationTaskId", target.replication_task_id.as_ref().map(Vec::len)),
        ("archivalTaskId", target.archival_task_id.as_ref().map(Vec::len)),
        ("cloudSpinTaskId", target.cloud_spin_task_id.as_ref().map(Vec::len)),
    ];
    for (name, tasks) in copies {
        if tasks.is_some_and(|count| count > 0) {
            return Err(ApiError::unsupported(
                &format!("{member}.{name}"),
                "this server makes no copies, so there is no such task",
            ));
        }
    }
    match &target.local_task_id {
        Some(task) if task.as_str() != WireIds::run(run).as_str() => {
            Err(ApiError::not_found("local task", task))
        }
        _ => Ok(()),
    }
}

/// A run of this group by its id on the wire.
pub(super) async fn find(call: &Call, group: GroupId, id: &str) -> Result<Run, ApiError> {
    let filter = RunFilter { group: Some(group), run: Some(WireIds::parse_run(id)?), ..RunFilter::default() };
    let runs = call.engine.runs(&call.tenant, &filter).await?;
    runs.into_iter().find(|run| WireIds::run(run) == id).ok_or_else(|| ApiError::not_found("run", id))
}

fn needed<T>(member: &str, targets: Option<Vec<T>>) -> Result<Vec<T>, ApiError> {
    targets
        .filter(|targets| !targets.is_empty())
        .ok_or_else(|| ApiError::invalid(member, "is missing; it names the runs to act on"))
}

/// The filters of the list.
struct Wanted {
    /// From and until when, in microseconds since 1970.
    window: (types::UnixMicros, types::UnixMicros),
    by_end_time: bool,
    is_bounded: bool,
    run: Option<String>,
    states: Vec<types::RunStatus>,
    kinds: Vec<types::RunTypeFilter>,
    /// Nothing is copied, tagged or kept elsewhere here: a filter on such things lets nothing through.
    on_what_is_not_here: bool,
    only_restorable: bool,
    limit: usize,
    details: bool,
}

impl Wanted {
    fn read(call: &Call) -> Result<Self, ApiError> {
        let mut on_what_is_not_here = call.flag("filterByCopyTaskEndTime")?;
        for name in ["replicationRunStatus", "archivalRunStatus", "cloudSpinRunStatus"] {
            on_what_is_not_here |= !call.list::<types::RunStatus>(name)?.is_empty();
        }
        on_what_is_not_here |= !call.list::<String>("runTags")?.is_empty();
        let targets: Vec<types::SnapshotTargetType> = call.list("snapshotTargetTypes")?;
        on_what_is_not_here |= !targets.is_empty() && !targets.contains(&types::SnapshotTargetType::Local);
        let by_end_time = call.flag("filterByEndTime")?;
        if by_end_time && call.flag("filterByCopyTaskEndTime")? {
            return Err(ApiError::invalid(
                "filterByEndTime",
                "cannot be combined with filterByCopyTaskEndTime",
            ));
        }
        let (start, end): (Option<types::UnixMicros>, Option<types::UnixMicros>) =
            (call.parameter("startTimeUsecs")?, call.parameter("endTimeUsecs")?);
        let limit: Option<i64> = call.parameter("numRuns")?;
        let limit = limit
            .map(|limit| {
                usize::try_from(limit)
                    .map_err(|_| ApiError::invalid("numRuns", format!("must not be negative: {limit}")))
            })
            .transpose()?;
        let until = end.unwrap_or_else(|| wire::usecs(call.engine.now()));
        let since = || types::UnixMicros(until.get().saturating_sub(DEFAULT_WINDOW_USECS));
        Ok(Self {
            window: (start.unwrap_or_else(since), until),
            by_end_time,
            is_bounded: start.is_some() || end.is_some() || limit.is_some(),
            run: call.parameter("runId")?,
            states: call.list("localBackupRunStatus")?,
            kinds: call.list("runTypes")?,
            on_what_is_not_here,
            only_restorable: call.flag("excludeNonRestorableRuns")?,
            limit: limit.unwrap_or(DEFAULT_RUNS),
            details: call.flag("includeObjectDetails")?,
        })
    }

    /// The engine's filter; none when nothing can match.
    fn filter(&self, group: GroupId) -> Result<Option<RunFilter>, ApiError> {
        let (Some(states), Some(kinds)) = (wire::run_states(&self.states), wire::run_kinds(&self.kinds))
        else {
            return Ok(None);
        };
        if self.on_what_is_not_here {
            return Ok(None);
        }
        let mut filter = RunFilter { group: Some(group), states, kinds, ..RunFilter::default() };
        if let Some(run) = &self.run {
            filter.run = Some(WireIds::parse_run(run)?);
            return Ok(Some(filter));
        }
        let (start, end) = self.window;
        let start = wire::from_usecs("startTimeUsecs", start)?;
        filter.until = Some(wire::from_usecs("endTimeUsecs", end)?);
        if !self.by_end_time {
            filter.from = Some(start);
        }
        Ok(Some(filter))
    }

    fn takes(&self, run: &Run) -> bool {
        let ended = run.ended_at.map(wire::usecs);
        let in_time = !self.by_end_time
            || self.run.is_some()
            || ended.is_some_and(|ended| {
                let (start, end) = self.window;
                (start..=end).contains(&ended)
            });
        let named = self.run.as_ref().is_none_or(|id| WireIds::run(run) == *id);
        in_time && named
    }
}

/// What is left of the snapshots of these runs of a group, which are in order.
async fn snapshots(
    call: &Call,
    group: GroupId,
    runs: &[Run],
) -> Result<HashMap<RunId, Vec<Snapshot>>, ApiError> {
    let mut left: HashMap<_, Vec<_>> = HashMap::new();
    let (Some(latest), Some(earliest)) = (runs.first(), runs.last()) else { return Ok(left) };
    // A snapshot is taken when its run is asked for.
    let filter = SnapshotFilter {
        groups: vec![group],
        from: Some(earliest.queued_at),
        until: Some(latest.queued_at),
        ..SnapshotFilter::default()
    };
    for snapshot in call.engine.snapshots(&call.tenant, &filter).await? {
        left.entry(snapshot.run).or_default().push(snapshot);
    }
    Ok(left)
}

fn show(call: &Call, run: &Run, snapshots: &[Snapshot], details: bool) -> types::ProtectionGroupRun {
    wire::run(&call.ids, run, snapshots, details)
}

pub(super) fn group_id(call: &Call) -> Result<GroupId, ApiError> {
    let id: String = call.required("id")?;
    call.ids.parse_group(&id)
}
