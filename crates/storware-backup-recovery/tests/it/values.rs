//! Times, sizes, ids and secrets.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use storware_backup_recovery::types::{
    BackupId, ByteCount, LoginRequest, Millis, NameAndGuid, NodeRegistration, SessionInfoResponse, TaskId,
    UnixMillis,
};

#[test]
fn values_know_their_unit_and_travel_as_numbers() {
    let time = UNIX_EPOCH + Duration::from_millis(1_500);
    assert_eq!((UnixMillis::from(time), UnixMillis(1_500).to_system_time()), (UnixMillis(1_500), Some(time)));
    assert_eq!(Millis::from(Duration::from_secs(2)), 2_000);
    assert_eq!(jiff::Timestamp::try_from(UnixMillis(1_500)).unwrap().as_millisecond(), 1_500);
    assert_eq!(json!([UnixMillis(1), Millis(2), ByteCount(3)]), json!([1, 2, 3]));
}

#[test]
fn a_guid_is_of_one_kind_and_goes_where_any_may() {
    let task = TaskId::from("4f1c");
    assert_eq!(NameAndGuid::new(&task).guid, task);
    assert_eq!(serde_json::from_value::<BackupId>(json!("4f1c")).unwrap().as_str(), task.as_str());
}

#[test]
fn passwords_are_not_printed() {
    const SECRET: &str = "hunter2";
    let login: LoginRequest = serde_json::from_value(json!({"login": "ada", "password": SECRET})).unwrap();
    let node: NodeRegistration = serde_json::from_value(json!({"guid": "n", "password": SECRET})).unwrap();
    for shown in [format!("{login:?}"), format!("{node:?}")] {
        assert!(shown.contains("Secret(..)") && !shown.contains(SECRET), "{shown}");
    }
    assert_eq!(json!(login)["password"], SECRET);
    // Nor the tokens for further endpoints, whatever they are.
    let tokens = json!({"ui": SECRET, "nested": {"token": [SECRET, 5]}});
    let user: SessionInfoResponse =
        serde_json::from_value(json!({"privileges": [], "endpointsTokens": tokens})).unwrap();
    let shown = format!("{user:?}");
    assert!(shown.contains("SecretObject(..)") && !shown.contains(SECRET), "{shown}");
    assert_eq!(json!(user)["endpointsTokens"], tokens);
    assert_eq!(user.endpoints_tokens.unwrap().expose()["ui"], SECRET);
}
