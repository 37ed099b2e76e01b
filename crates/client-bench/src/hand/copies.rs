//! Copies of a run: replicated, archived, spun up in a cloud.

use serde::{Deserialize, Serialize};

use super::runs::{DataLockConstraints, RunStatus};
use super::shared::{
    ArchivalTargetType, AwsCloudSpinParams, AwsReplicationTarget, AwsTiers, AzureCloudSpinParams,
    AzureReplicationTarget, AzureTiers, BackupRunType, CloudPlatform, GoogleTiers, OracleTiers,
};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplicationRun {
    pub(crate) replication_target_results: Option<Vec<ReplicationTargetResult>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplicationTargetResult {
    pub(crate) cluster_id: Option<i64>,
    pub(crate) cluster_incarnation_id: Option<i64>,
    pub(crate) cluster_name: Option<String>,
    pub(crate) aws_target_config: Option<AwsReplicationTarget>,
    pub(crate) azure_target_config: Option<AzureReplicationTarget>,
    pub(crate) start_time_usecs: Option<i64>,
    pub(crate) end_time_usecs: Option<i64>,
    pub(crate) queued_time_usecs: Option<i64>,
    pub(crate) status: Option<RunStatus>,
    pub(crate) message: Option<String>,
    pub(crate) percentage_completed: Option<i64>,
    pub(crate) stats: Option<ReplicationDataStats>,
    pub(crate) is_manually_deleted: Option<bool>,
    pub(crate) expiry_time_usecs: Option<i64>,
    pub(crate) replication_task_id: Option<String>,
    pub(crate) entries_changed: Option<i64>,
    pub(crate) is_in_bound: Option<bool>,
    pub(crate) data_lock_constraints: Option<DataLockConstraints>,
    pub(crate) on_legal_hold: Option<bool>,
    pub(crate) multi_object_replication: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplicationDataStats {
    pub(crate) logical_size_bytes: Option<i64>,
    pub(crate) logical_bytes_transferred: Option<i64>,
    pub(crate) physical_bytes_transferred: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArchivalRun {
    pub(crate) archival_target_results: Option<Vec<ArchivalTargetResult>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArchivalTargetResult {
    pub(crate) target_id: Option<i64>,
    pub(crate) archival_task_id: Option<String>,
    pub(crate) target_name: Option<String>,
    pub(crate) target_type: Option<ArchivalTargetType>,
    pub(crate) usage_type: Option<ArchivalUsageType>,
    pub(crate) ownership_context: Option<OwnershipContext>,
    pub(crate) tier_settings: Option<ArchivalTargetTierInfo>,
    pub(crate) run_type: Option<BackupRunType>,
    pub(crate) is_sla_violated: Option<bool>,
    pub(crate) snapshot_id: Option<String>,
    pub(crate) start_time_usecs: Option<i64>,
    pub(crate) end_time_usecs: Option<i64>,
    pub(crate) queued_time_usecs: Option<i64>,
    pub(crate) is_incremental: Option<bool>,
    pub(crate) is_forever_incremental: Option<bool>,
    pub(crate) is_cad_archive: Option<bool>,
    pub(crate) status: Option<RunStatus>,
    pub(crate) message: Option<String>,
    pub(crate) progress_task_id: Option<String>,
    pub(crate) stats_task_id: Option<String>,
    pub(crate) indexing_task_id: Option<String>,
    pub(crate) successful_objects_count: Option<i64>,
    pub(crate) failed_objects_count: Option<i64>,
    pub(crate) cancelled_objects_count: Option<i64>,
    pub(crate) successful_app_objects_count: Option<i64>,
    pub(crate) failed_app_objects_count: Option<i64>,
    pub(crate) cancelled_app_objects_count: Option<i64>,
    pub(crate) stats: Option<ArchivalDataStats>,
    pub(crate) is_manually_deleted: Option<bool>,
    pub(crate) expiry_time_usecs: Option<i64>,
    pub(crate) data_lock_constraints: Option<DataLockConstraints>,
    pub(crate) on_legal_hold: Option<bool>,
    pub(crate) worm_properties: Option<WormProperties>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum ArchivalUsageType {
    Archival,
    Tiering,
    Rpaas,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum OwnershipContext {
    Local,
    FortKnox,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArchivalTargetTierInfo {
    pub(crate) aws_tiering: Option<AwsTiers>,
    pub(crate) azure_tiering: Option<AzureTiers>,
    pub(crate) cloud_platform: Option<CloudPlatform>,
    pub(crate) google_tiering: Option<GoogleTiers>,
    pub(crate) oracle_tiering: Option<OracleTiers>,
    pub(crate) current_tier_type: Option<ArchivalTargetTierInfoCurrentTierType>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ArchivalTargetTierInfoCurrentTierType {
    KAmazonS3Glacier,
    KAmazonS3GlacierDeepArchive,
    KAmazonS3IntelligentTiering,
    KAmazonS3OneZoneIA,
    KAmazonS3Standard,
    KAmazonS3StandardIA,
    KAzureTierArchive,
    KAzureTierCool,
    KAzureTierHot,
    KGoogleColdline,
    KGoogleMultiRegional,
    KGoogleNearline,
    KGoogleRegional,
    KGoogleStandard,
    KOracleTierArchive,
    KOracleTierStandard,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArchivalDataStats {
    pub(crate) logical_size_bytes: Option<i64>,
    pub(crate) bytes_read: Option<i64>,
    pub(crate) logical_bytes_transferred: Option<i64>,
    pub(crate) physical_bytes_transferred: Option<i64>,
    pub(crate) avg_logical_transfer_rate_bps: Option<i64>,
    pub(crate) file_walk_done: Option<bool>,
    pub(crate) total_file_count: Option<i64>,
    pub(crate) backup_file_count: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WormProperties {
    pub(crate) is_archive_worm_compliant: Option<bool>,
    pub(crate) worm_non_compliance_reason: Option<String>,
    pub(crate) worm_expiry_time_usecs: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CloudSpinRun {
    pub(crate) cloud_spin_target_results: Option<Vec<CloudSpinTargetResult>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CloudSpinTargetResult {
    pub(crate) aws_params: Option<AwsCloudSpinParams>,
    pub(crate) azure_params: Option<AzureCloudSpinParams>,
    pub(crate) id: Option<i64>,
    pub(crate) name: Option<String>,
    pub(crate) start_time_usecs: Option<i64>,
    pub(crate) end_time_usecs: Option<i64>,
    pub(crate) status: Option<RunStatus>,
    pub(crate) message: Option<String>,
    pub(crate) stats: Option<CloudSpinDataStats>,
    pub(crate) is_manually_deleted: Option<bool>,
    pub(crate) expiry_time_usecs: Option<i64>,
    pub(crate) cloudspin_task_id: Option<String>,
    pub(crate) progress_task_id: Option<String>,
    pub(crate) data_lock_constraints: Option<DataLockConstraints>,
    pub(crate) on_legal_hold: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CloudSpinDataStats {
    pub(crate) physical_bytes_transferred: Option<i64>,
}
