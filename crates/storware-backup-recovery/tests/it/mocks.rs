//! The generated mocks, through the client. What all mocks have in common is tested beside the other client.

use storware_backup_recovery::mocks::MockServer;
use storware_backup_recovery::{ErrorKind, ListResponse as _, RetryPolicy, types};

#[tokio::test]
async fn lists_and_moments_are_matched_and_kept() {
    let mock = MockServer::start().await;
    let states = [types::TaskStateName::Running, types::TaskStateName::Queued];
    let then = mock.list_tasks().states(states.clone()).size(20).answer([]).header("x-total-count", "7");
    mock.get_backup_size_timeline().type_("vm").from(5).answer(types::BackupTimelineDto::default());
    let client = mock.client();

    let tasks = client.list_tasks().states(states.clone()).size(20).send().await.unwrap();
    assert_eq!((tasks.len(), tasks.total_count()), (0, Some(7)));
    let calls = then.calls();
    assert_eq!(calls[0].states.as_deref(), Some(states.as_slice()));
    assert_eq!((calls[0].size, calls[0].page), (Some(20), None));
    assert_eq!(calls[0].request.header("cookie"), Some("JSESSIONID=mock"));
    client.get_backup_size_timeline().type_("vm").guid("4f1c").from(5).send().await.unwrap();
}

#[tokio::test]
async fn a_success_without_a_body_has_none() {
    let mock = MockServer::start().await;
    mock.cancel_running_tasks().body(|tasks| tasks.is_empty()).answer(());
    let done =
        mock.client().cancel_running_tasks().body(Vec::<types::SelectedTask>::new()).send().await.unwrap();
    assert_eq!(done.status().as_u16(), 201, "what the document says");
}

#[tokio::test]
async fn a_literal_path_is_not_taken_for_a_parameter() {
    let mock = MockServer::start().await;
    mock.delete_all_finished_tasks().answer(()).times(1);
    mock.delete_task().guid("all-running").fail(404, "never asked");
    mock.client().delete_all_finished_tasks().send().await.unwrap();
    assert!(mock.delete_task().calls().is_empty());
}

#[tokio::test]
async fn a_login_can_fail() {
    let mock = MockServer::start().await;
    mock.login().body(|body| body.login == "ada").fail(401, "who are you?").times(1);
    let builder = mock.client_builder().login("ada", "not her password").retry(RetryPolicy::never());
    let error = builder.build().unwrap().list_tasks().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Login);
    assert_eq!(error.message(), Some("who are you?"));
}

#[tokio::test]
async fn an_ended_session_is_opened_anew() {
    let mock = MockServer::start().await;
    mock.list_tasks().fail(401, "the session has ended").times(1).answer([]);
    mock.client().list_tasks().send().await.unwrap();
    let logins = mock.asked().iter().filter(|asked| asked.path == "/api/session/login").count();
    assert_eq!(logins, 2);
}
