//! Waiting for what a service does in its own time: a bar, Ctrl-C, and the exit code of how it ended.

mod recovery;
mod run;
mod task;

use std::pin::{Pin, pin};
use std::time::Duration;

use client_core::{WaitError, Waiter};
use futures::StreamExt as _;

pub(crate) use self::recovery::WantedRecovery;
pub(crate) use self::run::{RunSeen, WantedRun};
pub(crate) use self::task::WantedTask;
pub(crate) use crate::bar::Progress;

use crate::bar::Bar;
use crate::failure::Failure;
use crate::interrupt::Interrupts;

/// The pause after the first look, and the longest: somebody looks on.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(2));

/// How something ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// As it should.
    Succeeded,
    /// As it should, but for what these say.
    Warnings(Vec<String>),
    /// It did not come to what it was for; the reason as the service says it.
    Failed(String),
    /// Somebody canceled it.
    Canceled,
}

impl Outcome {
    /// The failure that the outcome is for the exit code. Warnings are one too, for after the result was printed.
    ///
    /// `what` begins a sentence.
    pub(crate) fn settle(self, what: &str) -> Result<(), Failure> {
        let what = what.to_owned();
        match self {
            Self::Succeeded => Ok(()),
            Self::Warnings(warnings) => Err(Failure::Warnings { what, warnings }),
            Self::Failed(reason) => Err(Failure::RunFailed { what, reason }),
            Self::Canceled => Err(Failure::RunFailed { what, reason: "it was canceled".to_owned() }),
        }
    }
}

/// Whether and for how long to wait.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct WaitArgs {
    /// Wait until it has ended, with a bar on standard error, as it does unless told otherwise
    #[arg(long, overrides_with = "no_wait", help_heading = "Waiting")]
    wait: bool,
    /// Start it and return at once
    #[arg(long, help_heading = "Waiting")]
    no_wait: bool,
    /// Wait for so long at most, such as 90s, 30m or 2h; then it goes on without being waited for (exit code 9)
    #[arg(
        long,
        value_name = "DURATION",
        value_parser = duration,
        conflicts_with = "no_wait",
        help_heading = "Waiting"
    )]
    timeout: Option<Duration>,
}

impl WaitArgs {
    /// Waiting, for so long at most.
    pub(crate) fn until(timeout: Option<Duration>) -> Self {
        Self { wait: true, no_wait: false, timeout }
    }

    /// Whether to wait at all.
    pub(crate) fn waits(&self) -> bool {
        !self.no_wait
    }

    /// The waiter with the time limit that was given, and at a pace for somebody who looks on.
    pub(crate) fn pace<S: Send + 'static>(&self, steps: Waiter<'static, S>) -> Waiter<'static, S> {
        let steps = steps.pauses(PAUSES.0, PAUSES.1);
        match self.timeout {
            Some(limit) => steps.limit(limit),
            None => steps,
        }
    }
}

/// A length of time as people write it: `90s`, `30m`, `1h30m`, `2d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const FORM: &str = "say it with its unit, such as 90s, 30m, 2h or 1d";
    let mut seconds = 0_u64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(FORM.to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let factor = match unit {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return Err(FORM.to_owned()),
        };
        let number: u64 = number.parse().map_err(|_| FORM.to_owned())?;
        let whole = number.checked_mul(factor).and_then(|part| seconds.checked_add(part));
        seconds = whole.ok_or_else(|| "it is too long".to_owned())?;
        rest = tail.trim_start();
    }
    if seconds == 0 { Err("it is no time at all".to_owned()) } else { Ok(Duration::from_secs(seconds)) }
}

/// Waits to the end, and gives what was seen last, whether it ended well or with warnings.
///
/// - `what` begins a sentence: `The backup of /home/me`.
/// - `steps` come at the pace of [`WaitArgs::pace`].
/// - `look` says what to draw; `outcome` how it ended, and is asked once, at the end.
/// - `cancel` asks the service to cancel. Ctrl-C calls it once and goes on waiting; a second Ctrl-C leaves at once.
/// - `again` is the command that looks at it later.
///
/// Warnings are no failure here, since what came of it is to be printed first: hand the outcome to
/// [`Outcome::settle`] after that.
///
/// # Errors
///
/// [`Failure::RunFailed`], [`Failure::OutOfTime`], [`Failure::Canceled`] and [`Failure::Left`] after Ctrl-C, and what
/// a call fails with.
pub(crate) async fn follow<S: Send + 'static>(
    what: &str,
    steps: Waiter<'static, S>,
    look: impl Fn(&S) -> Progress,
    outcome: impl Fn(&S) -> Outcome,
    cancel: impl AsyncFn() -> Result<(), Failure>,
    again: &str,
) -> Result<S, Failure> {
    follow_while(&mut Interrupts::listen()?, what, steps, look, outcome, cancel, again).await
}

/// [`follow`] for a command that has listened for Ctrl-C before.
pub(crate) async fn follow_while<S: Send + 'static>(
    interrupts: &mut Interrupts,
    what: &str,
    steps: Waiter<'static, S>,
    look: impl Fn(&S) -> Progress,
    outcome: impl Fn(&S) -> Outcome,
    cancel: impl AsyncFn() -> Result<(), Failure>,
    again: &str,
) -> Result<S, Failure> {
    let named = || what.to_owned();
    let mut bar = Bar::new();
    let mut steps = pin!(steps.watch());
    let mut canceling: Option<Canceling<'_>> = None;
    let mut is_interrupted = false;
    loop {
        tokio::select! {
            step = steps.next() => {
                let step = match step {
                    Some(Ok(step)) => step,
                    // What was canceled before it began may be gone altogether.
                    Some(Err(WaitError::Call(error))) if is_interrupted && error.is_not_found() => {
                        return Err(Failure::Canceled(named()));
                    }
                    Some(Err(WaitError::Call(error))) => return Err(error.into()),
                    // `watch` ends with a final step, and gives no other error than this one.
                    Some(Err(_)) | None => {
                        return Err(Failure::OutOfTime { what: named(), again: again.to_owned() });
                    }
                };
                if !step.is_final() {
                    bar.show(&look(step.state()));
                    continue;
                }
                bar.clear();
                let state = step.into_state();
                return match outcome(&state) {
                    Outcome::Canceled if is_interrupted => Err(Failure::Canceled(named())),
                    Outcome::Succeeded | Outcome::Warnings(_) => Ok(state),
                    ended => ended.settle(what).map(|()| state),
                };
            }
            () = interrupts.next() => {
                if is_interrupted {
                    bar.clear();
                    return Err(Failure::Left { what: named(), again: again.to_owned() });
                }
                is_interrupted = true;
                bar.say("canceling it at the service; press Ctrl-C again to leave it alone");
                canceling = Some(Box::pin(cancel()));
            }
            asked = asked(&mut canceling) => {
                canceling = None;
                if let Err(failure) = asked {
                    bar.say(format_args!("note: it was not canceled: {failure}; press Ctrl-C again to leave"));
                }
            }
        }
    }
}

type Canceling<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;

/// Waits for what may not be there.
async fn asked(canceling: &mut Option<Canceling<'_>>) -> Result<(), Failure> {
    match canceling {
        Some(canceling) => canceling.await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_unit() {
        for (text, seconds) in
            [("90s", 90), ("30m", 1_800), ("1h30m", 5_400), ("2d", 172_800), ("1w", 604_800)]
        {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "90", "s", "1y", "-1s", "1.5h", "0s", "99999999999999999999s", "9999999999999999w"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_outcome_has_its_exit_code() {
        let exit = |outcome: Outcome| outcome.settle("The backup").err().map(|failure| failure.exit() as u8);
        assert_eq!(exit(Outcome::Succeeded), None);
        assert_eq!(exit(Outcome::Failed("no".to_owned())), Some(6));
        assert_eq!(exit(Outcome::Canceled), Some(6));
        assert_eq!(exit(Outcome::Warnings(vec!["a file".to_owned()])), Some(7));
    }

    #[test]
    fn long_lists_of_warnings_are_cut() {
        let warnings: Vec<String> = (1..=12).map(|number| format!("file {number}")).collect();
        let failure = Outcome::Warnings(warnings).settle("The backup of /x").unwrap_err().to_string();
        assert!(failure.starts_with("The backup of /x ended with 12 warnings:\n  file 1\n"), "{failure}");
        assert!(failure.ends_with("\n  file 10\n  and 2 more"), "{failure}");
    }
}
