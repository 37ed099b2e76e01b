//! The story of the IBM API.

use ibm::apis::configuration::Configuration;
use ibm::apis::policies_api::{self, GetProtectionPolicyByIdError};
use ibm::apis::{
    Error, ResponseContent, objects_api, protection_groups_api, recoveries_api, runs_api, snapshots_api,
    sources_api, tokens_api,
};
use ibm::models;
use ibm::models::{
    backup_schedule, physical_protection_group_params, recover_physical_files_params, recover_physical_params,
};

use crate::scene::{NAME, Scene, check_recent, only, until};

const GRANT_TYPE: &str = "urn:ibm:params:oauth:grant-type:apikey";

/// Tells it, and says how many operations it has called.
pub async fn tell(scene: &Scene) -> u32 {
    let tenant = &scene.tenant;
    let configuration = &log_in(scene).await;

    let created =
        policies_api::create_protection_policy(configuration, tenant, policy_request(7)).await.unwrap();
    assert_eq!(created.name, NAME);
    let policy = &created.id.unwrap();

    let names = Some(vec![NAME.to_owned()]);
    let list = policies_api::get_protection_policies(
        configuration,
        tenant,
        None,
        None,
        names,
        None,
        None,
        None,
        None,
        None,
    );
    let listed = only("policies", list.await.unwrap().policies.unwrap());
    assert_eq!(listed.id.as_ref(), Some(policy));

    assert_eq!(kept(configuration, tenant, policy).await, (models::RetentionUnit::Days, 7));
    policies_api::update_protection_policy(configuration, tenant, policy, policy_request(14)).await.unwrap();
    assert_eq!(kept(configuration, tenant, policy).await, (models::RetentionUnit::Days, 14));

    let source = register(configuration, tenant).await;
    let request = group_request(policy, source, &scene.folder);
    let group = protection_groups_api::create_protection_group(configuration, tenant, request).await.unwrap();
    let group = &group.id.unwrap();
    run(configuration, tenant, group).await;

    let groups = Some(vec![group.clone()]);
    let snapshots = objects_api::get_object_snapshots(
        configuration,
        tenant,
        source,
        None,
        None,
        None,
        None,
        None,
        None,
        groups,
        None,
        None,
        None,
    );
    let snapshot = only("snapshots", snapshots.await.unwrap().snapshots.unwrap());
    let snapshot = snapshot.id.unwrap();
    let large = format!("{}/large.bin", scene.folder);
    let call = snapshots_api::download_indexed_file(
        configuration,
        tenant,
        &snapshot,
        Some(&large),
        None,
        None,
        None,
        None,
    );
    let content = call.await.unwrap().bytes().await.unwrap();
    assert!(content == std::fs::read(&large).unwrap(), "downloaded {} other bytes", content.len());
    restore(configuration, scene, source, snapshot).await;
    scene.check_restored("ibm");

    protection_groups_api::delete_protection_group(configuration, tenant, group, Some(true)).await.unwrap();
    policies_api::delete_protection_policy(configuration, tenant, policy).await.unwrap();
    match policies_api::get_protection_policy_by_id(configuration, tenant, policy, None).await {
        Err(Error::ResponseError(ResponseContent {
            status,
            entity: Some(GetProtectionPolicyByIdError::DefaultResponse(error)),
            ..
        })) => {
            assert_eq!(status.as_u16(), 404, "{error:?}");
            assert_eq!(error.error_code.as_deref(), Some("NotFound"), "{error:?}");
            assert!(error.message.as_ref().is_some_and(|message| message.contains("policy")), "{error:?}");
        }
        other => panic!("got a deleted policy: {other:?}"),
    }
    16
}

async fn log_in(scene: &Scene) -> Configuration {
    // The identity service is a server of its own.
    let identity = Configuration { base_path: scene.url.clone(), ..Configuration::new() };
    let token = tokens_api::create_token(&identity, GRANT_TYPE, &scene.api_key).await.unwrap();
    Configuration {
        base_path: format!("{}/v2", scene.url),
        bearer_access_token: Some(token.access_token),
        ..Configuration::new()
    }
}

/// A policy that keeps daily backups for so many days.
fn policy_request(days: i64) -> models::ProtectionPolicyRequest {
    let mut schedule = models::BackupSchedule::new(backup_schedule::Unit::Days);
    schedule.day_schedule = Some(Box::new(models::DaySchedule::new(1)));
    let mut regular = models::RegularBackupPolicy::new();
    regular.incremental = Some(Box::new(models::IncrementalBackupPolicy::new(schedule)));
    regular.retention = Some(Box::new(models::Retention::new(models::RetentionUnit::Days, days)));
    models::ProtectionPolicyRequest::new(NAME.to_owned(), models::BackupPolicy::new(regular))
}

async fn kept(configuration: &Configuration, tenant: &str, policy: &str) -> (models::RetentionUnit, i64) {
    let policy =
        policies_api::get_protection_policy_by_id(configuration, tenant, policy, None).await.unwrap();
    let retention = policy.backup_policy.regular.retention.unwrap();
    (retention.unit, retention.duration)
}

/// Makes this machine a source, unless somebody has, and gives the source's id.
async fn register(configuration: &Configuration, tenant: &str) -> i64 {
    let mut request = models::RegisterSourceRequest::new(models::Environment::KPhysical);
    let physical = models::PhysicalSourceRegistrationParams::new("localhost".to_owned());
    request.physical_params = Some(Box::new(physical));
    match sources_api::register_protection_source(configuration, tenant, request).await {
        Ok(made) => return made.source_id.unwrap(),
        Err(Error::ResponseError(refused)) if refused.status.as_u16() == 409 => {}
        Err(other) => panic!("{other:?}"),
    }
    let list =
        sources_api::get_source_registrations(configuration, tenant, None, None, None, None, None, None);
    let is_local = |source: &models::SourceRegistration| {
        source.physical_params.as_ref().is_some_and(|physical| physical.endpoint == "localhost")
    };
    let source = list.await.unwrap().registrations.unwrap().into_iter().find(is_local);
    source.expect("the registered source is listed").source_id.unwrap()
}

fn group_request(policy: &str, source: i64, folder: &str) -> models::ProtectionGroupRequest {
    let mut object = models::PhysicalFileProtectionGroupObject::new(source);
    object.file_paths = Some(vec![models::PhysicalFileBackupPath::new(folder.to_owned())]);
    let files = models::PhysicalFileProtectionGroupParams::new(vec![object]);
    let mut physical =
        models::PhysicalProtectionGroupParams::new(physical_protection_group_params::ProtectionType::KFile);
    physical.file_protection_type_params = Some(Box::new(files));
    let mut request = models::ProtectionGroupRequest::new(
        NAME.to_owned(),
        policy.to_owned(),
        models::Environment::KPhysical,
    );
    request.physical_params = Some(Box::new(physical));
    request
}

/// Backs the group up.
async fn run(configuration: &Configuration, tenant: &str, group: &str) {
    let request = models::StartRunRequest::new(models::BackupRunType::KRegular);
    runs_api::create_protection_group_run(configuration, tenant, group, request).await.unwrap();
    let info = until("the run", async || {
        let list = runs_api::get_protection_group_runs(
            configuration,
            tenant,
            group,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        );
        let run = only("runs", list.await.unwrap().runs.unwrap());
        run.local_backup_info.filter(|info| info.end_time_usecs.is_some())
    });
    let info = info.await;
    assert_eq!(info.status, Some(models::RunStatus::Succeeded), "{info:?}");
    let (begun, ended) = (info.start_time_usecs.unwrap(), info.end_time_usecs.unwrap());
    assert!(begun <= ended, "{info:?}");
    check_recent("the run's begin", begun);
    check_recent("the run's end", ended);
}

/// Writes the snapshot's files below the target.
async fn restore(configuration: &Configuration, scene: &Scene, source: i64, snapshot: String) {
    let mut target = models::PhysicalFilesTarget::new(models::RecoverTarget::new(source));
    target.restore_to_original_paths = Some(false);
    target.alternate_restore_directory = Some(scene.target("ibm"));
    let mut files = models::RecoverPhysicalFilesParams::new(
        vec![models::RecoverPath::new(scene.folder.clone())],
        recover_physical_files_params::TargetEnvironment::KPhysical,
    );
    files.physical_target_params = Some(Box::new(target));
    let mut physical = models::RecoverPhysicalParams::new(
        vec![models::RecoverSnapshotParams::new(snapshot)],
        recover_physical_params::RecoveryAction::RecoverFiles,
    );
    physical.recover_file_and_folder_params = Some(Box::new(files));
    let mut request = models::RecoveryRequest::new(NAME.to_owned(), models::Environment::KPhysical);
    request.physical_params = Some(Box::new(physical));
    let made = recoveries_api::create_recovery(configuration, &scene.tenant, request, None).await.unwrap();
    let id = made.id.unwrap();
    let recovery = until("the recovery", async || {
        let recovery = recoveries_api::get_recovery_by_id(configuration, &scene.tenant, &id).await.unwrap();
        recovery.end_time_usecs.is_some().then_some(recovery)
    });
    let recovery = recovery.await;
    assert_eq!(recovery.status, Some(models::RunStatus::Succeeded), "{recovery:?}");
}
