//! Schedules, times of day and blackouts.

use engine::{Blackout, MonthDay, Recurrence, TimeOfDay};
use ibm_backup_recovery::types;

use super::policy::{number, unknown};
use crate::error::ApiError;

/// The zone of a time of day that names none.
const DEFAULT_ZONE: &str = "America/Los_Angeles";

pub(super) fn read_time_of_day(member: &str, time: &types::TimeOfDay) -> Result<TimeOfDay, ApiError> {
    let part = |name: &str, value: i64| {
        i8::try_from(value).map_err(|_| ApiError::invalid(&format!("{member}.{name}"), "is no part of a day"))
    };
    let read = TimeOfDay {
        hour: part("hour", time.hour)?,
        minute: part("minute", time.minute)?,
        zone: time.time_zone.clone().unwrap_or_else(|| DEFAULT_ZONE.to_owned()),
    };
    read.check().map_err(|err| ApiError::invalid(member, err.message()))?;
    Ok(read)
}

pub(super) fn time_of_day(time: &TimeOfDay) -> types::TimeOfDay {
    types::TimeOfDay {
        hour: time.hour.into(),
        minute: time.minute.into(),
        time_zone: Some(time.zone.clone()),
        unknown_fields: Default::default(),
    }
}

pub(super) fn read_blackout(member: &str, window: &types::BlackoutWindow) -> Result<Blackout, ApiError> {
    let days = read_days(&format!("{member}.day"), std::slice::from_ref(&window.day))?;
    let blackout = Blackout {
        day: days.first().copied().unwrap_or_default(),
        from: read_time_of_day(&format!("{member}.startTime"), &window.start_time)?,
        until: read_time_of_day(&format!("{member}.endTime"), &window.end_time)?,
    };
    blackout.check().map_err(|err| ApiError::invalid(&format!("{member}.endTime"), err.message()))?;
    Ok(blackout)
}

pub(super) fn read_schedule(member: &str, schedule: &types::BackupSchedule) -> Result<Recurrence, ApiError> {
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
pub(super) fn read_full_schedule(
    member: &str,
    schedule: &types::FullSchedule,
) -> Result<Option<Recurrence>, ApiError> {
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
        unknown_fields: Default::default(),
    };
    read_schedule(member, &same).map(Some)
}

pub(super) fn schedule(recurrence: &Recurrence) -> types::BackupSchedule {
    use types::BackupScheduleUnit as Unit;
    let mut schedule = types::BackupSchedule {
        unit: Unit::Days,
        minute_schedule: None,
        hour_schedule: None,
        day_schedule: None,
        week_schedule: None,
        month_schedule: None,
        year_schedule: None,
        unknown_fields: Default::default(),
    };
    match recurrence {
        Recurrence::Minutes { count } => {
            schedule.unit = Unit::Minutes;
            schedule.minute_schedule = Some(types::MinuteSchedule {
                frequency: (*count).into(),
                unknown_fields: Default::default(),
            });
        }
        Recurrence::Hours { count } => {
            schedule.unit = Unit::Hours;
            schedule.hour_schedule =
                Some(types::HourSchedule { frequency: (*count).into(), unknown_fields: Default::default() });
        }
        Recurrence::Days { count } => {
            schedule.day_schedule =
                Some(types::DaySchedule { frequency: (*count).into(), unknown_fields: Default::default() });
        }
        Recurrence::Week { days } => {
            schedule.unit = Unit::Weeks;
            schedule.week_schedule = Some(types::WeekSchedule {
                day_of_week: week_days(days),
                unknown_fields: Default::default(),
            });
        }
        Recurrence::Month { day } => {
            schedule.unit = Unit::Months;
            schedule.month_schedule = Some(month_day(day));
        }
        Recurrence::Year { last } => {
            use types::YearScheduleDayOfYear as Day;
            schedule.unit = Unit::Years;
            let day_of_year = if *last { Day::Last } else { Day::First };
            schedule.year_schedule =
                Some(types::YearSchedule { day_of_year, unknown_fields: Default::default() });
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
        MonthDay::Day(day) => types::MonthSchedule {
            day_of_month: Some((*day).into()),
            day_of_week: None,
            week_of_month: None,
            unknown_fields: Default::default(),
        },
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
            unknown_fields: Default::default(),
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

pub(super) fn read_days(member: &str, days: &[types::DayOfWeek]) -> Result<Vec<u8>, ApiError> {
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
