//! What several of the others use.

use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Environment {
    KPhysical,
    KSQL,
    KKubernetes,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum DataLockMode {
    Compliance,
    Administrative,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AwsReplicationTarget {
    pub(crate) name: Option<String>,
    pub(crate) region: i64,
    pub(crate) region_name: Option<String>,
    pub(crate) source_id: i64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AzureReplicationTarget {
    pub(crate) name: Option<String>,
    pub(crate) resource_group: Option<i64>,
    pub(crate) resource_group_name: Option<String>,
    pub(crate) source_id: i64,
    pub(crate) storage_account: Option<i64>,
    pub(crate) storage_account_name: Option<String>,
    pub(crate) storage_container: Option<i64>,
    pub(crate) storage_container_name: Option<String>,
    pub(crate) storage_resource_group: Option<i64>,
    pub(crate) storage_resource_group_name: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum ArchivalTargetType {
    Cloud,
    Nas,
    Tape,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AwsTiers {
    pub(crate) tiers: Vec<AwsTier>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AwsTier {
    pub(crate) move_after_unit: Option<RetentionUnit>,
    pub(crate) move_after: Option<i64>,
    pub(crate) tier_type: AwsTierTierType,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AwsTierTierType {
    KAmazonS3Glacier,
    KAmazonS3GlacierDeepArchive,
    KAmazonS3IntelligentTiering,
    KAmazonS3OneZoneIA,
    KAmazonS3Standard,
    KAmazonS3StandardIA,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum RetentionUnit {
    Days,
    Weeks,
    Months,
    Years,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AzureTiers {
    pub(crate) tiers: Option<Vec<AzureTier>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AzureTier {
    pub(crate) move_after_unit: Option<RetentionUnit>,
    pub(crate) move_after: Option<i64>,
    pub(crate) tier_type: AzureTierTierType,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AzureTierTierType {
    KAzureTierArchive,
    KAzureTierCool,
    KAzureTierHot,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum CloudPlatform {
    AWS,
    Azure,
    Google,
    Oracle,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GoogleTiers {
    pub(crate) tiers: Vec<GoogleTier>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GoogleTier {
    pub(crate) move_after_unit: Option<RetentionUnit>,
    pub(crate) move_after: Option<i64>,
    pub(crate) tier_type: GoogleTierTierType,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum GoogleTierTierType {
    KGoogleColdline,
    KGoogleMultiRegional,
    KGoogleNearline,
    KGoogleRegional,
    KGoogleStandard,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OracleTiers {
    pub(crate) tiers: Vec<OracleTier>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OracleTier {
    pub(crate) move_after_unit: Option<RetentionUnit>,
    pub(crate) move_after: Option<i64>,
    pub(crate) tier_type: OracleTierTierType,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OracleTierTierType {
    KOracleTierArchive,
    KOracleTierStandard,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum BackupRunType {
    KRegular,
    KFull,
    KLog,
    KSystem,
    KHydrateCDP,
    KStorageArraySnapshot,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AwsCloudSpinParams {
    pub(crate) custom_tag_list: Option<Vec<KeyValuePair>>,
    pub(crate) region: i64,
    pub(crate) subnet_id: Option<i64>,
    pub(crate) vpc_id: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyValuePair {
    pub(crate) key: String,
    pub(crate) value: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AzureCloudSpinParams {
    pub(crate) availability_set_id: Option<i64>,
    pub(crate) network_resource_group_id: Option<i64>,
    pub(crate) resource_group_id: Option<i64>,
    pub(crate) storage_account_id: Option<i64>,
    pub(crate) storage_container_id: Option<i64>,
    pub(crate) storage_resource_group_id: Option<i64>,
    pub(crate) temp_vm_resource_group_id: Option<i64>,
    pub(crate) temp_vm_storage_account_id: Option<i64>,
    pub(crate) temp_vm_storage_container_id: Option<i64>,
    pub(crate) temp_vm_subnet_id: Option<i64>,
    pub(crate) temp_vm_virtual_network_id: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunTimeout {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout_mins: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_type: Option<BackupRunType>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeOfDay {
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
}
