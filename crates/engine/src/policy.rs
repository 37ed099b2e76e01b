//! Policies: how often to protect and how long to keep.

use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Extras, PolicyId, TenantId};

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
    /// How long a backup is kept.
    pub retention: Retention,
    /// What to do when a run fails.
    #[serde(default)]
    pub retry: Retry,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
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

/// How long a backup is kept, counted from its start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    /// How many of `unit`.
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

impl Retention {
    /// The number of days that this keeps a backup.
    pub fn days(&self) -> i64 {
        let unit = match self.unit {
            RetentionUnit::Days => 1,
            RetentionUnit::Weeks => 7,
            RetentionUnit::Months => 30,
            RetentionUnit::Years => 365,
        };
        i64::from(self.count) * unit
    }

    /// When a backup taken at `taken` is past its time; none where that lies beyond the calendar, which
    /// means: kept for good.
    pub fn expiry(&self, taken: Timestamp) -> Option<Timestamp> {
        let span = Span::new().try_hours(self.days().checked_mul(24)?).ok()?;
        taken.checked_add(span).ok()
    }
}

/// What to do when a run fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// How many further attempts; 0 means none.
    pub count: u32,
    /// How long to wait before each, in minutes.
    pub interval_minutes: u32,
}
