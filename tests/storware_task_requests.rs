//! What requests for tasks may look like, and who may send them.

use serde_json::json;
use server::Role;
use storware_backup_recovery::types;
use types::TaskStateName;

use crate::storware_tasks::{FAR, World, refused};
use crate::support::{Session, TestServer, TestUser};

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let world = World::new().await;
    let export = json!({"protectedEntities": [{"guid": world.entity}], "backupType": {"name": "FULL"}});
    let (status, made) = world.server.raw_storware("POST", "/tasks/export/", Some(export)).await;
    assert_eq!(status, 201, "{made}");
    let guid = made[0]["guid"].as_str().unwrap();
    let of_task = format!("/tasks/{guid}");
    for path in ["/tasks", "/tasks/queued", "/tasks/modification-timestamps", &of_task, "/backups"] {
        let plain = world.server.raw_storware("GET", path, None).await;
        let slashed = world.server.raw_storware("GET", &format!("{path}/"), None).await;
        assert_eq!((plain.0, slashed.0), (200, 200), "{path}: {}", slashed.1);
    }
    let (_, listed) = world.server.raw_storware("GET", "/tasks/?size=1", None).await;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    // A task without a guid is none, and not a list.
    assert_eq!(world.server.raw_storware("DELETE", "/tasks/", None).await.0, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_understood_as_clients_write_them() {
    let world = World::new().await;
    let body = json!({
        "protectedEntities": [{"guid": world.entity, "name": "x", "type": {"name": "VM"}, "selected": true}],
        "priority": "70",
        "retryCount": "2",
        "backupType": "FULL",
        "windowStart": FAR,
        "windowEnd": "",
        "async": "",
        "rules": null,
        "backupDestination": null,
        "formDirty": false,
    });
    let (status, made) =
        world.server.raw_storware("POST", "/tasks/export/?project-uuid=red", Some(body)).await;
    assert_eq!(status, 201, "{made}");
    let made = &made[0];
    assert_eq!((&made["priority"], &made["retryCount"]), (&json!(70), &json!(2)));
    assert_eq!(made["backupType"]["name"], "FULL");
    assert!(made.get("windowEnd").is_none(), "absent and not null: {made}");
    let guid = made["guid"].as_str().unwrap();
    assert_eq!(world.ask("filter=&orderBy=&direction=&size=10&page=0&_=1").await, [guid]);
    let cancel = json!({"state": {"name": "CANCELLED"}, "statusInfo": "not today"});
    let path = format!("/tasks/{guid}/state");
    let (status, body) = world.server.raw_storware("PUT", &path, Some(cancel)).await;
    assert_eq!((status, body), (204, json!("")));
    let status = world.client.get_task_state().guid(guid).send().await.unwrap().into_inner();
    assert_eq!(
        (status.state.name, status.status_info.as_deref()),
        (TaskStateName::Cancelled, Some("not today"))
    );
    let (status, body) = world.server.raw_storware("POST", "/tasks/export", Some(json!({}))).await;
    assert_eq!(status, 400, "{body}");
    assert!(body["message"].as_str().unwrap().contains("protectedEntities"), "{body}");
    for (member, value, code) in [
        ("priority", json!("101"), 400),
        ("priority", json!("high"), 400),
        ("backupType", json!({"name": "SYNTHETIC"}), 422),
        ("backupDestination", json!({"guid": world.entity}), 404),
        ("rules", json!([{"guid": "none"}]), 404),
        ("protectedEntities", json!([{"guid": guid}]), 404),
    ] {
        let mut body = json!({"protectedEntities": [{"guid": world.entity}], "windowStart": FAR});
        body[member] = value;
        let (status, answer) = world.server.raw_storware("POST", "/tasks/export", Some(body)).await;
        assert_eq!(status, code, "{member}: {answer}");
    }
    assert_eq!(world.all().await.len(), 1, "what is refused makes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_are_no_means_for_is_refused() {
    let world = World::new().await;
    for (path, words) in [
        ("/tasks/snapshot", "hypervisor"),
        ("/tasks/revert", "hypervisor"),
        ("/tasks/remove-old-snapshots", "hypervisor"),
        ("/tasks/restore-and-import", "hypervisor"),
        ("/tasks/instant-restore", "hypervisor"),
        ("/tasks/import-for-cloud", "cloud service"),
        ("/tasks/import-for-cloud/per-feature", "cloud service"),
        ("/tasks/import-for-os-agent", "agent"),
        ("/tasks/live-migration", "hypervisor"),
        ("/tasks/upload", "upload to"),
        ("/tasks/eject-tape", "tape library"),
        ("/tasks/import-tape", "tape library"),
        ("/tasks/tape-manager-inventory-sync", "tape library"),
    ] {
        let (status, body) = world.server.raw_storware("POST", path, Some(json!({}))).await;
        assert_eq!(status, 422, "{path}: {body}");
        assert!(body["message"].as_str().unwrap().contains(words), "{path}: {body}");
    }
    let plan = world.client.create_tasks_from_recovery_plan().guid(&world.entity).send().await;
    refused(plan, 404, "recovery plan");
    assert_eq!(world.all().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_do_what_their_role_allows() {
    let users: [TestUser<'_>; 5] = [
        ("viewer", Role::Viewer, None, None),
        ("restorer", Role::RestoreOperator, None, None),
        ("operator", Role::Operator, None, None),
        ("blue", Role::Operator, None, Some(&["blue"])),
        ("stranger", Role::Administrator, Some("other/"), None),
    ];
    let world = World::of(TestServer::start_with_users(&users).await).await;
    let made = world.waiting().await;
    let open = async |login: &str| Session::open(&world.server, login, &format!("{login}{login}")).await;
    let export = json!({"protectedEntities": [{"guid": world.entity}], "windowStart": FAR});
    let path = format!("/tasks/{}", made.guid);

    let viewer = open("viewer").await;
    assert_eq!(viewer.get(&path).await.0, 200);
    assert_eq!(viewer.post("/tasks/export", export.clone()).await.0, 403);
    assert_eq!(viewer.put(&format!("{path}/state"), json!("CANCELLED")).await.0, 403);
    assert_eq!(viewer.call("DELETE", &path, None).await.0, 403);

    let restorer = open("restorer").await;
    assert_eq!(restorer.get("/tasks").await, (200, json!([])), "it brings nothing back");
    assert_eq!(restorer.get(&path).await.0, 404);
    assert_eq!(restorer.post("/tasks/export", export.clone()).await.0, 403);
    assert_eq!(restorer.call("DELETE", "/tasks/all-finished-and-queued", None).await.0, 204);
    assert_eq!(viewer.get(&path).await.0, 200, "what is not seen is not removed");

    let operator = open("operator").await;
    assert_eq!(operator.post("/tasks/export", export.clone()).await.0, 201);
    assert_eq!(operator.put(&format!("{path}/state"), json!("RUNNING")).await.0, 403);
    assert_eq!(operator.post("/tasks/delete", json!({"value": world.entity})).await.0, 403);
    assert_eq!(operator.post("/nodes", json!({"name": "n"})).await.0, 403);
    assert_eq!(operator.get("/tasks/queued").await.0, 403);
    assert_eq!(operator.put(&format!("{path}/state"), json!("CANCELLED")).await.0, 204);

    for login in ["blue", "stranger"] {
        let session = open(login).await;
        assert_eq!(session.get("/tasks").await, (200, json!([])), "{login}");
        assert_eq!(session.get("/protected-entities").await, (200, json!([])), "{login}");
        assert_eq!(session.get(&path).await.0, 404, "{login}");
        assert_eq!(session.call("DELETE", &path, None).await.0, 404, "{login}");
        assert_eq!(session.post("/tasks/export", export.clone()).await.0, 404, "{login}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_of_our_own_refuse_as_the_others_do() {
    let server = TestServer::start().await;
    let large = json!({"name": "x".repeat(3 << 20), "paths": []});
    for (method, path, body, code, words) in [
        ("PATCH", "/entities", None, 405, "/api/entities does not take PATCH"),
        ("DELETE", "/entities/%ff", None, 400, "path: "),
        ("GET", "/strongroom/check", None, 405, "/api/strongroom/check does not take GET"),
        ("POST", "/strongroom/check?readData=101", None, 400, "101"),
        ("DELETE", "/entities/none/", None, 404, "protected entity none"),
        ("POST", "/entities/", Some(json!({"name": "x"})), 400, "paths"),
        ("POST", "/entities", Some(large), 413, "body: "),
    ] {
        let (status, answer) = server.raw_storware(method, path, body).await;
        assert_eq!(status, code, "{method} {path}: {answer}");
        assert!(
            answer["message"].as_str().is_some_and(|message| message.contains(words)),
            "{path}: {answer}"
        );
    }
    server.stop().await;
}
