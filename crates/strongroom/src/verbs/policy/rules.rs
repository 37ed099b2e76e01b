//! How often and kept how long, as a person says it, and as the API has it.

use ibm_backup_recovery::types::{
    self, BackupSchedule, BackupScheduleUnit, DataLockMode, ExtendedRetentionPolicy, Retention,
    RetentionUnit, SnapshotSelectionScheduleUnit,
};

/// How often backups are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Every {
    /// Only when somebody starts one.
    Never,
    Minutes(u32),
    Hours(u32),
    Days(u32),
    /// On Sundays.
    Week,
    /// On the first.
    Month,
    /// On New Year's Day.
    Year,
}

impl std::str::FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || "say it as 30m, 4h, 1d, 1w, 1mo, 1y or never".to_owned();
        let text = text.trim();
        if text == "never" {
            return Ok(Self::Never);
        }
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: u32 = number.parse().ok().filter(|number| *number > 0).ok_or_else(form)?;
        Ok(match (number, unit) {
            (_, "m" | "min") => Self::Minutes(number),
            (_, "h") => Self::Hours(number),
            (_, "d") => Self::Days(number),
            (1, "w") => Self::Week,
            (1, "mo") => Self::Month,
            (1, "y") => Self::Year,
            (_, "w" | "mo" | "y") => {
                return Err(format!("the service counts days, but no {unit}: at most 1{unit}"));
            }
            _ => return Err(form()),
        })
    }
}

impl Every {
    fn schedule(self) -> Option<BackupSchedule> {
        use BackupScheduleUnit as Unit;
        Some(match self {
            Self::Never => return None,
            Self::Minutes(count) => BackupSchedule::new(Unit::Minutes)
                .with_minute_schedule(types::MinuteSchedule::new(i64::from(count))),
            Self::Hours(count) => BackupSchedule::new(Unit::Hours)
                .with_hour_schedule(types::HourSchedule::new(i64::from(count))),
            Self::Days(count) => {
                BackupSchedule::new(Unit::Days).with_day_schedule(types::DaySchedule::new(i64::from(count)))
            }
            Self::Week => BackupSchedule::new(Unit::Weeks)
                .with_week_schedule(types::WeekSchedule::new([types::DayOfWeek::Sunday])),
            Self::Month => BackupSchedule::new(Unit::Months)
                .with_month_schedule(types::MonthSchedule::new().with_day_of_month(1)),
            Self::Year => BackupSchedule::new(Unit::Years)
                .with_year_schedule(types::YearSchedule::new(types::YearScheduleDayOfYear::First)),
        })
    }
}

/// How often a schedule has it, in the words of `--every` where those can say it.
pub(super) fn every(schedule: Option<&BackupSchedule>) -> String {
    use BackupScheduleUnit as Unit;
    let Some(schedule) = schedule else { return "never".to_owned() };
    let counted = |count: Option<i64>, unit: &str| format!("{}{unit}", count.unwrap_or(1));
    match &schedule.unit {
        Unit::Minutes => counted(schedule.minute_schedule.as_ref().map(|it| it.frequency), "m"),
        Unit::Hours => counted(schedule.hour_schedule.as_ref().map(|it| it.frequency), "h"),
        Unit::Days => counted(schedule.day_schedule.as_ref().map(|it| it.frequency), "d"),
        Unit::Weeks => {
            let days = schedule.week_schedule.iter().flat_map(|it| &it.day_of_week);
            let days: Vec<String> = days.map(ToString::to_string).collect();
            if days == ["Sunday"] { "1w".to_owned() } else { days.join(", ") }
        }
        Unit::Months => "1mo".to_owned(),
        Unit::Years => "1y".to_owned(),
        other => other.to_string(),
    }
}

/// For how long backups are kept: how many days, weeks, months and years. 0 where that is not said.
///
/// The smallest unit that is said is for every backup; of each larger one a single backup is kept longer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keep {
    pub(crate) daily: u32,
    pub(crate) weekly: u32,
    pub(crate) monthly: u32,
    pub(crate) yearly: u32,
}

impl Keep {
    /// What is said, the smallest unit first.
    fn said(self) -> Vec<(RetentionUnit, u32)> {
        let all = [
            (RetentionUnit::Days, self.daily),
            (RetentionUnit::Weeks, self.weekly),
            (RetentionUnit::Months, self.monthly),
            (RetentionUnit::Years, self.yearly),
        ];
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// How often to back up where nobody says so: once in the smallest unit.
    pub(super) fn natural(self) -> Every {
        match self.said().first() {
            Some((RetentionUnit::Weeks, _)) => Every::Week,
            Some((RetentionUnit::Months, _)) => Every::Month,
            Some((RetentionUnit::Years, _)) => Every::Year,
            _ => Every::Days(1),
        }
    }

    /// `7 days, 4 weeks`.
    pub(crate) fn in_words(self) -> String {
        let words = self.said().into_iter().map(|(unit, count)| counted(i64::from(count), &unit));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// `7 days`, `1 week`.
fn counted(count: i64, unit: &RetentionUnit) -> String {
    let unit = unit.to_string().to_lowercase();
    if count == 1 { format!("1 {}", unit.trim_end_matches('s')) } else { format!("{count} {unit}") }
}

/// What of a policy this command speaks of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rules {
    /// `None` leaves the schedule as it is.
    pub(crate) every: Option<Every>,
    pub(crate) keep: Keep,
    /// What all that is kept is locked as, for as long as it is kept.
    pub(crate) lock: Lock,
}

/// What becomes of locks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lock {
    /// They stay as they are.
    AsIs,
    /// There are none.
    None,
    /// As long as a backup is kept.
    Mode(DataLockMode),
}

impl Rules {
    /// A backup every day, each kept 7 days, one of each week 4 weeks, one of each month 12 months.
    pub(crate) fn usual() -> Self {
        let keep = Keep { daily: 7, weekly: 4, monthly: 12, yearly: 0 };
        Self { every: Some(Every::Days(1)), keep, lock: Lock::None }
    }

    /// Writes them into a policy. What they do not speak of stays.
    pub(crate) fn write(&self, policy: &mut types::ProtectionPolicyRequest) {
        let regular = &mut policy.backup_policy.regular;
        if let Some(every) = self.every {
            regular.incremental = every.schedule().map(types::IncrementalBackupPolicy::new);
        }
        let extended = policy.extended_retention.take().unwrap_or_default();
        let mut known = Vec::new();
        let mut rules = Vec::new();
        for rule in extended {
            match unit_of(&rule) {
                Some(unit) => known.push((unit, rule.retention)),
                None => rules.push(rule),
            }
        }
        let mut said = self.keep.said().into_iter();
        if let Some((unit, count)) = said.next() {
            let before = regular.retention.take();
            let is_same = before.as_ref().is_some_and(|before| before.unit == unit);
            let lock = before.as_ref().and_then(|before| before.data_lock_config.as_ref());
            regular.retention = Some(match lock {
                // The lock was said in another unit: it stays one for as long as backups are kept.
                Some(lock) if self.lock == Lock::AsIs && !is_same => {
                    let rules = Self { lock: Lock::Mode(lock.mode.clone()), ..self.clone() };
                    rules.retention(unit, count, None)
                }
                _ => self.retention(unit, count, before.as_ref()),
            });
        }
        for (unit, count) in said {
            let before = known.iter().find(|(known, _)| *known == unit).map(|(_, retention)| retention);
            let schedule = types::SnapshotSelectionSchedule::new(selection(&unit)).with_frequency(1);
            rules.push(ExtendedRetentionPolicy::new(self.retention(unit, count, before), schedule));
        }
        policy.extended_retention = Some(rules).filter(|rules| !rules.is_empty());
    }

    fn retention(&self, unit: RetentionUnit, count: u32, before: Option<&Retention>) -> Retention {
        let count = i64::from(count);
        let retention = Retention::new(count, unit.clone());
        match &self.lock {
            Lock::None => retention,
            Lock::Mode(mode) => {
                retention.with_data_lock_config(types::DataLockConfig::new(count, mode.clone(), unit))
            }
            // One that lasts as long as its backups goes on doing so.
            Lock::AsIs => match before.and_then(|before| Some((before, before.data_lock_config.clone()?))) {
                Some((before, lock)) if (lock.duration, &lock.unit) == (before.duration, &before.unit) => {
                    retention.with_data_lock_config(types::DataLockConfig { duration: count, ..lock })
                }
                Some((_, lock)) => retention.with_data_lock_config(lock),
                None => retention,
            },
        }
    }
}

/// The unit of a rule of the kind that [`Rules::write`] makes.
fn unit_of(rule: &ExtendedRetentionPolicy) -> Option<RetentionUnit> {
    let is_each = rule.schedule.frequency.unwrap_or(1) == 1 && rule.run_type.is_none();
    let is_same = selection(&rule.retention.unit) == rule.schedule.unit;
    (is_each && is_same).then(|| rule.retention.unit.clone())
}

fn selection(unit: &RetentionUnit) -> SnapshotSelectionScheduleUnit {
    match unit {
        RetentionUnit::Weeks => SnapshotSelectionScheduleUnit::Weeks,
        RetentionUnit::Months => SnapshotSelectionScheduleUnit::Months,
        RetentionUnit::Years => SnapshotSelectionScheduleUnit::Years,
        _ => SnapshotSelectionScheduleUnit::Days,
    }
}

/// For how long a policy keeps backups, as far as it can be said in these words, and all of it in words.
pub(super) fn keep(policy: &types::ProtectionPolicy) -> (Keep, String) {
    let mut keep = Keep::default();
    let mut words = Vec::new();
    let mut take = |unit: &RetentionUnit, count: i64| {
        let place = match unit {
            RetentionUnit::Days => &mut keep.daily,
            RetentionUnit::Weeks => &mut keep.weekly,
            RetentionUnit::Months => &mut keep.monthly,
            RetentionUnit::Years => &mut keep.yearly,
            _ => return false,
        };
        let is_free = *place == 0;
        if is_free {
            *place = u32::try_from(count).unwrap_or(0);
        }
        is_free
    };
    if let Some(retention) = &policy.backup_policy.regular.retention {
        take(&retention.unit, retention.duration);
        words.push(counted(retention.duration, &retention.unit));
    }
    for rule in policy.extended_retention.iter().flatten() {
        let kept = counted(rule.retention.duration, &rule.retention.unit);
        let is_ours = unit_of(rule).is_some_and(|unit| take(&unit, rule.retention.duration));
        words.push(if is_ours {
            kept
        } else {
            let unit = rule.schedule.unit.to_string().to_lowercase();
            format!("one in {} {unit} for {kept}", rule.schedule.frequency.unwrap_or(1))
        });
    }
    (keep, words.join(", "))
}

/// The lock of what a policy keeps, in words. Empty where there is none.
pub(super) fn lock(policy: &types::ProtectionPolicy) -> String {
    let retention = policy.backup_policy.regular.retention.as_ref();
    let config = retention.and_then(|retention| retention.data_lock_config.as_ref());
    let mode = config.map(|config| &config.mode).or(policy.data_lock.as_ref());
    mode.map(|mode| mode.to_string().to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(rules: &Rules) -> types::ProtectionPolicyRequest {
        let backup = types::BackupPolicy::new(types::RegularBackupPolicy::new());
        let mut policy = types::ProtectionPolicyRequest::new(backup, "p");
        rules.write(&mut policy);
        policy
    }

    fn read(request: &types::ProtectionPolicyRequest) -> types::ProtectionPolicy {
        serde_json::from_value(serde_json::to_value(request).unwrap()).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let keeps = [
            Keep { daily: 7, weekly: 4, monthly: 12, yearly: 0 },
            Keep { weekly: 3, yearly: 5, ..Keep::default() },
            Keep { monthly: 1, ..Keep::default() },
        ];
        for wanted in keeps {
            for mode in [Lock::None, Lock::Mode(DataLockMode::Compliance)] {
                let rules = Rules { every: Some(wanted.natural()), keep: wanted, lock: mode };
                let policy = read(&written(&rules));
                assert_eq!(keep(&policy), (wanted, wanted.in_words()));
                assert_eq!(lock(&policy).is_empty(), rules.lock == Lock::None);
            }
        }
    }

    #[test]
    fn how_often_is_said_in_one_way() {
        for text in ["30m", "4h", "1d", "10d", "1w", "1mo", "1y", "never"] {
            let wanted: Every = text.parse().unwrap();
            assert_eq!(every(wanted.schedule().as_ref()), text);
        }
        for text in ["", "d", "0d", "2w", "1 fortnight", "-1d", "1x"] {
            assert!(text.parse::<Every>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_change_leaves_the_rest_as_it_is() {
        let mut policy = written(&Rules { lock: Lock::Mode(DataLockMode::Compliance), ..Rules::usual() });
        let odd = types::SnapshotSelectionSchedule::new(SnapshotSelectionScheduleUnit::Weeks);
        let odd =
            ExtendedRetentionPolicy::new(Retention::new(90, RetentionUnit::Days), odd.with_frequency(2));
        policy.extended_retention.as_mut().unwrap().push(odd.clone());
        let change =
            Rules { every: None, keep: Keep { daily: 14, weekly: 4, ..Keep::default() }, lock: Lock::AsIs };
        change.write(&mut policy);
        let policy = read(&policy);
        assert_eq!(keep(&policy).1, "14 days, one in 2 weeks for 90 days, 4 weeks");
        assert!(policy.extended_retention.unwrap().contains(&odd));
        let regular = policy.backup_policy.regular;
        assert_eq!(every(regular.incremental.map(|it| it.schedule).as_ref()), "1d");
        assert_eq!(regular.retention.unwrap().data_lock_config.unwrap().duration, 14);
    }
}
