//! The operations, a file a subject. [`TABLE`] says which operation of the spec is served by what, and what its
//! caller must be allowed to do.

pub(crate) mod backup_filter;
pub(crate) mod backup_statistics;
pub(crate) mod backups;
mod nodes;
pub(crate) mod session;
mod task_backups;
mod task_inventory;
mod task_refusals;
mod task_removal;
mod task_reports;
mod task_restores;
mod tasks;

use std::sync::Arc;

use engine::Action;
use face_core::{Answering, Call};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;

/// A handler of an operation that somebody has logged in for.
type Handler = fn(Arc<Face>, Call<Caller>) -> Answering<ApiError>;

/// What everybody may do who has logged in.
const ANYBODY: &[Action] = &[
    Action::View,
    Action::ViewForRestore,
    Action::Restore,
    Action::Run,
    Action::Manage,
    Action::ReportAsNode,
];

/// What everybody may do who sees tasks; which of them, [`crate::desk`] decides.
const SEERS: &[Action] = &[Action::View, Action::ViewForRestore];
/// The same, and whoever executes tasks.
const SEERS_AND_NODES: &[Action] = &[Action::View, Action::ViewForRestore, Action::ReportAsNode];
/// Who starts and ends tasks: those who bring back, only what brings back.
const STARTERS: &[Action] = &[Action::Run, Action::Restore];
const STARTERS_AND_NODES: &[Action] = &[Action::Run, Action::Restore, Action::ReportAsNode];
/// Who says how a task went.
const REPORTERS: &[Action] = &[Action::ReportAsNode, Action::Manage];
const RUN: &[Action] = &[Action::Run];
const RESTORE: &[Action] = &[Action::Restore];
const MANAGE: &[Action] = &[Action::Manage];
/// What can be seen of backups: everything, or what can be restored.
const SEES_BACKUPS: &[Action] = &[Action::View, Action::ViewForRestore];

/// Operation id, what the caller must be allowed to do (any one of them), and handler. Logging in is apart: nobody
/// calls it as anybody.
pub(crate) const TABLE: &[(&str, &[Action], Handler)] = &[
    ("logout", ANYBODY, |face, call| Box::pin(session::logout(face, call))),
    ("checkSession", ANYBODY, |face, call| Box::pin(session::check(face, call))),
    ("listBackups", SEES_BACKUPS, |face, call| Box::pin(backups::list(face, call))),
    ("listBackupsDetailed", SEES_BACKUPS, |face, call| Box::pin(backups::list_detailed(face, call))),
    ("listBackupsGrouped", SEES_BACKUPS, |face, call| Box::pin(backups::list_grouped(face, call))),
    ("getBackup", &[Action::View], |face, call| Box::pin(backups::get(face, call))),
    ("getBackupForRestore", &[Action::ViewForRestore], |face, call| {
        Box::pin(backups::get_for_restore(face, call))
    }),
    ("updateBackupDescription", &[Action::Run], |face, call| Box::pin(backups::set_description(face, call))),
    ("updateBackupWarnings", &[Action::ReportAsNode, Action::Manage], |face, call| {
        Box::pin(backups::set_warnings(face, call))
    }),
    ("updateBackupWarningsAcknowledged", &[Action::Run], |face, call| {
        Box::pin(backups::acknowledge(face, call))
    }),
    ("updateBackupsWarningsAcknowledged", &[Action::Run], |face, call| {
        Box::pin(backups::acknowledge_many(face, call))
    }),
    ("getBackupsAggregatedStatistics", &[Action::View], |face, call| {
        Box::pin(backup_statistics::aggregated(face, call))
    }),
    ("getBackupsGroupedAggregatedStatistics", &[Action::View], |face, call| {
        Box::pin(backup_statistics::aggregated(face, call))
    }),
    ("getBackupsSizeStatistics", &[Action::View], |face, call| {
        Box::pin(backup_statistics::sizes(face, call))
    }),
    ("getBackupsTimeStatistics", &[Action::View], |face, call| {
        Box::pin(backup_statistics::times(face, call))
    }),
    ("getBackupSizeTimeline", &[Action::View], |face, call| {
        Box::pin(backup_statistics::size_timeline(face, call))
    }),
    ("getBackupTimeTimeline", &[Action::View], |face, call| {
        Box::pin(backup_statistics::time_timeline(face, call))
    }),
    ("queryBackupTransferRates", &[Action::View], |face, call| {
        Box::pin(backup_statistics::transfer_rates(face, call))
    }),
    ("getSessionUser", ANYBODY, |face, call| Box::pin(session::user(face, call))),
    ("listTasks", SEERS, |face, call| Box::pin(tasks::list(face, call))),
    ("listTasksDetailed", SEERS, |face, call| Box::pin(tasks::list_detailed(face, call))),
    ("getTask", SEERS_AND_NODES, |face, call| Box::pin(tasks::get(face, call))),
    ("getTaskState", SEERS_AND_NODES, |face, call| Box::pin(tasks::get_state(face, call))),
    ("getTaskStateV2", SEERS_AND_NODES, |face, call| Box::pin(tasks::get_state(face, call))),
    ("getTasksModificationTimestamp", SEERS, |face, call| Box::pin(tasks::modified_at(face, call))),
    ("createExportTasks", RUN, |face, call| Box::pin(task_backups::export(face, call))),
    ("createBackupCleanupTasks", MANAGE, |face, call| Box::pin(task_backups::remove_old(face, call))),
    ("createDeleteTasks", MANAGE, |face, call| Box::pin(task_backups::delete(face, call))),
    ("createBatchDeleteTasks", MANAGE, |face, call| Box::pin(task_backups::delete_batch(face, call))),
    ("createRestoreTask", RESTORE, |face, call| Box::pin(task_restores::restore(face, call))),
    ("createRestoreAndMountTask", RESTORE, |face, call| {
        Box::pin(task_restores::restore_and_mount(face, call))
    }),
    ("createMountTask", RESTORE, |face, call| Box::pin(task_restores::mount(face, call))),
    ("createUnmountTask", RESTORE, |face, call| Box::pin(task_restores::unmount(face, call))),
    ("createInventorySyncTasks", RUN, |face, call| Box::pin(task_inventory::sync(face, call))),
    ("createInventorySyncTasksFromWizard", RUN, |face, call| Box::pin(task_inventory::sync(face, call))),
    ("createConnectivityTestTasks", RUN, |face, call| {
        Box::pin(task_inventory::test_connectivity(face, call))
    }),
    ("listProtectedEntities", SEERS, |face, call| Box::pin(task_inventory::list_entities(face, call))),
    ("listHypervisorManagers", SEERS, |face, call| Box::pin(task_inventory::list_managers(face, call))),
    ("deleteTask", STARTERS, |face, call| Box::pin(task_removal::delete(face, call))),
    ("deleteAllFinishedTasks", STARTERS, |face, call| {
        Box::pin(task_removal::delete_all_finished(face, call))
    }),
    ("deleteAllFinishedAndQueuedTasks", STARTERS, |face, call| {
        Box::pin(task_removal::delete_all_but_running(face, call))
    }),
    ("cancelAllRunningTasks", STARTERS, |face, call| Box::pin(task_removal::cancel_all_running(face, call))),
    ("cancelRunningTasks", STARTERS, |face, call| Box::pin(task_removal::cancel_running(face, call))),
    ("deleteFinishedTasks", STARTERS, |face, call| Box::pin(task_removal::delete_finished(face, call))),
    ("deleteFinishedAndQueuedTasks", STARTERS, |face, call| {
        Box::pin(task_removal::delete_but_running(face, call))
    }),
    ("updateTaskState", STARTERS_AND_NODES, |face, call| Box::pin(task_reports::set_state(face, call))),
    ("updateTasksState", STARTERS_AND_NODES, |face, call| Box::pin(task_reports::set_states(face, call))),
    ("registerNode", MANAGE, |face, call| Box::pin(nodes::register(face, call))),
    ("listQueuedTasksForNode", REPORTERS, |face, call| Box::pin(task_reports::queued(face, call))),
    ("updateTaskBackupType", REPORTERS, |face, call| Box::pin(task_reports::set_kind(face, call))),
    ("updateTaskProgress", REPORTERS, |face, call| Box::pin(task_reports::set_progress(face, call))),
    ("updateTaskCloudProgress", REPORTERS, |face, call| Box::pin(task_reports::set_objects(face, call))),
    ("updateTaskOsProgress", REPORTERS, |face, call| Box::pin(task_reports::set_objects(face, call))),
    ("addTaskTransferRate", REPORTERS, |face, call| Box::pin(task_reports::add_rate(face, call))),
    ("addTaskIncrementalTransferRate", REPORTERS, |face, call| {
        Box::pin(task_reports::add_incremental_rate(face, call))
    }),
    ("updateTaskTransferInfo", REPORTERS, |face, call| Box::pin(task_reports::set_transfer_info(face, call))),
    ("updateTaskFiles", REPORTERS, |face, call| Box::pin(task_reports::set_files(face, call))),
    ("updateTaskRestoreHostId", REPORTERS, |face, call| Box::pin(task_reports::set_restore_host(face, call))),
    ("updateTaskRestoreStorageId", REPORTERS, |face, call| {
        Box::pin(task_reports::set_restore_storage(face, call))
    }),
    ("updateTaskCbtId", REPORTERS, |face, call| Box::pin(task_reports::set_cbt_id(face, call))),
    ("updateTaskIncSnapRequired", REPORTERS, |face, call| {
        Box::pin(task_reports::set_inc_snap_required(face, call))
    }),
    ("getTaskLastTransferRate", SEERS_AND_NODES, |face, call| Box::pin(task_reports::last_rate(face, call))),
    ("updateInventory", REPORTERS, |face, call| Box::pin(nodes::report_inventory(face, call))),
    ("updateInstanceInventory", REPORTERS, |face, call| Box::pin(nodes::report_instance(face, call))),
    ("updateTapeManagerInventory", REPORTERS, |face, call| Box::pin(nodes::report_tapes(face, call))),
    ("createSnapshotTasks", RUN, |_, call| Box::pin(task_refusals::snapshot(call))),
    ("createSnapshotReversionTask", RESTORE, |_, call| Box::pin(task_refusals::revert(call))),
    ("createSnapshotCleanupTasks", MANAGE, |_, call| Box::pin(task_refusals::remove_old_snapshots(call))),
    ("createRestoreAndImportTask", RESTORE, |_, call| Box::pin(task_refusals::restore_and_import(call))),
    ("createInstantRestoreTask", RESTORE, |_, call| Box::pin(task_refusals::instant_restore(call))),
    ("createImportForCloudTasks", RESTORE, |_, call| Box::pin(task_refusals::import_for_cloud(call))),
    ("createImportForCloudTasksPerFeature", RESTORE, |_, call| {
        Box::pin(task_refusals::import_for_cloud(call))
    }),
    ("createImportForOsAgentTasks", RESTORE, |_, call| Box::pin(task_refusals::import_for_os_agent(call))),
    ("createLiveMigrationTask", RUN, |_, call| Box::pin(task_refusals::live_migration(call))),
    ("createUploadTask", RUN, |_, call| Box::pin(task_refusals::upload(call))),
    ("createEjectTapeTasks", RUN, |_, call| Box::pin(task_refusals::eject_tape(call))),
    ("createImportTapeTasks", RUN, |_, call| Box::pin(task_refusals::import_tape(call))),
    ("createTapeManagerInventorySyncTasks", RUN, |_, call| Box::pin(task_refusals::sync_tapes(call))),
    ("createTasksFromRecoveryPlan", RESTORE, |_, call| Box::pin(task_refusals::recovery_plan(call))),
];
