//! The story of the Storware API.

use reqwest::Method;
use serde_json::{Value, json};
use storware::apis::backups_api::{self, GetBackupError};
use storware::apis::configuration::Configuration;
use storware::apis::{Error, ResponseContent, protected_entities_api, session_api, tasks_api};
use storware::models;

use crate::scene::{NAME, Scene, check_recent, only, until};

const NO_BACKUP: &str = "00000000-0000-0000-0000-000000000000";

/// Tells it, and says how many operations it has called.
pub async fn tell(scene: &Scene) -> u32 {
    let configuration = &Configuration {
        base_path: format!("{}/api", scene.url),
        client: reqwest::Client::builder().cookie_store(true).build().unwrap(),
        ..Configuration::new()
    };
    let request = models::LoginRequest::new(scene.login.clone(), scene.password.clone());
    session_api::login(configuration, request).await.unwrap();
    let user = session_api::get_session_user(configuration).await.unwrap();
    assert_eq!(user.requester.unwrap().name.as_ref(), Some(&scene.login));

    let body = json!({"name": NAME, "paths": [scene.folder]});
    let made = plain(configuration, Method::POST, "/entities", Some(body), 201).await;
    let made: Value = serde_json::from_str(&made).unwrap();
    let entity = made["guid"].as_str().unwrap();
    let listed = protected_entities_api::list_protected_entities(configuration, None, None).await.unwrap();
    assert_eq!(listed.iter().filter(|listed| listed.guid == entity).count(), 1);

    let mut export = models::ExportTaskRequest::new();
    export.backup_type = Some(Box::new(models::BackupType::new(models::BackupTypeName::BACKUP_TYPE_FULL)));
    export.protected_entities = Some(vec![models::NameAndGuid::new(entity.to_owned())]);
    let task =
        only("export tasks", tasks_api::create_export_tasks(configuration, export).await.unwrap()).guid;
    follow(configuration, &task).await;
    let following = tasks_api::list_tasks(
        configuration,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        Some(&task),
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    );
    follow(configuration, &only("following tasks", following.await.unwrap()).guid).await;

    let backups = backups_api::list_backups(
        configuration,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        Some(entity),
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    );
    let backup = only("backups", backups.await.unwrap());
    assert_eq!(backup.status.name, models::BackupStatusName::BACKUP_STATUS_SUCCESS);
    check_recent("the backup", backup.snapshot_time.unwrap() * 1000);

    let mut restore = models::RestoreTaskRequest::new();
    restore.backup = Some(Box::new(models::NameAndGuid::new(backup.guid)));
    restore.restore_path = Some(scene.target("storware"));
    let task = tasks_api::create_restore_task(configuration, restore).await.unwrap();
    follow(configuration, &task.guid).await;
    scene.check_restored("storware");

    match backups_api::get_backup(configuration, NO_BACKUP).await {
        Err(Error::ResponseError(ResponseContent {
            status,
            entity: Some(GetBackupError::DefaultResponse(error)),
            ..
        })) => {
            assert_eq!(status.as_u16(), 404, "{error:?}");
            assert!(error.message.as_ref().is_some_and(|message| !message.is_empty()), "{error:?}");
        }
        other => panic!("got a backup that is not there: {other:?}"),
    }

    plain(configuration, Method::DELETE, &format!("/entities/{entity}"), None, 204).await;
    session_api::logout(configuration).await.unwrap();
    match session_api::get_session_user(configuration).await {
        Err(Error::ResponseError(refused)) => assert_eq!(refused.status.as_u16(), 401),
        other => panic!("logged out, and still: {other:?}"),
    }
    10
}

/// Waits until a task has ended well.
async fn follow(configuration: &Configuration, guid: &str) {
    use models::TaskStateName::{TASK_STATE_FINISHED, TASK_STATE_QUEUED, TASK_STATE_RUNNING};
    let task = until("the task", async || {
        let task = tasks_api::get_task(configuration, guid, None).await.unwrap();
        (!matches!(task.state.name, TASK_STATE_QUEUED | TASK_STATE_RUNNING)).then_some(task)
    });
    let task = task.await;
    assert_eq!(task.state.name, TASK_STATE_FINISHED, "{task:?}");
}

/// Sends JSON to a path that the document does not have, and gives the body of the answer.
async fn plain(
    configuration: &Configuration,
    method: Method,
    path: &str,
    body: Option<Value>,
    expected: u16,
) -> String {
    let mut request = configuration.client.request(method, format!("{}{path}", configuration.base_path));
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    assert_eq!(status, expected, "{text}");
    text
}
