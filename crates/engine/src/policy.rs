//! Policies: how often to protect and how long to keep.

use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::schedule::TimeOfDay;
use crate::{Extras, LockMode, PolicyId, RunKind, SnapshotLock, TenantId};

/// A protection policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its number.
    pub id: PolicyId,
    /// Who owns it.
    pub tenant: TenantId,
    /// What it says; everything that a caller can change.
    #[serde(flatten)]
    pub rules: PolicyRules,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed; grows with every change, so that a stale copy can be told.
    pub modified_at: Timestamp,
}

/// What a policy says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyRules {
    /// Its name, unique in the tenant.
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// When incremental backups are due; none means never by themselves.
    #[serde(default)]
    pub incremental: Option<Recurrence>,
    /// When full backups are due; none means never by themselves.
    #[serde(default)]
    pub full: Option<Recurrence>,
    /// Further schedules of full backups, each with a retention of its own.
    #[serde(default)]
    pub fulls: Vec<FullRule>,
    /// How long a backup is kept.
    pub retention: Retention,
    /// Rules that keep some backups longer.
    #[serde(default)]
    pub extended: Vec<ExtendedRule>,
    /// Times of the week in which no scheduled run starts.
    #[serde(default)]
    pub blackouts: Vec<Blackout>,
    /// What to do when a run fails.
    #[serde(default)]
    pub retry: Retry,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

impl PolicyRules {
    /// How long any backup may be kept by these rules: in general, by a schedule of its own, or as a chosen one.
    pub fn retentions(&self) -> impl Iterator<Item = &Retention> {
        let fulls = self.fulls.iter().map(|full| &full.retention);
        let extended = self.extended.iter().map(|rule| &rule.retention);
        std::iter::once(&self.retention).chain(fulls).chain(extended)
    }

    /// Whether any backup is locked.
    pub fn locks(&self) -> bool {
        self.retentions().any(|retention| retention.lock.is_some())
    }
}

/// How often something happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum Recurrence {
    /// Every so many minutes.
    Minutes {
        /// At least 1.
        count: u32,
    },
    /// Every so many hours.
    Hours {
        /// At least 1.
        count: u32,
    },
    /// Every so many days.
    Days {
        /// At least 1.
        count: u32,
    },
    /// On these days of every week.
    Week {
        /// Monday is 1, Sunday is 7.
        days: Vec<u8>,
    },
    /// Once a month, on the nth of a weekday or on a day of the month.
    Month {
        /// Which day.
        day: MonthDay,
    },
    /// Once a year.
    Year {
        /// Its first day, or its last.
        last: bool,
    },
}

/// A day of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthDay {
    /// The nth such weekdays; week 5 means the last.
    Weekday {
        /// 1 to 4, or 5 for the last.
        week: u8,
        /// Monday is 1, Sunday is 7.
        days: Vec<u8>,
    },
    /// A day of the month, 1 to 31; a month without it is skipped.
    Day(u8),
}

/// A schedule of full backups with a retention of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullRule {
    /// When they are due.
    pub every: Recurrence,
    /// How long they are kept.
    pub retention: Retention,
}

/// A rule that keeps one backup in every so many units longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendedRule {
    /// In how many units one is chosen; at least 1.
    pub count: u32,
    /// What is counted.
    pub unit: SelectionUnit,
    /// Only backups of this kind; none means of any.
    #[serde(default)]
    pub kind: Option<RunKind>,
    /// How long the chosen ones are kept.
    pub retention: Retention,
}

/// By what backups are chosen to be kept longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectionUnit {
    /// Every so many complete runs.
    Runs,
    /// The first in so many hours.
    Hours,
    /// The first in so many days of the calendar.
    Days,
    /// The first in so many weeks, which begin on Monday.
    Weeks,
    /// The first in so many months of the calendar.
    Months,
    /// The first in so many years of the calendar.
    Years,
}

/// A time of the week in which no scheduled run starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blackout {
    /// The day on which it begins. Monday is 1, Sunday is 7.
    pub day: u8,
    /// When it begins.
    pub from: TimeOfDay,
    /// When it ends, in the same zone: on the same day, or on the next where this is the earlier time of day.
    pub until: TimeOfDay,
}

/// How long a backup is kept, counted from its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// How many of `unit`.
    pub count: u32,
    /// What is counted.
    pub unit: RetentionUnit,
    /// Against removal before its time.
    #[serde(default)]
    pub lock: Option<DataLock>,
}

/// A lock that new backups are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataLock {
    /// How strict it is.
    pub mode: LockMode,
    /// How many of `unit` it lasts, counted from the backup's start. Not longer than the retention.
    pub count: u32,
    /// What is counted.
    pub unit: RetentionUnit,
}

/// A unit of retention. Months count 30 days and years 365, so that a period never depends on the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionUnit {
    /// 24 hours.
    Days,
    /// 7 days.
    Weeks,
    /// 30 days.
    Months,
    /// 365 days.
    Years,
}

impl RetentionUnit {
    fn days(self, count: u32) -> i64 {
        let unit = match self {
            Self::Days => 1,
            Self::Weeks => 7,
            Self::Months => 30,
            Self::Years => 365,
        };
        i64::from(count) * unit
    }
}

impl Retention {
    /// The number of days that this keeps a backup.
    pub fn days(&self) -> i64 {
        self.unit.days(self.count)
    }

    /// When a backup taken at `taken` is past its time; none where that lies beyond the calendar, which
    /// means: kept for good.
    pub fn expiry(&self, taken: Timestamp) -> Option<Timestamp> {
        days_after(taken, self.days())
    }

    /// The lock of a backup taken at `taken`.
    pub fn lock(&self, taken: Timestamp) -> Option<SnapshotLock> {
        let lock = self.lock?;
        let until = days_after(taken, lock.days()).unwrap_or(Timestamp::MAX);
        Some(SnapshotLock { mode: lock.mode, until })
    }
}

impl DataLock {
    /// The number of days that it lasts.
    pub fn days(&self) -> i64 {
        self.unit.days(self.count)
    }
}

fn days_after(taken: Timestamp, days: i64) -> Option<Timestamp> {
    let span = Span::new().try_hours(days.checked_mul(24)?).ok()?;
    taken.checked_add(span).ok()
}

/// What to do when a run fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// How many further attempts; 0 means none.
    pub count: u32,
    /// How long to wait before each, in minutes.
    pub interval_minutes: u32,
}
