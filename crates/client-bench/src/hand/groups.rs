//! Groups, as they are created.

use serde::{Deserialize, Serialize};

use super::kubernetes::KubernetesProtectionGroupParams;
use super::shared::{Environment, KeyValuePair, RunTimeout, TimeOfDay};
use super::sql::MssqlProtectionGroupParams;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProtectionGroupRequest {
    pub(crate) name: String,
    pub(crate) policy_id: String,
    pub(crate) environment: Environment,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<GroupPriority>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_time: Option<TimeOfDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_time_usecs: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_modified_timestamp_usecs: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alert_policy: Option<AlertPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sla: Option<Vec<SlaRule>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) qos_policy: Option<QosPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) abort_in_blackouts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pause_in_blackouts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_paused: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advanced_configs: Option<Vec<KeyValuePair>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) physical_params: Option<PhysicalProtectionGroupParams>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mssql_params: Option<MssqlProtectionGroupParams>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kubernetes_params: Option<KubernetesProtectionGroupParams>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum GroupPriority {
    KLow,
    KMedium,
    KHigh,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertPolicy {
    pub(crate) backup_run_status: Vec<AlertPolicyBackupRunStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alert_targets: Option<Vec<AlertTarget>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) raise_object_level_failure_alert: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) raise_object_level_failure_alert_after_last_attempt: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) raise_object_level_failure_alert_after_each_attempt: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AlertPolicyBackupRunStatus {
    KFailure,
    KSlaViolation,
    KSuccess,
    KWarning,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertTarget {
    pub(crate) email_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<AlertTargetLanguage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) recipient_type: Option<AlertTargetRecipientType>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum AlertTargetLanguage {
    #[serde(rename = "en-us")]
    EnUs,
    #[serde(rename = "ja-jp")]
    JaJp,
    #[serde(rename = "zh-cn")]
    ZhCn,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AlertTargetRecipientType {
    KCc,
    KTo,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SlaRule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_run_type: Option<SlaRuleBackupRunType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sla_minutes: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SlaRuleBackupRunType {
    KFull,
    KIncremental,
    KLog,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum QosPolicy {
    KBackupHDD,
    KBackupSSD,
    KTestAndDevHigh,
    KBackupAll,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalProtectionGroupParams {
    pub(crate) protection_type: PhysicalProtectionGroupParamsProtectionType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) volume_protection_type_params: Option<PhysicalVolumeProtectionGroupParams>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_protection_type_params: Option<PhysicalFileProtectionGroupParams>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PhysicalProtectionGroupParamsProtectionType {
    KFile,
    KVolume,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalVolumeProtectionGroupParams {
    pub(crate) objects: Vec<PhysicalVolumeProtectionGroupObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) indexing_policy: Option<IndexingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) perform_source_side_deduplication: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quiesce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) continue_on_quiesce_failure: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incremental_backup_after_restart: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pre_post_script: Option<BackupScripts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dedup_exclusion_source_ids: Option<Vec<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excluded_vss_writers: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cobmr_backup: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalVolumeProtectionGroupObject {
    pub(crate) id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) volume_guids: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_system_backup: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excluded_vss_writers: Option<Vec<String>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IndexingPolicy {
    pub(crate) enable_indexing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_paths: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_paths: Option<Vec<String>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupScripts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pre_script: Option<PreBackupScript>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) post_script: Option<PostBackupScript>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreBackupScript {
    pub(crate) path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) params: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_secs: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) continue_on_error: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostBackupScript {
    pub(crate) path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) params: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_secs: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_active: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalFileProtectionGroupParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excluded_vss_writers: Option<Vec<String>>,
    pub(crate) objects: Vec<PhysicalFileProtectionGroupObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) indexing_policy: Option<IndexingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) perform_source_side_deduplication: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) perform_brick_based_deduplication: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) task_timeouts: Option<Vec<RunTimeout>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quiesce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) continue_on_quiesce_failure: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cobmr_backup: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pre_post_script: Option<BackupScripts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dedup_exclusion_source_ids: Option<Vec<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) global_exclude_paths: Option<Vec<String>>,
    #[serde(rename = "globalExcludeFS", skip_serializing_if = "Option::is_none")]
    pub(crate) global_exclude_fs: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ignorable_errors: Option<Vec<PhysicalFileProtectionGroupParamsIgnorableErrors>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allow_parallel_runs: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PhysicalFileProtectionGroupParamsIgnorableErrors {
    KEOF,
    KNonExistent,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalFileProtectionGroupObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excluded_vss_writers: Option<Vec<String>>,
    pub(crate) id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_paths: Option<Vec<PhysicalFileBackupPath>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uses_path_level_skip_nested_volume_setting: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nested_volume_types_to_skip: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) follow_nas_symlink_target: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata_file_path: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalFileBackupPath {
    pub(crate) included_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excluded_paths: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skip_nested_volumes: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum UserDbBackupPreference {
    KBackupAllDatabases,
    KBackupAllExceptAAGDatabases,
    KBackupOnlyAAGDatabases,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VlanParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disable_vlan: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) interface_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vlan_id: Option<i64>,
}
