//! An engine over ports of paper, and a group of two objects.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{
    Catalog, Clock, Engine, Extras, FilePath, FileSink, Group, GroupRules, HostFacts, Hosts, InBlackouts,
    NewSource, ObjectId, Places, PolicyRules, Ports, Progress, RestoreStats, Result, Retention,
    RetentionUnit, Retry, Root, Run, RunKind, RunRequest, RunState, Selection, TenantId, Trigger, WriteJob,
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::catalog::FakeCatalog;
use crate::elsewhere::NoMounts;
use crate::faults::Faults;
use crate::vault::{FakeVault, unused};

/// Shows the time of the runtime, which is that of the test.
#[derive(Debug)]
pub(crate) struct FakeClock {
    begun: tokio::time::Instant,
    from: Timestamp,
    turned: Mutex<SignedDuration>,
}

impl FakeClock {
    pub(crate) fn turn(&self, by: SignedDuration) {
        *self.turned.lock().unwrap() += by;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.begun.elapsed()).unwrap();
        let now = self.from + passed + *self.turned.lock().unwrap();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap()
    }
}

struct FakeHosts;

#[async_trait]
impl Hosts for FakeHosts {
    async fn probe(&self, _: &str) -> Result<HostFacts> {
        Ok(HostFacts::default())
    }

    async fn check_root(&self, _: &str, _: &FilePath) -> Result<()> {
        Ok(())
    }

    async fn check_places(&self, _: &WriteJob) -> Result<()> {
        Ok(())
    }

    fn writer(&self, _: WriteJob, _: Arc<dyn Progress<RestoreStats>>) -> Result<Box<dyn FileSink>> {
        Err(unused())
    }
}

/// Something that works until it is stopped.
pub(crate) struct Working {
    stop: Option<oneshot::Sender<()>>,
    pub(crate) task: JoinHandle<()>,
}

impl Working {
    /// Lets it end in order.
    pub(crate) async fn stop(mut self) {
        drop(self.stop.take());
        (&mut self.task).await.unwrap();
    }

    /// Ends it wherever it is, as SIGKILL does.
    pub(crate) async fn kill(mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

/// An engine and what it stands on.
pub(crate) struct World {
    pub(crate) faults: Arc<Faults>,
    pub(crate) catalog: FakeCatalog,
    pub(crate) vault: FakeVault,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) engine: Engine,
    pub(crate) group: Group,
}

pub(crate) fn tenant() -> TenantId {
    TenantId("acme/".to_owned())
}

pub(crate) fn policy() -> PolicyRules {
    PolicyRules {
        name: "policy".to_owned(),
        description: None,
        incremental: None,
        full: None,
        fulls: vec![],
        retention: Retention { count: 30, unit: RetentionUnit::Days, lock: None },
        extended: vec![],
        blackouts: vec![],
        retry: Retry::default(),
        extras: Extras::new(),
    }
}

impl World {
    /// A world on a Monday morning, whose policy is this.
    pub(crate) async fn new(policy: PolicyRules) -> Self {
        let clock = Arc::new(FakeClock {
            begun: tokio::time::Instant::now(),
            from: "2026-03-02T08:00:00Z".parse().unwrap(),
            turned: Mutex::new(SignedDuration::ZERO),
        });
        let faults = Arc::new(Faults::default());
        let catalog = FakeCatalog::new(Arc::clone(&faults));
        let vault = FakeVault::new(Arc::clone(&faults));
        let engine = engine(&catalog, &vault, &clock).await;
        let now = clock.now();
        let mut objects = Vec::new();
        for name in ["one", "two"] {
            let new = NewSource { name: name.to_owned(), endpoint: name.to_owned(), extras: Extras::new() };
            let made = catalog.insert_source(&tenant(), new, HostFacts::default(), now).await.unwrap();
            objects.push(made.id);
        }
        let policy = engine.create_policy(&tenant(), policy).await.unwrap();
        let group = engine.create_group(&tenant(), rules("group", policy.id, &objects)).await.unwrap();
        Self { faults, catalog, vault, clock, engine, group }
    }

    /// Another group of one of the objects.
    pub(crate) async fn another_group(&self, name: &str) -> Group {
        let objects = [self.objects()[0]];
        self.engine.create_group(&tenant(), rules(name, self.group.rules.policy, &objects)).await.unwrap()
    }

    pub(crate) fn objects(&self) -> Vec<ObjectId> {
        self.group.rules.selections.iter().map(|selection| selection.object).collect()
    }

    pub(crate) fn work(&self) -> Working {
        let worker = engine::Worker::new(self.engine.clone(), "worker", 2);
        spawn(|shutdown| worker.run(shutdown))
    }

    pub(crate) fn schedule(&self) -> Working {
        let scheduler = engine::Scheduler::new(self.engine.clone());
        spawn(|shutdown| scheduler.run(shutdown))
    }

    pub(crate) fn keep(&self) -> Working {
        let keeper = engine::Keeper::new(self.engine.clone());
        spawn(|shutdown| keeper.run(shutdown))
    }

    /// The engine of a process that comes after one that died.
    pub(crate) async fn restart(&mut self) {
        self.engine = engine(&self.catalog, &self.vault, &self.clock).await;
        self.engine.release_jobs().await.unwrap();
    }

    /// Starts a run of a group; what goes wrong from here on is asked of the ports from now on.
    pub(crate) async fn start(&self, group: &Group) -> Run {
        let request = RunRequest {
            kind: RunKind::Incremental,
            trigger: Trigger::OnDemand,
            objects: vec![],
            extras: Extras::new(),
        };
        self.engine.start_run(&tenant(), group.id, request).await.unwrap()
    }

    /// Waits until nothing is left to do.
    pub(crate) async fn settle(&self, what: &str) {
        self.until(&format!("the end of everything, {what}"), || {
            self.catalog.jobs() == 0 && self.catalog.runs_now().iter().all(|run| run.state.is_final())
        })
        .await;
    }

    /// Waits, for an hour of the test's time and no longer.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        for _ in 0..36_000 {
            if holds() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("not in an hour: {what}\n{:#?}\n{:?}", self.catalog.runs_now(), self.faults.names());
    }

    /// What must hold whatever went wrong, once nothing is left to do.
    pub(crate) fn assert_truth(&self, what: &str) {
        let known = self.catalog.snapshots_now();
        let standing = self.vault.names();
        for snapshot in &known {
            assert!(standing.contains(&snapshot.vault_snapshot), "{what}: {snapshot:?} is lost");
        }
        for run in self.catalog.runs_now() {
            assert!(run.state.is_final() && run.ended_at.is_some(), "{what}: {run:#?}");
            for object in &run.objects {
                let own = known.iter().find(|it| it.run == run.id && it.object == object.object);
                let is_done = matches!(object.state, RunState::Succeeded | RunState::SucceededWithWarnings);
                assert!(object.state.is_final() && object.ended_at.is_some(), "{what}: {object:#?}");
                assert_eq!(object.snapshot, own.map(|it| it.id), "{what}: {object:#?}");
                assert_eq!(is_done, own.is_some(), "{what}: {object:#?}");
            }
            let all_done = run.objects.iter().all(|object| object.snapshot.is_some());
            let is_done = matches!(run.state, RunState::Succeeded | RunState::SucceededWithWarnings);
            assert_eq!(is_done, all_done, "{what}: {run:#?}");
            assert!(run.state != RunState::Failed || run.reason.is_some(), "{what}: {run:#?}");
        }
    }
}

fn rules(name: &str, policy: engine::PolicyId, objects: &[ObjectId]) -> GroupRules {
    let root = Root { path: FilePath::from_bytes(*b"/data"), excluded: vec![], one_file_system: false };
    let selections = objects.iter().map(|object| Selection { object: *object, roots: vec![root.clone()] });
    GroupRules {
        name: name.to_owned(),
        description: None,
        policy,
        selections: selections.collect(),
        excluded_patterns: vec![],
        paused: false,
        start: None,
        ends_at: None,
        in_blackouts: InBlackouts::GoOn,
        extras: Extras::new(),
    }
}

async fn engine(catalog: &FakeCatalog, vault: &FakeVault, clock: &Arc<FakeClock>) -> Engine {
    let ports = Ports {
        catalog: Arc::new(catalog.clone()),
        vault: Arc::new(vault.clone()),
        hosts: Arc::new(FakeHosts),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        mounts: Arc::new(NoMounts),
    };
    // Nothing is downloaded or mounted here.
    let [downloads, mounts] = ["/nowhere/downloads", "/nowhere/mounts"].map(PathBuf::from);
    let places = Places { downloads, mounts, private: vec![], restorable: vec![] };
    Engine::new(ports, places).await.unwrap()
}

fn spawn<F: Future<Output = ()> + Send + 'static>(
    work: impl FnOnce(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>) -> F,
) -> Working {
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = Box::pin(async move {
        let _ = stopped.await;
    });
    Working { stop: Some(stop), task: tokio::spawn(work(shutdown)) }
}
