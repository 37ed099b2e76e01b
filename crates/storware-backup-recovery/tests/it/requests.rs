//! What goes out.

use client_testing::{Server, empty, json};
use storware_backup_recovery::{Client, types};

use crate::anonymous;

#[tokio::test]
async fn several_values_of_a_parameter_are_repeated_keys() {
    let server = Server::start([json(200, "[]")]).await;
    anonymous(&server)
        .list_backups()
        .status([types::BackupStatusName::Success, "A&B".into()])
        .backup_policy(["p 1"])
        .page(0)
        .send()
        .await
        .unwrap();
    let asked = server.asked_once();
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/api/backups"));
    assert_eq!(asked.query, "backup-policy=p+1&page=0&status=SUCCESS&status=A%26B");
}

#[tokio::test]
async fn values_of_a_list_may_be_written_as_text() {
    let server = Server::start([json(200, "[]")]).await;
    anonymous(&server).list_tasks().states(["QUEUED", "RUNNING"]).send().await.unwrap();
    assert_eq!(server.asked_once().query, "states=QUEUED&states=RUNNING");
}

#[tokio::test]
async fn a_parameter_that_is_not_set_is_not_sent() {
    let server = Server::start([json(200, "[]")]).await;
    anonymous(&server).list_tasks().send().await.unwrap();
    let asked = server.asked_once();
    assert_eq!(asked.query, "");
    assert_eq!(asked.header("cookie"), [""; 0]);
    assert_eq!(asked.header("accept"), ["application/json"]);
}

#[tokio::test]
async fn what_the_caller_leaves_out_is_not_sent_as_null() {
    let server = Server::start([json(201, "[]")]).await;
    let request = types::ExportTaskRequest::new()
        .with_backup_type(types::BackupTypeName::Full)
        .with_protected_entities([types::NameAndGuid::new("e-1")]);
    anonymous(&server).create_export_tasks().body(request).send().await.unwrap();
    let asked = server.asked_once();
    assert_eq!(asked.header("content-type"), ["application/json"]);
    assert_eq!(asked.text(), r#"{"backupType":{"name":"FULL"},"protectedEntities":[{"guid":"e-1"}]}"#);
}

/// No type of a request may write `null` for what is not set: two clients of the vendor stumble over it.
#[test]
fn nothing_optional_is_written_as_null() {
    let unset = [
        serde_json::to_string(&types::ExportTaskRequest::default()),
        serde_json::to_string(&types::RestoreTaskRequest::default()),
        serde_json::to_string(&types::SelectedTask::default()),
        serde_json::to_string(&types::UpdateTasksStateRequest::default()),
        serde_json::to_string(&types::WarningAcknowledgementRequest::default()),
    ];
    for text in unset {
        let text = text.unwrap();
        assert!(!text.contains("null"), "{text}");
    }
}

#[test]
fn a_value_of_a_list_is_made_from_its_name() {
    let state = types::TaskState::from(types::TaskStateName::Cancelled);
    assert_eq!(serde_json::to_string(&state).unwrap(), r#"{"name":"CANCELLED"}"#);
    assert_eq!(types::TaskState::from("CANCELLED"), state);
    assert_eq!(types::TaskState::new("CANCELLED"), state);
    assert_eq!(types::NamedValue::from("ANY").name, "ANY");
    let described = types::TaskState::from("CANCELLED").with_description("Cancelled");
    assert_eq!(
        serde_json::to_string(&described).unwrap(),
        r#"{"description":"Cancelled","name":"CANCELLED"}"#
    );
}

#[tokio::test]
async fn a_bare_value_is_a_body() {
    let server = Server::start([empty(204)]).await;
    let client = anonymous(&server);
    client.update_task_state().guid("t-1").body(types::TaskStateName::Queued).send().await.unwrap();
    let asked = server.asked_once();
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("PUT", "/api/tasks/t-1/state"));
    assert_eq!(asked.text(), r#""QUEUED""#);
}

#[tokio::test]
async fn a_list_is_a_body() {
    let server = Server::start([json(201, "{}")]).await;
    let guids = ["t-1", "t-2"].map(types::StringDto::new);
    anonymous(&server).create_batch_delete_tasks().body(guids).send().await.unwrap();
    assert_eq!(server.asked_once().text(), r#"[{"value":"t-1"},{"value":"t-2"}]"#);
}

#[tokio::test]
async fn an_object_of_which_nothing_is_known_takes_anything() {
    let server = Server::start([json(201, "[]")]).await;
    let members = serde_json::json!({"anything": [1]}).as_object().unwrap().clone();
    anonymous(&server).create_import_for_cloud_tasks().body(members).send().await.unwrap();
    assert_eq!(server.asked_once().text(), r#"{"anything":[1]}"#);
}

#[tokio::test]
async fn segments_of_the_path_are_escaped() {
    let server = Server::start([json(201, "[]"), json(201, "[]")]).await;
    let client = anonymous(&server);
    client.create_tasks_from_recovery_plan().guid("a/b c").send().await.unwrap();
    let query = types::TransferRateQueryParameters::new();
    client
        .query_backup_transfer_rates()
        .task_type(types::TaskTypeName::Export)
        .body(query)
        .send()
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!((asked[0].path.as_str(), asked[0].text()), ("/api/tasks/a%2Fb%20c", ""));
    assert_eq!((asked[1].path.as_str(), asked[1].text()), ("/api/backups/transfer-rate/EXPORT", "{}"));
}

#[tokio::test]
async fn the_path_of_the_api_is_not_doubled() {
    let server = Server::start([json(200, "[]")]).await;
    let client = Client::builder(&format!("{}/api/", server.url)).build().unwrap();
    assert!(client.list_protected_entities().send().await.unwrap().is_empty());
    assert_eq!(server.asked_once().path, "/api/protected-entities");
}

#[tokio::test]
async fn a_required_parameter_that_is_missing_is_named() {
    let server = Server::start([]).await;
    let error = anonymous(&server).get_task().send().await.unwrap_err();
    assert_eq!(error.to_string(), "getTask: the request is not valid: `guid` is required and was not set");
    assert!(server.asked().is_empty());
}
