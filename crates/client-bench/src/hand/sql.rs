//! Groups of SQL databases.

use serde::{Deserialize, Serialize};

use super::groups::{BackupScripts, IndexingPolicy, UserDbBackupPreference};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlProtectionGroupParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_protection_type_params: Option<MssqlFileProtectionGroupParams>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) native_protection_type_params: Option<MssqlNativeProtectionGroupParams>,
    pub(crate) protection_type: MssqlProtectionGroupParamsProtectionType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) volume_protection_type_params: Option<MssqlVolumeProtectionGroupParams>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MssqlProtectionGroupParamsProtectionType {
    KFile,
    KNative,
    KVolume,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlFileProtectionGroupParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aag_backup_preference_type: Option<AagBackupPreference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advanced_settings: Option<MssqlAdvancedSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_system_dbs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_filters: Option<Vec<ExcludeFilter>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_backups_copy_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_backup_num_streams: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_backup_with_clause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pre_post_script: Option<BackupScripts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) use_aag_preferences_from_server: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_db_backup_preference_type: Option<UserDbBackupPreference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) additional_host_params: Option<Vec<MssqlFileProtectionGroupHost>>,
    pub(crate) objects: Vec<MssqlProtectionGroupObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) perform_source_side_deduplication: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AagBackupPreference {
    KPrimaryReplicaOnly,
    KSecondaryReplicaOnly,
    KPreferSecondaryReplica,
    KAnyReplica,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlAdvancedSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cloned_db_backup_status: Option<MssqlDbIssueHandling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) db_backup_if_not_online_status: Option<MssqlDbIssueHandling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missing_db_backup_status: Option<MssqlDbIssueHandling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offline_restoring_db_backup_status: Option<MssqlDbIssueHandling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_only_db_backup_status: Option<MssqlDbIssueHandling>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) report_all_non_autoprotect_db_errors: Option<MssqlDbIssueHandling>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MssqlDbIssueHandling {
    KError,
    KWarn,
    KIgnore,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExcludeFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) filter_string: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_regular_expression: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlFileProtectionGroupHost {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disable_source_side_deduplication: Option<bool>,
    pub(crate) host_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host_name: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlProtectionGroupObject {
    pub(crate) id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_type: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlNativeProtectionGroupParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aag_backup_preference_type: Option<AagBackupPreference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advanced_settings: Option<MssqlAdvancedSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_system_dbs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_filters: Option<Vec<ExcludeFilter>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_backups_copy_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_backup_num_streams: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_backup_with_clause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pre_post_script: Option<BackupScripts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) use_aag_preferences_from_server: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_db_backup_preference_type: Option<UserDbBackupPreference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) num_streams: Option<i64>,
    pub(crate) objects: Vec<MssqlProtectionGroupObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) with_clause: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlVolumeProtectionGroupParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aag_backup_preference_type: Option<AagBackupPreference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) advanced_settings: Option<MssqlAdvancedSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_system_dbs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_filters: Option<Vec<ExcludeFilter>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_backups_copy_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_backup_num_streams: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log_backup_with_clause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pre_post_script: Option<BackupScripts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) use_aag_preferences_from_server: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_db_backup_preference_type: Option<UserDbBackupPreference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) additional_host_params: Option<Vec<MssqlVolumeProtectionGroupHost>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_db_volumes_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) incremental_backup_after_restart: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) indexing_policy: Option<IndexingPolicy>,
    pub(crate) objects: Vec<MssqlProtectionGroupObject>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MssqlVolumeProtectionGroupHost {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_system_backup: Option<bool>,
    pub(crate) host_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) volume_guids: Option<Vec<String>>,
}
