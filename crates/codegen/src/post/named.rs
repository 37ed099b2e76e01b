//! Finds the objects that stand for one value of a list: a required `name` and an optional `description`.
//!
//! Who makes a request should write the value, and a service may send the value where the document has the
//! object. So these become structs that are made and read from their name alone.

use std::collections::BTreeSet;

use super::model::{Definition, Field, Model, Shape};
use super::syntax::{argument, compact};

pub(super) fn mark(model: &mut Model) {
    let enums: BTreeSet<String> = model
        .types
        .iter()
        .filter(|definition| matches!(definition.shape, Shape::Enum(_)))
        .map(|definition| definition.ident.to_string())
        .collect();
    for definition in &mut model.types {
        if is_named(definition, &enums)
            && let Shape::Struct(fields) = &mut definition.shape
        {
            definition.shape = Shape::Named(std::mem::take(fields));
        }
    }
}

fn is_named(definition: &Definition, enums: &BTreeSet<String>) -> bool {
    let Shape::Struct(fields) = &definition.shape else { return false };
    let [one, other] = fields.as_slice() else { return false };
    let fits = |name: &Field, description: &Field| {
        let value = compact(&name.ty);
        name.wire == "name"
            && name.required
            && (value == "String" || enums.contains(&value))
            && description.wire == "description"
            && argument(&description.ty, "Option").is_some_and(|ty| compact(&ty) == "String")
            && name.serde.is_empty()
            && description.serde.is_empty()
    };
    fits(one, other) || fits(other, one)
}
