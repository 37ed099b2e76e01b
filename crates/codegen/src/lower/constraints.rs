//! Strips patterns and bounds.
//!
//! The service judges what it takes, and an answer that breaks a bound is still an answer. As types they
//! would do harm: `minimum: 1` becomes `NonZeroU64`, `minimum: 0` an unsigned number, a pattern a newtype
//! that needs a regular expression engine at run time and refuses whole answers.

use super::Context;
use crate::Error;
use crate::document::visit_schemas;

const BOUNDS: [&str; 13] = [
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut notes = Vec::new();
    visit_schemas(&mut context.document, |pointer, schema| {
        for bound in BOUNDS {
            if let Some(value) = schema.remove(bound) {
                notes.push((pointer.to_owned(), format!("{bound} {value}")));
            }
        }
        Ok(())
    })?;
    for (pointer, note) in notes {
        context.note("bound", pointer, note);
    }
    Ok(())
}
