//! A catalog in memory: what the work of runs, schedules and the keeper asks of one, after its contract.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use engine::{
    AgentReport, ApiKey, Caller, Catalog, Connection, ConnectionId, Connector, ConnectorFacts, ConnectorId,
    Error, Extras, FileEntry, FilePage, FilePath, FileQuery, FileVersion, FireTime, Group, GroupId,
    GroupRules, HostFacts, Installation, Job, JobId, Lane, NewObjectSnapshot, NewRecovery, NewSource,
    ObjectId, Policy, PolicyId, PolicyRules, Recovery, RecoveryFilter, RecoveryId, RegistrationToken, Result,
    Run, RunFilter, RunId, SecretDigest, Snapshot, SnapshotFilter, SnapshotId, Source, TenantId, UpgradeTask,
    Work,
};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::faults::Faults;
use crate::vault::unused;

/// A catalog in memory.
#[derive(Clone, Debug)]
pub(crate) struct FakeCatalog {
    faults: Arc<Faults>,
    tables: Arc<Mutex<Tables>>,
}

#[derive(Debug, Default)]
struct Tables {
    last_id: i64,
    sources: BTreeMap<ObjectId, Source>,
    policies: BTreeMap<PolicyId, Policy>,
    groups: BTreeMap<GroupId, Group>,
    runs: BTreeMap<RunId, Run>,
    snapshots: BTreeMap<SnapshotId, Snapshot>,
    fire_times: Vec<FireTime>,
    jobs: BTreeMap<JobId, (Job, Option<String>)>,
}

impl Tables {
    fn id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    fn add_run(&mut self, mut run: Run) -> Result<Run> {
        let going = self.runs.values().any(|other| other.group == run.group && !other.state.is_final());
        if going && !run.state.is_final() {
            return Err(Error::conflict("another run of the group has not ended"));
        }
        run.id = RunId(self.id());
        if !run.state.is_final() {
            let (id, work) = (JobId(self.id()), Work::Run(run.id));
            let job = Job { id, tenant: run.tenant.clone(), work, attempt: 0, lease_until: run.queued_at };
            self.jobs.insert(id, (job, None));
        }
        self.runs.insert(run.id, run.clone());
        Ok(run)
    }

    fn set_times(&mut self, group: GroupId, times: &[FireTime]) {
        self.fire_times.retain(|time| time.group != group);
        self.fire_times.extend_from_slice(times);
    }

    fn held(&mut self, id: JobId, owner: &str) -> Result<&mut Job> {
        match self.jobs.get_mut(&id) {
            Some((job, Some(holder))) if holder == owner => Ok(job),
            _ => Err(Error::conflict(format!("job {id} is no longer held by {owner}"))),
        }
    }
}

impl FakeCatalog {
    pub(crate) fn new(faults: Arc<Faults>) -> Self {
        Self { faults, tables: Arc::default() }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap()
    }

    // What a test looks at without being a caller of the port.

    pub(crate) fn runs_now(&self) -> Vec<Run> {
        self.tables().runs.values().cloned().collect()
    }

    pub(crate) fn run_now(&self, id: RunId) -> Run {
        self.tables().runs[&id].clone()
    }

    pub(crate) fn snapshots_now(&self) -> Vec<Snapshot> {
        self.tables().snapshots.values().cloned().collect()
    }

    pub(crate) fn jobs(&self) -> usize {
        self.tables().jobs.len()
    }

    /// Gives every claim to somebody else, who dies over it.
    pub(crate) fn steal_jobs(&self) {
        for (_, owner) in self.tables().jobs.values_mut().filter(|(_, owner)| owner.is_some()) {
            *owner = Some("a thief".to_owned());
        }
    }
}

#[async_trait]
impl Catalog for FakeCatalog {
    async fn installation(&self) -> Result<Installation> {
        Ok(Installation { cluster_id: 1, incarnation_id: 1 })
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        Ok(Vec::new())
    }

    async fn insert_source(
        &self,
        tenant: &TenantId,
        new: NewSource,
        host: HostFacts,
        now: Timestamp,
    ) -> Result<Source> {
        let mut tables = self.tables();
        let source = Source {
            id: ObjectId(tables.id()),
            tenant: tenant.clone(),
            name: new.name,
            endpoint: new.endpoint,
            host,
            registered_at: now,
            refreshed_at: now,
            extras: new.extras,
        };
        tables.sources.insert(source.id, source.clone());
        Ok(source)
    }

    async fn source(&self, _: &TenantId, id: ObjectId) -> Result<Source> {
        let course = self.faults.step("catalog.source").await?;
        let source = self.tables().sources.get(&id).cloned();
        course.end(source.ok_or_else(|| Error::not_found("source", id))?)
    }

    async fn insert_policy(&self, tenant: &TenantId, rules: PolicyRules, now: Timestamp) -> Result<Policy> {
        let mut tables = self.tables();
        let id = PolicyId(tables.id());
        let policy = Policy { id, tenant: tenant.clone(), rules, created_at: now, modified_at: now };
        tables.policies.insert(id, policy.clone());
        Ok(policy)
    }

    async fn policy(&self, _: &TenantId, id: PolicyId) -> Result<Policy> {
        let course = self.faults.step("catalog.policy").await?;
        let policy = self.tables().policies.get(&id).cloned();
        course.end(policy.ok_or_else(|| Error::not_found("policy", id))?)
    }

    async fn policies(&self, _: &TenantId) -> Result<Vec<Policy>> {
        Ok(self.tables().policies.values().cloned().collect())
    }

    async fn update_policy(
        &self,
        _: &TenantId,
        _: PolicyId,
        _: PolicyRules,
        _: Option<Timestamp>,
        _: Timestamp,
    ) -> Result<Policy> {
        Err(unused())
    }

    async fn insert_group(&self, tenant: &TenantId, rules: GroupRules, now: Timestamp) -> Result<Group> {
        let mut tables = self.tables();
        let id = GroupId(tables.id());
        let tenant = tenant.clone();
        let group = Group { id, tenant, rules, created_at: now, modified_at: now, deleted_at: None };
        tables.groups.insert(id, group.clone());
        Ok(group)
    }

    async fn group(&self, _: &TenantId, id: GroupId) -> Result<Group> {
        let course = self.faults.step("catalog.group").await?;
        let group = self.tables().groups.get(&id).cloned();
        course.end(group.ok_or_else(|| Error::not_found("group", id))?)
    }

    async fn all_groups(&self) -> Result<Vec<Group>> {
        Ok(self.tables().groups.values().cloned().collect())
    }

    async fn update_group(
        &self,
        _: &TenantId,
        id: GroupId,
        rules: GroupRules,
        _: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Group> {
        let mut tables = self.tables();
        let group = tables.groups.get_mut(&id).ok_or_else(|| Error::not_found("group", id))?;
        (group.rules, group.modified_at) = (rules, now);
        Ok(group.clone())
    }

    async fn insert_run(&self, run: Run) -> Result<Run> {
        self.tables().add_run(run)
    }

    async fn runs(&self, _: &TenantId, filter: &RunFilter) -> Result<Vec<Run>> {
        let runs = self.runs_now().into_iter().rev();
        Ok(runs.filter(|run| filter.group.is_none_or(|group| group == run.group)).collect())
    }

    async fn run(&self, _: &TenantId, id: RunId) -> Result<Run> {
        let course = self.faults.step("catalog.run").await?;
        let run = self.tables().runs.get(&id).cloned();
        course.end(run.ok_or_else(|| Error::not_found("run", id))?)
    }

    async fn update_run(&self, run: &Run) -> Result<()> {
        let course = self.faults.step("catalog.update_run").await?;
        let mut tables = self.tables();
        let stored = tables.runs.get_mut(&run.id).ok_or_else(|| Error::not_found("run", run.id))?;
        assert!(!stored.state.is_final() || run.state.is_final(), "a run that has ended goes on: {run:#?}");
        *stored = run.clone();
        course.end(())
    }

    async fn complete_object(
        &self,
        mut run: Run,
        new: NewObjectSnapshot,
        mut files: mpsc::Receiver<Vec<FileEntry>>,
    ) -> Result<(Run, Snapshot)> {
        let course = self.faults.step("catalog.complete_object").await?;
        while files.recv().await.is_some() {}
        let mut tables = self.tables();
        let id = SnapshotId(tables.id());
        let object = run.objects.iter_mut().find(|it| it.object == new.object).unwrap();
        object.snapshot = Some(id);
        let snapshot = Snapshot {
            id,
            tenant: run.tenant.clone(),
            object: new.object,
            group: run.group,
            run: run.id,
            kind: run.kind,
            taken_at: run.queued_at,
            expires_at: new.expires_at,
            vault_snapshot: new.vault_snapshot,
            roots: new.roots,
            legal_hold: false,
            lock: new.lock,
        };
        let again = tables.snapshots.values().any(|it| it.run == run.id && it.object == new.object);
        if again {
            return Err(Error::conflict("the run has completed this object before"));
        }
        tables.snapshots.insert(id, snapshot.clone());
        tables.runs.insert(run.id, run.clone());
        course.end((run, snapshot))
    }

    async fn fire_times(&self) -> Result<Vec<FireTime>> {
        Ok(self.tables().fire_times.clone())
    }

    async fn set_fire_times(&self, group: GroupId, times: &[FireTime]) -> Result<()> {
        self.tables().set_times(group, times);
        Ok(())
    }

    async fn insert_scheduled_run(&self, run: Run, times: &[FireTime]) -> Result<Run> {
        let mut tables = self.tables();
        let run = tables.add_run(run)?;
        tables.set_times(run.group, times);
        Ok(run)
    }

    async fn snapshots(&self, _: &TenantId, filter: &SnapshotFilter) -> Result<Vec<Snapshot>> {
        let course = self.faults.step("catalog.snapshots").await?;
        let wanted = |snapshot: &Snapshot| {
            filter.object.is_none_or(|object| object == snapshot.object)
                && (filter.groups.is_empty() || filter.groups.contains(&snapshot.group))
                && filter.run.is_none_or(|run| run == snapshot.run)
        };
        course.end(self.snapshots_now().into_iter().rev().filter(wanted).collect())
    }

    async fn snapshot(&self, _: &TenantId, id: SnapshotId) -> Result<Snapshot> {
        self.tables().snapshots.get(&id).cloned().ok_or_else(|| Error::not_found("snapshot", id))
    }

    async fn update_snapshots(&self, snapshots: &[Snapshot]) -> Result<()> {
        let changed = snapshots.iter().map(|snapshot| (snapshot.id, snapshot.clone()));
        self.tables().snapshots.extend(changed);
        Ok(())
    }

    async fn forget_snapshots(&self, _: &TenantId, ids: &[SnapshotId]) -> Result<Vec<String>> {
        let mut tables = self.tables();
        let gone = ids.iter().filter_map(|id| tables.snapshots.remove(id));
        Ok(gone.map(|snapshot| snapshot.vault_snapshot).collect())
    }

    async fn forget_expired(
        &self,
        tenant: &TenantId,
        ids: &[SnapshotId],
        _: Timestamp,
    ) -> Result<Vec<String>> {
        self.forget_snapshots(tenant, ids).await
    }

    async fn expired_snapshots(&self, now: Timestamp, limit: u32) -> Result<Vec<Snapshot>> {
        let mut expired = self.snapshots_now();
        expired.retain(|snapshot| snapshot.expires_at.is_some_and(|time| time <= now));
        expired.truncate(limit as usize);
        Ok(expired)
    }

    async fn claim_job(
        &self,
        lane: Lane,
        owner: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<Job>> {
        let course = self.faults.step("catalog.claim_job").await?;
        let mut tables = self.tables();
        let free = tables.jobs.values_mut().find(|(job, owner)| {
            matches!((lane, job.work), (Lane::Runs, Work::Run(_)) | (Lane::Recoveries, Work::Recovery(_)))
                && (owner.is_none() || job.lease_until < now)
        });
        let claimed = free.map(|(job, holder)| {
            *holder = Some(owner.to_owned());
            job.attempt += 1;
            job.lease_until = lease_until;
            job.clone()
        });
        course.end(claimed)
    }

    async fn renew_job(&self, id: JobId, owner: &str, lease_until: Timestamp) -> Result<()> {
        let course = self.faults.step("catalog.renew_job").await?;
        self.tables().held(id, owner)?.lease_until = lease_until;
        course.end(())
    }

    async fn finish_job(&self, id: JobId, owner: &str) -> Result<()> {
        let course = self.faults.step("catalog.finish_job").await?;
        let mut tables = self.tables();
        tables.held(id, owner)?;
        tables.jobs.remove(&id);
        course.end(())
    }

    async fn release_jobs(&self) -> Result<()> {
        self.tables().jobs.values_mut().for_each(|(_, owner)| *owner = None);
        Ok(())
    }

    // What no test here needs.

    async fn insert_api_key(&self, _: &TenantId, _: &str, _: SecretDigest, _: Timestamp) -> Result<ApiKey> {
        Err(unused())
    }

    async fn api_key(&self, _: SecretDigest) -> Result<Option<ApiKey>> {
        Err(unused())
    }

    async fn insert_token(&self, _: &ApiKey, _: SecretDigest, _: Timestamp, _: Timestamp) -> Result<()> {
        Err(unused())
    }

    async fn token(&self, _: SecretDigest, _: Timestamp) -> Result<Option<Caller>> {
        Err(unused())
    }

    async fn sources(&self, _: &TenantId) -> Result<Vec<Source>> {
        Err(unused())
    }

    async fn update_source(&self, _: &Source) -> Result<()> {
        Err(unused())
    }

    async fn delete_source(&self, _: &TenantId, _: ObjectId) -> Result<()> {
        Err(unused())
    }

    async fn delete_policy(&self, _: &TenantId, _: PolicyId) -> Result<()> {
        Err(unused())
    }

    async fn groups(&self, _: &TenantId) -> Result<Vec<Group>> {
        Err(unused())
    }

    async fn delete_group(&self, _: &TenantId, _: GroupId, _: bool, _: Timestamp) -> Result<Vec<String>> {
        Err(unused())
    }

    async fn update_snapshot(&self, _: &Snapshot) -> Result<()> {
        Err(unused())
    }

    async fn files(&self, _: &TenantId, _: &FileQuery) -> Result<FilePage> {
        Err(unused())
    }

    async fn file_versions(
        &self,
        _: &TenantId,
        _: &[GroupId],
        _: &[(ObjectId, FilePath)],
    ) -> Result<Vec<FileVersion>> {
        Err(unused())
    }

    async fn insert_recovery(&self, _: &TenantId, _: NewRecovery, _: bool, _: Timestamp) -> Result<Recovery> {
        Err(unused())
    }

    async fn recovery(&self, _: &TenantId, _: RecoveryId) -> Result<Recovery> {
        Err(unused())
    }

    async fn recoveries(&self, _: &TenantId, _: &RecoveryFilter) -> Result<Vec<Recovery>> {
        Err(unused())
    }

    async fn update_recovery(&self, _: &Recovery) -> Result<()> {
        Err(unused())
    }

    async fn insert_connection(
        &self,
        _: &TenantId,
        _: &str,
        _: Extras,
        _: RegistrationToken,
        _: Timestamp,
    ) -> Result<Connection> {
        Err(unused())
    }

    async fn connection(&self, _: &TenantId, _: ConnectionId) -> Result<Connection> {
        Err(unused())
    }

    async fn connections(&self, _: &TenantId) -> Result<Vec<Connection>> {
        Err(unused())
    }

    async fn rename_connection(&self, _: &TenantId, _: ConnectionId, _: &str) -> Result<Connection> {
        Err(unused())
    }

    async fn delete_connection(&self, _: &TenantId, _: ConnectionId) -> Result<()> {
        Err(unused())
    }

    async fn insert_registration_token(
        &self,
        _: &TenantId,
        _: ConnectionId,
        _: RegistrationToken,
        _: Timestamp,
    ) -> Result<()> {
        Err(unused())
    }

    async fn insert_connector(
        &self,
        _: SecretDigest,
        _: SecretDigest,
        _: &str,
        _: ConnectorFacts,
        _: Timestamp,
    ) -> Result<Option<Connector>> {
        Err(unused())
    }

    async fn touch_connector(
        &self,
        _: SecretDigest,
        _: ConnectorFacts,
        _: Timestamp,
    ) -> Result<Option<Connector>> {
        Err(unused())
    }

    async fn connector(&self, _: &TenantId, _: ConnectorId) -> Result<Connector> {
        Err(unused())
    }

    async fn connectors(&self, _: &TenantId) -> Result<Vec<Connector>> {
        Err(unused())
    }

    async fn rename_connector(&self, _: &TenantId, _: ConnectorId, _: &str) -> Result<Connector> {
        Err(unused())
    }

    async fn delete_connector(&self, _: &TenantId, _: ConnectorId) -> Result<()> {
        Err(unused())
    }

    async fn agent_reports(&self, _: &TenantId) -> Result<Vec<AgentReport>> {
        Err(unused())
    }

    async fn keep_agent_report(&self, _: &AgentReport, _: &[UpgradeTask]) -> Result<()> {
        Err(unused())
    }

    async fn insert_upgrade_task(&self, _: UpgradeTask) -> Result<UpgradeTask> {
        Err(unused())
    }

    async fn upgrade_tasks(&self, _: &TenantId) -> Result<Vec<UpgradeTask>> {
        Err(unused())
    }
}
