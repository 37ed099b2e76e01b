//! Reads `mod types`.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase as _;
use proc_macro2::Span;
use quote::ToTokens as _;
use syn::punctuated::Punctuated;
use syn::visit::{Visit, visit_path};
use syn::{
    Attribute, Expr, Fields, Ident, Item, ItemEnum, ItemImpl, ItemStruct, Lit, Meta, Path, Token, Type,
    parse_quote,
};

use super::model::{Definition, Field, Shape, Variant};
use super::paths;
use super::split::self_name;
use super::syntax::{argument, arguments, docs};
use crate::Error;
use crate::local::Local;

/// Reads the items of `mod types`, sorted by name, among those that are written beside them.
pub(super) fn read(items: Vec<Item>, local: BTreeMap<String, Local>) -> Result<Vec<Definition>, Error> {
    let mut definitions: Vec<Definition> = local
        .into_iter()
        .map(|(name, local)| {
            definition(Ident::new(&name, Span::call_site()), String::new(), Shape::Local(local))
        })
        .collect();
    let mut impls: BTreeMap<String, Vec<ItemImpl>> = BTreeMap::new();
    let mut support = None;
    for item in items {
        match item {
            Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => {
                definitions.push(read_struct(item)?);
            }
            Item::Enum(item) if item.variants.iter().all(|variant| variant.fields.is_empty()) => {
                definitions.push(read_enum(&item)?);
            }
            Item::Struct(ItemStruct { ref ident, ref attrs, .. })
            | Item::Enum(ItemEnum { ref ident, ref attrs, .. }) => {
                let (ident, text) = (ident.clone(), docs(attrs));
                definitions.push(definition(ident, text, Shape::Other(vec![item])));
            }
            Item::Impl(item) => {
                let Some(name) = impl_owner(&item) else {
                    return Err(Error::shape("an impl that belongs to a type of this module", &item.self_ty));
                };
                impls.entry(name).or_default().push(item);
            }
            Item::Mod(module) if module.ident == "error" => support = Some(module),
            // typify's builders give way to `new` and `with_…`.
            Item::Mod(module) if module.ident == "builder" => {}
            // `defaults` would hold functions that put values into requests.
            other => return Err(Error::shape("structs, enums, impls and `mod builder`", &other)),
        }
    }
    let mut needs_support = false;
    for definition in &mut definitions {
        let name = definition.ident.to_string();
        if let Shape::Other(items) = &mut definition.shape {
            for item in items.iter_mut() {
                complete_derives(item);
            }
            items.extend(impls.remove(&name).unwrap_or_default().into_iter().map(Item::Impl));
            needs_support |=
                items.iter().any(|item| item.to_token_stream().to_string().contains("ConversionError"));
        }
    }
    if needs_support {
        let Some(module) = support else {
            return Err(Error::shape("`mod error` beside types that use it", &""));
        };
        let ident = module.ident.clone();
        definitions.push(definition(ident, String::new(), Shape::Other(vec![Item::Mod(module)])));
    }
    definitions.sort_by_key(|definition| definition.ident.to_string());
    for definition in &mut definitions {
        definition.mentions = mentions(&definition.shape);
    }
    Ok(definitions)
}

fn definition(ident: Ident, docs: String, shape: Shape) -> Definition {
    // typify documents what has no description with its own name.
    let docs = if docs == format!("`{ident}`") { String::new() } else { docs };
    Definition {
        ident,
        docs,
        shape,
        mentions: BTreeSet::new(),
        areas: BTreeSet::new(),
        in_requests: false,
        has_default: false,
    }
}

/// The type an impl belongs to: its self type, or that of `From<Newtype> for String`.
fn impl_owner(item: &ItemImpl) -> Option<String> {
    let own = self_name(item)?;
    let Type::Path(path) = &*item.self_ty else { return None };
    if path.path.segments.len() == 1 {
        return Some(own);
    }
    let (trait_path, _) = item.trait_.as_ref()?;
    let syn::PathArguments::AngleBracketed(arguments) = &trait_path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(Type::Path(path)) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

fn read_struct(item: ItemStruct) -> Result<Definition, Error> {
    let text = docs(&item.attrs);
    let mut fields = Vec::new();
    for field in item.fields {
        let Some(ident) = field.ident else { return Err(Error::shape("a named field", &field.ty)) };
        let mut wire = ident.to_string();
        let mut serde = Vec::new();
        for meta in serde_options(&field.attrs)? {
            match string_value(&meta, "rename") {
                Some(name) => wire = name,
                None => serde.push(meta),
            }
        }
        let mut ty = field.ty;
        paths::shorten(&mut ty, "");
        let required = argument(&ty, "Option").is_none();
        // What an `Option` needs is written for all of them alike.
        if !required {
            serde.retain(|meta| {
                !meta.path().is_ident("skip_serializing_if") && !meta.path().is_ident("default")
            });
        }
        fields.push(Field { ident, wire, docs: docs(&field.attrs), ty, required, serde });
    }
    Ok(definition(item.ident, text, Shape::Struct(fields)))
}

fn read_enum(item: &ItemEnum) -> Result<Definition, Error> {
    let mut named = Vec::new();
    for variant in &item.variants {
        let mut wire = variant.ident.to_string();
        for meta in serde_options(&variant.attrs)? {
            match string_value(&meta, "rename") {
                Some(name) => wire = name,
                None => return Err(Error::shape("`rename` as the only option of a value", &meta)),
            }
        }
        named.push((variant.ident.to_string(), wire));
    }
    Ok(definition(item.ident.clone(), docs(&item.attrs), Shape::Enum(variants(&named))))
}

/// Names for the values of an enum. A leading `k`, the mark of a constant, is left out of the name.
fn variants(named: &[(String, String)]) -> Vec<Variant> {
    let short: Vec<String> = named.iter().map(|(_, wire)| variant_name(wire)).collect();
    let mut variants = Vec::new();
    for (index, (generated, wire)) in named.iter().enumerate() {
        let name = &short[index];
        let clash = short.iter().filter(|other| *other == name).count() > 1;
        let name = if clash { generated } else { name };
        let name = match name.as_str() {
            // The name of the variant for values that are not listed.
            "Unknown" => "UnknownValue",
            "Self" => "Itself",
            other => other,
        };
        variants.push(Variant { ident: Ident::new(name, Span::call_site()), wire: wire.clone() });
    }
    variants
}

fn variant_name(wire: &str) -> String {
    let bare = match wire.strip_prefix('k') {
        Some(rest) if rest.starts_with(|first: char| first.is_ascii_uppercase()) => rest,
        _ => wire,
    };
    let spelled: String = bare.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { ' ' }).collect();
    let name = spelled.to_upper_camel_case();
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) { name } else { format!("N{name}") }
}

/// The options of all `#[serde(…)]` attributes.
fn serde_options(attributes: &[Attribute]) -> Result<Vec<Meta>, Error> {
    let mut options = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
        options.extend(parsed);
    }
    Ok(options)
}

fn string_value(meta: &Meta, name: &str) -> Option<String> {
    let Meta::NameValue(pair) = meta else { return None };
    let Expr::Lit(literal) = &pair.value else { return None };
    let Lit::Str(text) = &literal.lit else { return None };
    pair.path.is_ident(name).then(|| text.value())
}

/// Adds what structs made of this type derive, and to a newtype of a list, map or text its empty value.
fn complete_derives(item: &mut Item) {
    let empty = matches!(item, Item::Struct(item) if item.fields.iter().all(|field| {
        ["Vec", "Map", "BTreeMap", "String"].iter().any(|name| arguments(&field.ty, name).is_some())
    }));
    let attributes = match item {
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        _ => return,
    };
    let equal = attributes.iter().any(|attribute| {
        attribute.path().is_ident("derive") && attribute.to_token_stream().to_string().contains("PartialEq")
    });
    if !equal {
        attributes.push(parse_quote!(#[derive(PartialEq)]));
    }
    if empty {
        attributes.push(parse_quote!(#[derive(Default)]));
    }
    attributes.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
}

/// The names of single-step paths in the types a shape is made of.
fn mentions(shape: &Shape) -> BTreeSet<String> {
    let mut names = Names(BTreeSet::new());
    match shape {
        Shape::Struct(fields) | Shape::Named(fields) => {
            fields.iter().for_each(|field| names.visit_type(&field.ty))
        }
        Shape::Enum(_) | Shape::Local(_) => {}
        Shape::Other(items) => {
            for item in items {
                match item {
                    Item::Struct(item) => names.visit_item_struct(item),
                    Item::Enum(item) => names.visit_item_enum(item),
                    _ => {}
                }
            }
        }
    }
    names.0
}

struct Names(BTreeSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast Path) {
        if let Some(last) = path.segments.last() {
            self.0.insert(last.ident.to_string());
        }
        visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::{variant_name, variants};

    fn named(values: &[&str]) -> Vec<String> {
        let values: Vec<_> = values.iter().map(|it| (format!("Generated{it}"), (*it).to_owned())).collect();
        variants(&values).into_iter().map(|variant| variant.ident.to_string()).collect()
    }

    #[test]
    fn the_mark_of_a_constant_is_left_out() {
        assert_eq!(variant_name("kSQL"), "Sql");
        assert_eq!(variant_name("kernel"), "Kernel");
        assert_eq!(variant_name("Succeeded_with-warning"), "SucceededWithWarning");
        assert_eq!(variant_name("7days"), "N7days");
    }

    #[test]
    fn values_that_would_share_a_name_keep_the_generated_one() {
        assert_eq!(named(&["kAll", "All", "kOne"]), ["GeneratedkAll", "GeneratedAll", "One"]);
    }

    #[test]
    fn a_listed_unknown_leaves_the_name_to_the_unlisted_ones() {
        assert_eq!(named(&["kUnknown"]), ["UnknownValue"]);
    }
}
