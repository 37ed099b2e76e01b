//! The runs of a group.

use serde::{Deserialize, Serialize};

use super::copies::{ArchivalRun, CloudSpinRun, ReplicationRun};
use super::shared::{BackupRunType, DataLockMode, Environment};
use super::tenants::Tenant;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProtectionGroupRunList {
    pub(crate) runs: Option<Vec<ProtectionGroupRun>>,
    pub(crate) total_runs: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProtectionGroupRun {
    pub(crate) id: Option<String>,
    pub(crate) protection_group_instance_id: Option<i64>,
    pub(crate) protection_group_id: Option<String>,
    pub(crate) is_replication_run: Option<bool>,
    pub(crate) origin_cluster_identifier: Option<ClusterIdentifier>,
    pub(crate) origin_protection_group_id: Option<String>,
    pub(crate) protection_group_name: Option<String>,
    pub(crate) is_local_snapshots_deleted: Option<bool>,
    pub(crate) objects: Option<Vec<ObjectRunResult>>,
    pub(crate) local_backup_info: Option<BackupRunSummary>,
    pub(crate) original_backup_info: Option<BackupRunSummary>,
    pub(crate) replication_info: Option<ReplicationRun>,
    pub(crate) archival_info: Option<ArchivalRun>,
    pub(crate) cloud_spin_info: Option<CloudSpinRun>,
    pub(crate) on_legal_hold: Option<bool>,
    pub(crate) permissions: Option<Vec<Tenant>>,
    pub(crate) is_cloud_archival_direct: Option<bool>,
    pub(crate) has_local_snapshot: Option<bool>,
    pub(crate) environment: Option<String>,
    pub(crate) externally_triggered_backup_tag: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterIdentifier {
    pub(crate) cluster_id: Option<i64>,
    pub(crate) cluster_incarnation_id: Option<i64>,
    pub(crate) cluster_name: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectRunResult {
    pub(crate) object: Option<ObjectSummary>,
    pub(crate) local_snapshot_info: Option<BackupRun>,
    pub(crate) original_backup_info: Option<BackupRun>,
    pub(crate) replication_info: Option<ReplicationRun>,
    pub(crate) archival_info: Option<ArchivalRun>,
    pub(crate) cloud_spin_info: Option<CloudSpinRun>,
    pub(crate) on_legal_hold: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectSummary {
    pub(crate) id: Option<i64>,
    pub(crate) name: Option<String>,
    pub(crate) source_id: Option<i64>,
    pub(crate) source_name: Option<String>,
    pub(crate) environment: Option<Environment>,
    pub(crate) object_hash: Option<String>,
    pub(crate) object_type: Option<String>,
    pub(crate) logical_size_bytes: Option<i64>,
    pub(crate) uuid: Option<String>,
    pub(crate) global_id: Option<String>,
    pub(crate) protection_type: Option<ObjectProtectionType>,
    pub(crate) sharepoint_site_summary: Option<SharepointSiteSummary>,
    pub(crate) os_type: Option<OsType>,
    pub(crate) child_objects: Option<Vec<ObjectSummary>>,
    pub(crate) v_center_summary: Option<VcenterSummary>,
    pub(crate) windows_cluster_summary: Option<WindowsClusterSummary>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ObjectProtectionType {
    KAgent,
    KAuroraSnapshotManager,
    KAwsAuroraPostgres,
    KAwsRDSPostgres,
    KAwsRDSPostgresBackup,
    KAwsS3,
    KAzureSQL,
    KFile,
    KNative,
    KRDSSnapshotManager,
    KSnapshotManager,
    KVolume,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SharepointSiteSummary {
    pub(crate) site_web_url: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OsType {
    KLinux,
    KWindows,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VcenterSummary {
    pub(crate) is_cloud_env: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WindowsClusterSummary {
    pub(crate) cluster_source_type: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupRun {
    pub(crate) snapshot_info: Option<SnapshotInfo>,
    pub(crate) failed_attempts: Option<Vec<BackupAttempt>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SnapshotInfo {
    pub(crate) snapshot_id: Option<String>,
    pub(crate) status: Option<SnapshotInfoStatus>,
    pub(crate) status_message: Option<String>,
    pub(crate) start_time_usecs: Option<i64>,
    pub(crate) end_time_usecs: Option<i64>,
    pub(crate) admitted_time_usecs: Option<i64>,
    pub(crate) permit_grant_time_usecs: Option<i64>,
    pub(crate) queue_duration_usecs: Option<i64>,
    pub(crate) snapshot_creation_time_usecs: Option<i64>,
    pub(crate) stats: Option<BackupDataStats>,
    pub(crate) progress_task_id: Option<String>,
    pub(crate) indexing_task_id: Option<String>,
    pub(crate) stats_task_id: Option<String>,
    pub(crate) warnings: Option<Vec<String>>,
    pub(crate) is_manually_deleted: Option<bool>,
    pub(crate) expiry_time_usecs: Option<i64>,
    pub(crate) total_file_count: Option<i64>,
    pub(crate) backup_file_count: Option<i64>,
    pub(crate) data_lock_constraints: Option<DataLockConstraints>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SnapshotInfoStatus {
    KCurrentAttemptPaused,
    KCurrentAttemptPausing,
    KCurrentAttemptResuming,
    KFailed,
    KInProgress,
    KSuccessful,
    KWaitingForNextAttempt,
    KWaitingForOlderBackupRun,
    KWarning,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupDataStats {
    pub(crate) logical_size_bytes: Option<i64>,
    pub(crate) bytes_written: Option<i64>,
    pub(crate) bytes_read: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataLockConstraints {
    pub(crate) mode: Option<DataLockMode>,
    pub(crate) expiry_time_usecs: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupAttempt {
    pub(crate) start_time_usecs: Option<i64>,
    pub(crate) end_time_usecs: Option<i64>,
    pub(crate) admitted_time_usecs: Option<i64>,
    pub(crate) permit_grant_time_usecs: Option<i64>,
    pub(crate) queue_duration_usecs: Option<i64>,
    pub(crate) snapshot_creation_time_usecs: Option<i64>,
    pub(crate) status: Option<RunStatus>,
    pub(crate) stats: Option<BackupDataStats>,
    pub(crate) progress_task_id: Option<String>,
    pub(crate) message: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum RunStatus {
    Accepted,
    Running,
    Paused,
    Canceling,
    Canceled,
    Failed,
    Missed,
    Succeeded,
    SucceededWithWarning,
    OnHold,
    Finalizing,
    Skipped,
    LegalHold,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupRunSummary {
    pub(crate) run_type: Option<BackupRunType>,
    pub(crate) is_sla_violated: Option<bool>,
    pub(crate) start_time_usecs: Option<i64>,
    pub(crate) end_time_usecs: Option<i64>,
    pub(crate) status: Option<RunStatus>,
    pub(crate) messages: Option<Vec<String>>,
    pub(crate) successful_objects_count: Option<i64>,
    pub(crate) skipped_objects_count: Option<i64>,
    pub(crate) failed_objects_count: Option<i64>,
    pub(crate) cancelled_objects_count: Option<i64>,
    pub(crate) successful_app_objects_count: Option<i64>,
    pub(crate) failed_app_objects_count: Option<i64>,
    pub(crate) cancelled_app_objects_count: Option<i64>,
    pub(crate) local_snapshot_stats: Option<BackupDataStats>,
    pub(crate) indexing_task_id: Option<String>,
    pub(crate) progress_task_id: Option<String>,
    pub(crate) stats_task_id: Option<String>,
    pub(crate) data_lock: Option<DataLockMode>,
    pub(crate) local_task_id: Option<String>,
    pub(crate) data_lock_constraints: Option<DataLockConstraints>,
}
