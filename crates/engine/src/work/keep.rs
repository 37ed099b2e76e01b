//! How long a snapshot is kept that a run has just completed.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::{
    Engine, ExtendedRule, Group, LockMode, ObjectId, Policy, Result, Retention, Run, RunFilter, RunState,
    SelectionUnit, SnapshotFilter, SnapshotLock,
};

/// How long a snapshot is kept.
pub(super) struct Kept {
    /// When it may be removed; none means never.
    pub(super) until: Option<Timestamp>,
    /// Until when it must be kept.
    pub(super) lock: Option<SnapshotLock>,
}

impl Kept {
    fn by(retention: &Retention, taken: Timestamp) -> Self {
        Self { until: retention.expiry(taken), lock: retention.lock(taken) }
    }

    /// The longer of both.
    fn or(self, other: Self) -> Self {
        let until = match (self.until, other.until) {
            (Some(one), Some(two)) => Some(one.max(two)),
            _ => None,
        };
        // Of equally long locks the one that nobody can take away.
        let rank = |lock: &SnapshotLock| (lock.until, lock.mode == LockMode::Compliance);
        Self { until, lock: self.lock.into_iter().chain(other.lock).max_by_key(rank) }
    }
}

/// How long the policy, and the schedule that started the run, keep this object's snapshot.
pub(super) async fn keep(
    engine: &Engine,
    run: &Run,
    group: &Group,
    policy: &Policy,
    object: ObjectId,
) -> Result<Kept> {
    let taken = run.queued_at;
    let mut kept = Kept::by(run.retention.as_ref().unwrap_or(&policy.rules.retention), taken);
    for rule in &policy.rules.extended {
        if rule.kind.is_none_or(|kind| kind == run.kind) && chooses(engine, rule, run, group, object).await? {
            kept = kept.or(Kept::by(&rule.retention, taken));
        }
    }
    Ok(kept)
}

/// Whether a rule chooses the snapshot: as the first in its stretch of time, or by its turn. A first that is
/// gone, because somebody deleted it, is followed by the next.
async fn chooses(
    engine: &Engine,
    rule: &ExtendedRule,
    run: &Run,
    group: &Group,
    object: ObjectId,
) -> Result<bool> {
    let catalog = &engine.shared.catalog;
    let kinds = rule.kind.into_iter().collect();
    if rule.unit == SelectionUnit::Runs {
        let states = vec![RunState::Succeeded, RunState::SucceededWithWarnings];
        let filter = RunFilter {
            group: Some(group.id),
            until: Some(run.queued_at),
            states,
            kinds,
            ..RunFilter::default()
        };
        let before = catalog.runs(&run.tenant, &filter).await?;
        let before = before.iter().filter(|other| other.id < run.id).count() as u64;
        return Ok(before.is_multiple_of(u64::from(rule.count.max(1))));
    }
    let zone = match &group.rules.start {
        Some(start) => start.resolve()?.1,
        None => TimeZone::UTC,
    };
    let stretch = |moment| stretch(rule, &zone, moment);
    let filter = SnapshotFilter {
        object: Some(object),
        groups: vec![group.id],
        until: Some(run.queued_at),
        kinds,
        ..SnapshotFilter::default()
    };
    let others = catalog.snapshots(&run.tenant, &filter).await?;
    let own = stretch(run.queued_at);
    Ok(!others.iter().any(|other| other.run != run.id && stretch(other.taken_at) == own))
}

/// The number of the stretch of time that a moment lies in.
fn stretch(rule: &ExtendedRule, zone: &TimeZone, moment: Timestamp) -> i64 {
    let day = zone.to_datetime(moment).date();
    let year = i64::from(day.year());
    let number = match rule.unit {
        SelectionUnit::Runs => 0,
        SelectionUnit::Hours => moment.as_second().div_euclid(3600),
        SelectionUnit::Days => days(day),
        // The first of January 1970 was a Thursday.
        SelectionUnit::Weeks => (days(day) + 3).div_euclid(7),
        SelectionUnit::Months => year * 12 + i64::from(day.month()) - 1,
        SelectionUnit::Years => year,
    };
    number.div_euclid(i64::from(rule.count.max(1)))
}

fn days(day: Date) -> i64 {
    i64::from((day - Date::constant(1970, 1, 1)).get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RetentionUnit;

    #[test]
    fn moments_share_a_stretch_as_calendars_have_it() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let same = |unit, count, one: &str, two: &str| {
            let retention = Retention { count: 1, unit: RetentionUnit::Years, lock: None };
            let rule = ExtendedRule { count, unit, kind: None, retention };
            stretch(&rule, &berlin, one.parse().unwrap()) == stretch(&rule, &berlin, two.parse().unwrap())
        };
        // Sunday and Monday in Berlin, although both are Sunday in UTC.
        assert!(!same(SelectionUnit::Weeks, 1, "2026-03-08T20:00:00Z", "2026-03-08T23:30:00Z"));
        assert!(same(SelectionUnit::Weeks, 1, "2026-03-08T23:30:00Z", "2026-03-15T22:30:00Z"));
        assert!(!same(SelectionUnit::Days, 1, "2026-03-08T22:30:00Z", "2026-03-08T23:30:00Z"));
        assert!(same(SelectionUnit::Months, 1, "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"));
        assert!(same(SelectionUnit::Months, 3, "2026-01-05T00:00:00Z", "2026-03-31T00:00:00Z"));
        assert!(!same(SelectionUnit::Months, 3, "2026-03-05T00:00:00Z", "2026-04-05T00:00:00Z"));
        assert!(same(SelectionUnit::Hours, 6, "2026-03-05T06:00:00Z", "2026-03-05T11:59:59Z"));
        assert!(!same(SelectionUnit::Years, 1, "2026-12-31T22:59:00Z", "2026-12-31T23:01:00Z"));
    }
}
