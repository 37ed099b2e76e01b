//! What was measured, and the table that is made of it.

mod machine;
mod table;

use serde::Serialize;

pub(crate) use machine::Machine;
pub(crate) use table::{Form, table};

use crate::samples::Samples;

/// All that was measured, in the order in which it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    /// Whether the work was cut short, so that the numbers say little.
    pub(crate) quick: bool,
    pub(crate) rows: Vec<Row>,
}

/// Ours beside one peer.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// What was done.
    pub(crate) what: String,
    pub(crate) ours: Option<Figure>,
    pub(crate) peer: String,
    /// Nothing where the peer could not be measured, of which `note` says why.
    pub(crate) theirs: Option<Figure>,
    /// The most that [`Row::ratio`] is to be.
    pub(crate) goal: Option<f64>,
    pub(crate) note: Option<String>,
}

impl Row {
    /// Ours as part of theirs; less is better, whatever was measured.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let (ours, theirs) = (self.ours?, self.theirs?);
        Some(match ours.unit {
            Unit::PerSecond => theirs.value / ours.value,
            Unit::Seconds | Unit::Bytes | Unit::Count => ours.value / theirs.value,
        })
    }

    /// Whether the goal was met, as far as there is one and it was measured.
    pub(crate) fn is_met(&self) -> Option<bool> {
        Some(self.ratio()? <= self.goal?)
    }
}

/// A number with what it counts.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) value: f64,
    pub(crate) unit: Unit,
    /// Half of what lies between the quarters, as part of the value. Nothing where it was measured once.
    pub(crate) spread: Option<f64>,
}

impl Figure {
    pub(crate) fn once(value: f64, unit: Unit) -> Self {
        Self { value, unit, spread: None }
    }

    /// The median, in seconds.
    pub(crate) fn median(samples: &Samples) -> Self {
        let value = samples.median();
        let spread = (samples.at(0.75) - samples.at(0.25)) / 2.0 / value;
        Self { value, unit: Unit::Seconds, spread: Some(spread) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    Seconds,
    PerSecond,
    Bytes,
    Count,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, theirs: f64, unit: Unit) -> Row {
        let figure = |value| Some(Figure::once(value, unit));
        let (what, peer) = (String::new(), String::new());
        Row { what, ours: figure(ours), peer, theirs: figure(theirs), goal: Some(1.1), note: None }
    }

    #[test]
    fn a_ratio_below_one_is_better_whatever_was_measured() {
        assert_eq!(row(1.0, 2.0, Unit::Seconds).ratio(), Some(0.5));
        assert_eq!(row(2000.0, 1000.0, Unit::PerSecond).ratio(), Some(0.5));
        assert_eq!(row(1.1, 1.0, Unit::Seconds).is_met(), Some(true));
        assert_eq!(row(1.2, 1.0, Unit::Seconds).is_met(), Some(false));
        assert_eq!(row(1000.0, 1200.0, Unit::PerSecond).is_met(), Some(false));
    }

    #[test]
    fn what_was_not_measured_neither_meets_nor_misses() {
        assert_eq!(Row { theirs: None, ..row(1.0, 1.0, Unit::Seconds) }.is_met(), None);
        assert_eq!(Row { goal: None, ..row(1.0, 1.0, Unit::Seconds) }.is_met(), None);
    }
}
