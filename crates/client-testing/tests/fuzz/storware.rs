//! A call of every operation of the Storware API.

use std::sync::LazyLock;
use std::time::Duration;

use serde::de::DeserializeOwned;
use storware_backup_recovery::{Client, RetryPolicy, types};

use crate::answer::SECRETS;
use crate::document::Document;
use crate::exercise::{Api, calls};
use crate::server::Server;

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::authored(strongroom_spec::STORWARE));

/// The least that a method of the client can be given.
fn made<T: DeserializeOwned>(method: &str) -> T {
    serde_json::from_value(DOCUMENT.least_request(method)).unwrap()
}

/// Calls of a server. They are not repeated, and wait for no answer that does not come.
pub(crate) async fn api() -> Api {
    let server = Server::start().await;
    let client = Client::builder(&server.url).login("admin", SECRETS[3]);
    let client =
        client.retry(RetryPolicy::never()).read_timeout(Duration::from_secs(5)).no_proxy().build().unwrap();
    let calls = calls! { client;
        value check_session;
        value get_session_user;
        value login .body(made::<types::LoginRequest>("login"));
        value logout;
        value register_node .body(made::<types::NodeRegistrationRequest>("register_node"));
        value list_protected_entities;
        value list_hypervisor_managers;
        value add_task_incremental_transfer_rate .guid("1:2:3").body(made::<types::DataTransferRateRequest>("add_task_incremental_transfer_rate"));
        value add_task_transfer_rate .guid("1:2:3").body(made::<types::DataTransferRateRequest>("add_task_transfer_rate"));
        value cancel_all_running_tasks;
        value cancel_running_tasks .body(made::<Vec<types::SelectedTask>>("cancel_running_tasks"));
        value create_backup_cleanup_tasks .body(made::<types::BackupCleanupTaskRequest>("create_backup_cleanup_tasks"));
        value create_batch_delete_tasks .body(made::<Vec<types::StringDto>>("create_batch_delete_tasks"));
        value create_connectivity_test_tasks .body(made::<types::ConnectivityTestTaskRequest>("create_connectivity_test_tasks"));
        value create_delete_tasks .body(made::<types::StringDto>("create_delete_tasks"));
        value create_eject_tape_tasks .body(made::<types::EjectTapeTaskRequest>("create_eject_tape_tasks"));
        value create_export_tasks .body(made::<types::ExportTaskRequest>("create_export_tasks"));
        value create_import_for_cloud_tasks .body(made::<types::ImportForCloudTaskRequest>("create_import_for_cloud_tasks"));
        value create_import_for_cloud_tasks_per_feature .body(made::<types::CloudTaskWithOptionsPerFeatureRequest>("create_import_for_cloud_tasks_per_feature"));
        value create_import_for_os_agent_tasks .body(made::<types::ImportForAgentTaskRequest>("create_import_for_os_agent_tasks"));
        value create_import_tape_tasks .body(made::<types::ImportTapeTaskRequest>("create_import_tape_tasks"));
        value create_instant_restore_task .body(made::<types::InstantRestoreTaskRequest>("create_instant_restore_task"));
        value create_inventory_sync_tasks .body(made::<types::InventorySyncTaskRequest>("create_inventory_sync_tasks"));
        value create_inventory_sync_tasks_from_wizard .body(made::<types::InventorySyncTaskRequest>("create_inventory_sync_tasks_from_wizard"));
        value create_live_migration_task .body(made::<types::LiveMigrationTaskRequest>("create_live_migration_task"));
        value create_mount_task .body(made::<types::MountTaskRequest>("create_mount_task"));
        value create_restore_and_import_task .body(made::<types::RestoreAndImportTaskRequest>("create_restore_and_import_task"));
        value create_restore_and_mount_task .body(made::<types::RestoreAndMountTaskRequest>("create_restore_and_mount_task"));
        value create_restore_task .body(made::<types::RestoreTaskRequest>("create_restore_task"));
        value create_snapshot_cleanup_tasks .body(made::<types::SnapshotsCleanupTaskRequest>("create_snapshot_cleanup_tasks"));
        value create_snapshot_reversion_task .body(made::<types::SnapshotReversionTaskRequest>("create_snapshot_reversion_task"));
        value create_snapshot_tasks .body(made::<types::SnapshotTaskRequest>("create_snapshot_tasks"));
        value create_tape_manager_inventory_sync_tasks .body(made::<types::TapeManagerInventorySyncTaskRequest>("create_tape_manager_inventory_sync_tasks"));
        value create_tasks_from_recovery_plan .guid("1:2:3");
        value create_unmount_task .body(made::<types::UnmountTaskRequest>("create_unmount_task"));
        value create_upload_task .body(made::<types::UploadFilesRequest>("create_upload_task"));
        value delete_all_finished_and_queued_tasks;
        value delete_all_finished_tasks;
        value delete_finished_and_queued_tasks .body(made::<Vec<types::SelectedTask>>("delete_finished_and_queued_tasks"));
        value delete_finished_tasks .body(made::<Vec<types::SelectedTask>>("delete_finished_tasks"));
        value delete_task .guid("1:2:3");
        value get_task .guid("1:2:3");
        value get_task_last_transfer_rate .guid("1:2:3");
        value get_task_state .guid("1:2:3");
        value get_task_state_v2 .guid("1:2:3");
        value get_tasks_modification_timestamp;
        value list_queued_tasks_for_node;
        value list_tasks;
        value list_tasks_detailed;
        value update_instance_inventory .body(made::<types::InstanceScopedInventoryRequest>("update_instance_inventory"));
        value update_inventory .body(made::<types::FullInventoryRequest>("update_inventory"));
        value update_tape_manager_inventory .body(made::<types::TapeManagerInventoryRequest>("update_tape_manager_inventory"));
        value update_task_backup_type .guid("1:2:3").body(made::<types::BackupTypeName>("update_task_backup_type"));
        value update_task_cbt_id .body(made::<types::UpdateCbtTaskRequest>("update_task_cbt_id"));
        value update_task_cloud_progress .guid("1:2:3").body(made::<types::UpdateTaskProgressRequest>("update_task_cloud_progress"));
        value update_task_files .guid("1:2:3").body(made::<types::TaskFilesListRequest>("update_task_files"));
        value update_task_inc_snap_required .body(made::<types::UpdateIncSnapRequired>("update_task_inc_snap_required"));
        value update_task_os_progress .guid("1:2:3").body(made::<types::UpdateTaskProgressRequest>("update_task_os_progress"));
        value update_task_progress .guid("1:2:3").body(made::<types::DoubleDto>("update_task_progress"));
        value update_task_restore_host_id .guid("1:2:3").body(made::<types::StringDto>("update_task_restore_host_id"));
        value update_task_restore_storage_id .guid("1:2:3").body(made::<types::StringDto>("update_task_restore_storage_id"));
        value update_task_state .guid("1:2:3").body(made::<types::TaskStateName>("update_task_state"));
        value update_task_transfer_info .guid("1:2:3").body(made::<types::TransferInfoRequest>("update_task_transfer_info"));
        value update_tasks_state .body(made::<types::UpdateTasksStateRequest>("update_tasks_state"));
        value get_backup .guid("1:2:3");
        value get_backup_for_restore .guid("1:2:3");
        value get_backup_size_timeline .type_("1:2:3").guid("1:2:3");
        value get_backup_time_timeline .type_("1:2:3").guid("1:2:3");
        value get_backups_aggregated_statistics;
        value get_backups_grouped_aggregated_statistics;
        value get_backups_size_statistics;
        value get_backups_time_statistics;
        value list_backups;
        value list_backups_detailed;
        value list_backups_grouped;
        value query_backup_transfer_rates .task_type("EXPORT").body(made::<types::TransferRateQueryParameters>("query_backup_transfer_rates"));
        value update_backup_description .guid("1:2:3").body(made::<types::UpdateBackupDescriptionRequest>("update_backup_description"));
        value update_backup_warnings .guid("1:2:3").body(made::<Vec<types::StringDto>>("update_backup_warnings"));
        value update_backup_warnings_acknowledged .guid("1:2:3").body(made::<types::BooleanDto>("update_backup_warnings_acknowledged"));
        value update_backups_warnings_acknowledged .body(made::<types::WarningAcknowledgementRequest>("update_backups_warnings_acknowledged"));
    };
    Api { server, document: &DOCUMENT, has_request_ids: false, calls }
}
