//! Which calls are meant.

use std::fmt::{Debug, Write as _};

use crate::rules::Rule;
use crate::{Asked, Call, MockService, Operation, Then};

type Matcher<O> = Box<dyn Fn(&O) -> Result<(), String> + Send>;

/// Calls of an operation, narrowed down by what they carry. The generated code wraps it.
#[must_use = "nothing is answered until an answer is named"]
pub struct Expectation<'m, O> {
    service: &'m MockService,
    words: String,
    matchers: Vec<Matcher<O>>,
}

impl<'m, O: Operation> Expectation<'m, O> {
    /// All calls of the operation.
    pub fn new(service: &'m MockService) -> Self {
        Self { service, words: String::new(), matchers: Vec::new() }
    }

    /// Only calls with this value of a parameter.
    pub fn only<T>(mut self, name: &'static str, value: T, get: fn(&O) -> Option<&T>) -> Self
    where
        T: PartialEq + Debug + Send + 'static,
    {
        self.say(&format!("{name} = {value:?}"));
        self.matchers.push(Box::new(move |call| match get(call) {
            Some(found) if *found == value => Ok(()),
            Some(found) => Err(format!("{name} is {found:?}")),
            None => Err(format!("there is no {name}")),
        }));
        self
    }

    /// Only calls of which `predicate` says so. `what` names what it looks at.
    pub fn matching(mut self, what: &'static str, predicate: impl Fn(&O) -> bool + Send + 'static) -> Self {
        self.say(&format!("{what} that fits"));
        self.matchers.push(Box::new(move |call| {
            if predicate(call) { Ok(()) } else { Err(format!("{what} does not fit")) }
        }));
        self
    }

    fn say(&mut self, words: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.words, "{} {words}", if self.words.is_empty() { "with" } else { " and" });
    }

    /// From here on it is said what they are answered with.
    pub fn then(self) -> Then<'m, O> {
        let Self { service, words, matchers } = self;
        let check = Box::new(move |asked: &Asked| check(&matchers, asked).map(|_| ()));
        let words = if words.is_empty() { "with anything".to_owned() } else { words };
        let rule = Rule { operation: O::INFO.id, words, check, steps: Vec::new() };
        Then::new(service, service.rules().add(rule))
    }

    /// Those that came so far, whatever they were answered with, in order.
    pub fn calls(self) -> Vec<Call<O>> {
        let asked = self.service.rules().asked();
        let ours = asked.into_iter().filter(|(asked, _)| asked.operation == Some(O::INFO.id));
        ours.filter_map(|(request, _)| {
            check(&self.matchers, &request).ok().map(|values| Call { values, request })
        })
        .collect()
    }
}

fn check<O: Operation>(matchers: &[Matcher<O>], asked: &Asked) -> Result<O, String> {
    let call = O::read(asked).map_err(|unreadable| unreadable.to_string())?;
    matchers.iter().try_for_each(|matcher| matcher(&call))?;
    Ok(call)
}
