//! Blackouts: times of the week in which no scheduled run starts.

use jiff::civil::{Time, Weekday};
use jiff::{SignedDuration, Timestamp};

use crate::schedule::number;
use crate::{Blackout, Error, Result};

/// The last minute of a day that can be named; as an end it means the end of the day.
const LAST_MINUTE: Time = Time::constant(23, 59, 0, 0);

impl Blackout {
    /// Refuses what is no stretch of time.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), with the reason.
    pub fn check(&self) -> Result<()> {
        let (from, _) = self.from.resolve()?;
        let (until, _) = self.until.resolve()?;
        if self.from.zone != self.until.zone {
            return Err(Error::invalid("a blackout begins and ends in one time zone"));
        }
        if until == from {
            return Err(Error::invalid("a blackout ends at another time than it begins"));
        }
        if Weekday::from_monday_one_offset(self.day.cast_signed()).is_err() {
            return Err(Error::invalid("a blackout names a day of the week"));
        }
        Ok(())
    }

    /// When the blackout began that `moment` lies in.
    fn begun(&self, moment: Timestamp) -> Result<Option<Timestamp>> {
        let (from, zone) = self.from.resolve()?;
        let (until, _) = self.until.resolve()?;
        let today = zone.to_datetime(moment).date();
        let resolve = |time| zone.to_ambiguous_timestamp(time).compatible().ok();
        for day in today.yesterday().into_iter().chain([today]) {
            if number(day.weekday()) != self.day {
                continue;
            }
            let Ok(next_day) = day.tomorrow() else { continue };
            // One that ends at an earlier time of day than it begins lasts into the next day.
            let end = if until < from {
                next_day.to_datetime(until)
            } else if until == LAST_MINUTE {
                next_day.to_datetime(Time::midnight())
            } else {
                day.to_datetime(until)
            };
            let (Some(begin), Some(end)) = (resolve(day.to_datetime(from)), resolve(end)) else { continue };
            if begin <= moment && moment < end {
                return Ok(Some(begin));
            }
        }
        Ok(None)
    }
}

/// When the blackout began that `moment` lies in, if it lies in one. Blackouts that overlap, or follow each
/// other without a gap, are one.
///
/// # Errors
/// [`Kind::Invalid`](crate::Kind::Invalid) when a zone is not known (any more).
pub(crate) fn begun(blackouts: &[Blackout], moment: Timestamp) -> Result<Option<Timestamp>> {
    let first = |moment| -> Result<Option<Timestamp>> {
        let mut first: Option<Timestamp> = None;
        for blackout in blackouts {
            if let Some(begun) = blackout.begun(moment)? {
                first = Some(first.map_or(begun, |first| first.min(begun)));
            }
        }
        Ok(first)
    };
    let Some(mut begun) = first(moment)? else { return Ok(None) };
    // Not without end: blackouts may fill the week.
    for _ in blackouts {
        let Ok(before) = begun.checked_sub(SignedDuration::from_micros(1)) else { break };
        let Some(earlier) = first(before)? else { break };
        begun = earlier;
    }
    Ok(Some(begun))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeOfDay;

    fn blackout(day: u8, from: (i8, i8), until: (i8, i8)) -> Blackout {
        let at = |(hour, minute)| TimeOfDay { hour, minute, zone: "America/New_York".to_owned() };
        Blackout { day, from: at(from), until: at(until) }
    }

    #[test]
    fn a_moment_lies_in_a_blackout_by_the_clock_on_the_wall_there() {
        let monday = blackout(1, (22, 0), (23, 59));
        let begun = |moment: &str| {
            let begun = begun(std::slice::from_ref(&monday), moment.parse().unwrap()).unwrap();
            begun.map(|begun| begun.to_string())
        };
        // The 2nd of March 2026 is a Monday; New York is five hours behind.
        assert_eq!(begun("2026-03-03T02:59:59Z"), None);
        assert_eq!(begun("2026-03-03T03:00:00Z").as_deref(), Some("2026-03-03T03:00:00Z"));
        assert_eq!(begun("2026-03-03T04:59:59Z").as_deref(), Some("2026-03-03T03:00:00Z"));
        assert_eq!(begun("2026-03-03T05:00:00Z"), None);
        // A week later the clocks have changed.
        assert_eq!(begun("2026-03-10T02:00:00Z").as_deref(), Some("2026-03-10T02:00:00Z"));
    }

    #[test]
    fn one_that_ends_before_it_begins_lasts_into_the_next_day() {
        let friday = [blackout(5, (22, 30), (6, 0))];
        assert!(friday[0].check().is_ok());
        let begun =
            |moment: &str| begun(&friday, moment.parse().unwrap()).unwrap().map(|begun| begun.to_string());
        // The 7th of March 2026 is a Saturday, and New York is five hours behind.
        let began = Some("2026-03-07T03:30:00Z".to_owned());
        assert_eq!(begun("2026-03-07T03:29:59Z"), None);
        assert_eq!(begun("2026-03-07T03:30:00Z"), began);
        assert_eq!(begun("2026-03-07T04:59:59Z"), began, "the end of Friday");
        assert_eq!(begun("2026-03-07T05:00:00Z"), began, "the beginning of Saturday");
        assert_eq!(begun("2026-03-07T10:59:59Z"), began);
        assert_eq!(begun("2026-03-07T11:00:00Z"), None);
        assert_eq!(begun("2026-03-08T05:00:00Z"), None, "the night after");
    }

    #[test]
    fn blackouts_without_a_gap_are_one() {
        let night =
            [blackout(1, (22, 0), (23, 59)), blackout(2, (0, 0), (6, 0)), blackout(2, (5, 0), (7, 0))];
        let moment: Timestamp = "2026-03-03T11:30:00Z".parse().unwrap();
        assert_eq!(begun(&night, moment).unwrap().unwrap().to_string(), "2026-03-03T03:00:00Z");
        let always: Vec<_> = (1..=7).map(|day| blackout(day, (0, 0), (23, 59))).collect();
        assert!(begun(&always, moment).unwrap().is_some());
    }

    #[test]
    fn what_is_no_stretch_of_time_is_refused() {
        assert!(blackout(1, (1, 0), (2, 0)).check().is_ok());
        assert!(blackout(1, (2, 0), (2, 0)).check().is_err());
        assert!(blackout(8, (1, 0), (2, 0)).check().is_err());
        let mut split = blackout(1, (1, 0), (2, 0));
        split.until.zone = "UTC".to_owned();
        assert!(split.check().is_err());
    }
}
