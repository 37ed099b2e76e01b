//! Policies.

use ibm_backup_recovery::types;
use serde_json::json;

use crate::support::{Fixture, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_lives_and_dies() {
    let server = TestServer::start().await;
    let client = server.client();
    let request = Fixture::policy_request("nightly").with_description("every night");
    let made = client.create_protection_policy().body(request.clone()).send().await.unwrap().into_inner();
    let id = made.id.clone().unwrap();
    assert_eq!((made.name.as_str(), made.description.as_deref()), ("nightly", Some("every night")));
    assert_eq!(made.backup_policy.regular.retention.as_ref().unwrap().duration, 3);
    let got = client.get_protection_policy_by_id().id(&id).send().await.unwrap().into_inner();
    assert_eq!(got, made);

    let schedule = types::BackupSchedule::new(types::BackupScheduleUnit::Weeks)
        .with_week_schedule(types::WeekSchedule::new([types::DayOfWeek::Monday, types::DayOfWeek::Friday]));
    let mut changed = request.clone();
    changed.backup_policy.regular.incremental = Some(types::IncrementalBackupPolicy::new(schedule.clone()));
    changed.last_modification_time_usecs = made.last_modification_time_usecs;
    let updated = client.update_protection_policy().id(&id).body(changed.clone()).send().await.unwrap();
    assert_eq!(updated.backup_policy.regular.incremental.as_ref().unwrap().schedule, schedule);
    assert!(updated.last_modification_time_usecs > made.last_modification_time_usecs);

    // The copy that `changed` was made from is old by now.
    let stale = client.update_protection_policy().id(&id).body(changed).send().await.unwrap_err();
    assert_eq!((stale.status().unwrap().as_u16(), stale.code()), (409, Some("Stale")));

    let names = async |name: &str| {
        let list = client.get_protection_policies().policy_names([name]).send().await.unwrap();
        list.into_inner().policies.unwrap().into_iter().map(|policy| policy.name).collect::<Vec<_>>()
    };
    assert_eq!(names("nightly").await, ["nightly"]);
    assert_eq!(names("other").await, [""; 0]);
    client.delete_protection_policy().id(&id).send().await.unwrap();
    assert!(client.get_protection_policy_by_id().id(&id).send().await.unwrap_err().is_not_found());
    assert!(client.delete_protection_policy().id(&id).send().await.unwrap_err().is_not_found());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_unique_and_a_policy_in_use_stays() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let body = Fixture::policy_request("daily");
    let taken = fixture.client.create_protection_policy().body(body).send().await.unwrap_err();
    assert_eq!(taken.status().unwrap().as_u16(), 409);
    assert!(taken.message().unwrap().contains("daily"), "{taken:?}");
    let in_use = fixture.client.delete_protection_policy().id(&fixture.policy).send().await.unwrap_err();
    assert_eq!(in_use.status().unwrap().as_u16(), 409);
    assert!(in_use.message().unwrap().contains("folder"), "the group is named: {in_use:?}");
    let list = fixture.client.get_protection_policies().include_stats(true).send().await.unwrap();
    let shown = &list.policies.as_ref().unwrap()[0];
    assert_eq!((shown.num_protection_groups, shown.num_protected_objects), (Some(1), Some(1)));
    let list = fixture.client.get_protection_policies().exclude_linked_policies(true).send().await.unwrap();
    assert_eq!(list.policies.as_ref().unwrap().len(), 1, "one that is used is not one that is linked");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_policy_is_refused_by_the_name_of_its_member() {
    let server = TestServer::start().await;
    let good = json!({
        "name": "p",
        "backupPolicy": { "regular": {
            "incremental": { "schedule": { "unit": "Days", "daySchedule": { "frequency": 1 } } },
            "retention": { "unit": "Days", "duration": 7 },
        } },
    });
    let cases = [
        ("/name", json!(null), 400, "name"),
        ("/name", json!(7), 400, "name"),
        ("/name", json!("  "), 400, "name"),
        (
            "/backupPolicy/regular/retention/unit",
            json!("Fortnights"),
            400,
            "backupPolicy.regular.retention.unit",
        ),
        ("/backupPolicy/regular/retention/duration", json!(0), 400, "duration"),
        ("/backupPolicy/regular/retention/duration", json!("3"), 400, "duration"),
        ("/backupPolicy/regular/retention/duration", json!(5_000_000_000_i64), 400, "duration"),
        ("/backupPolicy/regular/retention", json!(null), 400, "backupPolicy.regular.retention"),
        (
            "/backupPolicy/regular/incremental/schedule/unit",
            json!("Weeks"),
            400,
            "backupPolicy.regular.incremental.schedule.weekSchedule",
        ),
        (
            "/backupPolicy/regular/retention/dataLockConfig",
            json!({ "mode": "Compliance", "unit": "Days", "duration": 8 }),
            400,
            "backupPolicy.regular.retention.dataLockConfig.duration",
        ),
        (
            "/blackoutWindow",
            json!([{
                "day": "Monday",
                "startTime": { "hour": 22, "minute": 0 },
                "endTime": { "hour": 22, "minute": 0 },
            }]),
            400,
            "blackoutWindow[0].endTime",
        ),
        (
            "/blackoutWindow",
            json!([{
                "day": "Monday",
                "startTime": { "hour": 1, "minute": 0, "timeZone": "Middle/Earth" },
                "endTime": { "hour": 6, "minute": 0 },
            }]),
            400,
            "Middle/Earth",
        ),
        (
            "/extendedRetention",
            json!([{
                "schedule": { "unit": "Weeks", "frequency": 0 },
                "retention": { "unit": "Years", "duration": 1 },
            }]),
            400,
            "extendedRetention[0].schedule.frequency",
        ),
    ];
    for (pointer, value, status, named) in cases {
        let mut body = good.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[member] = value.clone();
        let (answered, error) = server.raw("POST", "/data-protect/policies", Some(body)).await;
        assert_eq!(answered, status, "{pointer} = {value}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(named), "{pointer} = {value}: {message}");
    }
    // What the API may say tomorrow is no reason to refuse, and null is absence.
    let mut body = good;
    body["somethingNew"] = json!({ "deep": 1 });
    body["description"] = json!(null);
    let (status, answer) = server.raw("POST", "/data-protect/policies", Some(body)).await;
    assert_eq!(status, 201, "{answer}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_in_the_error_body() {
    let server = TestServer::start().await;
    let (status, error) = server.raw("GET", "/data-protect/nothing", None).await;
    assert_eq!((status, &error["errorCode"]), (404, &json!("NotFound")));
    let (status, error) = server.raw("PATCH", "/data-protect/policies", None).await;
    assert_eq!((status, &error["errorCode"]), (405, &json!("MethodNotAllowed")));
    let (status, error) = server.raw("GET", "/data-protect/policies/1:2:3", None).await;
    assert_eq!((status, &error["errorCode"]), (404, &json!("NotFound")));
    let (status, error) = server.raw("POST", "/data-protect/policies", None).await;
    assert_eq!((status, &error["errorCode"]), (400, &json!("InvalidRequest")));
    let (status, _) = server.raw("GET", "/data-protect/policies?types=Regular,Strange", None).await;
    assert_eq!(status, 400);
    server.stop().await;
}
