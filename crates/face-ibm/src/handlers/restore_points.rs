//! What snapshots can be restored to, and what can be said of one.

use engine::{ObjectId, SnapshotFilter};
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

/// Finds the snapshots of groups in a window. Every snapshot of files is whole by itself, whatever kind of run
/// took it, so each of them is a point to restore to; there are no logs, hence no ranges between them.
pub(crate) async fn find(call: Call) -> Result<Answer, ApiError> {
    let body: types::RestorePointsRequest = call.body()?;
    if body.start_time_usecs > body.end_time_usecs {
        return Err(ApiError::invalid("startTimeUsecs", "must not lie after endTimeUsecs"));
    }
    let mut groups = Vec::new();
    for id in &body.protection_group_ids {
        groups.push(call.engine.group(&call.tenant, call.ids.parse_group(id)?).await?.id);
    }
    let filter = SnapshotFilter {
        object: body.source_id.map(|id| ObjectId(id.get())),
        from: Some(wire::from_usecs("startTimeUsecs", body.start_time_usecs)?),
        until: Some(wire::from_usecs("endTimeUsecs", body.end_time_usecs)?),
        groups,
        ..SnapshotFilter::default()
    };
    let nothing =
        filter.groups.is_empty() || body.environment != types::RestorePointsRequestEnvironment::Physical;
    let points = if nothing { Vec::new() } else { call.engine.restore_points(&call.tenant, &filter).await? };
    let objects = call.engine.objects(&call.tenant).await?;
    let shown = points.iter().map(|taken| {
        let object = objects.iter().find(|object| object.id == taken.snapshot.object);
        wire::restore_point(&call.ids, taken, object)
    });
    Answer::created(&types::RestorePointsResponse {
        full_snapshot_info: Some(shown.collect()),
        time_range_info: Some(types::RestorableTimeRanges {
            time_ranges: Some(Vec::new()),
            ..types::RestorableTimeRanges::default()
        }),
        unknown_fields: Default::default(),
    })
}

/// Describes a snapshot. Of files of a host the API has no details beyond the environment.
pub(crate) async fn describe(call: Call) -> Result<Answer, ApiError> {
    let id: String = call.required("snapshotsId")?;
    call.engine.snapshot(&call.tenant, call.ids.parse_snapshot(&id)?).await?;
    let body: types::MetaInfoRequest = call.body()?;
    if body.environment != types::MetaInfoRequestEnvironment::Physical {
        return Err(ApiError::invalid(
            "environment",
            format!("the snapshot is of a kPhysical host, not of {}", body.environment),
        ));
    }
    let given = [
        ("kubernetesParams", body.kubernetes_params.is_some()),
        ("oracleParams", body.oracle_params.is_some()),
        ("sfdcParams", body.sfdc_params.is_some()),
    ];
    if let Some((member, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
        return Err(ApiError::invalid(member, "does not belong to the environment kPhysical"));
    }
    Answer::ok(&types::MetaInfo {
        environment: Some(types::MetaInfoEnvironment::PhysicalFiles),
        ..types::MetaInfo::default()
    })
}
