//! An engine on a folder of its own, its workers, and a folder to protect.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use catalog_sql::SqlCatalog;
use engine::{
    Catalog, Clock, Engine, Entity, Extras, FilePath, NewEntity, NewTask, Places, Ports, RunKind, Task,
    TaskFilter, TaskId, TaskPlan, TaskRunner, TaskState, TenantId, Vault, Worker,
};
use host_local::LocalHost;
use jiff::{SignedDuration, Timestamp};
use mount_fuse::{Access, FuseMounts};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use vault_rustic::RusticVault;

/// Nothing here takes longer than this, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// A clock that moves on by a microsecond whenever somebody looks, so that no two moments are the same.
pub(crate) struct TestClock {
    start: Timestamp,
    micros: AtomicI64,
}

impl TestClock {
    pub(crate) fn forward(&self, by: SignedDuration) {
        self.micros.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let micros = self.micros.fetch_add(1, Ordering::SeqCst);
        self.start + SignedDuration::from_micros(micros)
    }
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) catalog: Arc<SqlCatalog>,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) files: TempDir,
    data: TempDir,
    stop: watch::Sender<bool>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

impl World {
    /// An engine that nobody works for yet.
    pub(crate) async fn new() -> Self {
        let clock = TestClock { start: "2026-03-02T08:00:00Z".parse().unwrap(), micros: AtomicI64::new(0) };
        let (clock, data) = (Arc::new(clock), tempfile::tempdir().unwrap());
        let files = tempfile::tempdir().unwrap();
        fs::create_dir(files.path().join("folder")).unwrap();
        fs::write(files.path().join("file"), "content").unwrap();
        fs::write(files.path().join("folder/other"), vec![0xA5; 200_000]).unwrap();
        let (engine, catalog, vault) = open(data.path(), &clock).await;
        let (stop, workers) = (watch::channel(false).0, Mutex::default());
        Self { engine, catalog, vault, clock, files, data, stop, workers }
    }

    /// The same with everybody at work.
    pub(crate) async fn at_work() -> Self {
        let world = Self::new().await;
        world.start_worker();
        world.start_runner(2);
        world
    }

    pub(crate) fn start_worker(&self) {
        let worker = Worker::new(self.engine.clone(), "worker", 2);
        self.workers.lock().unwrap().push(tokio::spawn(worker.run(stopped(self.stop.subscribe()))));
    }

    pub(crate) fn start_runner(&self, at_once: usize) {
        let runner = TaskRunner::new(self.engine.clone(), at_once);
        self.workers.lock().unwrap().push(tokio::spawn(runner.run(stopped(self.stop.subscribe()))));
    }

    /// Ends whoever works, closes everything and opens it again, with nobody at work.
    pub(crate) async fn restart(self) -> Self {
        self.stop.send_replace(true);
        let workers = std::mem::take(&mut *self.workers.lock().unwrap());
        for worker in workers {
            worker.await.unwrap();
        }
        self.catalog.close().await;
        let (engine, catalog, vault) = open(self.data.path(), &self.clock).await;
        engine.release_jobs().await.unwrap();
        Self { engine, catalog, vault, stop: watch::channel(false).0, workers: Mutex::default(), ..self }
    }

    /// Protects the folder.
    pub(crate) async fn protect(&self, name: &str) -> Entity {
        self.engine.protect_folders(&ours(), self.new_entity(name)).await.unwrap()
    }

    pub(crate) fn new_entity(&self, name: &str) -> NewEntity {
        NewEntity {
            name: name.to_owned(),
            paths: vec![FilePath::from(self.files.path())],
            excluded: Vec::new(),
            keep_days: 7,
            extras: Extras::new(),
        }
    }

    pub(crate) async fn ask(&self, new: NewTask) -> Task {
        self.engine.create_tasks(&ours(), vec![new]).await.unwrap().remove(0)
    }

    /// Waits until a task has ended, and gives it.
    pub(crate) async fn end_of(&self, id: TaskId) -> Task {
        self.wait(id, |task| task.state.is_final()).await
    }

    /// Waits until a task is as it should be.
    pub(crate) async fn wait(&self, id: TaskId, is_so: impl Fn(&Task) -> bool) -> Task {
        let begun = Instant::now();
        loop {
            let task = self.engine.task(&ours(), id).await.unwrap();
            if is_so(&task) {
                return task;
            }
            assert!(begun.elapsed() < PATIENCE, "it stays as it is: {task:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Backs an entity up and sees it confirmed. Gives the backup's task.
    pub(crate) async fn back_up(&self, entity: &Entity) -> Task {
        let task = self.ask(backup_of(entity)).await;
        let task = self.end_of(task.id).await;
        assert_eq!(task.state, TaskState::Succeeded, "{task:?}");
        let confirmation = self.end_of(self.after(task.id).await.id).await;
        assert_eq!(confirmation.state, TaskState::Succeeded, "{confirmation:?}");
        task
    }

    /// The task that follows another.
    pub(crate) async fn after(&self, id: TaskId) -> Task {
        let filter = TaskFilter { follows: vec![id], ..TaskFilter::default() };
        self.tasks(filter).await.remove(0)
    }

    pub(crate) async fn tasks(&self, filter: TaskFilter) -> Vec<Task> {
        self.engine.tasks(&ours(), &filter).await.unwrap()
    }
}

pub(crate) fn backup_of(entity: &Entity) -> NewTask {
    NewTask::new(TaskPlan::Backup { entity: entity.id, kind: RunKind::Full })
}

pub(crate) fn ours() -> TenantId {
    TenantId("ours".to_owned())
}

/// The call must fail in this way, and say these words.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: engine::Result<T>, kind: engine::Kind, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(words), "{:?} does not say {words:?}", error.message());
}

async fn open(data: &Path, clock: &Arc<TestClock>) -> (Engine, Arc<SqlCatalog>, Arc<dyn Vault>) {
    let catalog = Arc::new(SqlCatalog::open(&data.join("catalog.db")).await.unwrap());
    let [contents, secrets, downloads, restored, mounts] =
        ["vault", "secrets", "downloads", "restored", "mounts"].map(|name| {
            let folder = data.join(name);
            fs::create_dir_all(&folder).unwrap();
            folder
        });
    let vault: Arc<dyn Vault> = Arc::new(RusticVault::open(contents, secrets).unwrap());
    let ports = Ports {
        catalog: Arc::clone(&catalog) as Arc<dyn Catalog>,
        vault: Arc::clone(&vault),
        hosts: Arc::new(LocalHost::new()),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        mounts: Arc::new(FuseMounts::new(Access::Server)),
    };
    let places = Places { downloads, mounts, private: vec![data.to_owned()], restorable: vec![restored] };
    (Engine::new(ports, places).await.unwrap(), catalog, vault)
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}
