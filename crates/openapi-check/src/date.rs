//! A day, for suppressions that end.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_A_DAY: u64 = 86_400;

/// A day of the Gregorian calendar. The checks know no clock: whoever calls them says which day it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`; `None` if it is not of that form or there is no such day.
    ///
    /// ```
    /// use openapi_check::Date;
    ///
    /// assert!(Date::parse("2028-02-29").is_some());
    /// assert!(Date::parse("2027-02-29").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |from: usize, to: usize| -> Option<u16> {
            let digits = text.get(from..to).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
            digits.parse().ok()
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if is_leap(year) => 29,
            2 => 28,
            _ => return None,
        };
        let date = Self { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? };
        (1..=last).contains(&day).then_some(date)
    }

    /// The day of a time, in UTC; `None` before 1970 and after 9999.
    pub fn of(time: SystemTime) -> Option<Self> {
        let mut days = time.duration_since(UNIX_EPOCH).ok()?.as_secs() / SECONDS_A_DAY;
        for year in 1970..=9999_u16 {
            let length = if is_leap(year) { 366 } else { 365 };
            if days >= length {
                days -= length;
                continue;
            }
            for month in 1..=12 {
                let next = if month < 12 { day_of_year(year, month + 1) } else { length };
                if days < next {
                    let day = u8::try_from(days - day_of_year(year, month) + 1).ok()?;
                    return Some(Self { year, month, day });
                }
            }
        }
        None
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days of the year before a month begins.
fn day_of_year(year: u16, month: u8) -> u64 {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = BEFORE.get(usize::from(month) - 1).copied().unwrap_or_default();
    before + u64::from(month > 2 && is_leap(year))
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn days_are_read_and_written() {
        for text in ["1970-01-01", "2026-11-21", "2028-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "2026-1-01",
            "2026-13-01",
            "2026-00-01",
            "2026-04-31",
            "2026-01-00",
            "+026-01-01",
            "2026-01-0é",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn times_fall_on_days() {
        for (seconds, text) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_798_761_599, "2026-12-31"),
            (1_798_761_600, "2027-01-01"),
        ] {
            let date = Date::of(UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(date.map(|date| date.to_string()).as_deref(), Some(text));
        }
    }
}
