//! An outside node of the Storware API, played over plain HTTP: it registers, fetches its tasks and reports.

use serde_json::{Value, json};
use server::Role;
use storware_backup_recovery::{Client, types};
use tempfile::TempDir;
use types::{NameAndGuid, TaskStateName};

use crate::storware_tasks::backed_up;
use crate::support::{Session, TestServer, TestUser};

struct World {
    server: TestServer,
    client: Client,
    /// A backup to restore.
    backup: String,
    dir: TempDir,
}

/// A node that has registered and logged in.
struct Node {
    guid: String,
    session: Session,
}

impl World {
    async fn new() -> Self {
        let users: [TestUser<'_>; 1] = [("operator", Role::Operator, None, None)];
        let server = TestServer::start_with_users(&users).await;
        let (client, dir, backup) = backed_up(&server).await;
        Self { server, client, backup: backup.guid, dir }
    }

    async fn register(&self, name: &str) -> Node {
        let (status, made) = self.server.raw_storware("POST", "/nodes", Some(json!({"name": name}))).await;
        assert_eq!((status, &made["name"]), (201, &json!(name)), "{made}");
        let password = made["password"].as_str().unwrap();
        let session = Session::open(&self.server, name, password).await;
        Node { guid: made["guid"].as_str().unwrap().to_owned(), session }
    }

    /// A restore that a node is to do. Answers with its guid.
    async fn restore_by(&self, node: &str) -> String {
        let back = self.dir.path().join("back");
        let request = types::RestoreTaskRequest {
            backup: Some(NameAndGuid::new(&self.backup)),
            node: Some(NameAndGuid::new(node)),
            restore_path: Some(back.to_str().unwrap().to_owned()),
            unknown_fields: Default::default(),
        };
        self.client.create_restore_task().body(request).send().await.unwrap().into_inner().guid.into()
    }

    async fn task(&self, guid: &str) -> Value {
        let (status, task) = self.server.raw_storware("GET", &format!("/tasks/{guid}"), None).await;
        assert_eq!(status, 200, "{task}");
        task
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_fetches_its_task_and_carries_it_out() {
    let world = World::new().await;
    let node = world.register("carrier").await;
    assert_eq!(node.session.get("/tasks/queued").await, (200, json!([])));
    let guid = world.restore_by(&node.guid).await;
    let (_, queued) = node.session.get(&format!("/tasks/queued?node={}", node.guid)).await;
    let task = &queued[0];
    assert_eq!((&task["guid"], &task["type"]["name"]), (&json!(guid), &json!("RESTORE")));
    assert_eq!(task["backup"]["guid"], json!(world.backup));
    assert_eq!(task["node"], json!({"guid": node.guid, "name": "carrier"}));
    let folder = &task["workflowExecution"]["commonContext"]["restorePath"];
    assert!(folder.as_str().unwrap().ends_with("/back"), "{task}");

    let put = async |path: String, body: Value| node.session.put(&path, body).await.0;
    assert_eq!(put(format!("/tasks/{guid}/state"), json!("FINISHED")).await, 409, "it has not begun");
    assert_eq!(put(format!("/tasks/{guid}/state"), json!("RUNNING")).await, 204);
    assert_eq!(node.session.get("/tasks/queued").await, (200, json!([])));
    assert_eq!(put(format!("/tasks/{guid}/progress"), json!({"value": 62.5})).await, 204);
    assert_eq!(put(format!("/tasks/{guid}/progress"), json!({"value": 162.5})).await, 400);
    let objects = json!({"processedObjectCount": 5, "totalObjectCount": 8});
    assert_eq!(put(format!("/tasks/{guid}/os-progress"), objects.clone()).await, 204);
    assert_eq!(put(format!("/tasks/{guid}/cloud-progress"), objects).await, 204);
    assert_eq!(put(format!("/tasks/{guid}/transfer-rate"), json!({})).await, 400);
    assert_eq!(put(format!("/tasks/{guid}/transfer-rate"), json!({"transferRate": 1000.0})).await, 204);
    assert_eq!(
        put(format!("/tasks/{guid}/transfer-rate/incremental"), json!({"transferRate": 2000.0})).await,
        204
    );
    let last = node.session.get(&format!("/tasks/{guid}/transfer-rate/last")).await;
    assert_eq!(last, (200, json!({"transferRate": 2000.0})));
    assert_eq!(put(format!("/tasks/{guid}/restore-host-id"), json!({"value": "host-1"})).await, 204);
    assert_eq!(put(format!("/tasks/{guid}/restore-storage-id"), json!({"value": "store-1"})).await, 204);
    assert_eq!(put(format!("/tasks/{guid}/backup-type"), json!("FULL")).await, 400, "it is no backup");
    assert_eq!(put(format!("/tasks/{guid}/backup-type"), json!("SYNTHETIC")).await, 422);
    let info = json!({"via": "lan"});
    assert_eq!(node.session.put(&format!("/tasks/{guid}/transfer-info"), info.clone()).await, (200, info));
    let files = json!({"taskFiles": [{"path": "/a", "markedForRestore": true}]});
    assert_eq!(node.session.post(&format!("/tasks/{guid}/task-files"), files.clone()).await.0, 201);
    let by_body = json!({"task": {"guid": guid}, "cbtId": "c-7", "incSnapRequired": true});
    assert_eq!(node.session.put("/tasks/cbt-id", by_body.clone()).await.0, 204);
    assert_eq!(node.session.put("/tasks/inc-snap-required", by_body).await.0, 204);
    assert_eq!(node.session.put("/tasks/cbt-id", json!({"cbtId": "c-7"})).await.0, 400);

    let task = world.task(&guid).await;
    for (member, value) in [
        ("progress", json!(62.5)),
        ("processedObjectCount", json!(5)),
        ("totalObjectCount", json!(8)),
        ("restoreHostId", json!("host-1")),
        ("restoreStorageId", json!("store-1")),
        ("cbtId", json!("c-7")),
        ("incSnapRequired", json!(true)),
        ("taskFiles", files["taskFiles"].clone()),
    ] {
        assert_eq!(task[member], value, "{member}: {task}");
    }
    assert_eq!(put(format!("/tasks/{guid}/state"), json!("FINISHED")).await, 204);
    let task = world.task(&guid).await;
    assert_eq!((&task["state"]["name"], &task["progress"]), (&json!("FINISHED"), &json!(100.0)));
    assert_eq!(put(format!("/tasks/{guid}/progress"), json!({"value": 1})).await, 409, "it has ended");
    assert_eq!(put(format!("/tasks/{guid}/transfer-rate"), json!({"transferRate": 1})).await, 409);
    assert_eq!(put(format!("/tasks/{guid}/state"), json!("RUNNING")).await, 409);
    assert!(!world.dir.path().join("back").exists(), "the server has left it to the node");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_sees_that_its_task_was_cancelled() {
    let world = World::new().await;
    let node = world.register("carrier").await;
    let guid = world.restore_by(&node.guid).await;
    let path = format!("/tasks/{guid}/state");
    assert_eq!(node.session.put(&path, json!("RUNNING")).await.0, 204);
    let body = vec![types::SelectedTask::new(&guid)];
    world.client.cancel_running_tasks().body(body).send().await.unwrap();
    let (_, state) = node.session.get(&path).await;
    assert_eq!(state["state"]["name"], "CANCELLED");
    assert_eq!(state["statusInfo"], "cancelled by admin");
    assert_eq!(node.session.put(&path, json!("FINISHED")).await.0, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_does_not_touch_the_tasks_of_others() {
    let world = World::new().await;
    let (mine, other) = (world.register("mine").await, world.register("other").await);
    let guid = world.restore_by(&other.guid).await;
    let done = world.client.list_tasks().state(TaskStateName::Finished).send().await.unwrap();
    for theirs in [guid.as_str(), &done[0].guid] {
        let path = |rest: &str| format!("/tasks/{theirs}{rest}");
        assert_eq!(mine.session.get(&path("")).await.0, 404);
        assert_eq!(mine.session.get(&path("/state")).await.0, 404);
        assert_eq!(mine.session.put(&path("/state"), json!("CANCELLED")).await.0, 404);
        assert_eq!(mine.session.put(&path("/progress"), json!({"value": 5})).await.0, 404);
        let body = json!({"task": {"guid": theirs}, "cbtId": "x"});
        assert_eq!(mine.session.put("/tasks/cbt-id", body).await.0, 404);
        let body = json!({"state": {"name": "CANCELLED"}, "tasks": [{"guid": theirs}]});
        assert_eq!(mine.session.put("/tasks/state", body).await.0, 404);
    }
    assert_eq!(mine.session.get(&format!("/tasks/queued?node={}", other.guid)).await.0, 403);
    assert_eq!(mine.session.get("/tasks").await.0, 403);
    assert_eq!(mine.session.call("DELETE", &format!("/tasks/{guid}"), None).await.0, 403);
    assert_eq!(mine.session.post("/nodes", json!({"name": "more"})).await.0, 403);
    let export = json!({"protectedEntities": [{"guid": "x"}]});
    assert_eq!(mine.session.post("/tasks/export", export).await.0, 403);

    // What it says of backups is about those of its own tasks.
    let path = format!("/backups/{}/warnings", world.backup);
    let warnings = json!([{"value": "one file was busy"}]);
    assert_eq!(mine.session.put(&path, warnings.clone()).await.0, 404);
    assert_eq!(other.session.put(&path, warnings).await.0, 200);

    // An administrator may do a node's part, and an operator may not.
    let operator = Session::open(&world.server, "operator", "operatoroperator").await;
    let path = format!("/tasks/{guid}/progress");
    assert_eq!(operator.put(&path, json!({"value": 5})).await.0, 403);
    let (status, _) = world.server.raw_storware("PUT", &path, Some(json!({"value": 5}))).await;
    assert_eq!(status, 204);
    let (status, queued) = world.server.raw_storware("GET", "/tasks/queued", None).await;
    assert_eq!((status, queued.as_array().unwrap().len()), (200, 1));
    let path = format!("/tasks/{}/state", done[0].guid);
    let (status, _) = world.server.raw_storware("PUT", &path, Some(json!("RUNNING"))).await;
    assert_eq!(status, 409, "the built-in node reports itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_have_names_of_their_own_and_report_what_they_find() {
    let world = World::new().await;
    let node = world.register("carrier").await;
    let (status, body) = world.server.raw_storware("POST", "/nodes", Some(json!({"name": "carrier"}))).await;
    assert_eq!(status, 409, "{body}");
    let (status, body) = world.server.raw_storware("POST", "/nodes", Some(json!({}))).await;
    assert_eq!(status, 400, "{body}");
    let report = json!({"type": {"name": "ANY"}, "machines": [{"id": 1}]});
    let operator = Session::open(&world.server, "operator", "operatoroperator").await;
    for path in ["/tasks/inventory", "/tasks/instance-inventory", "/tasks/tape-manager-inventory"] {
        assert_eq!(node.session.post(path, report.clone()).await, (201, json!("")));
        assert_eq!(operator.post(path, report.clone()).await.0, 403);
    }
    // The kind of a backup that waits may be changed: here by an administrator.
    let entities = world.client.list_protected_entities().send().await.unwrap();
    let request = types::ExportTaskRequest {
        protected_entities: Some(vec![NameAndGuid::new(&entities[0].guid)]),
        window_start: Some(types::UnixMillis(4_000_000_000_000)),
        ..Default::default()
    };
    let made = world.client.create_export_tasks().body(request).send().await.unwrap().into_inner();
    let path = format!("/tasks/{}/backup-type", made[0].guid);
    let (status, task) = world.server.raw_storware("PUT", &path, Some(json!({"name": "FULL"}))).await;
    assert_eq!((status, &task["backupType"]["name"]), (200, &json!("FULL")), "{task}");
}
