//! Where policies copy runs to.

use serde::{Deserialize, Serialize};

use super::policies::{
    DataLockConfig, ExtendedRetentionPolicy, PolicyRunType, Retention, SnapshotSelectionSchedule,
};
use super::shared::{
    ArchivalTargetType, AwsCloudSpinParams, AwsReplicationTarget, AwsTiers, AzureCloudSpinParams,
    AzureReplicationTarget, AzureTiers, CloudPlatform, GoogleTiers, OracleTiers, RetentionUnit, RunTimeout,
};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrimaryBackupTarget {
    pub(crate) target_type: Option<PrimaryBackupTargetTargetType>,
    pub(crate) archival_target_settings: Option<PrimaryArchivalTarget>,
    pub(crate) use_default_backup_target: Option<bool>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum PrimaryBackupTargetTargetType {
    Archival,
    Local,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrimaryArchivalTarget {
    pub(crate) target_id: i64,
    pub(crate) target_name: Option<String>,
    pub(crate) tier_settings: Option<TierLevelSettings>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TierLevelSettings {
    pub(crate) aws_tiering: Option<AwsTiers>,
    pub(crate) azure_tiering: Option<AzureTiers>,
    pub(crate) cloud_platform: Option<CloudPlatform>,
    pub(crate) google_tiering: Option<GoogleTiers>,
    pub(crate) oracle_tiering: Option<OracleTiers>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteTargets {
    pub(crate) replication_targets: Option<Vec<ReplicationTarget>>,
    pub(crate) archival_targets: Option<Vec<ArchivalTarget>>,
    pub(crate) cloud_spin_targets: Option<Vec<CloudSpinPolicyTarget>>,
    pub(crate) onprem_deploy_targets: Option<Vec<OnPremDeployTarget>>,
    pub(crate) rpaas_targets: Option<Vec<RpaasTarget>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReplicationTarget {
    pub(crate) schedule: SnapshotSelectionSchedule,
    pub(crate) retention: Retention,
    pub(crate) copy_on_run_success: Option<bool>,
    pub(crate) config_id: Option<String>,
    pub(crate) backup_run_type: Option<PolicyRunType>,
    pub(crate) run_timeouts: Option<Vec<RunTimeout>>,
    pub(crate) log_retention: Option<LogRetention>,
    pub(crate) aws_target_config: Option<AwsReplicationTarget>,
    pub(crate) azure_target_config: Option<AzureReplicationTarget>,
    pub(crate) target_type: ReplicationTargetTargetType,
    pub(crate) remote_target_config: Option<RemoteClusterTarget>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum ReplicationTargetTargetType {
    AWS,
    Azure,
    RemoteCluster,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogRetention {
    pub(crate) unit: RetentionUnit,
    pub(crate) duration: i64,
    pub(crate) data_lock_config: Option<DataLockConfig>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoteClusterTarget {
    pub(crate) cluster_id: i64,
    pub(crate) cluster_name: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArchivalTarget {
    pub(crate) schedule: SnapshotSelectionSchedule,
    pub(crate) retention: Retention,
    pub(crate) copy_on_run_success: Option<bool>,
    pub(crate) config_id: Option<String>,
    pub(crate) backup_run_type: Option<PolicyRunType>,
    pub(crate) run_timeouts: Option<Vec<RunTimeout>>,
    pub(crate) log_retention: Option<LogRetention>,
    pub(crate) target_id: i64,
    pub(crate) target_name: Option<String>,
    pub(crate) target_type: Option<ArchivalTargetType>,
    pub(crate) tier_settings: Option<TierLevelSettings>,
    pub(crate) extended_retention: Option<Vec<ExtendedRetentionPolicy>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CloudSpinPolicyTarget {
    pub(crate) schedule: SnapshotSelectionSchedule,
    pub(crate) retention: Retention,
    pub(crate) copy_on_run_success: Option<bool>,
    pub(crate) config_id: Option<String>,
    pub(crate) backup_run_type: Option<PolicyRunType>,
    pub(crate) run_timeouts: Option<Vec<RunTimeout>>,
    pub(crate) log_retention: Option<LogRetention>,
    pub(crate) target: CloudSpinTarget,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CloudSpinTarget {
    pub(crate) aws_params: Option<AwsCloudSpinParams>,
    pub(crate) azure_params: Option<AzureCloudSpinParams>,
    pub(crate) id: Option<i64>,
    pub(crate) name: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnPremDeployTarget {
    pub(crate) schedule: SnapshotSelectionSchedule,
    pub(crate) retention: Retention,
    pub(crate) copy_on_run_success: Option<bool>,
    pub(crate) config_id: Option<String>,
    pub(crate) backup_run_type: Option<PolicyRunType>,
    pub(crate) run_timeouts: Option<Vec<RunTimeout>>,
    pub(crate) log_retention: Option<LogRetention>,
    pub(crate) params: Option<OnPremDeployParams>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnPremDeployParams {
    pub(crate) id: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RpaasTarget {
    pub(crate) schedule: SnapshotSelectionSchedule,
    pub(crate) retention: Retention,
    pub(crate) copy_on_run_success: Option<bool>,
    pub(crate) config_id: Option<String>,
    pub(crate) backup_run_type: Option<PolicyRunType>,
    pub(crate) run_timeouts: Option<Vec<RunTimeout>>,
    pub(crate) log_retention: Option<LogRetention>,
    pub(crate) target_id: i64,
    pub(crate) target_name: Option<String>,
    pub(crate) target_type: Option<ArchivalTargetType>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CascadedTarget {
    pub(crate) source_cluster_id: i64,
    pub(crate) remote_targets: RemoteTargets,
}
