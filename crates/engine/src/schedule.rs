//! When something that recurs is due: pure functions of a rule, a start and a moment.
//!
//! Rules of days and longer name a day of the calendar, and the time of day comes from the group, in its
//! zone. Where a clock is put forward over that time, the moment after it counts; where it is put back and
//! the time comes twice, the first counts: no day is left out and none counts twice. Rules of minutes and
//! hours have nothing to do with the calendar and count from when the group was made.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Error, MonthDay, Recurrence, Result};

/// How many months, or years, are looked through for a day that some do not have: the 29th of February can be
/// eight years away.
const MONTHS_AHEAD: i32 = 12 * 9;

/// A time of day in a time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOfDay {
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
    /// The zone's name in the IANA database.
    pub zone: String,
}

impl TimeOfDay {
    /// Refuses what is no time or no zone.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), saying which.
    pub fn check(&self) -> Result<()> {
        self.resolve().map(drop)
    }

    pub(crate) fn resolve(&self) -> Result<(Time, TimeZone)> {
        let time = Time::new(self.hour, self.minute, 0, 0)
            .map_err(|_| Error::invalid(format!("{}:{:02} is no time of day", self.hour, self.minute)))?;
        let zone = TimeZone::get(&self.zone).map_err(|err| {
            Error::invalid(format!("{:?} is no time zone that this machine knows", self.zone))
                .with_source(err)
        })?;
        Ok((time, zone))
    }
}

/// From when on a rule counts.
#[derive(Clone, Debug)]
pub struct Start {
    /// When it began to be in force.
    pub since: Timestamp,
    /// At which time of day; none takes that of `since`, in UTC.
    pub at: Option<TimeOfDay>,
}

/// The first moment after `after` at which a rule is due; none when it never is again.
///
/// # Errors
/// [`Kind::Invalid`](crate::Kind::Invalid) when the zone is not known (any more).
pub fn next_due(rule: &Recurrence, start: &Start, after: Timestamp) -> Result<Option<Timestamp>> {
    let (time, zone) = match &start.at {
        Some(at) => at.resolve()?,
        None => (TimeZone::UTC.to_datetime(start.since).time(), TimeZone::UTC),
    };
    // Nothing is due before it was in force.
    let after = after.max(start.since);
    let calendar = Calendar { time, zone, after };
    Ok(match rule {
        Recurrence::Minutes { count } => {
            every(start.since, SignedDuration::from_mins((*count).into()), after)
        }
        Recurrence::Hours { count } => every(start.since, SignedDuration::from_hours((*count).into()), after),
        Recurrence::Days { count } => calendar.every_days(*count, start.since),
        Recurrence::Week { days } => calendar.first_of((0..=8).filter_map(|ahead| {
            let day = calendar.today().checked_add(Span::new().days(ahead)).ok()?;
            days.contains(&number(day.weekday())).then_some(day)
        })),
        Recurrence::Month { day } => calendar.first_of((0..MONTHS_AHEAD).flat_map(|ahead| {
            let first = calendar.today().first_of_month();
            let month = first.checked_add(Span::new().months(ahead)).ok();
            month.map(|month| days_of_month(day, month)).unwrap_or_default()
        })),
        Recurrence::Year { last } => calendar.first_of((0..3).filter_map(|ahead| {
            let year = calendar.today().checked_add(Span::new().years(ahead)).ok()?;
            Some(if *last { year.last_of_year() } else { year.first_of_year() })
        })),
    })
}

/// A multiple of `period` after `since`.
fn every(since: Timestamp, period: SignedDuration, after: Timestamp) -> Option<Timestamp> {
    let passed = after.duration_since(since);
    let periods = i64::try_from(passed.as_millis().checked_div(period.as_millis())?).ok()? + 1;
    let seconds = period.as_secs().checked_mul(periods)?;
    since.checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// A time of day in a zone, and a moment that is past.
struct Calendar {
    time: Time,
    zone: TimeZone,
    after: Timestamp,
}

impl Calendar {
    /// The day that `after` lies on.
    fn today(&self) -> Date {
        self.zone.to_datetime(self.after).date()
    }

    fn moment(&self, day: Date) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(day.to_datetime(self.time)).compatible().ok()
    }

    /// The first of these days, in order, whose moment is not past.
    fn first_of(&self, days: impl Iterator<Item = Date>) -> Option<Timestamp> {
        days.filter_map(|day| self.moment(day)).find(|moment| *moment > self.after)
    }

    /// Every so many days, counted from the first time of day after `since`.
    fn every_days(&self, count: u32, since: Timestamp) -> Option<Timestamp> {
        let made = self.zone.to_datetime(since).date();
        let first = match self.moment(made) {
            Some(moment) if moment > since => made,
            _ => made.tomorrow().ok()?,
        };
        let count = i64::from(count.max(1));
        let passed = i64::from((self.today() - first).get_days()).max(0);
        let from = passed / count;
        self.first_of((from..=from + 2).filter_map(|periods| {
            first.checked_add(Span::new().try_days(periods.checked_mul(count)?).ok()?).ok()
        }))
    }
}

/// The days of a month that a rule names, in order.
fn days_of_month(rule: &MonthDay, first: Date) -> Vec<Date> {
    match rule {
        MonthDay::Day(day) => {
            i8::try_from(*day).ok().and_then(|day| first.with().day(day).build().ok()).into_iter().collect()
        }
        MonthDay::Weekday { week, days } => {
            let nth = match week {
                1..=4 => i8::try_from(*week).unwrap_or(1),
                _ => -1,
            };
            let mut found: Vec<_> = days
                .iter()
                .filter_map(|day| Weekday::from_monday_one_offset(i8::try_from(*day).ok()?).ok())
                .filter_map(|weekday| first.nth_weekday_of_month(nth, weekday).ok())
                .collect();
            found.sort_unstable();
            found
        }
    }
}

/// Monday is 1, Sunday is 7.
pub(crate) fn number(day: Weekday) -> u8 {
    day.to_monday_one_offset().unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: &str = "2026-01-14T10:30:00Z"; // A Wednesday.

    /// The next `n` times after `after`, at 02:30 in `zone`, each as it reads there.
    fn due_after(rule: &Recurrence, zone: &str, after: &str, n: usize) -> String {
        let at = TimeOfDay { hour: 2, minute: 30, zone: zone.to_owned() };
        let start = Start { since: MADE.parse().unwrap(), at: Some(at) };
        let mut moment: Timestamp = after.parse().unwrap();
        let mut due = Vec::new();
        for _ in 0..n {
            moment = next_due(rule, &start, moment).unwrap().unwrap();
            due.push(moment.in_tz(zone).unwrap().strftime("%a %Y-%m-%d %H:%M%:z").to_string());
        }
        due.join(", ")
    }

    fn check(rule: Recurrence, after: &str, expected: &str) {
        let n = expected.split(", ").count();
        assert_eq!(due_after(&rule, "Europe/Berlin", after, n), expected, "{rule:?} after {after}");
    }

    #[test]
    fn minutes_and_hours_count_from_when_the_group_was_made() {
        let minutes = Recurrence::Minutes { count: 45 };
        check(minutes.clone(), MADE, "Wed 2026-01-14 12:15+01:00, Wed 2026-01-14 13:00+01:00");
        // Exactly due is past; long before it was made nothing is due.
        check(minutes.clone(), "2026-01-14T11:15:00Z", "Wed 2026-01-14 13:00+01:00");
        check(minutes, "2020-01-01T00:00:00Z", "Wed 2026-01-14 12:15+01:00");
        // Across a change of the clocks an hour stays an hour.
        check(
            Recurrence::Hours { count: 12 },
            "2026-03-28T12:00:00Z",
            "Sat 2026-03-28 23:30+01:00, Sun 2026-03-29 12:30+02:00",
        );
    }

    #[test]
    fn days_are_days_of_the_calendar_also_where_clocks_change() {
        let daily = Recurrence::Days { count: 1 };
        check(daily.clone(), MADE, "Thu 2026-01-15 02:30+01:00, Fri 2026-01-16 02:30+01:00");
        // 02:30 does not exist on the 29th of March, and comes twice on the 25th of October.
        check(
            daily.clone(),
            "2026-03-28T00:00:00Z",
            "Sat 2026-03-28 02:30+01:00, Sun 2026-03-29 03:30+02:00, Mon 2026-03-30 02:30+02:00",
        );
        check(
            daily,
            "2026-10-24T12:00:00Z",
            "Sun 2026-10-25 02:30+02:00, Mon 2026-10-26 02:30+01:00, Tue 2026-10-27 02:30+01:00",
        );
        let every_three = Recurrence::Days { count: 3 };
        check(every_three.clone(), MADE, "Thu 2026-01-15 02:30+01:00, Sun 2026-01-18 02:30+01:00");
        // After downtime it goes on in the same step.
        check(every_three, "2026-03-01T00:00:00Z", "Sun 2026-03-01 02:30+01:00, Wed 2026-03-04 02:30+01:00");
    }

    #[test]
    fn days_of_the_week() {
        check(
            Recurrence::Week { days: vec![1, 5] },
            MADE,
            "Fri 2026-01-16 02:30+01:00, Mon 2026-01-19 02:30+01:00, Fri 2026-01-23 02:30+01:00",
        );
        // The day itself, when its time has passed, comes again in a week.
        check(Recurrence::Week { days: vec![3] }, MADE, "Wed 2026-01-21 02:30+01:00");
    }

    #[test]
    fn days_of_the_month() {
        let day = |day| Recurrence::Month { day: MonthDay::Day(day) };
        check(day(14), MADE, "Sat 2026-02-14 02:30+01:00, Sat 2026-03-14 02:30+01:00");
        // Months without the day are left out.
        check(day(31), "2026-01-31T12:00:00Z", "Tue 2026-03-31 02:30+02:00, Sun 2026-05-31 02:30+02:00");
        let nth =
            |week, days: &[u8]| Recurrence::Month { day: MonthDay::Weekday { week, days: days.to_vec() } };
        check(nth(1, &[7]), MADE, "Sun 2026-02-01 02:30+01:00, Sun 2026-03-01 02:30+01:00");
        check(nth(5, &[5]), MADE, "Fri 2026-01-30 02:30+01:00, Fri 2026-02-27 02:30+01:00");
        check(nth(3, &[5, 1]), MADE, "Fri 2026-01-16 02:30+01:00, Mon 2026-01-19 02:30+01:00");
    }

    #[test]
    fn the_ends_of_years() {
        let year = |last| Recurrence::Year { last };
        check(year(false), MADE, "Fri 2027-01-01 02:30+01:00, Sat 2028-01-01 02:30+01:00");
        check(year(true), MADE, "Thu 2026-12-31 02:30+01:00, Fri 2027-12-31 02:30+01:00");
        check(year(true), "2026-12-31T12:00:00Z", "Fri 2027-12-31 02:30+01:00");
    }

    #[test]
    fn without_a_time_of_day_it_is_that_of_the_making() {
        let start = Start { since: MADE.parse().unwrap(), at: None };
        let due = next_due(&Recurrence::Days { count: 1 }, &start, start.since).unwrap().unwrap();
        assert_eq!(due.to_string(), "2026-01-15T10:30:00Z");
    }

    #[test]
    fn a_zone_that_nobody_knows_is_refused() {
        let at = TimeOfDay { hour: 1, minute: 0, zone: "Middle/Earth".to_owned() };
        assert!(at.check().unwrap_err().message().contains("Middle/Earth"));
        let at = TimeOfDay { hour: 24, minute: 0, zone: "UTC".to_owned() };
        assert!(at.check().is_err());
    }
}
