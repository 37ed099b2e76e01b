//! Tasks of the Storware API: what is asked for, how it goes, and who may ask.

use std::fs::{self, File};
use std::path::PathBuf;

use serde_json::Value;
use storware_backup_recovery::{Client, Error, ListResponse as _, types};
use tempfile::TempDir;
use types::{BackupTypeName, NameAndGuid, TaskStateName, TaskTypeName};

use crate::support::{TestClock, TestServer, tree_of};

/// A time far ahead.
pub(crate) const FAR: types::UnixMillis = types::UnixMillis(4_000_000_000_000);

/// A server that protects a folder with a letter in it.
pub(crate) struct World {
    pub(crate) server: TestServer,
    pub(crate) client: Client,
    pub(crate) entity: String,
    dir: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::of(TestServer::start().await).await
    }

    pub(crate) async fn of(server: TestServer) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("documents");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("letter"), "Dear all").unwrap();
        let entity = server.protect("documents", &folder, &["red"]).await;
        Self { client: server.storware(), server, entity, dir }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn request(&self) -> types::ExportTaskRequest {
        types::ExportTaskRequest {
            protected_entities: Some(vec![NameAndGuid::new(&self.entity)]),
            ..types::ExportTaskRequest::default()
        }
    }

    async fn export(&self, request: types::ExportTaskRequest) -> types::TaskDetails {
        let made = self.client.create_export_tasks().body(request).send().await.unwrap();
        made.into_inner().remove(0)
    }

    /// A task that waits until a test ends it.
    pub(crate) async fn waiting(&self) -> types::TaskDetails {
        let request = types::ExportTaskRequest { window_start: Some(FAR), ..self.request() };
        self.export(request).await
    }

    async fn task(&self, guid: &str) -> types::TaskDetails {
        self.client.get_task().guid(guid).send().await.unwrap().into_inner()
    }

    pub(crate) async fn all(&self) -> Vec<types::TaskDetails> {
        self.client.list_tasks_detailed().send().await.unwrap().into_inner()
    }

    /// The guids that a query lets through.
    pub(crate) async fn ask(&self, query: &str) -> Vec<String> {
        let (status, rows) = self.server.raw_storware("GET", &format!("/tasks?{query}"), None).await;
        assert_eq!(status, 200, "{query}: {rows}");
        let guid = |row: &Value| row["guid"].as_str().unwrap().to_owned();
        rows.as_array().unwrap().iter().map(guid).collect()
    }

    async fn wait_for(&self, guid: &str, wanted: TaskStateName) -> types::TaskDetails {
        wait_for(&self.client, guid, wanted).await
    }
}

/// Waits until a task is in a state.
pub(crate) async fn wait_for(client: &Client, guid: &str, wanted: TaskStateName) -> types::TaskDetails {
    let mut last = None;
    for _ in 0..1200 {
        let task = client.get_task().guid(guid).send().await.unwrap().into_inner();
        if task.state.name == wanted {
            return task;
        }
        let has_ended = !matches!(task.state.name, TaskStateName::Queued | TaskStateName::Running);
        assert!(!has_ended, "it was to become {wanted:?}: {task:?}");
        last = Some(task);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it did not become {wanted:?}: {last:?}");
}

/// The administrator's client, a folder with a letter in it that is protected, and its first backup.
pub(crate) async fn backed_up(server: &TestServer) -> (Client, TempDir, NameAndGuid) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("documents");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("letter"), "Dear all").unwrap();
    let entity = server.protect("documents", &folder, &[]).await;
    let client = server.storware();
    let request = types::ExportTaskRequest {
        protected_entities: Some(vec![NameAndGuid::new(entity)]),
        ..Default::default()
    };
    let made = client.create_export_tasks().body(request).send().await.unwrap().into_inner().remove(0);
    let export = wait_for(&client, &made.guid, TaskStateName::Finished).await;
    (client, dir, export.backup.unwrap())
}

/// The one task that a list has of a type.
pub(crate) fn only(tasks: &[types::TaskDetails], wanted: TaskTypeName) -> &types::TaskDetails {
    let found: Vec<_> = tasks.iter().filter(|task| task.type_.name == wanted).collect();
    assert_eq!(found.len(), 1, "{wanted:?} in {tasks:?}");
    found[0]
}

/// A call must fail with this status, and say these words.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Error>, code: u16, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(code), "{error}");
    assert!(error.to_string().contains(words), "{error} does not say {words:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_exported_stored_listed_and_restored() {
    let world = World::new().await;
    let made = world.export(world.request()).await;
    assert_eq!((made.type_.name, made.state.name), (TaskTypeName::Export, TaskStateName::Queued));
    assert_eq!((made.priority, made.retry_count, made.window_start), (Some(50), Some(0), None));
    assert_eq!(made.backup_type.unwrap().name, BackupTypeName::Incremental);
    let origin = made.origin_entity.unwrap();
    assert_eq!(origin.name.as_deref(), Some("admin"));
    assert_eq!(origin.type_.unwrap().name, types::OriginEntityTypeName::User);
    let entity = made.protected_entity.unwrap();
    assert_eq!((entity.guid.as_str(), entity.name.as_deref()), (world.entity.as_str(), Some("documents")));
    assert_eq!(made.node.unwrap().name.as_deref(), Some("built-in"));

    let export = world.wait_for(&made.guid, TaskStateName::Finished).await;
    assert_eq!((export.progress, export.processed_object_count), (Some(100.0), Some(1)));
    assert!(export.start_time.unwrap() <= export.finish_time.unwrap());
    let tasks = world.all().await;
    let store = only(&tasks, TaskTypeName::Store);
    assert_eq!(store.parent_task.as_ref().unwrap().guid, export.guid);
    assert_eq!(store.workflow_execution, export.workflow_execution);
    let store = world.wait_for(&store.guid, TaskStateName::Finished).await;
    let backup = export.backup.unwrap();
    assert_eq!(store.backup.unwrap().guid, backup.guid);

    let asked = types::RestoreTaskRequest { backup: Some(backup.clone()), ..Default::default() };
    let sent = world.client.create_restore_task().body(asked.clone()).send().await;
    refused(sent, 400, "restorePath");
    let relative = types::RestoreTaskRequest { restore_path: Some("back".to_owned()), ..asked.clone() };
    refused(world.client.create_restore_task().body(relative).send().await, 400, "restorePath");
    let back = world.folder("back");
    let asked = types::RestoreTaskRequest { restore_path: Some(back.to_str().unwrap().to_owned()), ..asked };
    let restore = world.client.create_restore_task().body(asked.clone()).send().await.unwrap();
    assert_eq!(restore.restore_type.as_ref().unwrap().name, types::RestoreTypeName::Restore);
    let restore = world.wait_for(&restore.guid, TaskStateName::Finished).await;
    assert_eq!(restore.status_info, None);
    assert_eq!(tree_of(&back.join("documents")), tree_of(&world.folder("documents")));

    let again = world.client.create_restore_task().body(asked).send().await.unwrap();
    let again = world.wait_for(&again.guid, TaskStateName::Finished).await;
    assert!(again.status_info.as_ref().unwrap().contains("already"), "{again:?}");
    let rate = world.client.get_task_last_transfer_rate().guid(&export.guid).send().await.unwrap();
    assert!(rate.transfer_rate.is_none_or(|rate| rate >= 0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_whose_window_closes_before_it_begins_fails() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let world = World::of(TestServer::start_with_clock(clock.clone()).await).await;
    let hour = |hour: i64| Some(types::UnixMillis(clock.usecs() / 1000 + hour * 3_600_000));
    let request = |start, end| types::ExportTaskRequest {
        window_start: hour(start),
        window_end: hour(end),
        retry_count: Some(3),
        ..world.request()
    };
    let sent = world.client.create_export_tasks().body(request(2, 1)).send().await;
    refused(sent, 400, "windowEnd");
    let sent = world.client.create_export_tasks().body(request(-2, -1)).send().await;
    refused(sent, 400, "windowEnd");
    let made = world.export(request(1, 2)).await;
    assert_eq!((made.window_start, made.window_end), (hour(1), hour(2)));
    clock.forward_hours(3);
    let failed = world.wait_for(&made.guid, TaskStateName::Failed).await;
    assert!(failed.status_info.unwrap().contains("window"));
    assert_eq!((failed.start_time, world.all().await.len()), (None, 1), "it never began: no repetition");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_task_is_cancelled_and_then_removed() {
    let world = World::new().await;
    File::create(world.folder("documents").join("endless")).unwrap().set_len(1 << 40).unwrap();
    let made = world.export(world.request()).await;
    let running = world.wait_for(&made.guid, TaskStateName::Running).await;
    world.client.delete_task().guid(&made.guid).send().await.unwrap();
    let state = world.client.get_task_state_v2().guid(&made.guid).send().await.unwrap();
    assert_eq!(state.state.name, TaskStateName::Cancelled);
    assert!(state.status_info.as_ref().unwrap().contains("admin"), "{state:?}");
    let put = world.client.update_task_state().guid(&made.guid).body(TaskStateName::Running).send().await;
    refused(put, 409, "cancelled");
    world.client.delete_task().guid(&made.guid).send().await.unwrap();
    refused(world.client.get_task().guid(&made.guid).send().await, 404, "task");
    assert!(running.start_time.is_some());

    // Its run ends too, or the next one could not begin.
    fs::remove_file(world.folder("documents").join("endless")).unwrap();
    let next = world.export(world.request()).await;
    world.wait_for(&next.guid, TaskStateName::Finished).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_export_is_repeated_as_often_as_was_asked() {
    let world = World::new().await;
    fs::rename(world.folder("documents"), world.folder("elsewhere")).unwrap();
    let request = types::ExportTaskRequest { retry_count: Some(1), ..world.request() };
    let made = world.export(request).await;
    let failed = world.wait_for(&made.guid, TaskStateName::Failed).await;
    assert!(failed.status_info.is_some(), "{failed:?}");
    let tasks = world.all().await;
    assert_eq!(tasks.len(), 2, "{tasks:?}");
    let again = tasks.iter().find(|task| task.guid != made.guid).unwrap();
    assert_eq!((&again.type_.name, again.retry_count), (&TaskTypeName::Export, Some(0)));
    world.wait_for(&again.guid, TaskStateName::Failed).await;
    assert_eq!(world.all().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_found_by_what_they_are_about() {
    let world = World::new().await;
    let other = world.folder("pictures");
    fs::create_dir(&other).unwrap();
    let other = world.server.protect("pictures", &other, &[]).await;
    let both = types::ExportTaskRequest {
        protected_entities: Some(vec![NameAndGuid::new(&world.entity), NameAndGuid::new(&other)]),
        window_start: Some(FAR),
        ..Default::default()
    };
    let made = world.client.create_export_tasks().body(both).send().await.unwrap().into_inner();
    let [documents, pictures] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!(documents.workflow_execution, pictures.workflow_execution, "one call, one job");
    let before = world.client.get_tasks_modification_timestamp().send().await.unwrap().value.unwrap();
    let set = types::UpdateTasksStateRequest {
        state: Some(TaskStateName::Cancelled.into()),
        tasks: Some(vec![NameAndGuid::new(&pictures.guid)]),
        status_info: None,
        unknown_fields: Default::default(),
    };
    world.client.update_tasks_state().body(set).send().await.unwrap();
    let after = world.client.get_tasks_modification_timestamp().send().await.unwrap().value.unwrap();
    assert!(after >= before);

    let (one, two) = (documents.guid.clone(), pictures.guid.clone());
    let job = documents.workflow_execution.as_ref().unwrap().guid.as_ref().unwrap();
    let node = &documents.node.as_ref().unwrap().guid;
    let manager = &documents.hypervisor_manager.as_ref().unwrap().guid;
    let vault = &documents.backup_destination.as_ref().unwrap().guid;
    for (query, wanted) in [
        ("state=QUEUED".to_owned(), vec![&one]),
        ("states=CANCELLED&states=FAILED".to_owned(), vec![&two]),
        ("state=QUEUED&states=CANCELLED".to_owned(), vec![]),
        ("type=STORE".to_owned(), vec![]),
        (format!("protected-entity={other}"), vec![&two]),
        (format!("protected-entity={one}"), vec![]),
        (format!("node={node}&orderBy=protectedEntity&direction=desc"), vec![&two, &one]),
        ("node=nobody".to_owned(), vec![]),
        (format!("workflow-execution={job}&orderBy=state"), vec![&two, &one]),
        (format!("hypervisor-manager={manager}&nameLike=PICT"), vec![&two]),
        (format!("backup-destination={vault}&filter=docu"), vec![&one]),
        ("schedule=any".to_owned(), vec![]),
        ("mounted-backup-assigned=true".to_owned(), vec![]),
        ("project-uuid=red".to_owned(), vec![&one]),
        ("orderBy=protectedEntityDisplayName&size=1&page=1".to_owned(), vec![&two]),
    ] {
        assert_eq!(world.ask(&query).await, wanted.into_iter().cloned().collect::<Vec<_>>(), "{query}");
    }
    let page = world.client.list_tasks().size(1).send().await.unwrap();
    assert_eq!((page.len(), page.total_count()), (1, Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_removed_one_by_one_and_together() {
    let world = World::new().await;
    let selected = |task: &types::TaskDetails| types::SelectedTask::new(&task.guid);
    let done = world.export(world.request()).await;
    world.wait_for(&done.guid, TaskStateName::Finished).await;
    let tasks = world.all().await;
    world.wait_for(&only(&tasks, TaskTypeName::Store).guid, TaskStateName::Finished).await;
    let waiting = world.waiting().await;

    let body = vec![selected(&done), selected(&waiting)];
    world.client.cancel_running_tasks().body(body.clone()).send().await.unwrap();
    assert_eq!(world.task(&waiting.guid).await.state.name, TaskStateName::Queued, "it does not run");
    world.client.delete_finished_tasks().body(body).send().await.unwrap();
    refused(world.client.get_task().guid(&done.guid).send().await, 404, "task");
    assert_eq!(world.all().await.len(), 2);
    let none = vec![types::SelectedTask::new("none")];
    refused(world.client.delete_finished_tasks().body(none).send().await, 404, "none");

    world.client.delete_all_finished_tasks().project_uuid("blue").send().await.unwrap();
    assert_eq!(world.all().await.len(), 2, "none of them is of that project");
    world.client.delete_all_finished_tasks().send().await.unwrap();
    assert_eq!(world.ask("").await, [waiting.guid.as_str()]);
    let body = vec![selected(&waiting)];
    world.client.delete_finished_and_queued_tasks().body(body).send().await.unwrap();
    world.waiting().await;
    world.client.cancel_all_running_tasks().send().await.unwrap();
    assert_eq!(world.ask("state=QUEUED").await.len(), 1);
    world.client.delete_all_finished_and_queued_tasks().send().await.unwrap();
    assert_eq!(world.ask("").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_remove_all_tasks_at_a_time() {
    let world = World::new().await;
    for _ in 0..10 {
        world.waiting().await;
    }
    let removals = (0..8).map(|_| {
        let client = world.client.clone();
        tokio::spawn(async move { client.delete_all_finished_and_queued_tasks().send().await.map(drop) })
    });
    for removal in removals.collect::<Vec<_>>() {
        removal.await.unwrap().unwrap();
    }
    assert_eq!(world.all().await.len(), 0);
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_and_the_vault_are_looked_at() {
    let world = World::new().await;
    let managers = world.client.list_hypervisor_managers().send().await.unwrap().into_inner();
    let entities = world.client.list_protected_entities().send().await.unwrap().into_inner();
    assert_eq!((managers.len(), entities.len()), (1, 1));
    assert_eq!(entities[0].hypervisor_manager.as_ref().unwrap().guid, managers[0].guid);
    let all = types::InventorySyncTaskRequest::default();
    let sync = world.client.create_inventory_sync_tasks().body(all).send().await.unwrap();
    let named = types::InventorySyncTaskRequest {
        hypervisors: Some(vec![NameAndGuid::new(&managers[0].guid)]),
        ..Default::default()
    };
    let wizard = world.client.create_inventory_sync_tasks_from_wizard().body(named).send().await.unwrap();
    let done = world.export(world.request()).await;
    let vault = done.backup_destination.clone().unwrap();
    let test = types::ConnectivityTestTaskRequest {
        hypervisor_managers: Some(vec![NameAndGuid::new(&managers[0].guid)]),
        backup_destinations: Some(vec![vault.clone()]),
        ..Default::default()
    };
    let test = world.client.create_connectivity_test_tasks().body(test).send().await.unwrap();
    let clean = types::BackupCleanupTaskRequest {
        backup_destinations: Some(vec![vault]),
        unknown_fields: Default::default(),
    };
    let clean = world.client.create_backup_cleanup_tasks().body(clean).send().await.unwrap();
    assert_eq!((sync.len(), wizard.len(), test.len(), clean.len()), (1, 1, 2, 1));
    for task in [sync, wizard, test, clean].iter().flat_map(|made| made.iter()) {
        world.wait_for(&task.guid, TaskStateName::Finished).await;
    }
    let nothing = types::ConnectivityTestTaskRequest::default();
    refused(
        world.client.create_connectivity_test_tasks().body(nothing).send().await,
        400,
        "hypervisorManagers",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_are_removed_by_tasks() {
    let world = World::new().await;
    let text = |value: &str| types::StringDto { value: value.to_owned(), unknown_fields: Default::default() };
    let other = world.client.create_delete_tasks().project_uuid("blue").body(text(&world.entity));
    refused(other.send().await, 404, "protected entity");
    let batch = world.client.create_batch_delete_tasks().body(vec![text("none"), text(&world.entity)]);
    let batch = batch.send().await.unwrap().into_inner();
    assert_eq!(batch.unsuccessful.unwrap(), [NameAndGuid::new("none")]);
    assert_eq!(batch.successful.unwrap()[0].guid, world.entity);
    let task = batch.tasks.unwrap().remove(0);
    let gone = world.wait_for(&task.guid, TaskStateName::Finished).await;
    assert_eq!(gone.protected_entity_display_name.as_deref(), Some("documents"), "its name stays");
    assert_eq!(world.client.list_protected_entities().send().await.unwrap().len(), 0);
    refused(world.client.create_export_tasks().body(world.request()).send().await, 404, "protected entity");
    refused(
        world.client.create_delete_tasks().body(text(&world.entity)).send().await,
        404,
        "protected entity",
    );
}
