//! Holds JSON values against schemas of an OpenAPI 3.0 document.
//!
//! A schema is turned into JSON Schema and compiled when it is asked for, together with only those
//! components that it reaches; nothing is compiled in advance. What a value gets wrong is said in words
//! for the person who wrote the value ([`Mismatch`]), the most telling part first.
//!
//! A discriminator does not choose between the members of a `oneOf`: the value must fit exactly one.
//!
//! This module knows nothing of HTTP and nothing of authored files.

mod convert;
mod wording;

use serde_json::Value;

pub(crate) use wording::mismatches;
pub use wording::{Mismatch, Sort};

/// Whether members that no schema declares are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unknown {
    /// Accepted, as JSON Schema and forward-compatible readers have it.
    Allowed,
    /// Refused wherever a schema has properties and does not speak of others itself.
    Forbidden,
}

/// Who sent the value. Properties that are `readOnly` are never required of a request, those that are
/// `writeOnly` never of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From client to server.
    Request,
    /// From server to client.
    Response,
}

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    validator: jsonschema::Validator,
}

impl Schema {
    /// Compiles `schema`, which stands somewhere in `document` or could: its references lead to
    /// `#/components/schemas/` of the document.
    ///
    /// # Errors
    /// When a reference leads nowhere, a pattern is no regular expression, or the schema is none. The
    /// text says which.
    pub fn compile(
        document: &Value,
        schema: &Value,
        unknown: Unknown,
        direction: Direction,
    ) -> Result<Self, String> {
        let schema = convert::to_json_schema(document, schema, unknown, direction)?;
        jsonschema::draft202012::options()
            .should_validate_formats(false)
            .build(&schema)
            .map(|validator| Self { validator })
            .map_err(|error| error.to_string())
    }

    /// What `value` gets wrong; nothing if it fits.
    pub fn check(&self, value: &Value) -> Vec<Mismatch> {
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        wording::mismatches(self.validator.iter_errors(value))
    }
}

#[cfg(test)]
mod tests;
