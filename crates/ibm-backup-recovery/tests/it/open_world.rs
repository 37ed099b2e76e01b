//! A service of tomorrow: values, members and statuses that the document does not know.

use std::collections::BTreeMap;

use ibm_backup_recovery::{ErrorKind, types};
use serde_json::{Value, json};

use crate::server::{Server, empty, json as answer};

/// A policy as a later version of the service might give it.
fn policy_of_tomorrow() -> Value {
    json!({
        "id": "1:2:3", "name": "p", "mood": "calm", "ghost": null,
        "backupPolicy": {"regular": {"retention": {"unit": "kFortnights", "duration": 1, "grace": {"days": 2}}}},
        "blackoutWindow": [{
            "day": "Someday", "why": [1, {"x": 1.5}],
            "startTime": {"hour": 8, "minute": 0}, "endTime": {"hour": 9, "minute": 0, "second": 7},
        }],
    })
}

#[tokio::test]
async fn a_change_made_of_what_was_read_loses_nothing() {
    let server = Server::start([answer(200, &policy_of_tomorrow().to_string()), answer(200, "{}")]).await;
    let client = server.client();
    let read = client.get_protection_policy_by_id().id("1:2:3").send().await.unwrap().into_inner();
    assert_eq!(read.unknown_fields.get("mood"), Some(&json!("calm")));
    assert_eq!(read.unknown_fields.get("ghost"), Some(&Value::Null), "nobody knows what null means there");
    assert_eq!(read.unknown_fields.get("name"), None, "the document knows it");
    let mut names: Vec<&str> = read.unknown_fields.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    assert_eq!((names, read.unknown_fields.len()), (vec!["ghost", "mood"], 2));
    assert_eq!(serde_json::to_value(&read).unwrap(), policy_of_tomorrow());

    let mut body = types::ProtectionPolicyRequest::new(read.backup_policy, read.name)
        .with_blackout_window(read.blackout_window.unwrap())
        .with_unknown_field("speed", 9);
    for (name, value) in read.unknown_fields.iter() {
        body = body.with_unknown_field(name, value.clone());
    }
    // What the answer says is nobody's concern here.
    let _ = client.update_protection_policy().id("1:2:3").body(body).send().await;
    let mut expected = policy_of_tomorrow();
    expected.as_object_mut().unwrap().remove("id");
    expected["speed"] = json!(9);
    let sent: Value = serde_json::from_slice(&server.asked()[1].body).unwrap();
    assert_eq!(sent, expected);
}

#[test]
fn unknown_members_can_be_set_and_taken_out() {
    let mut target = types::RunActionTarget::new("1:2").with_unknown_field("a", "b");
    assert_eq!(target.unknown_fields.insert("a", 7), Some(json!("b")));
    assert_eq!(target.unknown_fields.remove("a"), Some(json!(7)));
    assert_eq!(target.unknown_fields.remove("a"), None);
    assert!(target.unknown_fields.is_empty());
    assert_eq!(target, types::RunActionTarget::new("1:2"), "as if there had never been one");
}

/// Nobody can say what they hold.
#[test]
fn debug_shows_the_names_of_unknown_members_and_not_their_values() {
    let read: types::RunActionTarget =
        serde_json::from_value(json!({"runId": "1:2", "password": "hush", "x": {"y": "hush"}})).unwrap();
    let shown = format!("{read:?}");
    assert!(shown.contains(r#"unknown_fields: ["password", "x"]"#), "{shown}");
    assert!(!shown.contains("hush"), "{shown}");
}

/// A box that is not there, so that a type that is met by the thousand stays small.
#[test]
fn no_unknown_member_costs_a_pointer() {
    assert_eq!(size_of::<types::UnknownFields>(), size_of::<usize>());
}

/// A name with an escape in it cannot be read without a copy; one from a reader cannot either.
#[test]
fn names_and_values_are_read_from_any_source() {
    let text = r#"{"na\u006de":"p","backupPolicy":{"regular":{"retention":{"unit":"Da\u0079s","duration":1}}},"\u0078":1}"#;
    let slice: types::ProtectionPolicy = serde_json::from_str(text).unwrap();
    let reader: types::ProtectionPolicy = serde_json::from_reader(text.as_bytes()).unwrap();
    let value: types::ProtectionPolicy = serde_json::from_value(serde_json::from_str(text).unwrap()).unwrap();
    assert_eq!((&slice, &slice), (&reader, &value));
    assert_eq!(slice.name, "p");
    assert_eq!(slice.unknown_fields.get("x"), Some(&json!(1)));
    let unit = slice.backup_policy.regular.retention.map(|it| it.unit);
    assert_eq!(unit, Some(types::RetentionUnit::Days));
}

#[test]
fn an_unknown_value_is_kept_wherever_a_value_can_be() {
    let environments = json!(["kSQL", "kMoonbase", ""]);
    let list: Vec<types::Environment> = serde_json::from_value(environments.clone()).unwrap();
    assert_eq!(list[0], types::Environment::Sql);
    assert_eq!(list[1..], ["kMoonbase", ""].map(|it| types::Environment::Unknown(it.to_owned())));
    assert_eq!(serde_json::to_value(&list).unwrap(), environments);

    let map = json!({"kMoonbase": "kOracle"});
    let read: BTreeMap<types::Environment, types::Environment> = serde_json::from_value(map.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), map);

    // A number is no value of a list of texts, and to keep it as a text would not send it back unchanged.
    let error = serde_json::from_str::<types::Environment>("7").unwrap_err();
    assert!(error.to_string().contains("invalid type: integer `7`, expected a string"), "{error}");
}

/// The member that says which of the others counts is a value as any other, and what it leads to is kept.
#[tokio::test]
async fn an_unknown_kind_of_source_is_read_with_all_that_it_has() {
    let body = json!({"id": 7, "environment": "kMoonbase", "moonbaseParams": {"crater": "Tycho"}});
    let server = Server::start([answer(200, &body.to_string())]).await;
    let read = server.client().get_protection_source_registration().id(7).send().await.unwrap().into_inner();
    assert_eq!(read.environment.as_ref().map(types::Environment::as_str), Some("kMoonbase"));
    assert_eq!(read.unknown_fields.get("moonbaseParams"), Some(&json!({"crater": "Tycho"})));
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
}

#[tokio::test]
async fn an_unknown_value_can_be_asked_for() {
    let server = Server::start([answer(200, "{}")]).await;
    let environments = [types::Environment::from("kMoonbase"), types::Environment::Sql];
    server.client().get_protection_groups().environments(environments).send().await.unwrap();
    assert_eq!(server.asked_once().query, "environments=kMoonbase%2CkSQL");
}

#[tokio::test]
async fn any_2xx_is_a_success() {
    for status in [200, 201, 202, 203, 206, 226, 299] {
        let server = Server::start([answer(status, r#"{"recoveries":[]}"#)]).await;
        let found = server.client().get_recoveries().send().await.unwrap();
        assert_eq!((found.status().as_u16(), found.recoveries.as_deref()), (status, Some(&[][..])));
    }
}

#[tokio::test]
async fn a_success_that_lost_its_body_is_an_error_that_has_the_answer() {
    for status in [200, 202, 204, 205] {
        let server = Server::start([empty(status)]).await;
        let error = server.client().get_recoveries().send().await.unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, status));
        assert_eq!(error.message(), Some("the body is empty"));
        let answer = error.answer().unwrap();
        assert_eq!((answer.status().as_u16(), answer.len()), (status, 0));
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_an_error_that_has_the_answer() {
    let body = r#"{"recoveries":7}"#;
    let mut odd = answer(202, body);
    odd.headers_mut().insert("location", axum::http::HeaderValue::from_static("/elsewhere"));
    let server = Server::start([odd]).await;
    let error = server.client().get_recoveries().send().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Decode, 202));
    assert_eq!(error.body_excerpt(), Some(body));
    let answer = error.answer().unwrap();
    assert_eq!(
        (&***answer, &answer.headers()["location"]),
        (body.as_bytes(), &"/elsewhere".parse().unwrap())
    );
    assert!(!error.is_retryable(), "the service has acted");
}

#[tokio::test]
async fn a_body_where_none_is_documented_is_kept() {
    let server = Server::start([answer(202, r#"{"taskId":"t-7"}"#), empty(204)]).await;
    let client = server.client();
    let delete = || client.delete_protection_group().id("1:2:3").send();
    let begun = delete().await.unwrap();
    assert_eq!((begun.status().as_u16(), &begun.undocumented_body()[..]), (202, &br#"{"taskId":"t-7"}"#[..]));
    assert!(!format!("{begun:?}").contains("t-7"));
    assert!(delete().await.unwrap().undocumented_body().is_empty());
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_the_body() {
    let server = Server::start([
        answer(200, "\u{feff}{\"recoveries\":[]}"),
        answer(404, "\u{feff}{\"message\":\"gone\"}"),
        answer(200, "\u{feff}"),
    ])
    .await;
    let client = server.client();
    let ask = || client.get_recoveries().send();
    assert_eq!(ask().await.unwrap().recoveries.as_deref(), Some(&[][..]));
    assert_eq!(ask().await.unwrap_err().message(), Some("gone"));
    assert_eq!(ask().await.unwrap_err().message(), Some("the body is empty"));
}
