//! Times, sizes, ids and secrets.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ibm_backup_recovery::types::{
    self, ByteCount, Micros, Minutes, ObjectId, PolicyId, Seconds, UnixMicros, UnixMillis, UnixSeconds,
};
use serde_json::json;

#[test]
fn a_source_is_the_object_at_its_root() {
    let source: types::SourceId = 17.into();
    let object = ObjectId::from(source);
    assert_eq!(object, 17);
    assert_eq!(types::SourceId::from(object), source);
    // So what one call gives, another takes.
    let of_group = types::PhysicalFileProtectionGroupObject::new(source);
    assert_eq!(of_group.id, object);
}

#[test]
fn moments_become_times_and_back() {
    for (micros, time) in [
        (0, UNIX_EPOCH),
        (1_500_000, UNIX_EPOCH + Duration::from_millis(1_500)),
        (-1, UNIX_EPOCH - Duration::from_micros(1)),
    ] {
        assert_eq!(UnixMicros::from(time), micros);
        assert_eq!(UnixMicros(micros).to_system_time(), Some(time));
    }
    let late = UNIX_EPOCH + Duration::new(7, 999_999_999);
    assert_eq!((UnixSeconds::from(late), UnixMillis::from(late)), (UnixSeconds(7), UnixMillis(7_999)));
    // What is finer than the unit is cut off towards the past, before 1970 too.
    assert_eq!(UnixSeconds::from(UNIX_EPOCH - Duration::from_millis(1)), -1);
    let now = UnixMicros::now().to_system_time().unwrap();
    assert!(SystemTime::now().duration_since(now).unwrap() < Duration::from_secs(60));
}

#[test]
fn moments_move_by_durations_and_never_past_what_the_number_can_say() {
    let begin = UnixMicros(1_000_000);
    let end = begin.checked_add(Duration::from_millis(2)).unwrap();
    assert_eq!(end, 1_002_000);
    assert_eq!(end.checked_sub(Duration::from_millis(2)), Some(begin));
    assert_eq!(end.duration_since(begin), Some(Duration::from_millis(2)));
    assert_eq!(begin.duration_since(end), None);
    assert!(begin < end);
    assert_eq!(UnixMicros(i64::MAX).checked_add(Duration::from_micros(1)), None);
    assert_eq!(UnixMicros(i64::MIN).checked_sub(Duration::MAX), None);
    let ages = UnixSeconds(i64::MAX).duration_since(UnixSeconds(i64::MIN));
    assert_eq!(ages, Some(Duration::from_secs(u64::MAX)));
}

#[test]
fn lengths_become_durations_and_back() {
    assert_eq!(Minutes(2).to_duration(), Some(Duration::from_secs(120)));
    assert_eq!(Minutes::from(Duration::from_secs(179)), 2);
    assert_eq!(Micros::from(Duration::from_nanos(1_999)), 1);
    assert_eq!(Micros::from(Duration::MAX), i64::MAX);
    assert_eq!(Seconds(-1).to_duration(), None);
    assert_eq!(Minutes(i64::MAX).to_duration(), None);
}

#[test]
fn moments_and_lengths_become_those_of_jiff_and_back() {
    let time: jiff::Timestamp = "2026-03-02T09:00:00.123456789Z".parse().unwrap();
    let micros = UnixMicros::from(time);
    assert_eq!(micros, time.as_microsecond());
    assert_eq!(jiff::Timestamp::try_from(micros).unwrap().to_string(), "2026-03-02T09:00:00.123456Z");
    assert_eq!(UnixSeconds::from(time), time.as_second());
    assert_eq!(UnixMillis::from(time), time.as_millisecond());
    jiff::Timestamp::try_from(UnixSeconds(i64::MAX)).unwrap_err();

    assert_eq!(jiff::SignedDuration::from(Minutes(-2)), jiff::SignedDuration::from_secs(-120));
    assert_eq!(jiff::SignedDuration::from(Minutes(i64::MIN)), jiff::SignedDuration::MIN);
    assert_eq!(Micros::from(jiff::SignedDuration::from_millis(-3)), -3_000);
    assert_eq!(Micros::from(jiff::SignedDuration::MAX), i64::MAX);
}

#[test]
fn sizes_read_well() {
    for (bytes, words) in [
        (0, "0 B"),
        (1_023, "1023 B"),
        (1_024, "1.0 KiB"),
        (1_536, "1.5 KiB"),
        (1_048_575, "1.0 MiB"),
        (-2_147_483_648, "-2.0 GiB"),
        (i64::MAX, "8.0 EiB"),
    ] {
        assert_eq!(ByteCount(bytes).human(), words);
    }
    assert_eq!(ByteCount(1_536).to_string(), "1536");
    assert_eq!(ByteCount::try_from(7_u64), Ok(ByteCount(7)));
    assert!(ByteCount::try_from(u64::MAX).is_err() && u64::try_from(ByteCount(-1)).is_err());
}

#[test]
fn numbers_and_ids_travel_as_before() {
    let policy = PolicyId::from("1:2:3");
    let wire = json!({"id": "1:2:3", "n": 7});
    assert_eq!(json!({"id": policy, "n": ObjectId::from(7)}), wire);
    assert_eq!(json!([UnixMicros(-7), Micros(7), ByteCount(7)]), json!([-7, 7, 7]));
    assert_eq!(serde_json::from_value::<PolicyId>(wire["id"].clone()).unwrap(), policy);
    assert_eq!(serde_json::from_value::<UnixMicros>(json!(-7)).unwrap(), -7);
    for refused in [json!("7"), json!(7.5), json!(null), json!(u64::MAX)] {
        assert_eq!(
            serde_json::from_value::<UnixMicros>(refused.clone()).is_ok(),
            serde_json::from_value::<i64>(refused).is_ok(),
        );
    }
    let summary: types::BackupRunSummary =
        serde_json::from_value(json!({"startTimeUsecs": 7, "localTaskId": "9"})).unwrap();
    assert_eq!((summary.start_time_usecs, summary.end_time_usecs), (Some(UnixMicros(7)), None));
    assert_eq!(serde_json::to_value(&summary).unwrap(), json!({"startTimeUsecs": 7, "localTaskId": "9"}));
}

#[test]
fn ids_are_keys_and_texts() {
    let id: PolicyId = "1:2:3".parse().unwrap();
    assert_eq!((id.as_str(), id.to_string(), id.split(':').count()), ("1:2:3", "1:2:3".to_owned(), 3));
    assert_eq!(format!("{id:>7}"), "  1:2:3");
    let text = "1:2:3".to_owned();
    assert!(id == "1:2:3" && text == id);
    let names = HashMap::from([(id.clone(), "gold")]);
    assert_eq!(names.get("1:2:3"), Some(&"gold"));
    assert_eq!((String::from(&id), PolicyId::from(&id)), ("1:2:3".to_owned(), id));
    assert_eq!(("42".parse::<ObjectId>(), ObjectId::from(42).get()), (Ok(42.into()), 42));
    assert!("x".parse::<ObjectId>().is_err());
}

/// Each way in which a request may hold something secret.
#[test]
fn requests_do_not_print_what_is_secret() {
    const SECRET: &str = "hunter2";
    let environment = || types::Environment::Physical;
    let shown = [
        format!("{:?}", types::RegisterSourceRequest::new(environment()).with_encryption_key(SECRET)),
        format!(
            "{:?}",
            types::UpdateSourceRegistrationRequest::new(environment()).with_encryption_key(SECRET)
        ),
        format!("{:?}", types::ServerCredentials::new(SECRET, "ada")),
    ];
    for shown in shown {
        assert!(shown.contains("Secret(..)") && !shown.contains(SECRET), "{shown}");
    }
    let url = "http://127.0.0.1:1";
    let client = ibm_backup_recovery::Client::builder(url).bearer_token("t").tenant("t/").build().unwrap();
    let shown = format!("{:?}", client.get_source_registrations().encryption_key(SECRET).ids([1]));
    assert!(shown.contains("Secret(..)") && !shown.contains(SECRET), "{shown}");
}
