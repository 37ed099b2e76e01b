//! Mounts through the engine: what it keeps for them, when it ends them, and what a restart does.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use catalog_sql::SqlCatalog;
use engine::{
    Clock, Engine, Extras, FilePath, Group, GroupRules, InBlackouts, Keeper, Kind, Mount, MountState,
    Mounter, Mounts as _, NewMount, NewSource, NewTask, ObjectId, Places, PolicyRules, Ports, Result,
    Retention, RetentionUnit, Retry, Root, Run, RunFilter, RunId, RunKind, RunRequest, Selection,
    SnapshotChange, TaskPlan, TenantId, Trigger, Worker,
};
use host_local::LocalHost;
use jiff::{Timestamp, ToSpan as _};
use mount_fuse::{Access, FuseMounts};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use vault_rustic::RusticVault;

use crate::fixture::{fuse, tenant};

/// Nothing here takes longer than this, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A clock that stands still until it is turned.
struct Turned(Mutex<Timestamp>);

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct World {
    dir: PathBuf,
    clock: Arc<Turned>,
    engine: Engine,
    catalog: Arc<SqlCatalog>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl World {
    async fn start(dir: &Path, clock: Arc<Turned>) -> Self {
        let catalog = Arc::new(SqlCatalog::open(&dir.join("catalog.db")).await.unwrap());
        let ports = Ports {
            catalog: catalog.clone(),
            vault: Arc::new(RusticVault::open(dir.join("vault"), dir.join("secrets")).unwrap()),
            hosts: Arc::new(LocalHost::new()),
            clock: clock.clone(),
            mounts: Arc::new(FuseMounts::new(Access::Server)),
        };
        let places = Places {
            downloads: dir.join("downloads"),
            mounts: dir.join("mounts"),
            private: vec![dir.to_owned()],
            restorable: Vec::new(),
        };
        let engine = Engine::new(ports, places).await.unwrap();
        engine.release_jobs().await.unwrap();
        engine.clean_mounts().await.unwrap();
        let (stop, stopping) = watch::channel(false);
        let stopped = |mut stopping: watch::Receiver<bool>| async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        let tasks = vec![
            tokio::spawn(Worker::new(engine.clone(), "worker", 1).run(stopped(stopping.clone()))),
            tokio::spawn(Keeper::new(engine.clone()).run(stopped(stopping.clone()))),
            tokio::spawn(Mounter::new(engine.clone()).run(stopped(stopping))),
        ];
        Self { dir: dir.to_owned(), clock, engine, catalog, stop, tasks }
    }

    async fn stop(self) {
        self.stop.send(true).unwrap();
        for task in self.tasks {
            task.await.unwrap();
        }
        self.engine.close_mounts().await;
        self.catalog.close().await;
    }

    /// A group of one folder, kept for a day.
    async fn group(&self, folder: &Path) -> (Group, ObjectId) {
        let new = NewSource { name: String::new(), endpoint: "localhost".to_owned(), extras: Extras::new() };
        let object = self.engine.register_source(&tenant(), new).await.unwrap().id;
        let rules = PolicyRules {
            name: "a day".to_owned(),
            description: None,
            incremental: None,
            full: None,
            fulls: Vec::new(),
            retention: Retention { count: 1, unit: RetentionUnit::Days, lock: None },
            extended: Vec::new(),
            blackouts: Vec::new(),
            retry: Retry::default(),
            extras: Extras::new(),
        };
        let policy = self.engine.create_policy(&tenant(), rules).await.unwrap().id;
        let root = Root { path: FilePath::from(folder), excluded: Vec::new(), one_file_system: false };
        let rules = GroupRules {
            name: "folder".to_owned(),
            description: None,
            policy,
            selections: vec![Selection { object, roots: vec![root] }],
            excluded_patterns: Vec::new(),
            paused: false,
            start: None,
            ends_at: None,
            in_blackouts: InBlackouts::GoOn,
            extras: Extras::new(),
        };
        (self.engine.create_group(&tenant(), rules).await.unwrap(), object)
    }

    async fn back_up(&self, group: &Group) -> Run {
        let request = RunRequest {
            kind: RunKind::Incremental,
            trigger: Trigger::OnDemand,
            objects: Vec::new(),
            extras: Extras::new(),
        };
        let run = self.engine.start_run(&tenant(), group.id, request).await.unwrap();
        let begun = Instant::now();
        loop {
            let runs =
                self.engine.runs(&tenant(), &RunFilter { run: Some(run.id), ..RunFilter::default() }).await;
            let run = runs.unwrap().remove(0);
            if run.state.is_final() {
                assert!(run.objects[0].snapshot.is_some(), "{run:?}");
                return run;
            }
            assert!(begun.elapsed() < PATIENCE, "the run does not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn mounted(&self, new: NewMount) -> Mount {
        let made = self.engine.create_mount(&tenant(), new).await.unwrap();
        assert_eq!((made.state, &made.path), (MountState::Requested, &None));
        self.engine.mount(&tenant(), made.id).await.unwrap()
    }

    async fn wait_for(&self, mount: &Mount, state: MountState) -> Mount {
        let begun = Instant::now();
        loop {
            let now = self.engine.mount_record(&tenant(), mount.id).await.unwrap();
            if now.state == state {
                return now;
            }
            assert!(begun.elapsed() < PATIENCE, "the mount does not become {state:?}: {now:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn new_mount(run: &Run, object: ObjectId) -> NewMount {
    NewMount { run: run.id, object, path: None, unmount_at: None, extras: Extras::new() }
}

fn clock() -> Arc<Turned> {
    Arc::new(Turned(Mutex::new("2026-03-02T08:00:00Z".parse().unwrap())))
}

/// A folder with a file to protect, and a folder for the server.
fn folders() -> (TempDir, PathBuf, PathBuf) {
    let dir = TempDir::new().unwrap();
    let (files, data) = (dir.path().join("files"), dir.path().join("data"));
    for folder in [&files, &data] {
        fs::create_dir(folder).unwrap();
    }
    fs::write(files.join("file"), "content").unwrap();
    (dir, files, data)
}

/// What the file says in a mounted backup.
fn read(mount: &Mount, files: &Path) -> String {
    let path = mount.path.as_ref().unwrap().join(files.strip_prefix("/").unwrap()).join("file");
    fs::read_to_string(path).unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T>, kind: Kind, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(words), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mounted_backup_can_be_read_and_is_kept_until_it_is_unmounted() {
    if fuse().is_none() {
        return;
    }
    let (_dir, files, data) = folders();
    let world = World::start(&data, clock()).await;
    let (group, object) = world.group(&files).await;
    let run = world.back_up(&group).await;
    let snapshot = run.objects[0].snapshot.unwrap();
    let mount = world.mounted(new_mount(&run, object)).await;
    assert_eq!(mount.path.as_deref(), Some(world.dir.join("mounts").join(mount.id.to_string()).as_path()));
    assert_eq!(read(&mount, &files), "content");
    assert_eq!(world.engine.mount(&tenant(), mount.id).await.unwrap(), mount, "again");
    assert_eq!(world.engine.mounts(&tenant()).await.unwrap(), std::slice::from_ref(&mount));

    let words = format!("mount {}", mount.id);
    let delete = SnapshotChange { delete: true, ..SnapshotChange::default() };
    refused(world.engine.change_snapshots(&tenant(), run.id, &delete).await, Kind::Conflict, &words);
    let over = SnapshotChange { days: Some(-1), ..SnapshotChange::default() };
    refused(world.engine.change_snapshots(&tenant(), run.id, &over).await, Kind::Conflict, &words);
    refused(world.engine.delete_group(&tenant(), group.id, true).await, Kind::Conflict, &words);

    // Its time passes. A second one, which nobody mounted, goes; this one stays.
    let other = world.back_up(&group).await.objects[0].snapshot.unwrap();
    *world.clock.0.lock().unwrap() += 48.hours();
    let begun = Instant::now();
    while world.engine.snapshot(&tenant(), other).await.is_ok() {
        assert!(begun.elapsed() < PATIENCE, "nothing expires");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.engine.snapshot(&tenant(), snapshot).await.unwrap();
    assert_eq!(read(&mount, &files), "content");

    let ended = world.engine.unmount(&tenant(), mount.id).await.unwrap();
    assert_eq!((ended.state, &ended.path, &ended.reason), (MountState::Unmounted, &None, &None));
    assert_eq!(world.engine.unmount(&tenant(), mount.id).await.unwrap(), ended, "again");
    assert!(!mount.path.unwrap().exists());
    refused(world.engine.mount(&tenant(), mount.id).await, Kind::Conflict, "was unmounted");
    let begun = Instant::now();
    while world.engine.snapshot(&tenant(), snapshot).await.is_ok() {
        assert!(begun.elapsed() < PATIENCE, "nothing expires");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    refused(
        world.engine.create_mount(&tenant(), new_mount(&run, object)).await,
        Kind::Conflict,
        "was removed",
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mounts_come_back_after_a_restart_and_end_at_their_time() {
    if fuse().is_none() {
        return;
    }
    let (dir, files, data) = folders();
    let chosen = dir.path().join("chosen");
    fs::create_dir(&chosen).unwrap();
    let clock = clock();
    let world = World::start(&data, clock.clone()).await;
    let (group, object) = world.group(&files).await;
    let run = world.back_up(&group).await;
    let lasting = world.mounted(new_mount(&run, object)).await;
    let until = clock.now() + 2.hours();
    let passing = NewMount { path: Some(chosen.clone()), unmount_at: Some(until), ..new_mount(&run, object) };
    let passing = world.mounted(passing).await;
    assert_eq!((passing.path.as_ref(), read(&passing, &files)), (Some(&chosen), "content".to_owned()));
    let overdue = NewMount { unmount_at: Some(clock.now() + 1.hours()), ..new_mount(&run, object) };
    let overdue = world.mounted(overdue).await;
    world.stop().await;
    assert_eq!(fs::read_dir(&chosen).unwrap().count(), 0, "nothing stays behind");
    assert!(!lasting.path.as_ref().unwrap().exists());

    *clock.0.lock().unwrap() += 90.minutes();
    let world = World::start(&data, clock.clone()).await;
    let begun = Instant::now();
    while !lasting.path.as_ref().unwrap().join("tmp").exists() && fs::read_dir(&chosen).unwrap().count() == 0
    {
        assert!(begun.elapsed() < PATIENCE, "nothing is mounted again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let overdue = world.wait_for(&overdue, MountState::Unmounted).await;
    assert_eq!((overdue.path, overdue.unmounted_at), (None, Some(clock.now())));
    for mount in [&lasting, &passing] {
        // Answers when it hangs, whoever began it.
        let mount = world.engine.mount(&tenant(), mount.id).await.unwrap();
        assert_eq!((mount.state, read(&mount, &files)), (MountState::Mounted, "content".to_owned()));
    }
    *clock.0.lock().unwrap() += 1.hours();
    world.wait_for(&passing, MountState::Unmounted).await;
    assert_eq!(fs::read_dir(&chosen).unwrap().count(), 0);
    assert!(chosen.exists(), "it is not ours to remove");
    let lasting = world.engine.mount_record(&tenant(), lasting.id).await.unwrap();
    assert_eq!(read(&lasting, &files), "content");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_mounted_is_refused_and_what_fails_says_so() {
    if fuse().is_none() {
        return;
    }
    let (dir, files, data) = folders();
    let world = World::start(&data, clock()).await;
    let (group, object) = world.group(&files).await;
    let run = world.back_up(&group).await;
    let make = async |new| world.engine.create_mount(&tenant(), new).await;
    let fresh = || new_mount(&run, object);
    refused(make(NewMount { run: RunId(99), ..fresh() }).await, Kind::NotFound, "run 99");
    refused(make(NewMount { object: ObjectId(99), ..fresh() }).await, Kind::NotFound, "object 99");
    let past = Some(world.clock.now());
    refused(make(NewMount { unmount_at: past, ..fresh() }).await, Kind::Invalid, "future");
    let at = |path: &Path| NewMount { path: Some(path.to_owned()), ..fresh() };
    fs::create_dir(data.join("mine")).unwrap();
    for (path, words) in
        [(data.join("mine"), "own folder"), (files.clone(), "not empty"), ("x".into(), "absolute")]
    {
        refused(make(at(&path)).await, Kind::Invalid, words);
    }
    let stranger = TenantId("stranger".to_owned());
    refused(world.engine.create_mount(&stranger, fresh()).await, Kind::NotFound, "run");

    let chosen = dir.path().join("chosen");
    fs::create_dir(&chosen).unwrap();
    let mount = make(at(&chosen)).await.unwrap();
    refused(make(at(&chosen)).await, Kind::Conflict, "taken by another mount");
    refused(world.engine.mount(&stranger, mount.id).await, Kind::NotFound, "mount");
    fs::write(chosen.join("in the way"), "x").unwrap();
    refused(world.engine.mount(&tenant(), mount.id).await, Kind::Conflict, "not empty");
    let failed = world.engine.mount_record(&tenant(), mount.id).await.unwrap();
    assert_eq!(failed.state, MountState::Failed);
    assert!(failed.reason.unwrap().contains("not empty"));
    fs::remove_file(chosen.join("in the way")).unwrap();
    let mount = world.engine.mount(&tenant(), mount.id).await.unwrap();
    assert_eq!((mount.state, &mount.reason), (MountState::Mounted, &None));

    let (swapped, mine) = (dir.path().join("swapped"), data.join("mine"));
    fs::create_dir(&swapped).unwrap();
    let elsewhere = make(at(&swapped)).await.unwrap();
    fs::remove_dir(&swapped).unwrap();
    std::os::unix::fs::symlink(&mine, &swapped).unwrap();
    refused(world.engine.mount(&tenant(), elsewhere.id).await, Kind::Conflict, "somewhere else");
    assert_eq!(fs::read_dir(&mine).unwrap().count(), 0, "nothing hangs in the server's own folder");

    // A backup does not go into what is mounted, although it lies in what is protected.
    let inside = files.join("inside");
    fs::create_dir(&inside).unwrap();
    let second = world.mounted(NewMount { path: Some(inside.clone()), ..fresh() }).await;
    let snapshot = world.back_up(&group).await;
    let third = world.mounted(new_mount(&snapshot, object)).await;
    let kept = third.path.unwrap().join(inside.strip_prefix("/").unwrap());
    assert!(!kept.exists() || fs::read_dir(kept).unwrap().count() == 0);

    // Requested and never carried out: it can be given up.
    let never = make(fresh()).await.unwrap();
    let never = world.engine.unmount(&tenant(), never.id).await.unwrap();
    assert_eq!(never.state, MountState::Unmounted);
    world.engine.unmount(&tenant(), second.id).await.unwrap();
    world.stop().await;
    let left = FuseMounts::new(Access::Server).clean(dir.path()).unwrap();
    assert_eq!(left, Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mount_that_nobody_will_carry_out_is_given_up_at_the_next_start() {
    if fuse().is_none() {
        return;
    }
    let (_dir, files, data) = folders();
    let clock = clock();
    let world = World::start(&data, clock.clone()).await;
    let (group, object) = world.group(&files).await;
    let run = world.back_up(&group).await;
    let make = async || world.engine.create_mount(&tenant(), new_mount(&run, object)).await.unwrap();
    let (forgotten, planned) = (make().await, make().await);
    let task = NewTask::new(TaskPlan::Mount { mount: planned.id });
    world.engine.create_tasks(&tenant(), vec![task]).await.unwrap();
    world.stop().await;

    *clock.0.lock().unwrap() += 1.minutes();
    let world = World::start(&data, clock).await;
    let new = world.engine.create_mount(&tenant(), new_mount(&run, object)).await.unwrap();
    world.wait_for(&forgotten, MountState::Unmounted).await;
    for mount in [planned, new] {
        let now = world.engine.mount_record(&tenant(), mount.id).await.unwrap();
        assert_eq!(now.state, MountState::Requested, "its task is there, or yet to be made");
    }
    world.stop().await;
}
