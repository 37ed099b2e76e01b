//! Reshapes the syntax tree that progenitor gives.
//!
//! [`read`] takes the tree apart into a [`model::Model`] and asserts every shape it relies on, so that
//! another progenitor fails here and not in a caller's build. [`write`] writes the model as source:
//!
//! - structs of plain public fields, with `new` and `with_…` in place of typify's builders, and these only
//!   where a request reaches the type;
//! - enums that keep an unknown value;
//! - operations whose answers the transport of `client-core` reads.
//!
//! Nothing here looks at the document, except for what progenitor drops: tags, the wire's spelling of an
//! `operationId`, and the description of a parameter.

mod defaults;
pub(crate) mod model;
mod operations;
mod paths;
mod reach;
mod split;
pub(crate) mod syntax;
mod types;
mod write_enums;
mod write_operations;
mod write_structs;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

pub(crate) use self::syntax::compact;

use self::model::{Model, Shape};
use crate::Error;

const HEADER: &str =
    "// Written by the crate `codegen` from the OpenAPI document. Edit the document instead.\n";

/// Reads the generated code, and from the lowered document what the code does not say.
pub(crate) fn read(tokens: TokenStream, document: &Value) -> Result<Model, Error> {
    let parts = split::split(syn::parse2(tokens)?)?;
    let types = types::read(parts.types)?;
    let areas = operations::read(parts.builders, document)?;
    let mut model = Model { areas, types };
    reach::mark(&mut model);
    defaults::mark(&mut model);
    Ok(model)
}

/// Writes the model as formatted source.
pub(crate) fn write(model: &Model) -> Result<String, Error> {
    let mut items = TokenStream::new();
    let uses_secret = model.uses_secret();
    if uses_secret {
        items.extend(
            include_str!("post/templates/secret.rs").parse::<TokenStream>().map_err(syn::Error::from)?,
        );
    }
    for definition in &model.types {
        items.extend(match &definition.shape {
            Shape::Struct(fields) => write_structs::write(model, definition, fields),
            Shape::Enum(variants) => write_enums::write(definition, variants),
            Shape::Other(items) => quote!(#(#items)*),
        });
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
    let open_enum = if model.has_enums() { include_str!("post/templates/open_enum.rs") } else { "" };
    let read_object = include_str!("post/templates/read_object.rs");
    Ok(format!("{HEADER}\n{open_enum}\n{read_object}\n{}", prettyplease::unparse(&file)))
}
