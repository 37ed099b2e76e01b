//! Reshapes the syntax tree that progenitor gives.
//!
//! [`read`] takes the tree apart into a [`model::Model`] and asserts every shape it relies on, so that
//! another progenitor fails here and not in a caller's build. [`write`] writes the model as source:
//!
//! - structs of plain public fields, one of them for what the document does not know, with `new` and `with_…` in
//!   place of typify's builders, and these only where a request reaches the type; `new` alone where an answer has
//!   no `Default`;
//! - enums that keep an unknown value, and objects of such a value and its description;
//! - operations whose answers the transport of `client-core` reads;
//! - conditions, so that each area of the document is a feature of the crate.
//!
//! Nothing here looks at the document, except for what progenitor drops: tags, the wire's spelling of an
//! `operationId`, and the description of a parameter.

mod conditions;
mod defaults;
mod descriptions;
pub(crate) mod model;
mod named;
mod operations;
mod paths;
mod reach;
mod split;
pub(crate) mod syntax;
mod types;
mod write_enums;
pub(crate) mod write_operations;
mod write_structs;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

pub(crate) use self::syntax::compact;

use self::model::{Definition, Model, Shape};
use crate::Error;
use crate::local::{self, Local};

const HEADER: &str =
    "// Written by the crate `codegen` from the OpenAPI document. Edit the document instead.\n";

/// Reads the generated code, and from the lowered document what the code does not say.
pub(crate) fn read(tokens: TokenStream, document: &Value) -> Result<Model, Error> {
    let parts = split::split(syn::parse2(tokens)?)?;
    let types = types::read(parts.types, local::mentioned(document))?;
    let areas = operations::read(parts.builders, document)?;
    let mut model = Model { areas, types, same_ids: local::same_ids(document)? };
    named::mark(&mut model);
    reach::mark(&mut model);
    defaults::mark(&mut model);
    descriptions::fill(&mut model);
    Ok(model)
}

/// Writes the model as formatted source.
pub(crate) fn write(model: &Model) -> Result<String, Error> {
    let mut items = TokenStream::new();
    for (template, used) in HELPERS {
        if !model.types.iter().any(used) {
            continue;
        }
        let condition = conditions::of_users(model, used);
        for item in syn::parse_str::<syn::File>(template)?.items {
            items.extend(quote!(#condition #item));
        }
    }
    for definition in &model.types {
        let condition = conditions::of(model, &definition.areas);
        let written = match &definition.shape {
            Shape::Struct(fields) | Shape::Named(fields) => write_structs::write(model, definition, fields),
            Shape::Local(local) => vec![local.written()],
            Shape::Enum(variants) => write_enums::write(definition, variants),
            Shape::Other(items) => items.iter().map(|item| quote!(#item)).collect(),
        };
        items.extend(written.into_iter().map(|item| quote!(#condition #item)));
    }
    for pair in &model.same_ids {
        let both = pair.each_ref().map(|name| model.types.iter().find(|it| it.ident == name));
        let [Some(one), Some(other)] = both else { continue };
        // Each is there for areas of its own.
        let conditions = [one, other].map(|it| conditions::of(model, &it.areas));
        for (one, other) in [(&one.ident, &other.ident), (&other.ident, &one.ident)] {
            let from_other = quote! {
                impl From<#other> for #one {
                    fn from(id: #other) -> Self {
                        Self(id.0)
                    }
                }
            };
            items.extend(conditions.iter().cloned());
            items.extend(from_other);
        }
    }
    let schemas = write_structs::json_schemas(model);
    let operations = write_operations::write(model);
    let file: syn::File = syn::parse2(quote! {
        /// The types that requests and answers are made of.
        pub mod types {
            #items
            #schemas
        }
        #operations
    })?;
    // The macros are put in as text: a formatter does not look into macros. They stand before `types`, which
    // is what brings them into scope there.
    let mut code = format!("{HEADER}\n");
    for (template, used) in MACROS {
        if model.types.iter().any(used) {
            code.push_str(&conditions::line(&conditions::of_users(model, used)));
            code.push_str(template);
            code.push('\n');
        }
    }
    code.push_str(&prettyplease::unparse(&file));
    Ok(code)
}

/// What the types of the document are read with and keep the unknown in, and which do.
const HELPERS: [(&str, Question); 2] = [
    (include_str!("post/templates/unknown_fields.rs"), write_structs::keeps_unknown),
    (include_str!("post/templates/borrowed_text.rs"), |it| {
        matches!(it.shape, Shape::Enum(_)) || write_structs::keeps_unknown(it)
    }),
];

type Question = fn(&Definition) -> bool;

/// The macros that the types lean on, and which types do. One that another calls stands before it.
const MACROS: [(&str, Question); 11] = [
    (include_str!("post/templates/open_enum.rs"), |it| matches!(it.shape, Shape::Enum(_))),
    (include_str!("post/templates/named_value.rs"), |it| matches!(it.shape, Shape::Named(_))),
    (include_str!("post/templates/secret.rs"), |it| is_local(it, |it| matches!(it, Local::Secret))),
    (include_str!("post/templates/secret_object.rs"), |it| {
        is_local(it, |it| matches!(it, Local::SecretObject))
    }),
    (include_str!("post/templates/number.rs"), |it| is_local(it, Local::is_number)),
    (include_str!("post/templates/moment.rs"), |it| is_local(it, |it| matches!(it, Local::Moment(..)))),
    (include_str!("post/templates/length.rs"), |it| is_local(it, |it| matches!(it, Local::Length(..)))),
    (include_str!("post/templates/byte_count.rs"), |it| is_local(it, |it| matches!(it, Local::ByteCount))),
    (include_str!("post/templates/text_id.rs"), |it| is_local(it, |it| matches!(it, Local::TextId(_)))),
    (include_str!("post/templates/number_id.rs"), |it| is_local(it, |it| matches!(it, Local::NumberId(_)))),
    (include_str!("post/templates/object.rs"), write_structs::is_written_by_macro),
];

fn is_local(definition: &Definition, is: impl Fn(&Local) -> bool) -> bool {
    matches!(&definition.shape, Shape::Local(local) if is(local))
}
