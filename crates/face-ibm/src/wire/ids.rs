//! Ids as the API spells them.
//!
//! - Policies, groups and recoveries: `cluster:incarnation:number`.
//! - Runs: `number:start`, with the start in microseconds.
//! - Connections and connectors: the number, as a string of digits.
//! - Snapshots: opaque; ours are base64 of a small JSON object.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use engine::{GroupId, Installation, ObjectRun, PolicyId, RecoveryId, Run, RunId, Snapshot, SnapshotId};
use ibm_backup_recovery::types;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// A number that is spelt as we spell it: no sign, no zeros before it.
pub(super) fn parse_number(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|number| *number >= 0 && number.to_string() == text)
}

/// Writes and reads the ids of one installation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WireIds {
    installation: Installation,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SnapshotToken {
    cluster_id: i64,
    incarnation_id: i64,
    job_id: i64,
    job_instance_id: i64,
    run_start_time_usecs: i64,
    object_id: i64,
    snapshot_id: i64,
}

impl WireIds {
    pub(crate) fn new(installation: Installation) -> Self {
        Self { installation }
    }

    pub(crate) fn cluster_id(&self) -> i64 {
        self.installation.cluster_id
    }

    pub(crate) fn incarnation_id(&self) -> i64 {
        self.installation.incarnation_id
    }

    pub(crate) fn policy(&self, id: PolicyId) -> types::PolicyId {
        self.triple(id.0).into()
    }

    pub(crate) fn group(&self, id: GroupId) -> types::ProtectionGroupId {
        self.triple(id.0).into()
    }

    pub(crate) fn recovery(&self, id: RecoveryId) -> types::RecoveryId {
        self.triple(id.0).into()
    }

    /// The path of a run's progress.
    pub(crate) fn run_task(run: &Run) -> String {
        format!("run-{}", run.id)
    }

    /// The path of the progress of one object of a run.
    pub(crate) fn object_task(run: &Run, object: &ObjectRun) -> String {
        format!("run-{}/object-{}", run.id, object.object)
    }

    pub(crate) fn run(run: &Run) -> types::RunId {
        format!("{}:{}", run.id, run.queued_at.as_microsecond()).into()
    }

    pub(crate) fn snapshot(&self, snapshot: &Snapshot) -> types::SnapshotId {
        let token = SnapshotToken {
            cluster_id: self.installation.cluster_id,
            incarnation_id: self.installation.incarnation_id,
            job_id: snapshot.group.0,
            job_instance_id: snapshot.run.0,
            run_start_time_usecs: snapshot.taken_at.as_microsecond(),
            object_id: snapshot.object.0,
            snapshot_id: snapshot.id.0,
        };
        // Numbers and fixed names always have a JSON form.
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default()).into()
    }

    /// An id that has not our shape names nothing that is here: all of these answer 404.
    pub(crate) fn parse_policy(&self, text: &str) -> Result<PolicyId, ApiError> {
        self.parse_triple(text).map(PolicyId).ok_or_else(|| ApiError::not_found("policy", text))
    }

    pub(crate) fn parse_group(&self, text: &str) -> Result<GroupId, ApiError> {
        self.parse_triple(text).map(GroupId).ok_or_else(|| ApiError::not_found("protection group", text))
    }

    pub(crate) fn parse_recovery(&self, text: &str) -> Result<RecoveryId, ApiError> {
        self.parse_triple(text).map(RecoveryId).ok_or_else(|| ApiError::not_found("recovery", text))
    }

    pub(crate) fn parse_run(text: &str) -> Result<RunId, ApiError> {
        text.split_once(':')
            .filter(|(_, start)| parse_number(start).is_some())
            .and_then(|(number, _)| parse_number(number))
            .map(RunId)
            .ok_or_else(|| ApiError::not_found("run", text))
    }

    /// The id of a snapshot of this installation: an id that outlived its data folder names nothing.
    pub(crate) fn parse_snapshot(&self, text: &str) -> Result<SnapshotId, ApiError> {
        BASE64_URL_SAFE_NO_PAD
            .decode(text.trim_end_matches('='))
            .ok()
            .and_then(|json| serde_json::from_slice::<SnapshotToken>(&json).ok())
            .filter(|token| {
                token.cluster_id == self.installation.cluster_id
                    && token.incarnation_id == self.installation.incarnation_id
            })
            .map(|token| SnapshotId(token.snapshot_id))
            .ok_or_else(|| ApiError::not_found("snapshot", text))
    }

    /// The id on the wire of what the engine calls `what` and knows by this number; of runs and snapshots, which have
    /// more in their ids, that of the ids a caller has `written`.
    pub(crate) fn spell(&self, what: &str, number: i64, written: &[String]) -> Option<String> {
        match what {
            "policy" | "group" | "protection group" | "recovery" => Some(self.triple(number)),
            "run" => {
                written.iter().find(|text| Self::parse_run(text).is_ok_and(|id| id.0 == number)).cloned()
            }
            "snapshot" => {
                written.iter().find(|text| self.parse_snapshot(text).is_ok_and(|id| id.0 == number)).cloned()
            }
            _ => None,
        }
    }

    fn triple(&self, number: i64) -> String {
        format!("{}:{}:{number}", self.installation.cluster_id, self.installation.incarnation_id)
    }

    fn parse_triple(&self, text: &str) -> Option<i64> {
        let mut parts = text.split(':').map(parse_number);
        let (Some(Some(cluster)), Some(Some(incarnation)), Some(Some(number)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let here = Installation { cluster_id: cluster, incarnation_id: incarnation };
        (here == self.installation).then_some(number)
    }
}
