//! A catalog in a temporary folder and short ways to fill it.

use std::fmt::Debug;
use std::path::PathBuf;

use catalog_sql::SqlCatalog;
use engine::{
    BackupStats, Catalog, Extras, FileEntry, FileKind, FilePage, FilePath, FileQuery, Group, GroupId,
    GroupRules, HostFacts, InBlackouts, Kind, NewObjectSnapshot, NewRecovery, NewSource, ObjectId, ObjectRun,
    Policy, PolicyId, PolicyRules, RecoveryPlan, Result, Retention, RetentionUnit, Retry, Root, Run, RunId,
    RunKind, RunState, Selection, Snapshot, SnapshotId, Source, TenantId, Trigger,
};
use jiff::Timestamp;
use tokio::sync::mpsc;

pub(crate) struct World {
    pub(crate) catalog: SqlCatalog,
    pub(crate) path: PathBuf,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("catalog.sqlite");
        Self { catalog: SqlCatalog::open(&path).await.unwrap(), path, _folder: folder }
    }

    /// Closes the catalog and opens it again, as a restart does.
    pub(crate) async fn reopen(&mut self) {
        self.catalog.close().await;
        self.catalog = SqlCatalog::open(&self.path).await.unwrap();
    }

    pub(crate) async fn policy(&self, name: &str) -> Policy {
        self.catalog.insert_policy(&ours(), policy_rules(name), at(1)).await.unwrap()
    }

    pub(crate) async fn source(&self, endpoint: &str) -> Source {
        self.catalog
            .insert_source(&ours(), new_source(endpoint, endpoint), HostFacts::default(), at(1))
            .await
            .unwrap()
    }

    /// A group of these objects with a policy of its own.
    pub(crate) async fn group(&self, name: &str, objects: &[ObjectId]) -> Group {
        let policy = self.policy(&format!("policy of {name}")).await;
        self.catalog.insert_group(&ours(), group_rules(name, policy.id, objects), at(1)).await.unwrap()
    }

    pub(crate) async fn run(&self, group: &Group, queued_at: i64) -> Run {
        self.catalog.insert_run(new_run(group, queued_at)).await.unwrap()
    }

    pub(crate) async fn end(&self, mut run: Run) -> Run {
        run.state = RunState::Succeeded;
        self.catalog.update_run(&run).await.unwrap();
        run
    }

    /// A whole run of a group's first object that finds these files.
    pub(crate) async fn back_up(&self, group: &Group, queued_at: i64, files: Vec<FileEntry>) -> Snapshot {
        let run = self.run(group, queued_at).await;
        let object = run.objects[0].object;
        let new = completed(object, &format!("vault-{}-{queued_at}", group.rules.name));
        let (run, snapshot) = self.catalog.complete_object(run, new, sent(vec![files])).await.unwrap();
        self.end(run).await;
        snapshot
    }

    pub(crate) async fn find(&self, name: &str) -> FilePage {
        self.search(FileQuery { name: name.into(), limit: 1_000, ..FileQuery::default() }).await
    }

    pub(crate) async fn search(&self, query: FileQuery) -> FilePage {
        self.catalog.files(&ours(), &query).await.unwrap()
    }

    /// What a search finds, a line each: path, size, snapshot. Checks that the total agrees.
    pub(crate) async fn found(&self, name: &str) -> Vec<(String, u64, SnapshotId)> {
        let page = self.find(name).await;
        assert_eq!(page.total, page.hits.len() as u64);
        assert_eq!(page.next, None);
        let line = |hit: &engine::FileHit| (hit.entry.path.to_string(), hit.entry.size_bytes, hit.snapshot);
        page.hits.iter().map(line).collect()
    }
}

pub(crate) fn ours() -> TenantId {
    TenantId("ours".into())
}

pub(crate) fn theirs() -> TenantId {
    TenantId("theirs".into())
}

/// A moment, in seconds since some day.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn policy_rules(name: &str) -> PolicyRules {
    PolicyRules {
        name: name.into(),
        description: Some("nightly, \"kept\" a month".into()),
        incremental: None,
        full: None,
        fulls: vec![],
        retention: Retention { count: 1, unit: RetentionUnit::Months, lock: None },
        extended: vec![],
        blackouts: vec![],
        retry: Retry::default(),
        extras: Extras::new(),
    }
}

pub(crate) fn new_source(name: &str, endpoint: &str) -> NewSource {
    NewSource { name: name.into(), endpoint: endpoint.into(), extras: Extras::new() }
}

pub(crate) fn group_rules(name: &str, policy: PolicyId, objects: &[ObjectId]) -> GroupRules {
    let root = Root { path: FilePath::from_bytes(*b"/data"), excluded: vec![], one_file_system: false };
    let selections = objects.iter().map(|object| Selection { object: *object, roots: vec![root.clone()] });
    GroupRules {
        name: name.into(),
        description: None,
        policy,
        selections: selections.collect(),
        excluded_patterns: vec!["*.tmp".into()],
        paused: false,
        start: None,
        ends_at: None,
        in_blackouts: InBlackouts::GoOn,
        extras: Extras::new(),
    }
}

pub(crate) fn new_run(group: &Group, queued_at: i64) -> Run {
    let objects = group.rules.selections.iter().map(|selection| ObjectRun {
        object: selection.object,
        name: "a host".into(),
        state: RunState::Queued,
        reason: None,
        started_at: None,
        ended_at: None,
        attempts: 0,
        failed_attempts: vec![],
        stats: BackupStats::default(),
        warnings: vec![],
        snapshot: None,
        deleted_at: None,
        note: None,
        warnings_acknowledged: false,
    });
    Run {
        id: RunId(0),
        tenant: group.tenant.clone(),
        group: group.id,
        group_name: group.rules.name.clone(),
        policy: group.rules.policy,
        kind: RunKind::Incremental,
        trigger: Trigger::OnDemand,
        state: RunState::Queued,
        reason: None,
        queued_at: at(queued_at),
        started_at: None,
        ended_at: None,
        objects: objects.collect(),
        retention: None,
        extras: Extras::new(),
    }
}

pub(crate) fn new_recovery(name: &str) -> NewRecovery {
    let items = vec![FilePath::from_bytes(*b"/data/\xff")];
    let plan = RecoveryPlan::Download { snapshot: SnapshotId(1), items };
    NewRecovery { name: name.into(), plan, extras: Extras::new() }
}

pub(crate) fn completed(object: ObjectId, vault_snapshot: &str) -> NewObjectSnapshot {
    NewObjectSnapshot {
        object,
        lock: None,
        expires_at: Some(at(1_000_000)),
        vault_snapshot: vault_snapshot.into(),
        roots: vec![FilePath::from_bytes(*b"/data")],
    }
}

/// A file whose size stands for its content.
pub(crate) fn file(path: impl AsRef<[u8]>, size_bytes: u64) -> FileEntry {
    FileEntry {
        path: FilePath::from_bytes(path.as_ref()),
        kind: FileKind::File,
        size_bytes,
        modified_at: Some(at(0)),
    }
}

/// A listing that was sent and ended.
pub(crate) fn sent(batches: Vec<Vec<FileEntry>>) -> mpsc::Receiver<Vec<FileEntry>> {
    let (sender, receiver) = mpsc::channel(batches.len().max(1));
    for batch in batches {
        sender.try_send(batch).unwrap();
    }
    receiver
}

/// The call must fail in this way, and say these words.
#[track_caller]
pub(crate) fn refused<T: Debug>(result: Result<T>, kind: Kind, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(words), "{:?} does not say {words:?}", error.message());
}

/// An id that nothing has.
pub(crate) const NOBODY: i64 = 99_999;

pub(crate) fn group_id(id: i64) -> GroupId {
    GroupId(id)
}
