//! A schema that is compiled when it is first needed.

use std::sync::{Arc, OnceLock};

use openapi_check::schema::{Direction, Mismatch, Schema, Unknown};
use serde_json::Value;

/// A schema of the document.
#[derive(Debug)]
pub(crate) struct LazySchema {
    document: Arc<Value>,
    schema: Value,
    unknown: Unknown,
    direction: Direction,
    compiled: OnceLock<Result<Schema, String>>,
}

impl LazySchema {
    /// A schema for what a client sends: generous.
    pub(crate) fn request(document: &Arc<Value>, schema: &Value) -> Self {
        Self::new(document, schema, Unknown::Allowed, Direction::Request)
    }

    /// A schema for what the server answers: to the letter.
    pub(crate) fn response(document: &Arc<Value>, schema: &Value) -> Self {
        Self::new(document, schema, Unknown::Forbidden, Direction::Response)
    }

    fn new(document: &Arc<Value>, schema: &Value, unknown: Unknown, direction: Direction) -> Self {
        let (document, schema) = (Arc::clone(document), schema.clone());
        Self { document, schema, unknown, direction, compiled: OnceLock::new() }
    }

    /// The document that it is part of.
    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// The schema as the document has it.
    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// The compiled schema, or why there is none.
    pub(crate) fn compiled(&self) -> Result<&Schema, &str> {
        let compile = || Schema::compile(&self.document, &self.schema, self.unknown, self.direction);
        self.compiled.get_or_init(compile).as_ref().map_err(String::as_str)
    }

    /// The first thing that `value` gets wrong.
    pub(crate) fn first_mismatch(&self, value: &Value) -> Result<Option<Mismatch>, &str> {
        Ok(self.compiled()?.check(value).into_iter().next())
    }
}

/// Follows references to the object itself. A reference that leads nowhere stays what it is.
pub(crate) fn resolve<'d>(document: &'d Value, object: &'d Value) -> &'d Value {
    let mut object = object;
    // Longer chains are circles.
    for _ in 0..16 {
        let target = object["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        match target.and_then(|pointer| document.pointer(pointer)) {
            Some(target) => object = target,
            None => break,
        }
    }
    object
}
