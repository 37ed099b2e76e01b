//! Reshapes the syntax tree that progenitor gives.
//!
//! [`read`] takes the tree apart into a [`model::Model`] and asserts every shape it relies on, so that
//! another progenitor fails here and not in a caller's build. [`write`] writes the model as source:
//!
//! - structs of plain public fields, with `new` and `with_…` in place of typify's builders, and these only
//!   where a request reaches the type; `new` alone where an answer has no `Default`;
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
mod write_operations;
mod write_structs;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

pub(crate) use self::syntax::compact;

use self::model::{Definition, Model, Shape};
use crate::Error;

const HEADER: &str =
    "// Written by the crate `codegen` from the OpenAPI document. Edit the document instead.\n";

/// Reads the generated code, and from the lowered document what the code does not say.
pub(crate) fn read(tokens: TokenStream, document: &Value) -> Result<Model, Error> {
    let parts = split::split(syn::parse2(tokens)?)?;
    let types = types::read(parts.types)?;
    let areas = operations::read(parts.builders, document)?;
    let mut model = Model { areas, types };
    named::mark(&mut model);
    reach::mark(&mut model);
    defaults::mark(&mut model);
    descriptions::fill(&mut model);
    Ok(model)
}

/// Writes the model as formatted source.
pub(crate) fn write(model: &Model) -> Result<String, Error> {
    let mut items = TokenStream::new();
    for (name, template) in TYPES {
        let mentioned = |it: &Definition| it.mentions.contains(name);
        let mut condition = conditions::of_users(model, mentioned);
        // A parameter is nobody's member: whether its area is there is not asked.
        if model.takes(name) {
            condition = TokenStream::new();
        } else if !model.types.iter().any(mentioned) {
            continue;
        }
        for item in syn::parse_str::<syn::File>(template)?.items {
            // The template has none, so that this crate can compile and test it.
            let schema = matches!(item, syn::Item::Struct(_))
                .then(|| quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
            items.extend(quote!(#condition #schema #item));
        }
    }
    for definition in &model.types {
        let condition = conditions::of(model, &definition.areas);
        let written = match &definition.shape {
            Shape::Struct(fields) | Shape::Named(fields) => write_structs::write(model, definition, fields),
            Shape::Enum(variants) => write_enums::write(definition, variants),
            Shape::Other(items) => items.iter().map(|item| quote!(#item)).collect(),
        };
        items.extend(written.into_iter().map(|item| quote!(#condition #item)));
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

/// Types that stand beside those of the document, where something is made of them.
const TYPES: [(&str, &str); 2] = [
    ("Secret", include_str!("post/templates/secret.rs")),
    ("UnixMillis", include_str!("post/templates/unix_millis.rs")),
];

type Question = fn(&Definition) -> bool;

/// The macros that the types lean on, and which types do.
const MACROS: [(&str, Question); 3] = [
    (include_str!("post/templates/open_enum.rs"), |it| matches!(it.shape, Shape::Enum(_))),
    (include_str!("post/templates/named_value.rs"), |it| matches!(it.shape, Shape::Named(_))),
    (include_str!("post/templates/read_object.rs"), write_structs::is_read_by_macro),
];

/// The template is compiled here, since no other crate of ours might use it.
#[cfg(test)]
mod tests {
    mod unix_millis {
        include!("post/templates/unix_millis.rs");
    }

    use std::time::{Duration, UNIX_EPOCH};

    use unix_millis::UnixMillis;

    #[test]
    fn moments_become_times_and_back() {
        for (millis, time) in [
            (0, UNIX_EPOCH),
            (1_500, UNIX_EPOCH + Duration::from_millis(1_500)),
            (-1, UNIX_EPOCH - Duration::from_millis(1)),
        ] {
            assert_eq!(UnixMillis::from(time), UnixMillis(millis));
            assert_eq!(UnixMillis(millis).to_system_time(), Some(time));
        }
        assert_eq!(i64::from(UnixMillis::from(7)), 7);
        assert_eq!(UnixMillis(7).to_string(), "7");
    }

    #[test]
    fn a_moment_is_a_number_in_json() {
        assert_eq!(serde_json::to_string(&UnixMillis(7)).unwrap(), "7");
        assert_eq!(serde_json::from_str::<UnixMillis>("-7").unwrap(), UnixMillis(-7));
    }
}
