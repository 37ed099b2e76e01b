//! The life of upgrade tasks, with a clock turned by hand.

use super::*;

/// A moment, in minutes since some day.
fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
}

fn agent(id: i64, version: &str, contact: Option<i64>) -> Agent {
    let host = format!("host-{id}");
    Agent { id: ObjectId(id), host, version: version.into(), last_contact_at: contact.map(at) }
}

/// A task made at minute 0 and due at 10.
fn task(agents: &[i64]) -> UpgradeTask {
    UpgradeTask {
        id: UpgradeTaskId(1),
        tenant: TenantId("ours".into()),
        name: None,
        description: None,
        retried: None,
        version: "2".into(),
        created_at: at(0),
        scheduled_at: Some(at(10)),
        start_until: None,
        started_at: None,
        ended_at: None,
        state: UpgradeTaskState::Scheduled,
        agents: agents.iter().map(|id| AgentUpgrade::new(ObjectId(*id), format!("host-{id}"))).collect(),
    }
}

#[test]
fn an_agent_that_is_in_contact_is_upgraded() {
    let agents = [agent(1, "1", Some(8))];
    let mut task = task(&[1]);
    task = task.at(at(9), &agents);
    task.heard(ObjectId(1), "1", at(9));
    assert_eq!((task.state, task.wants(ObjectId(1))), (UpgradeTaskState::Scheduled, false), "not yet");
    task = task.at(at(12), &agents);
    assert_eq!((task.state, task.started_at), (UpgradeTaskState::Running, Some(at(10))));
    task.heard(ObjectId(1), "1", at(12));
    assert!(task.wants(ObjectId(1)) && !task.wants(ObjectId(2)));
    task = task.at(at(13), &agents);
    task.heard(ObjectId(1), "2", at(13));
    assert_eq!((task.state, task.ended_at), (UpgradeTaskState::Succeeded, Some(at(13))));
    let upgrade = &task.agents[0];
    assert_eq!(upgrade.state, AgentUpgradeState::Succeeded);
    assert_eq!((upgrade.previous_version.as_deref(), upgrade.started_at), (Some("1"), Some(at(12))));
    assert!(!task.wants(ObjectId(1)));
    assert_eq!(task.at(at(1_000), &[]), task, "what is final stays");
}

#[test]
fn what_has_the_version_is_skipped() {
    let agents = [agent(1, "2", Some(1)), agent(2, VERSION, None)];
    let task = task(&[1, 2]).at(at(10), &agents);
    assert_eq!((task.state, task.ended_at), (UpgradeTaskState::Succeeded, Some(at(10))));
    assert!(task.agents.iter().all(|upgrade| upgrade.state == AgentUpgradeState::Skipped));
    assert!(!task.is_retryable());
}

#[test]
fn an_agent_that_cannot_be_reached_fails_with_the_reason() {
    let silent = [agent(1, "1", Some(-6))];
    let failed = task(&[1]).at(at(10), &silent);
    assert_eq!((failed.state, failed.ended_at), (UpgradeTaskState::Failed, Some(at(10))));
    assert!(failed.agents[0].reason.as_deref().unwrap().contains("cannot be reached"));
    assert!(failed.is_retryable());

    let gone = task(&[1]).at(at(11), &[]);
    assert!(gone.agents[0].reason.as_deref().unwrap().contains("no longer registered"));
}

#[test]
fn nobody_waits_forever() {
    let agents = [agent(1, "1", Some(9)), agent(2, VERSION, None)];
    let waiting = task(&[1, 2]).at(at(25), &agents);
    assert_eq!(waiting.state, UpgradeTaskState::Running);
    let ended = task(&[1, 2]).at(at(26), &agents);
    assert_eq!((ended.state, ended.ended_at), (UpgradeTaskState::PartiallyFailed, Some(at(25))));
    assert_eq!(task(&[1, 2]).at(at(5_000), &agents), ended, "whenever one looks");

    let mut told = task(&[1]).at(at(11), &agents);
    told.heard(ObjectId(1), "1", at(11));
    assert_eq!(told.at(at(26), &agents).state, UpgradeTaskState::Running);
    let ended = told.at(at(27), &agents);
    assert_eq!(ended.state, UpgradeTaskState::Failed);
    assert!(ended.agents[0].reason.as_deref().unwrap().contains("did not come back"));
}

#[test]
fn the_end_of_the_time_to_start_is_kept() {
    let agents = [agent(1, "1", Some(9))];
    let limited = UpgradeTask { start_until: Some(at(12)), ..task(&[1]) };
    assert_eq!(limited.at(at(12), &agents).state, UpgradeTaskState::Running);
    let ended = limited.at(at(13), &agents);
    assert_eq!((ended.state, ended.ended_at), (UpgradeTaskState::Failed, Some(at(12))));
}
