//! What is answered to which calls, and what came.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::Asked;
use crate::reply::Reply;

/// Whether a request is meant, or why not.
pub(crate) type Check = Box<dyn Fn(&Asked) -> Result<(), String> + Send>;

/// Answers for the calls of one operation that a check lets through.
pub(crate) struct Rule {
    pub(crate) operation: &'static str,
    /// Which calls are meant: `with id = "1"`.
    pub(crate) words: String,
    pub(crate) check: Check,
    pub(crate) steps: Vec<Step>,
}

/// An answer, and how often it is to be given.
pub(crate) struct Step {
    pub(crate) reply: Reply,
    /// None is once, or for ever where nothing follows.
    pub(crate) times: Option<u64>,
    given: u64,
}

impl Step {
    pub(crate) fn new(reply: Reply) -> Self {
        Self { reply, times: None, given: 0 }
    }
}

impl Rule {
    /// The next answer, unless all were given.
    fn next(&mut self) -> Option<Reply> {
        let last = self.steps.len().checked_sub(1)?;
        let left = |(at, step): &(usize, &mut Step)| match step.times {
            Some(times) => step.given < times,
            None => *at == last || step.given == 0,
        };
        let (_, step) = self.steps.iter_mut().enumerate().find(left)?;
        step.given += 1;
        Some(step.reply.clone())
    }

    /// The answers that were not given as often as was said.
    fn unmet(&self, text: &mut String) {
        for (at, step) in self.steps.iter().enumerate() {
            let due = match step.times {
                Some(times) => times,
                None if at + 1 < self.steps.len() => 1,
                None => continue,
            };
            if step.given < due {
                let (number, operation, words) = (at + 1, self.operation, &self.words);
                // Writing to a String cannot fail.
                let _ = write!(
                    text,
                    "\n- {operation} {words}: answer {number} was to be given {}, and was given {}",
                    count(due),
                    count(step.given)
                );
            }
        }
    }

    fn admits(&self, asked: &Asked) -> Result<(), String> {
        // What a test asserts about a call must fail the test, and not only the call.
        catch_unwind(AssertUnwindSafe(|| (self.check)(asked))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
            Err(format!("looking at it panicked: {text}"))
        })
    }
}

fn count(times: u64) -> String {
    match times {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        times => format!("{times} times"),
    }
}

/// Everything that a mock knows.
#[derive(Default)]
pub(crate) struct Rules {
    rules: Mutex<Vec<Rule>>,
    asked: Mutex<Vec<(Asked, Option<usize>)>>,
    unexpected: Mutex<Vec<String>>,
}

impl Rules {
    /// Adds a rule without answers, and gives its number.
    pub(crate) fn add(&self, rule: Rule) -> usize {
        let mut rules = guard(&self.rules);
        rules.push(rule);
        rules.len() - 1
    }

    /// Adds an answer to a rule.
    pub(crate) fn then(&self, rule: usize, step: Step) {
        guard(&self.rules)[rule].steps.push(step);
    }

    /// Changes the latest answer of a rule.
    pub(crate) fn amend(&self, rule: usize, change: impl FnOnce(&mut Step)) {
        if let Some(step) = guard(&self.rules)[rule].steps.last_mut() {
            change(step);
        }
    }

    /// What is to be answered, or why nothing is.
    pub(crate) fn choose(&self, asked: &Asked) -> Result<Reply, String> {
        let mut reasons = String::new();
        let (reply, rule) = self.first(asked, &mut reasons).unzip();
        guard(&self.asked).push((asked.clone(), rule));
        reply.ok_or(reasons)
    }

    fn first(&self, asked: &Asked, reasons: &mut String) -> Option<(Reply, usize)> {
        let mut rules = guard(&self.rules);
        for (number, rule) in rules.iter_mut().enumerate() {
            if Some(rule.operation) != asked.operation {
                continue;
            }
            let reason = match rule.admits(asked) {
                Err(reason) => reason,
                Ok(()) => match rule.next() {
                    Some(reply) => return Some((reply, number)),
                    None => "all of its answers were given".to_owned(),
                },
            };
            let _ = write!(reasons, "\n  {}: {reason}", rule.words);
        }
        None
    }

    /// Remembers a call that nobody expected.
    pub(crate) fn complain(&self, complaint: String) {
        guard(&self.unexpected).push(complaint);
    }

    /// What came, in order, with the rule by which it was answered.
    pub(crate) fn asked(&self) -> Vec<(Asked, Option<usize>)> {
        guard(&self.asked).clone()
    }

    /// What did not go as expected, or nothing.
    pub(crate) fn verdict(&self) -> String {
        let mut text = String::new();
        for complaint in guard(&self.unexpected).iter() {
            let _ = write!(text, "\n- nobody expected {complaint}");
        }
        for rule in guard(&self.rules).iter() {
            rule.unmet(&mut text);
        }
        text
    }
}

/// A panic elsewhere leaves nothing half done here.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
