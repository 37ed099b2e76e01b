//! Policies and their schedules.

use serde::{Deserialize, Serialize};

use super::shared::{DataLockMode, RetentionUnit, RunTimeout, TimeOfDay};
use super::targets::{CascadedTarget, PrimaryBackupTarget, RemoteTargets};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProtectionPolicyList {
    pub(crate) policies: Option<Vec<ProtectionPolicy>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProtectionPolicy {
    pub(crate) name: String,
    pub(crate) backup_policy: BackupPolicy,
    pub(crate) description: Option<String>,
    pub(crate) blackout_window: Option<Vec<BlackoutWindow>>,
    pub(crate) extended_retention: Option<Vec<ExtendedRetentionPolicy>>,
    pub(crate) remote_target_policy: Option<RemoteTargets>,
    pub(crate) cascaded_targets_config: Option<Vec<CascadedTarget>>,
    pub(crate) retry_options: Option<RetryOptions>,
    pub(crate) data_lock: Option<DataLockMode>,
    pub(crate) version: Option<i64>,
    #[serde(rename = "isCBSEnabled")]
    pub(crate) is_cbs_enabled: Option<bool>,
    pub(crate) last_modification_time_usecs: Option<i64>,
    pub(crate) id: Option<String>,
    pub(crate) template_id: Option<String>,
    pub(crate) is_usable: Option<bool>,
    pub(crate) is_replicated: Option<bool>,
    pub(crate) num_protection_groups: Option<i64>,
    pub(crate) num_protected_objects: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupPolicy {
    pub(crate) regular: RegularBackupPolicy,
    pub(crate) log: Option<LogBackupPolicy>,
    pub(crate) bmr: Option<BmrBackupPolicy>,
    pub(crate) cdp: Option<CdpBackupPolicy>,
    pub(crate) storage_array_snapshot: Option<StorageArraySnapshotBackupPolicy>,
    pub(crate) run_timeouts: Option<Vec<RunTimeout>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegularBackupPolicy {
    pub(crate) incremental: Option<IncrementalBackupPolicy>,
    pub(crate) full: Option<FullBackupPolicy>,
    pub(crate) full_backups: Option<Vec<FullScheduleAndRetention>>,
    pub(crate) retention: Option<Retention>,
    pub(crate) primary_backup_target: Option<PrimaryBackupTarget>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IncrementalBackupPolicy {
    pub(crate) schedule: BackupSchedule,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupSchedule {
    pub(crate) unit: BackupScheduleUnit,
    pub(crate) minute_schedule: Option<MinuteSchedule>,
    pub(crate) hour_schedule: Option<HourSchedule>,
    pub(crate) day_schedule: Option<DaySchedule>,
    pub(crate) week_schedule: Option<WeekSchedule>,
    pub(crate) month_schedule: Option<MonthSchedule>,
    pub(crate) year_schedule: Option<YearSchedule>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum BackupScheduleUnit {
    Days,
    Hours,
    Minutes,
    Months,
    Weeks,
    Years,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MinuteSchedule {
    pub(crate) frequency: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HourSchedule {
    pub(crate) frequency: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DaySchedule {
    pub(crate) frequency: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WeekSchedule {
    pub(crate) day_of_week: Vec<DayOfWeek>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum DayOfWeek {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MonthSchedule {
    pub(crate) day_of_week: Option<Vec<DayOfWeek>>,
    pub(crate) week_of_month: Option<MonthScheduleWeekOfMonth>,
    pub(crate) day_of_month: Option<i64>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum MonthScheduleWeekOfMonth {
    First,
    Fourth,
    Last,
    Second,
    Third,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct YearSchedule {
    pub(crate) day_of_year: YearScheduleDayOfYear,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum YearScheduleDayOfYear {
    First,
    Last,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FullBackupPolicy {
    pub(crate) schedule: Option<FullSchedule>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FullSchedule {
    pub(crate) unit: FullScheduleUnit,
    pub(crate) day_schedule: Option<DaySchedule>,
    pub(crate) week_schedule: Option<WeekSchedule>,
    pub(crate) month_schedule: Option<MonthSchedule>,
    pub(crate) year_schedule: Option<YearSchedule>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum FullScheduleUnit {
    Days,
    Months,
    ProtectOnce,
    Weeks,
    Years,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FullScheduleAndRetention {
    pub(crate) schedule: FullSchedule,
    pub(crate) retention: Retention,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Retention {
    pub(crate) unit: RetentionUnit,
    pub(crate) duration: i64,
    pub(crate) data_lock_config: Option<DataLockConfig>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DataLockConfig {
    pub(crate) mode: DataLockMode,
    pub(crate) unit: RetentionUnit,
    pub(crate) duration: i64,
    pub(crate) enable_worm_on_external_target: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogBackupPolicy {
    pub(crate) schedule: LogSchedule,
    pub(crate) retention: Retention,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogSchedule {
    pub(crate) unit: LogScheduleUnit,
    pub(crate) minute_schedule: Option<MinuteSchedule>,
    pub(crate) hour_schedule: Option<HourSchedule>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum LogScheduleUnit {
    Hours,
    Minutes,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BmrBackupPolicy {
    pub(crate) schedule: BmrSchedule,
    pub(crate) retention: Retention,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BmrSchedule {
    pub(crate) unit: RetentionUnit,
    pub(crate) day_schedule: Option<DaySchedule>,
    pub(crate) week_schedule: Option<WeekSchedule>,
    pub(crate) month_schedule: Option<MonthSchedule>,
    pub(crate) year_schedule: Option<YearSchedule>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CdpBackupPolicy {
    pub(crate) retention: CdpRetention,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CdpRetention {
    pub(crate) unit: CdpRetentionUnit,
    pub(crate) duration: i64,
    pub(crate) data_lock_config: Option<DataLockConfig>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum CdpRetentionUnit {
    Hours,
    Minutes,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StorageArraySnapshotBackupPolicy {
    pub(crate) schedule: BackupSchedule,
    pub(crate) retention: Retention,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlackoutWindow {
    pub(crate) day: DayOfWeek,
    pub(crate) start_time: TimeOfDay,
    pub(crate) end_time: TimeOfDay,
    pub(crate) config_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExtendedRetentionPolicy {
    pub(crate) schedule: SnapshotSelectionSchedule,
    pub(crate) retention: Retention,
    pub(crate) run_type: Option<PolicyRunType>,
    pub(crate) config_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SnapshotSelectionSchedule {
    pub(crate) unit: SnapshotSelectionScheduleUnit,
    pub(crate) frequency: Option<i64>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum SnapshotSelectionScheduleUnit {
    Days,
    Hours,
    Months,
    Runs,
    Weeks,
    Years,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum PolicyRunType {
    Regular,
    Full,
    Log,
    System,
    StorageArraySnapshot,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RetryOptions {
    pub(crate) retries: Option<i64>,
    pub(crate) retry_interval_mins: Option<i64>,
}
