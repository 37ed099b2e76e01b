//! A summary of the public surface that a person can review.
//!
//! One line an operation with what it gives back, one a parameter, one a field, and the values of an enum
//! wrapped into a paragraph. Behind `@` stand the areas that a shared type is there for. Sorted, so that a change of the document is a change of the lines it is about.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quote::ToTokens as _;
use syn::Item;

use crate::post::compact;
use crate::post::model::{Definition, Model, Operation, Presence, Shape, Success};

/// The area of types that several areas reach.
const SHARED: &str = "shared";

/// The summary of each area.
pub(crate) fn render(model: &Model) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for area in &model.areas {
        let text = texts.entry(area.slug.clone()).or_default();
        for operation in &area.operations {
            write_operation(text, operation);
        }
    }
    for definition in &model.types {
        let mut areas = definition.areas.iter();
        let area = match (areas.next(), areas.next()) {
            (Some(only), None) => only.as_str(),
            _ => SHARED,
        };
        let reach = if area == SHARED && !model.is_everywhere(&definition.areas) {
            format!(" @ {}", definition.areas.iter().cloned().collect::<Vec<_>>().join(", "))
        } else {
            String::new()
        };
        write_definition(texts.entry(area.to_owned()).or_default(), definition, &reach);
    }
    texts
}

/// One line an operation, sorted by path.
pub(crate) fn operations(model: &Model) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for operation in model.areas.iter().flat_map(|area| &area.operations) {
        let line = format!("{:6} {} {}", operation.http_method, operation.path, operation.method);
        lines.push((operation.path.clone(), line));
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

// Writing to a String cannot fail, so the results below are dropped.

fn write_operation(text: &mut String, operation: &Operation) {
    let output = match &operation.success {
        Success::Empty => "()".to_owned(),
        Success::Bytes => "ByteStream".to_owned(),
        Success::Json(ty) => compact(ty),
    };
    let error = operation.error.as_ref().map_or_else(|| "()".to_owned(), compact);
    let _ = writeln!(text, "fn {} -> {output} | {error}", operation.method);
    for parameter in &operation.parameters {
        let mark = if parameter.presence == Presence::Required { "" } else { "?" };
        let _ = writeln!(text, "  .{}{mark}: {}", parameter.ident, compact(&parameter.ty));
    }
    text.push('\n');
}

/// `reach` names the areas of a type that several areas reach and not all.
fn write_definition(text: &mut String, definition: &Definition, reach: &str) {
    let ident = &definition.ident;
    match &definition.shape {
        Shape::Struct(fields) | Shape::Named(fields) => {
            let kind = if matches!(definition.shape, Shape::Named(_)) { " from-name" } else { "" };
            let new = match (definition.in_requests, definition.is_built()) {
                (true, _) => " new",
                (false, true) => " new-only",
                (false, false) => "",
            };
            let default = if definition.has_default { " default" } else { "" };
            let _ = writeln!(text, "struct {ident}{new}{default}{kind}{reach}");
            for field in fields {
                let wire =
                    if field.ident == field.wire { String::new() } else { format!(" = {}", field.wire) };
                let _ = writeln!(text, "  {}: {}{wire}", field.ident, compact(&field.ty));
            }
        }
        Shape::Enum(variants) => {
            let _ = writeln!(text, "enum {ident}{reach}");
            for variant in variants {
                let _ = writeln!(text, "  {} = {}", variant.ident, variant.wire);
            }
        }
        Shape::Local(local) => {
            let _ = writeln!(text, "{} {ident}{reach}", local.family());
        }
        Shape::Other(items) => {
            for item in items {
                match item {
                    Item::Struct(item) => {
                        let inner: Vec<String> = item.fields.iter().map(|field| compact(&field.ty)).collect();
                        let _ = writeln!(text, "newtype {ident}({}){reach}", inner.join(", "));
                    }
                    Item::Enum(item) => {
                        let _ = writeln!(text, "union {ident}{reach}");
                        for variant in &item.variants {
                            let _ = writeln!(text, "  {}", variant.to_token_stream());
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    text.push('\n');
}
