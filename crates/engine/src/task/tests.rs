use super::*;
use crate::RunKind;
use crate::{GroupId, Kind};
use TaskState::{Cancelled, Failed, Queued, Running, Succeeded};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn task(state: TaskState) -> Task {
    let entity = EntityId { group: GroupId(1), object: ObjectId(2) };
    Task {
        id: TaskId(3),
        tenant: TenantId("ours".to_owned()),
        plan: TaskPlan::Backup { entity, kind: RunKind::Full },
        entity: Some(entity),
        state,
        reason: Some("before".to_owned()),
        priority: 70,
        window: Some(Window { from: at(0), until: Some(at(100)) }),
        retries_left: 2,
        retry_of: None,
        follows: Some(TaskId(1)),
        batch: Some(1),
        node: None,
        requested_by: Some(UserId(5)),
        created_at: at(1),
        modified_at: at(2),
        started_at: Some(at(2)),
        ended_at: None,
        progress: 30.0,
        objects_done: Some(3),
        objects_total: Some(10),
        outcome: TaskOutcome::default(),
        extras: Extras::new(),
    }
}

#[test]
fn only_these_changes_of_state_are_allowed() {
    let all = [Queued, Running, Succeeded, Failed, Cancelled];
    let mut allowed = Vec::new();
    for from in all {
        for to in all {
            let mut task = task(from);
            match task.move_to(to, None, at(9)) {
                Ok(()) => {
                    assert_eq!(task.state, to);
                    assert_eq!(task.ended_at.is_some(), to.is_final(), "{from:?} {to:?}");
                    allowed.push(format!("{from:?} {to:?}"));
                }
                Err(err) => {
                    assert_eq!(err.kind(), Kind::Conflict);
                    assert_eq!(task, self::task(from));
                }
            }
        }
    }
    assert_eq!(
        allowed,
        [
            "Queued Queued",
            "Queued Running",
            "Queued Cancelled",
            "Running Queued",
            "Running Running",
            "Running Succeeded",
            "Running Failed",
            "Running Cancelled",
        ]
    );
}

#[test]
fn a_window_is_open_from_its_beginning_to_its_end() {
    let window = Window { from: at(10), until: Some(at(20)) };
    let open: Vec<_> = (8..24).filter(|second| window.is_open(at(*second))).collect();
    assert_eq!(open, (10..=20).collect::<Vec<_>>());
    let over: Vec<_> = (8..24).filter(|second| window.is_over(at(*second))).collect();
    assert_eq!(over, [21, 22, 23]);
    assert!(!Window { from: at(10), until: None }.is_over(at(1_000)));
}

#[test]
fn a_failure_is_repeated_from_the_start_until_none_is_left() {
    let run = TaskOutcome { run: Some(RunId(8)), object: Some(ObjectId(2)), ..TaskOutcome::default() };
    let failed = Task { outcome: run, ..task(Failed) };
    let next = TaskChange::of(failed.clone(), at(50)).next.unwrap();
    assert_eq!((next.state, next.retries_left, next.retry_of), (Queued, 1, Some(failed.id)));
    assert_eq!((next.priority, next.batch, next.requested_by), (70, Some(1), Some(UserId(5))));
    assert_eq!((next.progress, next.started_at, next.reason.as_deref()), (0.0, None, None));
    assert_eq!((next.outcome, next.created_at), (TaskOutcome::default(), at(50)));
    assert!(TaskChange::of(Task { retries_left: 0, ..failed.clone() }, at(50)).next.is_none());
    // It never began.
    assert!(TaskChange::of(Task { started_at: None, ..failed }, at(50)).next.is_none());
    assert!(TaskChange::of(task(Cancelled), at(50)).next.is_none());
}

#[test]
fn what_a_backup_kept_is_confirmed_and_nothing_else_is() {
    let run = TaskOutcome { run: Some(RunId(8)), object: Some(ObjectId(2)), ..TaskOutcome::default() };
    let done = Task { outcome: run, ..task(Succeeded) };
    let next = TaskChange::of(done.clone(), at(50)).next.unwrap();
    assert_eq!(next.plan, TaskPlan::Confirm { run: RunId(8), object: ObjectId(2) });
    assert_eq!((next.follows, next.retry_of, next.window), (Some(done.id), None, None));
    assert_eq!((next.retries_left, next.entity, next.outcome), (2, done.entity, run));
    // An outside node made no run here.
    assert!(TaskChange::of(task(Succeeded), at(50)).next.is_none());
    assert!(TaskChange::of(Task { plan: next.plan, ..done }, at(50)).next.is_none());
}

#[test]
fn plans_are_written_as_they_are_read() {
    let plan = TaskPlan::External { kind: "a \"word\"".to_owned(), note: None };
    let probe = TaskPlan::Probe { target: ProbeTarget::Source(ObjectId(4)) };
    for plan in [plan, probe, TaskPlan::Expire { entities: vec![] }, task(Queued).plan] {
        let written = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<TaskPlan>(&written).unwrap(), plan, "{written}");
    }
}
