//! Tenants, as runs show them.

use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tenant {
    pub(crate) created_at_time_msecs: Option<i64>,
    pub(crate) deleted_at_time_msecs: Option<i64>,
    pub(crate) description: Option<String>,
    pub(crate) external_vendor_metadata: Option<VendorTenantMetadata>,
    pub(crate) id: Option<String>,
    pub(crate) is_managed_on_helios: Option<bool>,
    pub(crate) last_updated_at_time_msecs: Option<i64>,
    pub(crate) name: Option<String>,
    pub(crate) network: Option<TenantNetwork>,
    pub(crate) status: Option<TenantStatus>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum TenantStatus {
    Active,
    Deleted,
    Inactive,
    MarkedForDeletion,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VendorTenantMetadata {
    pub(crate) ibm_tenant_metadata_params: Option<IbmTenantMetadata>,
    pub(crate) r#type: VendorTenantMetadataType,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum VendorTenantMetadataType {
    IBM,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IbmTenantMetadata {
    pub(crate) account_id: Option<String>,
    pub(crate) crn: Option<String>,
    pub(crate) custom_properties: Option<Vec<VendorProperty>>,
    pub(crate) liveness_mode: Option<IbmTenantMetadataLivenessMode>,
    pub(crate) metrics_config: Option<IbmTenantMetricsConfig>,
    pub(crate) ownership_mode: Option<IbmTenantMetadataOwnershipMode>,
    pub(crate) plan_id: Option<String>,
    pub(crate) resource_group_id: Option<String>,
    pub(crate) resource_instance_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum IbmTenantMetadataLivenessMode {
    Active,
    Standby,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum IbmTenantMetadataOwnershipMode {
    Primary,
    Secondary,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VendorProperty {
    pub(crate) key: Option<String>,
    pub(crate) value: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IbmTenantMetricsConfig {
    pub(crate) cos_resource_config: Option<IbmTenantCosResource>,
    pub(crate) iam_metrics_config: Option<IbmTenantIamMetrics>,
    pub(crate) metering_config: Option<IbmTenantMetering>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IbmTenantCosResource {
    #[serde(rename = "resourceURL")]
    pub(crate) resource_url: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IbmTenantIamMetrics {
    #[serde(rename = "IAMUrl")]
    pub(crate) iam_url: Option<String>,
    pub(crate) billing_api_key_secret_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IbmTenantMetering {
    pub(crate) part_ids: Option<Vec<IbmTenantMeteringPartIds>>,
    pub(crate) submission_interval_in_secs: Option<i64>,
    pub(crate) url: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum IbmTenantMeteringPartIds {
    USAGETERABYTE,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TenantNetwork {
    pub(crate) connector_enabled: bool,
    pub(crate) cluster_hostname: Option<String>,
    pub(crate) cluster_ips: Option<Vec<String>>,
}
