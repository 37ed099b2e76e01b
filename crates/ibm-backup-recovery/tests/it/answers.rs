//! What comes back.

use axum::body::{Body, Bytes};
use ibm_backup_recovery::{ErrorKind, types};

use crate::server::{Server, answer, empty, json};

#[tokio::test]
async fn a_value_that_is_not_listed_is_kept_and_sent_back_unchanged() {
    let body = r#"{"policies":[{"name":"p","backupPolicy":{"regular":{}},"extendedRetention":[
        {"retention":{"duration":1,"unit":"kFortnights"},"schedule":{"unit":"Days"}}]}]}"#;
    let server = Server::start([json(200, body)]).await;
    let found = server.client().get_protection_policies().send().await.unwrap().into_inner();
    let policy = found.policies.unwrap().remove(0);
    let unit = &policy.extended_retention.as_ref().unwrap()[0].retention.unit;
    assert_eq!(*unit, types::RetentionUnit::Unknown("kFortnights".to_owned()));
    assert_eq!(unit.to_string(), "kFortnights");
    let again = serde_json::to_string(&policy).unwrap();
    assert!(again.contains(r#""unit":"kFortnights""#), "{again}");
    assert_eq!(serde_json::from_str::<types::ProtectionPolicy>(&again).unwrap(), policy);
}

#[test]
fn a_listed_value_written_as_text_is_the_listed_variant() {
    assert_eq!(types::Environment::from("kSQL"), types::Environment::Sql);
    assert_eq!("kSQL".parse(), Ok(types::Environment::Sql));
    assert_eq!(types::Environment::Sql.as_str(), "kSQL");
}

#[tokio::test]
async fn null_is_the_same_as_absent() {
    let server = Server::start([json(200, r#"{"protectionGroups":null}"#)]).await;
    let found = server.client().get_protection_groups().send().await.unwrap();
    assert_eq!(found.protection_groups, None);
    assert_eq!(found.status(), 200);
}

#[tokio::test]
async fn an_empty_success_has_no_value() {
    let server = Server::start([empty(204)]).await;
    let done = server.client().delete_protection_group().id("1:2:3").send().await.unwrap();
    assert_eq!(done.status(), 204);
}

#[tokio::test]
async fn a_207_is_a_success_whose_body_says_what_failed() {
    let body = r#"{"failedRuns":[{"runId":"1:2","errorMessage":"locked"}],"successfulRunIds":["1:3"]}"#;
    let server = Server::start([json(207, body)]).await;
    let request = types::UpdateRunsRequest::default();
    let done = server.client().update_protection_group_run().id("1:2:3").body(request).send().await.unwrap();
    assert_eq!(done.status(), 207);
    let failed = &done.failed_runs.as_ref().unwrap()[0];
    assert_eq!(failed.error_message.as_deref(), Some("locked"));
}

#[tokio::test]
async fn a_download_arrives_piece_by_piece_from_the_offset_asked_for() {
    let (sender, body) = pieces();
    let server = Server::start([answer(206, "application/octet-stream", body)]).await;
    let client = server.client();
    sender.send(Ok(Bytes::from_static(b"first"))).await.unwrap();
    let mut download = client
        .download_indexed_file()
        .snapshots_id("c25hcA==")
        .file_path("/etc/hosts")
        .start_offset(8_388_608)
        .length(11)
        .send()
        .await
        .unwrap();
    assert_eq!(download.status(), 206);
    // The second piece is not sent before the first was read: nothing waits for the whole.
    assert_eq!(download.next_chunk().await.unwrap().as_deref(), Some(&b"first"[..]));
    sender.send(Ok(Bytes::from_static(b"second"))).await.unwrap();
    drop(sender);
    assert_eq!(download.into_inner().collect().await.unwrap(), b"second");
    let asked = server.asked_once();
    assert_eq!(asked.path, "/v2/data-protect/snapshots/c25hcA==/download-file");
    assert_eq!(asked.query, "filePath=%2Fetc%2Fhosts&length=11&startOffset=8388608");
    assert_eq!(asked.header("accept"), ["*/*"]);
}

#[tokio::test]
async fn a_download_that_breaks_off_is_an_error_and_not_an_end() {
    let (sender, body) = pieces();
    let server = Server::start([answer(200, "application/octet-stream", body)]).await;
    let client = server.client();
    sender.send(Ok(Bytes::from_static(b"half"))).await.unwrap();
    let mut download = client.download_files_from_recovery().id("1:2:3").send().await.unwrap();
    assert_eq!(download.next_chunk().await.unwrap().as_deref(), Some(&b"half"[..]));
    sender.send(Err(std::io::Error::other("gone"))).await.unwrap();
    let error = download.next_chunk().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exchange);
    assert_eq!(error.operation(), "downloadFilesFromRecovery");
}

type Piece = Result<Bytes, std::io::Error>;

/// A body that is sent as the test says.
fn pieces() -> (tokio::sync::mpsc::Sender<Piece>, Body) {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Piece>(1);
    let stream = futures::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|piece| (piece, receiver))
    });
    (sender, Body::from_stream(stream))
}

#[test]
fn a_required_field_that_is_missing_is_named() {
    let error = serde_json::from_str::<types::ProtectionPolicy>(r#"{"name":"p"}"#).unwrap_err();
    assert!(error.to_string().starts_with("missing field `backupPolicy`"), "{error}");
}

#[test]
fn an_object_is_asked_for() {
    let error = serde_json::from_str::<types::ProtectionPolicy>("[]").unwrap_err();
    assert!(error.to_string().contains("expected an object of type ProtectionPolicy"), "{error}");
}
