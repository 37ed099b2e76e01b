//! Small questions about syntax that several passes ask.

use quote::ToTokens as _;
use syn::{Attribute, Expr, GenericArgument, Lit, Meta, PathArguments, Type};

/// The text of the documentation, lines joined.
pub(super) fn docs(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            lines.push(text.value());
        }
    }
    lines.join("\n").trim().to_owned()
}

/// The generic arguments of `ty`, if it is a path whose last step is `name`.
pub(super) fn arguments(ty: &Type, name: &str) -> Option<Vec<Type>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != name {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return Some(Vec::new()) };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    Some(types.collect())
}

/// The only generic argument of `ty`, if it is a path whose last step is `name`.
pub(crate) fn argument(ty: &Type, name: &str) -> Option<Type> {
    match arguments(ty, name)?.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// The type as a reader would write it: without the spaces of a token stream.
pub(crate) fn compact(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    let mut text = text.replace(" :: ", "::").replace(":: ", "::");
    for (long, short) in [(" <", "<"), ("< ", "<"), (" >", ">"), (" ,", ","), (",>", ">")] {
        text = text.replace(long, short);
    }
    // A leading `::` tells a reader nothing.
    text.trim_start_matches("::").replace("<::", "<").replace(",::", ", ").replace(", ::", ", ")
}
