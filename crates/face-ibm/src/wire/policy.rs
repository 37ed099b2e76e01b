//! Policies.

use engine::{Extras, MonthDay, Policy, PolicyRules, Recurrence, Retention, RetentionUnit, Retry};
use ibm_backup_recovery::types;
use serde_json::Value;

use super::{EXTRAS, WireIds, kept, usecs};
use crate::error::ApiError;

/// A policy as the API shows it.
pub(crate) fn policy(ids: &WireIds, policy: &Policy) -> types::ProtectionPolicy {
    let rules = &policy.rules;
    let base: types::ProtectionPolicy = kept(&rules.extras);
    let mut backup_policy = base.backup_policy.clone();
    backup_policy.regular.incremental = rules
        .incremental
        .as_ref()
        .map(|recurrence| types::IncrementalBackupPolicy { schedule: schedule(recurrence) });
    backup_policy.regular.retention = Some(retention(&rules.retention));
    types::ProtectionPolicy {
        id: Some(ids.policy(policy.id)),
        name: rules.name.clone(),
        description: rules.description.clone(),
        backup_policy,
        retry_options: (rules.retry != Retry::default()).then(|| types::RetryOptions {
            retries: Some(rules.retry.count.into()),
            retry_interval_mins: Some(rules.retry.interval_minutes.into()),
        }),
        last_modification_time_usecs: Some(usecs(policy.modified_at)),
        is_usable: Some(true),
        is_replicated: Some(false),
        ..base
    }
}

/// What a request says of a policy. `raw` is kept, so that what the engine has no use for is said again.
pub(crate) fn policy_rules(
    request: types::ProtectionPolicyRequest,
    raw: Value,
) -> Result<PolicyRules, ApiError> {
    if request.data_lock.is_some() {
        return Err(cannot_lock("dataLock"));
    }
    if let Some(member) = lock_in(&raw, "") {
        return Err(cannot_lock(&member));
    }
    let regular = request.backup_policy.regular;
    let retention = match &regular.retention {
        Some(retention) => read_retention("backupPolicy.regular.retention", retention)?,
        None => {
            return Err(ApiError::invalid(
                "backupPolicy.regular.retention",
                "is missing; it says how long backups are kept",
            ));
        }
    };
    let incremental = regular
        .incremental
        .map(|incremental| read_schedule("backupPolicy.regular.incremental.schedule", &incremental.schedule))
        .transpose()?;
    let full = regular
        .full
        .and_then(|full| full.schedule)
        .map(|schedule| read_full_schedule("backupPolicy.regular.full.schedule", &schedule))
        .transpose()?
        .flatten();
    let retry = match request.retry_options {
        Some(options) => Retry {
            count: number("retryOptions.retries", options.retries.unwrap_or(0))?,
            interval_minutes: number(
                "retryOptions.retryIntervalMins",
                options.retry_interval_mins.unwrap_or(1),
            )?,
        },
        None => Retry::default(),
    };
    Ok(PolicyRules {
        name: request.name,
        description: request.description,
        incremental,
        full,
        retention,
        retry,
        extras: Extras::from([(EXTRAS.to_owned(), raw)]),
    })
}

fn read_retention(member: &str, retention: &types::Retention) -> Result<Retention, ApiError> {
    if retention.data_lock_config.is_some() {
        return Err(cannot_lock(&format!("{member}.dataLockConfig")));
    }
    let unit = match &retention.unit {
        types::RetentionUnit::Days => RetentionUnit::Days,
        types::RetentionUnit::Weeks => RetentionUnit::Weeks,
        types::RetentionUnit::Months => RetentionUnit::Months,
        types::RetentionUnit::Years => RetentionUnit::Years,
        other => return Err(unknown(&format!("{member}.unit"), other)),
    };
    let member = format!("{member}.duration");
    match number(&member, retention.duration)? {
        0 => Err(ApiError::invalid(&member, "must be at least 1")),
        count => Ok(Retention { count, unit }),
    }
}

fn retention(retention: &Retention) -> types::Retention {
    types::Retention {
        unit: match retention.unit {
            RetentionUnit::Days => types::RetentionUnit::Days,
            RetentionUnit::Weeks => types::RetentionUnit::Weeks,
            RetentionUnit::Months => types::RetentionUnit::Months,
            RetentionUnit::Years => types::RetentionUnit::Years,
        },
        duration: retention.count.into(),
        data_lock_config: None,
    }
}

fn read_schedule(member: &str, schedule: &types::BackupSchedule) -> Result<Recurrence, ApiError> {
    use types::BackupScheduleUnit as Unit;
    let lacks = |name: &str| {
        ApiError::invalid(
            &format!("{member}.{name}"),
            format!("is missing, but the unit is {}", schedule.unit),
        )
    };
    let count = |name: &str, frequency| number(&format!("{member}.{name}.frequency"), frequency);
    Ok(match &schedule.unit {
        Unit::Minutes => {
            let part = schedule.minute_schedule.as_ref().ok_or_else(|| lacks("minuteSchedule"))?;
            Recurrence::Minutes { count: count("minuteSchedule", part.frequency)? }
        }
        Unit::Hours => {
            let part = schedule.hour_schedule.as_ref().ok_or_else(|| lacks("hourSchedule"))?;
            Recurrence::Hours { count: count("hourSchedule", part.frequency)? }
        }
        Unit::Days => {
            let part = schedule.day_schedule.as_ref().ok_or_else(|| lacks("daySchedule"))?;
            Recurrence::Days { count: count("daySchedule", part.frequency)? }
        }
        Unit::Weeks => {
            let part = schedule.week_schedule.as_ref().ok_or_else(|| lacks("weekSchedule"))?;
            Recurrence::Week {
                days: read_days(&format!("{member}.weekSchedule.dayOfWeek"), &part.day_of_week)?,
            }
        }
        Unit::Months => {
            let part = schedule.month_schedule.as_ref().ok_or_else(|| lacks("monthSchedule"))?;
            Recurrence::Month { day: read_month_day(&format!("{member}.monthSchedule"), part)? }
        }
        Unit::Years => {
            let part = schedule.year_schedule.as_ref().ok_or_else(|| lacks("yearSchedule"))?;
            read_year(&format!("{member}.yearSchedule.dayOfYear"), part)?
        }
        other => return Err(unknown(&format!("{member}.unit"), other)),
    })
}

/// None for `ProtectOnce`: a full backup that is not repeated has no recurrence.
fn read_full_schedule(member: &str, schedule: &types::FullSchedule) -> Result<Option<Recurrence>, ApiError> {
    let unit = match &schedule.unit {
        types::FullScheduleUnit::ProtectOnce => return Ok(None),
        types::FullScheduleUnit::Days => types::BackupScheduleUnit::Days,
        types::FullScheduleUnit::Weeks => types::BackupScheduleUnit::Weeks,
        types::FullScheduleUnit::Months => types::BackupScheduleUnit::Months,
        types::FullScheduleUnit::Years => types::BackupScheduleUnit::Years,
        other => return Err(unknown(&format!("{member}.unit"), other)),
    };
    let same = types::BackupSchedule {
        unit,
        minute_schedule: None,
        hour_schedule: None,
        day_schedule: schedule.day_schedule.clone(),
        week_schedule: schedule.week_schedule.clone(),
        month_schedule: schedule.month_schedule.clone(),
        year_schedule: schedule.year_schedule.clone(),
    };
    read_schedule(member, &same).map(Some)
}

fn schedule(recurrence: &Recurrence) -> types::BackupSchedule {
    use types::BackupScheduleUnit as Unit;
    let mut schedule = types::BackupSchedule {
        unit: Unit::Days,
        minute_schedule: None,
        hour_schedule: None,
        day_schedule: None,
        week_schedule: None,
        month_schedule: None,
        year_schedule: None,
    };
    match recurrence {
        Recurrence::Minutes { count } => {
            schedule.unit = Unit::Minutes;
            schedule.minute_schedule = Some(types::MinuteSchedule { frequency: (*count).into() });
        }
        Recurrence::Hours { count } => {
            schedule.unit = Unit::Hours;
            schedule.hour_schedule = Some(types::HourSchedule { frequency: (*count).into() });
        }
        Recurrence::Days { count } => {
            schedule.day_schedule = Some(types::DaySchedule { frequency: (*count).into() });
        }
        Recurrence::Week { days } => {
            schedule.unit = Unit::Weeks;
            schedule.week_schedule = Some(types::WeekSchedule { day_of_week: week_days(days) });
        }
        Recurrence::Month { day } => {
            schedule.unit = Unit::Months;
            schedule.month_schedule = Some(month_day(day));
        }
        Recurrence::Year { last } => {
            use types::YearScheduleDayOfYear as Day;
            schedule.unit = Unit::Years;
            let day_of_year = if *last { Day::Last } else { Day::First };
            schedule.year_schedule = Some(types::YearSchedule { day_of_year });
        }
    }
    schedule
}

fn read_month_day(member: &str, schedule: &types::MonthSchedule) -> Result<MonthDay, ApiError> {
    use types::MonthScheduleWeekOfMonth as Week;
    if let Some(day) = schedule.day_of_month {
        return match u8::try_from(day) {
            Ok(day @ 1..=31) => Ok(MonthDay::Day(day)),
            _ => Err(ApiError::invalid(&format!("{member}.dayOfMonth"), "must lie between 1 and 31")),
        };
    }
    let week = match &schedule.week_of_month {
        Some(Week::First) => 1,
        Some(Week::Second) => 2,
        Some(Week::Third) => 3,
        Some(Week::Fourth) => 4,
        Some(Week::Last) => 5,
        Some(other) => return Err(unknown(&format!("{member}.weekOfMonth"), other)),
        None => {
            return Err(ApiError::invalid(
                member,
                "needs dayOfMonth, or weekOfMonth together with dayOfWeek",
            ));
        }
    };
    let days = schedule.day_of_week.as_deref().unwrap_or_default();
    if days.is_empty() {
        return Err(ApiError::invalid(&format!("{member}.dayOfWeek"), "is missing beside weekOfMonth"));
    }
    Ok(MonthDay::Weekday { week, days: read_days(&format!("{member}.dayOfWeek"), days)? })
}

fn month_day(day: &MonthDay) -> types::MonthSchedule {
    use types::MonthScheduleWeekOfMonth as Week;
    match day {
        MonthDay::Day(day) => {
            types::MonthSchedule { day_of_month: Some((*day).into()), day_of_week: None, week_of_month: None }
        }
        MonthDay::Weekday { week, days } => types::MonthSchedule {
            day_of_month: None,
            day_of_week: Some(week_days(days)),
            week_of_month: Some(match week {
                1 => Week::First,
                2 => Week::Second,
                3 => Week::Third,
                4 => Week::Fourth,
                _ => Week::Last,
            }),
        },
    }
}

fn read_year(member: &str, schedule: &types::YearSchedule) -> Result<Recurrence, ApiError> {
    match &schedule.day_of_year {
        types::YearScheduleDayOfYear::First => Ok(Recurrence::Year { last: false }),
        types::YearScheduleDayOfYear::Last => Ok(Recurrence::Year { last: true }),
        other => Err(unknown(member, other)),
    }
}

/// The days of a week, Monday first.
const WEEK: [types::DayOfWeek; 7] = [
    types::DayOfWeek::Monday,
    types::DayOfWeek::Tuesday,
    types::DayOfWeek::Wednesday,
    types::DayOfWeek::Thursday,
    types::DayOfWeek::Friday,
    types::DayOfWeek::Saturday,
    types::DayOfWeek::Sunday,
];

fn read_days(member: &str, days: &[types::DayOfWeek]) -> Result<Vec<u8>, ApiError> {
    days.iter()
        .map(|day| {
            let at = WEEK.iter().position(|known| known == day).ok_or_else(|| unknown(member, day))?;
            u8::try_from(at + 1).map_err(|err| ApiError::internal("days of the week", &err))
        })
        .collect()
}

fn week_days(days: &[u8]) -> Vec<types::DayOfWeek> {
    days.iter().filter_map(|day| WEEK.get(usize::from(*day).checked_sub(1)?).cloned()).collect()
}

fn number(member: &str, value: i64) -> Result<u32, ApiError> {
    u32::try_from(value)
        .map_err(|_| ApiError::invalid(member, format!("must lie between 0 and {}, not {value}", u32::MAX)))
}

fn unknown(member: &str, value: &impl std::fmt::Display) -> ApiError {
    ApiError::unsupported(member, format!("this server does not know the value {value}"))
}

/// Where in a request a lock is asked for, at whatever depth.
fn lock_in(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::Object(members) => members.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if name == "dataLockConfig" { Some(path) } else { lock_in(value, &path) }
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, item)| lock_in(item, &format!("{path}[{at}]")))
        }
        _ => None,
    }
}

fn cannot_lock(member: &str) -> ApiError {
    ApiError::unsupported(
        member,
        "this server cannot yet lock snapshots against deletion; leave the lock out",
    )
}
