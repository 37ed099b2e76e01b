//! Rewrites a document into one that says the same in words the generator reads rightly.
//!
//! Every rule is a file and a function over the whole document. A rule either logs what it rewrote, or
//! fails with the pointer of what cannot be expressed. The order matters and is written once, in [`RULES`]:
//! references are put in place first and unused schemas dropped last.
//!
//! To add a rule: write the file, add it to [`RULES`], and add a document to `tests/it/lowering.rs` that
//! shows it before and after.

mod answers;
mod bodies;
mod circles;
mod client_headers;
mod constraints;
mod defaults;
mod descriptions;
mod formats;
mod inline;
mod names;
mod parameters;
mod refused;
mod servers;
mod tags;
mod tolerant;
mod unused;

use std::fmt;

use serde_json::Value;

use crate::document::{OperationKey, operation, operation_keys, text};
use crate::{Error, Options};

type Rule = fn(&mut Context<'_>) -> Result<(), Error>;

const RULES: [Rule; 16] = [
    servers::apply,
    inline::apply,
    circles::apply,
    refused::apply,
    tags::apply,
    client_headers::apply,
    constraints::apply,
    defaults::apply,
    formats::apply,
    descriptions::apply,
    parameters::apply,
    bodies::apply,
    answers::apply,
    tolerant::apply,
    unused::apply,
    names::apply,
];

/// One rewrite of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name of the rule, such as `query-array`.
    pub rule: &'static str,
    /// JSON pointer of what was rewritten, in the document as it was at that step.
    pub pointer: String,
    /// What was done.
    pub note: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {}", self.rule, self.pointer, self.note)
    }
}

/// What rules work on.
pub(crate) struct Context<'a> {
    pub(crate) document: Value,
    pub(crate) options: &'a Options,
    pub(crate) log: Vec<Entry>,
}

impl Context<'_> {
    pub(crate) fn note(&mut self, rule: &'static str, pointer: impl Into<String>, note: impl Into<String>) {
        self.log.push(Entry { rule, pointer: pointer.into(), note: note.into() });
    }
}

/// A document ready for the generator.
pub(crate) struct Lowered {
    pub(crate) document: Value,
    pub(crate) log: Vec<Entry>,
}

/// Applies every rule.
pub(crate) fn lower(document: &Value, options: &Options) -> Result<Lowered, Error> {
    let mut context = Context { document: document.clone(), options, log: Vec::new() };
    for rule in RULES {
        rule(&mut context).map_err(|error| with_operation(error, document))?;
    }
    Ok(Lowered { document: context.document, log: context.log })
}

/// Adds the id of the operation that the pointer of `error` lies in.
pub(crate) fn with_operation(error: Error, document: &Value) -> Error {
    let Error::Unsupported { operation: None, pointer, reason } = error else { return error };
    let inside = |key: &OperationKey| {
        let place = key.pointer();
        pointer == place || pointer.starts_with(&format!("{place}/"))
    };
    let operation = operation_keys(document)
        .iter()
        .find(|key| inside(key))
        .and_then(|key| operation(document, key))
        .and_then(|operation| text(operation, "operationId"))
        .map(str::to_owned);
    Error::Unsupported { operation, pointer, reason }
}
