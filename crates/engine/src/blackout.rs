//! Blackouts: times of the week in which no scheduled run starts.

use jiff::civil::{Time, Weekday};
use jiff::{Span, Timestamp};

use crate::schedule::number;
use crate::{Blackout, Error, Result};

/// The last minute of a day that can be named; as an end it means the end of the day.
const LAST_MINUTE: Time = Time::constant(23, 59, 0, 0);

impl Blackout {
    /// Refuses what is no stretch of a day.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), with the reason.
    pub fn check(&self) -> Result<()> {
        let (from, _) = self.from.resolve()?;
        let (until, _) = self.until.resolve()?;
        if self.from.zone != self.until.zone {
            return Err(Error::invalid("a blackout begins and ends in one time zone"));
        }
        if until <= from {
            return Err(Error::invalid(
                "a blackout ends after it begins, on the same day; for a night say one for each day",
            ));
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
        let day = zone.to_datetime(moment).date();
        if number(day.weekday()) != self.day {
            return Ok(None);
        }
        let next_day =
            || day.checked_add(Span::new().days(1)).ok().map(|day| day.to_datetime(Time::midnight()));
        let end = if until == LAST_MINUTE { next_day() } else { Some(day.to_datetime(until)) };
        let resolve = |time| zone.to_ambiguous_timestamp(time).compatible().ok();
        let (Some(begin), Some(end)) = (resolve(day.to_datetime(from)), end.and_then(resolve)) else {
            return Ok(None);
        };
        Ok((begin <= moment && moment < end).then_some(begin))
    }
}

/// When the blackout began that `moment` lies in, if it lies in one.
///
/// # Errors
/// [`Kind::Invalid`](crate::Kind::Invalid) when a zone is not known (any more).
pub(crate) fn begun(blackouts: &[Blackout], moment: Timestamp) -> Result<Option<Timestamp>> {
    for blackout in blackouts {
        if let Some(begun) = blackout.begun(moment)? {
            return Ok(Some(begun));
        }
    }
    Ok(None)
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
    fn what_is_no_stretch_of_a_day_is_refused() {
        assert!(blackout(1, (1, 0), (2, 0)).check().is_ok());
        assert!(blackout(1, (2, 0), (2, 0)).check().is_err());
        assert!(blackout(1, (22, 0), (6, 0)).check().is_err());
        assert!(blackout(8, (1, 0), (2, 0)).check().is_err());
        let mut split = blackout(1, (1, 0), (2, 0));
        split.until.zone = "UTC".to_owned();
        assert!(split.check().is_err());
    }
}
