//! A call of every operation of the IBM API.

use std::sync::LazyLock;
use std::time::Duration;

use ibm_backup_recovery::{Client, RetryPolicy, types};
use serde::de::DeserializeOwned;

use crate::answer::SECRETS;
use crate::document::Document;
use crate::exercise::{Api, calls};
use crate::server::Server;

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::authored(strongroom_spec::IBM));

/// The least that a method of the client can be given.
fn made<T: DeserializeOwned>(method: &str) -> T {
    serde_json::from_value(DOCUMENT.least_request(method)).unwrap()
}

/// Calls of a server. They are not repeated, and wait for no answer that does not come.
pub(crate) async fn api() -> Api {
    let server = Server::start().await;
    let client = Client::builder(&server.url).iam_url(&server.url).api_key(SECRETS[1]).tenant("acme/");
    let client =
        client.retry(RetryPolicy::never()).read_timeout(Duration::from_secs(5)).no_proxy().build().unwrap();
    let calls = calls! { client;
        value create_protection_policy .body(made::<types::ProtectionPolicyRequest>("create_protection_policy"));
        value delete_protection_policy .id("1:2:3");
        value get_protection_policies;
        value get_protection_policy_by_id .id("1:2:3");
        value update_protection_policy .id("1:2:3").body(made::<types::ProtectionPolicyRequest>("update_protection_policy"));
        value create_protection_group .body(made::<types::ProtectionGroupRequest>("create_protection_group"));
        value delete_protection_group .id("1:2:3");
        value get_protection_group_by_id .id("1:2:3");
        value get_protection_groups;
        value update_protection_group .id("1:2:3").body(made::<types::ProtectionGroupRequest>("update_protection_group"));
        value create_protection_group_run .id("1:2:3").body(made::<types::StartRunRequest>("create_protection_group_run"));
        value get_protection_group_run .id("1:2:3").run_id("1:2:3");
        value get_protection_group_runs .id("1:2:3");
        value get_protection_run_progress .run_id("1:2:3");
        value perform_action_on_protection_group_run .id("1:2:3").body(made::<types::RunActionRequest>("perform_action_on_protection_group_run"));
        value update_protection_group_run .id("1:2:3").body(made::<types::UpdateRunsRequest>("update_protection_group_run"));
        value delete_protection_source_registration .id(1);
        value get_protection_source_registration .id(1);
        value get_source_registrations;
        value patch_protection_source_registration .id(1).body(made::<types::PatchSourceRegistrationRequest>("patch_protection_source_registration"));
        value refresh_protection_source_by_id .id(1);
        value register_protection_source .body(made::<types::RegisterSourceRequest>("register_protection_source"));
        value update_protection_source_registration .id(1).body(made::<types::UpdateSourceRegistrationRequest>("update_protection_source_registration"));
        value get_object_snapshots .id(1);
        value search_indexed_objects .body(made::<types::IndexedSearchRequest>("search_indexed_objects"));
        value search_objects;
        value search_protected_objects;
        value cancel_recovery_by_id .id("1:2:3");
        value create_download_files_and_folders_recovery .body(made::<types::DownloadRecoveryRequest>("create_download_files_and_folders_recovery"));
        value create_recovery .body(made::<types::RecoveryRequest>("create_recovery"));
        bytes download_files_from_recovery .id("1:2:3");
        value get_recoveries;
        value get_recovery_by_id .id("1:2:3");
        value construct_meta_info .snapshots_id("1:2:3").body(made::<types::MetaInfoRequest>("construct_meta_info"));
        bytes download_indexed_file .snapshots_id("1:2:3");
        value get_restore_points_in_time_range .body(made::<types::RestorePointsRequest>("get_restore_points_in_time_range"));
        value create_data_source_connection .body(made::<types::CreateConnectionRequest>("create_data_source_connection"));
        value delete_data_source_connection .connection_id("1:2:3");
        value generate_data_source_connection_registration_token .connection_id("1:2:3");
        value get_data_source_connection .connection_id("1:2:3");
        value get_data_source_connections;
        value patch_data_source_connection .connection_id("1:2:3").body(made::<types::PatchConnectionRequest>("patch_data_source_connection"));
        value replace_data_source_connection .connection_id("1:2:3").body(made::<types::PatchConnectionRequest>("replace_data_source_connection"));
        value delete_data_source_connector .connector_id("1:2:3");
        value get_connector_metadata;
        value get_data_source_connectors;
        value patch_data_source_connector .connector_id("1:2:3").body(made::<types::PatchConnectorRequest>("patch_data_source_connector"));
        value create_upgrade_task .body(made::<types::CreateAgentUpgradeTaskRequest>("create_upgrade_task"));
        bytes download_agent .body(made::<types::AgentDownloadRequest>("download_agent"));
        value get_upgrade_tasks;
    };
    Api { server, document: &DOCUMENT, has_request_ids: true, calls }
}
