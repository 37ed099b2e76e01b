//! Runs that policies start, miss, skip and repeat, under a clock that the tests turn.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ibm_backup_recovery::types::{self, RunStatus};
use serde_json::{Value, json};

use crate::support::{Fixture, TestClock, TestServer};

/// Nothing here takes longer than this, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Monday morning, in winter.
const MONDAY: &str = "2026-03-02T08:00:00Z";

/// What a policy of these parts says.
fn policy(regular: Value, more: Value) -> types::ProtectionPolicyRequest {
    let mut body = json!({ "name": "p", "backupPolicy": { "regular": regular } });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    serde_json::from_value(body).unwrap()
}

fn every_day() -> Value {
    json!({
        "incremental": { "schedule": { "unit": "Days", "daySchedule": { "frequency": 1 } } },
        "retention": { "unit": "Weeks", "duration": 3 },
    })
}

/// A server, its clock, and a group under a policy that starts at `hour` in UTC.
struct World {
    clock: Arc<TestClock>,
    server: TestServer,
    fixture: Fixture,
    dir: tempfile::TempDir,
}

impl World {
    async fn new(policy: types::ProtectionPolicyRequest, hour: i64) -> Self {
        let clock = TestClock::at(MONDAY);
        let server = TestServer::start_with_clock(clock.clone()).await;
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "content").unwrap();
        let fixture = Fixture::under(server.client(), policy, dir.path()).await;
        let world = Self { clock, server, fixture, dir };
        world
            .change(|group| group.start_time = Some(types::TimeOfDay::new(hour, 0).with_time_zone("UTC")))
            .await;
        world
    }

    /// Changes the group.
    async fn change(&self, change: impl FnOnce(&mut types::ProtectionGroupRequest)) {
        let Fixture { policy, object, .. } = &self.fixture;
        let mut body = Fixture::group_request("folder", policy, *object, self.dir.path());
        body.start_time = self.group().await.start_time;
        change(&mut body);
        let call = self.fixture.client.update_protection_group().id(&self.fixture.group).body(body);
        call.send().await.unwrap();
    }

    async fn group(&self) -> types::ProtectionGroup {
        let call = self.fixture.client.get_protection_group_by_id().id(&self.fixture.group);
        call.send().await.unwrap().into_inner()
    }

    /// The runs, the first one first: when each was queued, what it reads and how it ended.
    async fn runs(&self) -> Vec<types::BackupRunSummary> {
        let call = self.fixture.client.get_protection_group_runs().id(&self.fixture.group);
        let list = call.start_time_usecs(0).send().await.unwrap().into_inner().runs.unwrap();
        list.into_iter().rev().map(|run| run.local_backup_info.unwrap()).collect()
    }

    /// Waits until there are so many runs and all have ended, and gives how.
    async fn ended(&self, count: usize) -> Vec<RunStatus> {
        let begun = Instant::now();
        loop {
            let runs = self.runs().await;
            let states: Vec<_> = runs.iter().map(|run| run.status.clone().unwrap()).collect();
            if states.len() >= count && runs.iter().all(|run| run.end_time_usecs.is_some()) {
                assert_eq!(states.len(), count, "{states:?}");
                return states;
            }
            assert!(begun.elapsed() < PATIENCE, "{count} runs are not there and ended: {runs:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn endless_file(dir: &Path) -> std::path::PathBuf {
    let path = dir.join("endless");
    File::create(&path).unwrap().set_len(1 << 40).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_starts_when_it_is_due_and_once_after_downtime() {
    let world = World::new(policy(every_day(), json!({})), 9).await;
    assert_eq!(world.group().await.start_time.unwrap().hour, 9);
    world.clock.set("2026-03-02T09:00:00Z");
    assert_eq!(world.ended(1).await, [RunStatus::Succeeded]);
    assert_eq!(world.runs().await[0].start_time_usecs, Some(world.clock.usecs().into()));
    assert_eq!(world.runs().await[0].run_type, Some(types::BackupRunType::Regular));
    // Five were due meanwhile; one makes up for them, and the next comes at its own time.
    world.clock.set("2026-03-07T12:00:00Z");
    world.ended(2).await;
    world.clock.set("2026-03-08T09:00:00Z");
    world.ended(3).await;
    let starts: Vec<_> = world.runs().await.iter().map(|run| run.start_time_usecs.unwrap()).collect();
    assert_eq!(starts[2], world.clock.usecs());
    assert!(starts[1] < starts[2]);
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_neither_repeats_a_run_nor_forgets_one() {
    let (data, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clock = TestClock::at(MONDAY);
    let config = || server::Config {
        check_answers: true,
        clock: clock.clone(),
        ..server::Config::on_loopback(data.path())
    };
    let server = TestServer::start_as(config(), None).await;
    let known = (server.tenant.clone(), server.api_key.clone());
    fs::write(dir.path().join("file"), "x").unwrap();
    let mut fixture = Fixture::under(server.client(), policy(every_day(), json!({})), dir.path()).await;
    // Due every day at the time at which the group was made.
    clock.set("2026-03-03T08:00:00Z");
    let wait = async |fixture: &Fixture, count: usize| {
        let begun = Instant::now();
        while fixture.snapshots().await.len() < count {
            assert!(begun.elapsed() < PATIENCE, "there are no {count} snapshots");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    wait(&fixture, 1).await;
    server.stop().await;
    clock.set("2026-03-05T20:00:00Z");
    let server = TestServer::start_as(config(), Some((&known.0, &known.1))).await;
    fixture.client = server.client();
    wait(&fixture, 2).await;
    clock.set("2026-03-06T08:00:00Z");
    wait(&fixture, 3).await;
    assert_eq!(fixture.snapshots().await.len(), 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn full_backups_come_at_their_own_times_and_are_kept_by_their_own_retention() {
    let regular = json!({
        "incremental": { "schedule": { "unit": "Days", "daySchedule": { "frequency": 1 } } },
        "retention": { "unit": "Days", "duration": 7 },
        "fullBackups": [
            {
                "schedule": { "unit": "Weeks", "weekSchedule": { "dayOfWeek": ["Wednesday"] } },
                "retention": { "unit": "Months", "duration": 2 },
            },
        ],
    });
    let world = World::new(policy(regular, json!({})), 9).await;
    for (day, count) in [("03", 1), ("04", 2), ("05", 3)] {
        world.clock.set(&format!("2026-03-{day}T09:00:00Z"));
        world.ended(count).await;
    }
    let kinds: Vec<_> = world.runs().await.into_iter().map(|run| run.run_type.unwrap()).collect();
    use types::BackupRunType::{Full, Regular};
    assert_eq!(kinds, [Regular, Full, Regular], "a day with both has the full one alone");
    let call = world.fixture.client.get_object_snapshots().id(world.fixture.object);
    let snapshots = call.send().await.unwrap().into_inner().snapshots.unwrap();
    let days: Vec<_> = snapshots
        .iter()
        .map(|snapshot| {
            let kept =
                snapshot.expiry_time_usecs.unwrap().get() - snapshot.snapshot_timestamp_usecs.unwrap().get();
            kept / 86_400_000_000
        })
        .collect();
    assert_eq!(days, [7, 60, 7]);
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_finds_the_last_one_going_on_is_missed_and_paused_or_ended_groups_start_none() {
    let world = World::new(policy(every_day(), json!({})), 9).await;
    let endless = endless_file(world.dir.path());
    world.clock.set("2026-03-02T09:00:00Z");
    world.fixture.wait_for_run(&[RunStatus::Running]).await;
    world.clock.set("2026-03-03T09:00:00Z");
    let missed = world.fixture.wait_for_run(&[RunStatus::Missed]).await;
    let info = missed.local_backup_info.unwrap();
    assert!(info.messages.unwrap()[0].contains("still going on"));
    assert_eq!(info.end_time_usecs, info.start_time_usecs);
    assert_eq!(world.runs().await[0].status, Some(RunStatus::Running), "turning the clock ends nothing");
    let id = world.fixture.client.get_protection_group_runs().id(&world.fixture.group);
    let id =
        id.start_time_usecs(0).send().await.unwrap().into_inner().runs.unwrap().pop().unwrap().id.unwrap();
    let body = types::RunActionRequest::new(types::RunAction::Cancel)
        .with_cancel_params([types::CancelRunTarget::new(&id)]);
    let call = world.fixture.client.perform_action_on_protection_group_run().id(&world.fixture.group);
    call.body(body).send().await.unwrap();
    assert_eq!(world.ended(2).await, [RunStatus::Canceled, RunStatus::Missed]);
    fs::remove_file(endless).unwrap();

    world.change(|group| group.is_paused = Some(true)).await;
    world.clock.set("2026-03-04T09:00:00Z");
    // What shows that the scheduler has looked: another group with the same times has run.
    let other = Fixture::create_group(
        &world.fixture.client,
        "other",
        &world.fixture.policy,
        world.fixture.object,
        world.dir.path(),
    )
    .await;
    let other_runs = async || {
        let call = world.fixture.client.get_protection_group_runs().id(&other).start_time_usecs(0);
        call.send().await.unwrap().into_inner().runs.unwrap().len()
    };
    let until_other = async |count: usize| {
        let begun = Instant::now();
        while other_runs().await < count {
            assert!(begun.elapsed() < PATIENCE, "the other group is not run");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    world.clock.set("2026-03-05T09:00:00Z");
    until_other(1).await;
    assert_eq!(world.runs().await.len(), 2, "a paused group starts nothing");
    let end = types::UnixMicros(world.clock.usecs());
    world.change(|group| group.end_time_usecs = Some(end)).await;
    assert_eq!(world.group().await.end_time_usecs, Some(end));
    world.clock.set("2026-03-06T09:00:00Z");
    until_other(2).await;
    assert_eq!(world.runs().await.len(), 2, "a group that has ended starts nothing");
    let call = world.fixture.client.create_protection_group_run().id(&world.fixture.group);
    let refused = call.body(types::StartRunRequest::new(types::BackupRunType::Regular)).send().await;
    assert_eq!(refused.unwrap_err().status().unwrap().as_u16(), 409);
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_tried_again() {
    let more = json!({ "retryOptions": { "retries": 2, "retryIntervalMins": 30 } });
    // No schedule: a run that is missed meanwhile would stand before the one that is looked at.
    let regular = json!({ "retention": { "unit": "Weeks", "duration": 3 } });
    let world = World::new(policy(regular, more), 9).await;
    // A root that is gone makes an attempt fail.
    let away = world.dir.path().with_extension("away");
    fs::rename(world.dir.path(), &away).unwrap();
    world.fixture.start_run(types::BackupRunType::Regular).await;
    let attempts = async || {
        let run = world.fixture.latest_run().await.objects.unwrap().remove(0).local_snapshot_info.unwrap();
        (run.failed_attempts.unwrap_or_default(), run.snapshot_info.unwrap().status.unwrap())
    };
    let failed = async |count: usize| {
        let begun = Instant::now();
        loop {
            let (failed, status) = attempts().await;
            if failed.len() == count && status == types::SnapshotInfoStatus::WaitingForNextAttempt {
                return failed;
            }
            assert!(begun.elapsed() < PATIENCE, "not {count} failed attempts: {failed:#?} {status:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let first = failed(1).await.remove(0);
    // The progress tells of it too.
    let id = world.fixture.latest_run().await.id.unwrap();
    let call = world.fixture.client.get_protection_run_progress().run_id(&id).include_event_logs(true);
    let local = call.send().await.unwrap().into_inner().local_run.unwrap();
    let told = local.objects.unwrap().remove(0).failed_attempts.unwrap().remove(0);
    assert_eq!(told.status, Some(types::ProgressStatus::FinishedWithError));
    assert_eq!((told.start_time_usecs, told.end_time_usecs), (first.start_time_usecs, first.end_time_usecs));
    let messages: Vec<_> = told.events.unwrap().into_iter().map(|event| event.message.unwrap()).collect();
    assert!(messages[0].starts_with("Attempt 1 to back up"), "{messages:?}");
    assert_eq!(messages[1], format!("Attempt 1 failed: {}", first.message.as_ref().unwrap()));
    assert_eq!(first.status, Some(RunStatus::Failed));
    assert!(first.message.is_some());
    world.clock.forward_hours(1);
    failed(2).await;
    fs::rename(&away, world.dir.path()).unwrap();
    world.clock.forward_hours(1);
    let run = world.fixture.wait_until_ended().await;
    assert_eq!(run.local_backup_info.unwrap().status, Some(RunStatus::Succeeded));
    assert_eq!(attempts().await.0.len(), 2);
    assert_eq!(world.fixture.snapshots().await.len(), 1);
    world.server.stop().await;
}

/// A blackout on Mondays from 10 to 12, in UTC.
fn monday_blackout() -> Value {
    let at = |hour: i64| json!({ "hour": hour, "minute": 0, "timeZone": "UTC" });
    json!({ "blackoutWindow": [{ "day": "Monday", "startTime": at(10), "endTime": at(12) }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_due_in_a_blackout_is_skipped() {
    let world = World::new(policy(every_day(), monday_blackout()), 11).await;
    world.clock.set("2026-03-02T11:00:00Z");
    assert_eq!(world.ended(1).await, [RunStatus::Skipped]);
    world.clock.set("2026-03-03T11:00:00Z");
    assert_eq!(world.ended(2).await, [RunStatus::Skipped, RunStatus::Succeeded]);
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blackout_over_midnight_is_one() {
    let at = |hour: i64| json!({ "hour": hour, "minute": 0, "timeZone": "UTC" });
    let night = json!({ "blackoutWindow": [{ "day": "Monday", "startTime": at(22), "endTime": at(6) }] });
    let regular = json!({
        "incremental": { "schedule": { "unit": "Hours", "hourSchedule": { "frequency": 3 } } },
        "retention": { "unit": "Weeks", "duration": 3 },
    });
    // Due at 11, 14, 17, 20, 23, 2, 5, 8.
    let world = World::new(policy(regular, night), 9).await;
    world.clock.set("2026-03-02T20:00:00Z");
    assert_eq!(world.ended(1).await, [RunStatus::Succeeded]);
    for (time, count) in [("02T23", 2), ("03T02", 3), ("03T05", 4)] {
        world.clock.set(&format!("2026-03-{time}:00:00Z"));
        assert_eq!(world.ended(count).await.pop(), Some(RunStatus::Skipped), "{time}");
    }
    world.clock.set("2026-03-03T08:00:00Z");
    assert_eq!(world.ended(5).await.pop(), Some(RunStatus::Succeeded));
    let call = world.fixture.client.get_protection_policy_by_id().id(&world.fixture.policy);
    let shown = call.send().await.unwrap().into_inner().blackout_window.unwrap();
    assert_eq!((shown[0].start_time.hour, shown[0].end_time.hour), (22, 6));
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blackout_holds_or_ends_what_goes_on() {
    let world = World::new(policy(every_day(), monday_blackout()), 9).await;
    let both = json!({ "abortInBlackouts": true, "pauseInBlackouts": true });
    let mut body = serde_json::to_value(Fixture::group_request(
        "another",
        &world.fixture.policy,
        world.fixture.object,
        world.dir.path(),
    ))
    .unwrap();
    body.as_object_mut().unwrap().extend(both.as_object().unwrap().clone());
    let (status, error) = world.server.raw("POST", "/data-protect/protection-groups", Some(body)).await;
    assert_eq!(status, 400, "{error}");

    endless_file(world.dir.path());
    world.change(|group| group.pause_in_blackouts = Some(true)).await;
    assert_eq!(world.group().await.pause_in_blackouts, Some(true));
    world.clock.set("2026-03-02T09:00:00Z");
    world.fixture.wait_for_run(&[RunStatus::Running]).await;
    world.clock.set("2026-03-02T10:00:00Z");
    world.fixture.wait_for_run(&[RunStatus::Paused]).await;
    world.clock.set("2026-03-02T12:00:00Z");
    world.fixture.wait_for_run(&[RunStatus::Running]).await;
    // A week later the same run is ended.
    world.change(|group| group.abort_in_blackouts = Some(true)).await;
    world.clock.set("2026-03-09T10:30:00Z");
    let begun = Instant::now();
    while world.runs().await[0].status != Some(RunStatus::Canceled) {
        assert!(begun.elapsed() < PATIENCE, "the run goes on: {:#?}", world.runs().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.server.stop().await;
}
