//! What comes back.

use std::pin::pin;

use axum::http::HeaderValue;
use axum::response::Response;
use client_testing::{Server, answer, empty, json};
use futures::StreamExt as _;
use storware_backup_recovery::{ErrorKind, ListResponse, entries, types};

use crate::anonymous;

/// A list of which the service says how long the whole is.
fn counted(body: &str, total: &'static str) -> Response {
    let mut answer = json(200, body);
    answer.headers_mut().insert("x-total-count", HeaderValue::from_static(total));
    answer
}

#[tokio::test]
async fn a_page_tells_how_long_the_list_is() {
    let body =
        r#"[{"guid":"t","type":{"name":"EXPORT"},"state":{"name":"RUNNING","description":"Running"}}]"#;
    let server = Server::start([counted(body, "57"), counted("[]", "many"), json(200, "[]")]).await;
    let client = anonymous(&server);
    let page = client.list_tasks().page(0).size(1).send().await.unwrap();
    assert_eq!((page.len(), page.total_count()), (1, Some(57)));
    assert_eq!(page[0].state.name, types::TaskStateName::Running);
    assert_eq!(page.headers()["x-total-count"], "57");
    assert_eq!(client.list_tasks().send().await.unwrap().total_count(), None);
    assert_eq!(client.list_tasks().send().await.unwrap().total_count(), None);
}

/// Tasks with these guids.
fn tasks(guids: &[&str]) -> String {
    let tasks: Vec<_> =
        guids.iter().map(|guid| format!(r#"{{"guid":"{guid}","type":"EXPORT","state":"QUEUED"}}"#)).collect();
    format!("[{}]", tasks.join(","))
}

/// The guids that going through a list of these answers gives, two at a time, the last one an error or not; and
/// the pages that were asked for.
async fn walked(answers: Vec<Response>) -> (Vec<String>, bool, Vec<String>) {
    let server = Server::start(answers).await;
    let client = anonymous(&server);
    let entries = entries(2, |page, size| client.list_tasks().page(page).size(size).send());
    let (mut entries, mut guids, mut failed) = (pin!(entries), Vec::new(), false);
    while let Some(entry) = entries.next().await {
        match entry {
            Ok(task) => guids.push(task.guid.into()),
            Err(_) => failed = true,
        }
    }
    (guids, failed, server.asked().into_iter().map(|asked| asked.query).collect())
}

#[tokio::test]
async fn a_list_is_gone_through_page_by_page() {
    let (guids, failed, asked) =
        walked(vec![counted(&tasks(&["a", "b"]), "3"), counted(&tasks(&["c"]), "3")]).await;
    assert_eq!((guids.join(" ").as_str(), failed), ("a b c", false));
    assert!(asked == ["page=0&size=2", "page=1&size=2"], "{asked:?}");

    let (guids, _, asked) = walked(vec![counted(&tasks(&["a", "b"]), "2")]).await;
    assert_eq!((guids.len(), asked.len()), (2, 1), "a full page that is the last");
    let (guids, _, asked) = walked(vec![json(200, &tasks(&["a", "b"])), json(200, &tasks(&["c"]))]).await;
    assert_eq!((guids.len(), asked.len()), (3, 2), "without a count a short page is the last");
    let (guids, _, asked) = walked(vec![counted(&tasks(&["a", "b"]), "9"), counted("[]", "9")]).await;
    assert_eq!((guids.len(), asked.len()), (2, 2), "entries were removed meanwhile");
    let (guids, failed, asked) =
        walked(vec![counted(&tasks(&["a", "b"]), "9"), json(400, r#"{"message":"no"}"#)]).await;
    assert_eq!((guids.len(), failed, asked.len()), (2, true, 2), "the first error is the end");
}

#[test]
fn a_value_of_a_list_is_read_from_an_object_or_from_its_name() {
    let object = r#"{"description":"Running","tomorrow":[1],"name":"RUNNING"}"#;
    let read = |text: &str| serde_json::from_str::<types::TaskState>(text);
    let state = types::TaskState::from("RUNNING").with_description("Running");
    assert_eq!(read(object).unwrap(), state.with_unknown_field("tomorrow", [1]));
    let again = serde_json::to_string(&read(object).unwrap()).unwrap();
    assert_eq!(again, r#"{"description":"Running","name":"RUNNING","tomorrow":[1]}"#);
    assert_eq!(read(r#""RUNNING""#).unwrap(), types::TaskState::from(types::TaskStateName::Running));
    assert_eq!(read(r#"{"name":"RUNNING","description":null}"#).unwrap(), read(r#""RUNNING""#).unwrap());
    assert!(read("{}").unwrap_err().to_string().starts_with("missing field `name`"));
    assert!(read("7").unwrap_err().to_string().contains("an object of type TaskState, or its name"));
}

#[test]
fn bare_names_are_read_wherever_an_object_has_them() {
    let text = r#"{"guid":"t","type":"STORE","state":"QUEUED","backupType":"INCREMENTAL"}"#;
    let record: types::TaskListRecord = serde_json::from_str(text).unwrap();
    assert_eq!(record.type_.name, types::TaskTypeName::Store);
    assert_eq!(record.backup_type, Some(types::BackupTypeName::Incremental.into()));
    assert_eq!(
        serde_json::to_string(&record).unwrap(),
        r#"{"backupType":{"name":"INCREMENTAL"},"guid":"t","state":{"name":"QUEUED"},"type":{"name":"STORE"}}"#,
        "written as the document has it, without null"
    );
}

#[test]
fn a_value_that_is_not_listed_is_kept_and_sent_back_unchanged() {
    let state: types::TaskState = serde_json::from_str(r#"{"name":"PONDERING"}"#).unwrap();
    assert_eq!(state.name, types::TaskStateName::Unknown("PONDERING".to_owned()));
    assert_eq!(serde_json::to_string(&state).unwrap(), r#"{"name":"PONDERING"}"#);
}

#[test]
fn null_is_the_same_as_absent_and_unknown_fields_are_read_over() {
    let text = r#"{"guid":"t","type":{"name":"EXPORT"},"state":{"name":"QUEUED"},"node":null,"x":{"y":[]}}"#;
    let record: types::TaskListRecord = serde_json::from_str(text).unwrap();
    assert_eq!(record.node, None);
}

#[tokio::test]
async fn a_created_answer_may_be_empty() {
    let server = Server::start([empty(201), empty(204)]).await;
    let client = anonymous(&server);
    let chosen = [types::SelectedTask::new("t-1")];
    assert_eq!(client.cancel_running_tasks().body(chosen).send().await.unwrap().status(), 201);
    assert_eq!(client.delete_task().guid("t-1").send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_documented_error_is_read() {
    let server = Server::start([json(404, r#"{"message":"no such task"}"#)]).await;
    let error = anonymous(&server).get_task().guid("t").send().await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "getTask: the service refused (404 Not Found): no such task");
}

#[tokio::test]
async fn a_proxys_html_keeps_its_status_and_stays_out_of_the_message() {
    let server = Server::start([answer(502, "text/html", "<html>hush</html>")]).await;
    let error = anonymous(&server).list_tasks().send().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Status, 502));
    assert!(!format!("{error} {error:?}").contains("hush"));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_success_that_cannot_be_read_keeps_its_status() {
    let server = Server::start([json(200, r#"{"tasks":[]}"#)]).await;
    let error = anonymous(&server).list_tasks().send().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, 200));
}
