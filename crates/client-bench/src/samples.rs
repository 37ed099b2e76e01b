//! How peers are timed: one after the other and round again, so that what disturbs the machine for a while
//! disturbs all of them.

use std::io;
use std::time::Duration;

use serde::Serialize;

/// Times of one thing that was done again and again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Samples {
    /// In seconds, the shortest first.
    seconds: Vec<f64>,
}

impl Samples {
    pub(crate) fn new(durations: impl IntoIterator<Item = Duration>) -> Self {
        let mut seconds: Vec<_> = durations.into_iter().map(|duration| duration.as_secs_f64()).collect();
        seconds.sort_by(f64::total_cmp);
        Self { seconds }
    }

    /// In seconds: as many took longer as shorter.
    pub(crate) fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// In seconds: `part` of them, from 0 to 1, took no longer.
    pub(crate) fn at(&self, part: f64) -> f64 {
        let last = self.seconds.len().saturating_sub(1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
        #[expect(clippy::cast_precision_loss, reason = "there are not that many")]
        let index = (part * last as f64).round() as usize;
        self.seconds.get(index.min(last)).copied().unwrap_or(f64::NAN)
    }
}

/// One of those that are compared: does its work once and says how long it took.
pub(crate) type Turn<'a> = Box<dyn FnMut() -> io::Result<Duration> + 'a>;

/// Gives every peer a turn that does not count, and then `rounds` turns that do.
///
/// # Errors
/// When one of them fails.
pub(crate) fn alternate(rounds: usize, peers: &mut [Turn<'_>]) -> io::Result<Vec<Samples>> {
    let mut durations = vec![Vec::with_capacity(rounds); peers.len()];
    for round in 0..=rounds {
        for (peer, durations) in peers.iter_mut().zip(&mut durations) {
            let took = peer()?;
            if round > 0 {
                durations.push(took);
            }
        }
    }
    Ok(durations.into_iter().map(Samples::new).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle_and_the_ends_are_the_ends() {
        let samples = Samples::new([5, 1, 3, 2, 4].map(Duration::from_secs));
        assert_eq!([samples.at(0.0), samples.median(), samples.at(1.0)], [1.0, 3.0, 5.0]);
        assert!(Samples::new([]).median().is_nan());
    }

    #[test]
    fn peers_take_turns_and_the_first_turn_does_not_count() {
        let order = std::cell::RefCell::new(String::new());
        let peer = |name: char| -> Turn<'_> {
            let order = &order;
            let mut turns = 0;
            Box::new(move || {
                order.borrow_mut().push(name);
                turns += 1;
                Ok(Duration::from_secs(turns))
            })
        };
        let samples = alternate(2, &mut [peer('a'), peer('b')]).unwrap();
        assert_eq!(*order.borrow(), "ababab");
        assert_eq!(samples[0].at(0.0), 2.0);
        assert_eq!(samples[1].at(1.0), 3.0);
    }
}
