//! Writes the features that something is there for: one an area, named after its tag.
//!
//! What every area reaches carries no condition, so that a crate without any area still has, for example,
//! its error body.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Definition, Model};

/// The attribute of what these areas reach. What no operation reaches, such as a module of helpers, has none.
pub(super) fn of(model: &Model, areas: &BTreeSet<String>) -> TokenStream {
    if model.is_everywhere(areas) {
        return TokenStream::new();
    }
    if areas.is_empty() { TokenStream::new() } else { any(areas) }
}

/// The attribute of what is there with any of these areas.
fn any(areas: &BTreeSet<String>) -> TokenStream {
    let features: Vec<&String> = areas.iter().collect();
    match features.as_slice() {
        [only] => quote!(#[cfg(feature = #only)]),
        several => quote!(#[cfg(any(#(feature = #several),*))]),
    }
}

/// The attribute of what the types need for which `used` holds.
pub(super) fn of_users(model: &Model, used: impl Fn(&Definition) -> bool) -> TokenStream {
    let mut areas = BTreeSet::new();
    for definition in model.types.iter().filter(|it| used(it)) {
        if model.is_everywhere(&definition.areas) {
            return TokenStream::new();
        }
        areas.extend(definition.areas.iter().cloned());
    }
    // Not `of`: though each area reaches one of the types, none may be there at all.
    any(&areas)
}

/// The attribute as a line of source, empty without one.
pub(super) fn line(attribute: &TokenStream) -> String {
    if attribute.is_empty() {
        return String::new();
    }
    let text = attribute.to_string();
    let mut text = text.replace(" (", "(").replace("# [", "#[");
    for (long, short) in [("( ", "("), (" )", ")"), (" ,", ","), (" ]", "]")] {
        text = text.replace(long, short);
    }
    text + "\n"
}
