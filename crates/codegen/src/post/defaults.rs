//! Marks the structs that have a `Default`: those whose required fields have one.

use std::collections::BTreeSet;

use quote::ToTokens as _;
use syn::{Item, Type};

use super::model::{Model, Shape};
use super::syntax::arguments;

const PLAIN: [&str; 11] =
    ["Option", "Vec", "String", "BTreeMap", "Map", "Value", "bool", "i32", "i64", "f32", "f64"];

/// Adds structs until nothing changes: one may have a `Default` because another has.
pub(super) fn mark(model: &mut Model) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    loop {
        let before = known.len();
        for definition in &model.types {
            let has = match &definition.shape {
                Shape::Struct(fields) | Shape::Named(fields) => {
                    fields.iter().all(|field| has_default(&field.ty, &known))
                }
                Shape::Enum(_) => false,
                Shape::Local(_) => true,
                Shape::Other(items) => items.iter().any(derives_default),
            };
            if has {
                known.insert(definition.ident.to_string());
            }
        }
        if known.len() == before {
            break;
        }
    }
    for definition in &mut model.types {
        definition.has_default = known.contains(&definition.ident.to_string());
    }
}

fn derives_default(item: &Item) -> bool {
    let Item::Struct(item) = item else { return false };
    item.attrs.iter().any(|attribute| {
        attribute.path().is_ident("derive") && attribute.to_token_stream().to_string().contains("Default")
    })
}

fn has_default(ty: &Type, known: &BTreeSet<String>) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let name = last.ident.to_string();
    if name == "Box" {
        return arguments(ty, "Box").is_some_and(|inner| inner.iter().all(|inner| has_default(inner, known)));
    }
    PLAIN.contains(&name.as_str()) || known.contains(&name)
}
