//! A registered source, a policy and a group: where most tests begin.

use std::path::Path;
use std::time::{Duration, Instant};

use ibm_backup_recovery::{Client, types};

use super::TestServer;

/// Nothing here takes longer than this, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A group that protects one folder, and what is needed to work with it.
pub(crate) struct Fixture {
    pub(crate) client: Client,
    pub(crate) object: i64,
    pub(crate) policy: String,
    pub(crate) group: String,
}

impl Fixture {
    pub(crate) async fn new(client: Client, folder: &Path) -> Self {
        let object = Self::register(&client).await;
        let policy = Self::create_policy(&client, "daily").await;
        let group = Self::create_group(&client, "folder", &policy, object, folder).await;
        Self { client, object, policy, group }
    }

    /// The same under a policy that keeps for three weeks and starts no runs.
    pub(crate) async fn unscheduled(client: Client, folder: &Path) -> Self {
        let mut body = Self::policy_request("by hand");
        body.backup_policy.regular.incremental = None;
        Self::under(client, body, folder).await
    }

    /// The same under this policy.
    pub(crate) async fn under(client: Client, policy: types::ProtectionPolicyRequest, folder: &Path) -> Self {
        let object = Self::register(&client).await;
        let policy: String =
            client.create_protection_policy().body(policy).send().await.unwrap().id.clone().unwrap().into();
        let group = Self::create_group(&client, "folder", &policy, object, folder).await;
        Self { client, object, policy, group }
    }

    pub(crate) async fn register(client: &Client) -> i64 {
        Self::register_at(client, "localhost").await
    }

    /// Registers this machine under one of its names: each is an object of its own.
    pub(crate) async fn register_at(client: &Client, endpoint: &str) -> i64 {
        let body = types::RegisterSourceRequest::new(types::Environment::Physical)
            .with_physical_params(types::PhysicalSourceRegistrationParams::new(endpoint));
        client.register_protection_source().body(body).send().await.unwrap().id.unwrap().get()
    }

    pub(crate) fn policy_request(name: &str) -> types::ProtectionPolicyRequest {
        let schedule = types::BackupSchedule::new(types::BackupScheduleUnit::Days)
            .with_day_schedule(types::DaySchedule::new(1));
        let regular = types::RegularBackupPolicy::new()
            .with_incremental(types::IncrementalBackupPolicy::new(schedule))
            .with_retention(types::Retention::new(3, types::RetentionUnit::Weeks));
        types::ProtectionPolicyRequest::new(types::BackupPolicy::new(regular), name)
    }

    pub(crate) async fn create_policy(client: &Client, name: &str) -> String {
        let body = Self::policy_request(name);
        client.create_protection_policy().body(body).send().await.unwrap().id.clone().unwrap().into()
    }

    pub(crate) fn group_request(
        name: &str,
        policy: &str,
        object: i64,
        folder: &Path,
    ) -> types::ProtectionGroupRequest {
        let path = types::PhysicalFileBackupPath::new(folder.to_str().unwrap());
        let object = types::PhysicalFileProtectionGroupObject::new(object).with_file_paths([path]);
        let physical = types::PhysicalProtectionGroupParams::new(
            types::PhysicalProtectionGroupParamsProtectionType::File,
        )
        .with_file_protection_type_params(types::PhysicalFileProtectionGroupParams::new([object]));
        types::ProtectionGroupRequest::new(types::Environment::Physical, name, policy)
            .with_physical_params(physical)
    }

    pub(crate) async fn create_group(
        client: &Client,
        name: &str,
        policy: &str,
        object: i64,
        folder: &Path,
    ) -> String {
        let body = Self::group_request(name, policy, object, folder);
        client.create_protection_group().body(body).send().await.unwrap().id.clone().unwrap().into()
    }

    pub(crate) async fn start_run(&self, kind: types::BackupRunType) {
        let body = types::StartRunRequest::new(kind);
        let sent = self.client.create_protection_group_run().id(&self.group).body(body).send().await;
        assert_eq!(sent.unwrap().protection_group_id.as_deref(), Some(self.group.as_str()));
    }

    /// The latest run, with its objects.
    pub(crate) async fn latest_run(&self) -> types::ProtectionGroupRun {
        self.latest_run_if_any().await.unwrap()
    }

    async fn latest_run_if_any(&self) -> Option<types::ProtectionGroupRun> {
        let call = self.client.get_protection_group_runs().id(&self.group).start_time_usecs(0);
        let runs = call.num_runs(1).include_object_details(true).send().await.unwrap().into_inner();
        runs.runs.unwrap().pop()
    }

    /// Waits until the latest run is in one of these states.
    pub(crate) async fn wait_for_run(&self, wanted: &[types::RunStatus]) -> types::ProtectionGroupRun {
        let begun = Instant::now();
        loop {
            let run = self.latest_run_if_any().await;
            if let Some(run) = &run
                && wanted.contains(&status_of(run))
            {
                return run.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "the run is not {wanted:?}: {run:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Backs up and waits for success.
    pub(crate) async fn back_up(&self) -> types::ProtectionGroupRun {
        self.start_run(types::BackupRunType::Regular).await;
        let run = self.wait_until_ended().await;
        assert_eq!(status_of(&run), types::RunStatus::Succeeded, "{run:#?}");
        run
    }

    pub(crate) async fn wait_until_ended(&self) -> types::ProtectionGroupRun {
        use types::RunStatus::{Canceled, Failed, Succeeded, SucceededWithWarning};
        self.wait_for_run(&[Canceled, Failed, Succeeded, SucceededWithWarning]).await
    }

    /// The ids of the snapshots, the latest first.
    pub(crate) async fn snapshots(&self) -> Vec<String> {
        let list = self.client.get_object_snapshots().id(self.object).send().await.unwrap().into_inner();
        list.snapshots.unwrap().into_iter().map(|snapshot| snapshot.id.unwrap().into()).collect()
    }

    /// The paths that a search finds.
    pub(crate) async fn search(&self, name: &str) -> Vec<String> {
        let params = types::FileSearchParams::new().with_search_string(name);
        let body = types::IndexedSearchRequest::new(types::IndexedObjectType::Files).with_file_params(params);
        let page = self.client.search_indexed_objects().body(body).send().await.unwrap().into_inner();
        let files = page.files.unwrap();
        assert_eq!(page.count, Some(files.len() as i64));
        files.into_iter().map(|file| format!("{}/{}", file.path.unwrap(), file.name.unwrap())).collect()
    }

    /// A request that restores `items` of a snapshot into `target`.
    pub(crate) fn restore_request(
        &self,
        snapshot: &str,
        items: &[&str],
        target: types::PhysicalFilesTarget,
    ) -> types::RecoveryRequest {
        let paths: Vec<_> = items.iter().map(|item| types::RecoverPath::new(*item)).collect();
        let files = types::RecoverPhysicalFilesParams::new(
            paths,
            types::RecoverPhysicalFilesParamsTargetEnvironment::Physical,
        )
        .with_physical_target_params(target);
        let physical = types::RecoverPhysicalParams::new(
            [types::RecoverSnapshotParams::new(snapshot)],
            types::RecoverPhysicalParamsRecoveryAction::RecoverFiles,
        )
        .with_recover_file_and_folder_params(files);
        types::RecoveryRequest::new("restore", types::Environment::Physical).with_physical_params(physical)
    }

    /// A target below `folder`.
    pub(crate) fn below(&self, folder: &Path) -> types::PhysicalFilesTarget {
        types::PhysicalFilesTarget::new(types::RecoverTarget::new(self.object))
            .with_alternate_restore_directory(folder.to_str().unwrap())
    }

    /// Restores and waits until it has ended.
    pub(crate) async fn restore(
        &self,
        snapshot: &str,
        items: &[&str],
        target: types::PhysicalFilesTarget,
    ) -> types::Recovery {
        let body = self.restore_request(snapshot, items, target);
        let accepted = self.client.create_recovery().body(body).send().await.unwrap();
        wait_for_recovery(&self.client, accepted.id.as_deref().unwrap()).await
    }
}

/// The group of that name, whoever made it.
pub(crate) async fn adopt(server: &TestServer, name: &str) -> Fixture {
    let client = server.client();
    let groups = client.get_protection_groups().send().await.unwrap().into_inner();
    let named = |group: &types::ProtectionGroup| group.name.as_deref() == Some(name);
    let group = groups.protection_groups.unwrap().into_iter().find(named).unwrap();
    let params = group.physical_params.unwrap().file_protection_type_params.unwrap();
    let object = params.objects[0].id;
    Fixture {
        client,
        object: object.get(),
        policy: group.policy_id.unwrap().into(),
        group: group.id.unwrap().into(),
    }
}

/// Waits until a recovery has ended.
pub(crate) async fn wait_for_recovery(client: &Client, id: &str) -> types::Recovery {
    let begun = Instant::now();
    loop {
        let recovery = client.get_recovery_by_id().id(id).send().await.unwrap().into_inner();
        if recovery.end_time_usecs.is_some() {
            return recovery;
        }
        assert!(begun.elapsed() < PATIENCE, "the recovery does not end: {recovery:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn status_of(run: &types::ProtectionGroupRun) -> types::RunStatus {
    run.local_backup_info.as_ref().and_then(|info| info.status.clone()).unwrap()
}
