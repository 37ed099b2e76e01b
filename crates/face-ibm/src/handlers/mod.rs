//! The operations, a file a resource. [`TABLE`] says which operation of the spec is served by what.

mod agents;
mod connections;
mod connectors;
mod groups;
mod objects;
mod policies;
mod progress;
mod recoveries;
mod restore_points;
mod run_updates;
mod runs;
mod search;
mod snapshots;
mod sources;
pub(crate) mod token;

use crate::router::Handler;

/// Operation id and handler.
pub(crate) const TABLE: &[(&str, Handler)] = &[
    ("registerProtectionSource", |call| Box::pin(sources::register(call))),
    ("getSourceRegistrations", |call| Box::pin(sources::list(call))),
    ("getProtectionSourceRegistration", |call| Box::pin(sources::get(call))),
    ("updateProtectionSourceRegistration", |call| Box::pin(sources::update(call))),
    ("patchProtectionSourceRegistration", |call| Box::pin(sources::patch(call))),
    ("deleteProtectionSourceRegistration", |call| Box::pin(sources::delete(call))),
    ("refreshProtectionSourceById", |call| Box::pin(sources::refresh(call))),
    ("createProtectionPolicy", |call| Box::pin(policies::create(call))),
    ("getProtectionPolicies", |call| Box::pin(policies::list(call))),
    ("getProtectionPolicyById", |call| Box::pin(policies::get(call))),
    ("updateProtectionPolicy", |call| Box::pin(policies::update(call))),
    ("deleteProtectionPolicy", |call| Box::pin(policies::delete(call))),
    ("createProtectionGroup", |call| Box::pin(groups::create(call))),
    ("getProtectionGroups", |call| Box::pin(groups::list(call))),
    ("getProtectionGroupById", |call| Box::pin(groups::get(call))),
    ("updateProtectionGroup", |call| Box::pin(groups::update(call))),
    ("deleteProtectionGroup", |call| Box::pin(groups::delete(call))),
    ("createProtectionGroupRun", |call| Box::pin(runs::start(call))),
    ("getProtectionGroupRuns", |call| Box::pin(runs::list(call))),
    ("getProtectionGroupRun", |call| Box::pin(runs::get(call))),
    ("updateProtectionGroupRun", |call| Box::pin(run_updates::update(call))),
    ("getProtectionRunProgress", |call| Box::pin(progress::get(call))),
    ("performActionOnProtectionGroupRun", |call| Box::pin(runs::act(call))),
    ("getObjectSnapshots", |call| Box::pin(snapshots::list(call))),
    ("downloadIndexedFile", |call| Box::pin(snapshots::download_file(call))),
    ("getRestorePointsInTimeRange", |call| Box::pin(restore_points::find(call))),
    ("constructMetaInfo", |call| Box::pin(restore_points::describe(call))),
    ("searchObjects", |call| Box::pin(objects::search(call))),
    ("searchProtectedObjects", |call| Box::pin(objects::search_protected(call))),
    ("searchIndexedObjects", |call| Box::pin(search::indexed(call))),
    ("createRecovery", |call| Box::pin(recoveries::create(call))),
    ("createDownloadFilesAndFoldersRecovery", |call| Box::pin(recoveries::create_download(call))),
    ("getRecoveries", |call| Box::pin(recoveries::list(call))),
    ("getRecoveryById", |call| Box::pin(recoveries::get(call))),
    ("cancelRecoveryById", |call| Box::pin(recoveries::cancel(call))),
    ("downloadFilesFromRecovery", |call| Box::pin(recoveries::download(call))),
    ("createDataSourceConnection", |call| Box::pin(connections::create(call))),
    ("getDataSourceConnections", |call| Box::pin(connections::list(call))),
    ("getDataSourceConnection", |call| Box::pin(connections::get(call))),
    ("replaceDataSourceConnection", |call| Box::pin(connections::rename(call))),
    ("patchDataSourceConnection", |call| Box::pin(connections::rename(call))),
    ("deleteDataSourceConnection", |call| Box::pin(connections::delete(call))),
    ("generateDataSourceConnectionRegistrationToken", |call| Box::pin(connections::issue_token(call))),
    ("getDataSourceConnectors", |call| Box::pin(connectors::list(call))),
    ("getConnectorMetadata", |call| Box::pin(connectors::metadata(call))),
    ("patchDataSourceConnector", |call| Box::pin(connectors::rename(call))),
    ("deleteDataSourceConnector", |call| Box::pin(connectors::delete(call))),
    ("downloadAgent", |call| Box::pin(agents::download(call))),
    ("getUpgradeTasks", |call| Box::pin(agents::list_tasks(call))),
    ("createUpgradeTask", |call| Box::pin(agents::create_task(call))),
];
