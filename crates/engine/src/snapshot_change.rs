//! Changing what keeps a snapshot: its expiry, its hold and its lock.

use jiff::{Span, Timestamp};

use crate::{Error, LockMode, Result, Snapshot, SnapshotLock};

/// What is to change of the snapshots of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotChange {
    /// Remove them; everything else is then left aside.
    pub delete: bool,
    /// Put them under a hold, or take the hold away.
    pub legal_hold: Option<bool>,
    /// Lock them until their expiry.
    pub lock: Option<LockMode>,
    /// Move their expiry by so many days, to an earlier time where negative. A snapshot whose time is then
    /// over is removed.
    pub days: Option<i64>,
}

impl SnapshotChange {
    /// What `snapshot` becomes at `now`; none means that it is to be removed.
    pub(crate) fn apply(&self, snapshot: &Snapshot, now: Timestamp) -> Result<Option<Snapshot>> {
        if self.delete {
            return removed(snapshot, now);
        }
        let mut changed = snapshot.clone();
        if let Some(hold) = self.legal_hold {
            changed.legal_hold = hold;
        }
        let lock = snapshot.lock.filter(|lock| lock.until > now);
        if let Some(days) = self.days {
            let expiry = moved(snapshot, days)?;
            if let Some(lock) = lock.filter(|lock| lock.until > expiry) {
                return Err(Error::conflict(format!(
                    "the snapshot is locked until {} and cannot expire before, at {expiry}",
                    lock.until
                )));
            }
            if expiry <= now {
                if self.lock.is_some() {
                    return Err(Error::invalid(format!(
                        "a snapshot that expires at {expiry} is over and cannot be locked until then"
                    )));
                }
                return removed(&changed, now);
            }
            changed.expires_at = Some(expiry);
        }
        if let Some(mode) = self.lock {
            let Some(expiry) = changed.expires_at.filter(|expiry| *expiry > now) else {
                return Err(Error::conflict(
                    "a lock lasts until the snapshot expires, and this one has no expiry that is to come",
                ));
            };
            if lock.is_some_and(|lock| lock.mode == LockMode::Compliance) && mode != LockMode::Compliance {
                return Err(Error::conflict(
                    "the snapshot is locked in the compliance mode, which cannot be weakened",
                ));
            }
            let until = lock.map_or(expiry, |lock| lock.until.max(expiry));
            changed.lock = Some(SnapshotLock { mode, until });
        }
        Ok(Some(changed))
    }
}

fn removed(snapshot: &Snapshot, now: Timestamp) -> Result<Option<Snapshot>> {
    match snapshot.kept_because(now) {
        Some(why) => Err(Error::conflict(format!("the snapshot cannot be deleted: it {why}"))),
        None => Ok(None),
    }
}

fn moved(snapshot: &Snapshot, days: i64) -> Result<Timestamp> {
    let Some(expiry) = snapshot.expires_at else {
        return Err(Error::conflict("the snapshot never expires: there is no expiry to move"));
    };
    // A day is 24 hours, as in a retention.
    days.checked_mul(24)
        .and_then(|hours| Span::new().try_hours(hours).ok())
        .and_then(|span| expiry.checked_add(span).ok())
        .ok_or_else(|| Error::invalid(format!("{days} days from the expiry lie outside the calendar")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GroupId, ObjectId, RunId, RunKind, SnapshotId, TenantId};

    const DAY: i64 = 24 * 3_600;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * DAY).unwrap()
    }

    /// Taken on day 0, expires on day 20.
    fn snapshot(lock: Option<(LockMode, i64)>) -> Snapshot {
        Snapshot {
            id: SnapshotId(1),
            tenant: TenantId("acme/".to_owned()),
            object: ObjectId(1),
            group: GroupId(1),
            run: RunId(1),
            kind: RunKind::Full,
            taken_at: at(0),
            expires_at: Some(at(20)),
            vault_snapshot: "x".to_owned(),
            roots: Vec::new(),
            legal_hold: false,
            lock: lock.map(|(mode, day)| SnapshotLock { mode, until: at(day) }),
        }
    }

    fn days(days: i64) -> SnapshotChange {
        SnapshotChange { days: Some(days), ..SnapshotChange::default() }
    }

    fn lock(mode: LockMode) -> SnapshotChange {
        SnapshotChange { lock: Some(mode), ..SnapshotChange::default() }
    }

    /// What becomes of a snapshot on day 10: the day it expires on, and its lock.
    fn told(change: SnapshotChange, snapshot: &Snapshot) -> String {
        match change.apply(snapshot, at(10)) {
            Ok(Some(changed)) => {
                let day = |time: Timestamp| time.as_second() / DAY;
                let lock = changed.lock.map(|lock| format!(" {:?} until {}", lock.mode, day(lock.until)));
                format!("expires {}{}", changed.expires_at.map_or(-1, day), lock.unwrap_or_default())
            }
            Ok(None) => "removed".to_owned(),
            Err(err) => format!("{:?}", err.kind()),
        }
    }

    #[test]
    fn days_move_the_expiry_there_is() {
        assert_eq!(told(days(5), &snapshot(None)), "expires 25");
        assert_eq!(told(days(-9), &snapshot(None)), "expires 11");
        assert_eq!(told(days(-10), &snapshot(None)), "removed");
        assert_eq!(told(days(i64::MIN), &snapshot(None)), "Invalid");
        let mut endless = snapshot(None);
        endless.expires_at = None;
        assert_eq!(told(days(5), &endless), "Conflict");
    }

    #[test]
    fn a_lock_grows_and_never_shrinks() {
        let (strict, mild) = (LockMode::Compliance, LockMode::Administrative);
        assert_eq!(told(lock(mild), &snapshot(None)), "expires 20 Administrative until 20");
        assert_eq!(told(lock(strict), &snapshot(Some((mild, 15)))), "expires 20 Compliance until 20");
        assert_eq!(told(lock(mild), &snapshot(Some((strict, 15)))), "Conflict");
        assert_eq!(told(lock(mild), &snapshot(Some((strict, 9)))), "expires 20 Administrative until 20");
        assert_eq!(told(lock(strict), &snapshot(Some((strict, 30)))), "expires 20 Compliance until 30");
        assert_eq!(told(days(-4), &snapshot(Some((mild, 15)))), "expires 16 Administrative until 15");
        assert_eq!(told(days(-6), &snapshot(Some((mild, 15)))), "Conflict");
        assert_eq!(told(days(-15), &snapshot(Some((mild, 9)))), "removed", "the lock has ended");
        let contradiction = SnapshotChange { days: Some(-15), ..lock(mild) };
        assert_eq!(told(contradiction, &snapshot(None)), "Invalid");
    }

    #[test]
    fn a_hold_keeps_what_is_over() {
        let held = Snapshot { legal_hold: true, ..snapshot(None) };
        let delete = SnapshotChange { delete: true, legal_hold: Some(false), ..SnapshotChange::default() };
        assert_eq!(told(delete, &held), "Conflict", "deleting leaves the rest aside");
        assert_eq!(told(days(-15), &held), "Conflict");
        assert_eq!(told(SnapshotChange { legal_hold: Some(false), ..days(-15) }, &held), "removed");
        assert_eq!(told(days(-5), &held), "expires 15");
    }
}
