//! Groups of Kubernetes namespaces.

use serde::{Deserialize, Serialize};

use super::groups::VlanParams;

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesProtectionGroupParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_indexing: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_label_ids: Option<Vec<Vec<i64>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_object_ids: Option<Vec<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_params: Option<KubernetesFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_params: Option<KubernetesFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label_ids: Option<Vec<Vec<i64>>>,
    #[serde(rename = "leverageCSISnapshot", skip_serializing_if = "Option::is_none")]
    pub(crate) leverage_csi_snapshot: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) non_snapshot_backup: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) objects: Option<Vec<KubernetesProtectionGroupObject>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) snapshot_timeout_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vlan_params: Option<VlanParams>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) volume_backup_failure: Option<bool>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label_combination_method: Option<KubernetesFilterLabelCombinationMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label_vector: Option<Vec<KubernetesLabel>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) objects: Option<Vec<i64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) selected_resources: Option<Vec<KubernetesResourceKind>>,
}

#[derive(Deserialize, Serialize)]
pub(crate) enum KubernetesFilterLabelCombinationMethod {
    AND,
    OR,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesLabel {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesResourceKind {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) api_group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) is_cluster_scoped: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resource_list: Option<Vec<KubernetesResourceInstance>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesResourceInstance {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entity_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesProtectionGroupObject {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backup_only_pvc: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_params: Option<KubernetesFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exclude_pvcs: Option<Vec<KubernetesPvc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) excluded_resources: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fail_backup_on_hook_failure: Option<bool>,
    pub(crate) id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_params: Option<KubernetesFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) include_pvcs: Option<Vec<KubernetesPvc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) included_resources: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quiesce_groups: Option<Vec<KubernetesQuiesceGroup>>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesPvc {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesQuiesceGroup {
    pub(crate) quiesce_mode: KubernetesQuiesceGroupQuiesceMode,
    pub(crate) quiesce_rules: Vec<KubernetesQuiesceRule>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum KubernetesQuiesceGroupQuiesceMode {
    KQuiesceIndependently,
    KQuiesceTogether,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesQuiesceRule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pod_selector_labels: Option<Vec<KubernetesLabel>>,
    pub(crate) post_snapshot_hooks: Vec<KubernetesHook>,
    pub(crate) pre_snapshot_hooks: Vec<KubernetesHook>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KubernetesHook {
    pub(crate) commands: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) container: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fail_on_error: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<i64>,
}
