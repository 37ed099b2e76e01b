//! Writes structs with public fields, and what builds them where requests need it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Type;

use super::conditions;
use super::model::{Definition, Field, Model, Shape};
use super::syntax::argument;

/// More arguments than this make a call that nobody can read; such a struct is written out instead.
const MOST_ARGUMENTS: usize = 5;

/// The items that make up a struct.
pub(super) fn write(model: &Model, definition: &Definition, fields: &[Field]) -> Vec<TokenStream> {
    let ident = &definition.ident;
    let documentation = docs(&definition.docs);
    let default = definition.has_default.then(|| quote!(Default,));
    let members = fields.iter().map(member);
    let building = definition.is_built().then(|| building(model, definition, fields));
    let by_macro = is_read_by_macro(definition);
    let derived = !by_macro && matches!(definition.shape, Shape::Struct(_));
    let deserialize = derived.then(|| quote!(serde::Deserialize,));
    let reading = if by_macro { Some(reading(definition, fields)) } else { named(definition, fields) };
    let item = quote! {
        #documentation
        #[derive(Clone, Debug, #default PartialEq, #deserialize serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        pub struct #ident {
            #(#members)*
        }
    };
    [Some(item), reading, building].into_iter().flatten().collect()
}

/// Whether a struct has no options such as `flatten`, which are the derive's to understand.
pub(super) fn is_read_by_macro(definition: &Definition) -> bool {
    matches!(&definition.shape, Shape::Struct(fields) if fields.iter().all(|field| field.serde.is_empty()))
}

/// The reading of a struct without special options, by the macro of `templates/read_object.rs`.
fn reading(definition: &Definition, fields: &[Field]) -> TokenStream {
    let ident = &definition.ident;
    let fields = fields.iter().map(|field| {
        let (name, wire) = (&field.ident, &field.wire);
        let presence = if field.required { quote!(required) } else { quote!(optional) };
        quote!(#name: #presence #wire,)
    });
    quote!(read_object!(#ident { #(#fields)* });)
}

/// The reading of an object that may come as its name alone, by the macro of `templates/named_value.rs`.
fn named(definition: &Definition, fields: &[Field]) -> Option<TokenStream> {
    let Shape::Named(_) = &definition.shape else { return None };
    let ident = &definition.ident;
    let value = fields.iter().find(|field| field.required).map(|field| &field.ty);
    Some(quote!(named_value!(#ident(#value));))
}

/// `#[doc]` attributes for `text`, none for an empty one.
pub(super) fn docs(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        let line = if line.is_empty() { String::new() } else { format!(" {line}") };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

fn member(field: &Field) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    let documentation = docs(&field.docs);
    let mut options: Vec<TokenStream> = Vec::new();
    if *ident != field.wire {
        let wire = &field.wire;
        options.push(quote!(rename = #wire));
    }
    if !field.required {
        options.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    options.extend(field.serde.iter().map(|meta| quote!(#meta)));
    let serde = (!options.is_empty()).then(|| quote!(#[serde(#(#options),*)]));
    quote! {
        #documentation
        #serde
        pub #ident: #ty,
    }
}

/// Whether the required fields are few enough to be arguments.
pub(crate) fn has_new(fields: &[Field]) -> bool {
    fields.iter().filter(|field| field.required).count() <= MOST_ARGUMENTS
}

/// `new` with the required fields and, for what requests reach, a setter for every other.
fn building(model: &Model, definition: &Definition, fields: &[Field]) -> TokenStream {
    let ident = &definition.ident;
    let required: Vec<&Field> = fields.iter().filter(|field| field.required).collect();
    let has_new = has_new(fields);
    let new = has_new.then(|| {
        let arguments = required.iter().map(|field| {
            let (name, (ty, _)) = (&field.ident, conversion(model, &field.ty, &field.ident));
            quote!(#name: #ty)
        });
        let values = required.iter().map(|field| {
            let (name, (_, value)) = (&field.ident, conversion(model, &field.ty, &field.ident));
            if *name == value.to_string() { quote!(#name,) } else { quote!(#name: #value,) }
        });
        let text = if required.is_empty() {
            " A value without any field set."
        } else {
            " A value with the required fields and no other."
        };
        let rest = if required.len() == fields.len() {
            quote!()
        } else if definition.has_default {
            quote!(..Default::default())
        } else {
            let optional = fields.iter().filter(|field| !field.required).map(|field| &field.ident);
            quote!(#(#optional: None,)*)
        };
        let made = if required.is_empty() && definition.has_default {
            quote!(Self::default())
        } else {
            quote!(Self { #(#values)* #rest })
        };
        quote! {
            #[doc = #text]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                #made
            }
        }
    });
    let set = |field: &&Field| definition.in_requests && (!has_new || !field.required);
    let setters = fields.iter().filter(set).map(|field| setter(model, field));
    quote! {
        impl #ident {
            #new
            #(#setters)*
        }
    }
}

fn setter(model: &Model, field: &Field) -> TokenStream {
    let name = &field.ident;
    let method = format_ident!("with_{}", name.to_string().trim_matches('_'));
    let text = format!(" Sets `{}`.", field.wire);
    let inner = argument(&field.ty, "Option");
    let value = format_ident!("value");
    let (ty, converted) = conversion(model, inner.as_ref().unwrap_or(&field.ty), &value);
    let converted = if inner.is_some() { quote!(Some(#converted)) } else { converted };
    quote! {
        #[doc = #text]
        #[must_use]
        pub fn #method(mut self, value: #ty) -> Self {
            self.#name = #converted;
            self
        }
    }
}

/// How an argument is written for a field of type `ty`, and how it becomes one.
fn conversion(model: &Model, ty: &Type, name: &syn::Ident) -> (TokenStream, TokenStream) {
    if let Some(item) = argument(ty, "Vec") {
        return if is_direct(model, &item) {
            (quote!(impl IntoIterator<Item = #item>), quote!(#name.into_iter().collect()))
        } else {
            (
                quote!(impl IntoIterator<Item = impl Into<#item>>),
                quote!(#name.into_iter().map(Into::into).collect()),
            )
        };
    }
    if let Some(inner) = argument(ty, "Box") {
        return (quote!(#inner), quote!(Box::new(#name)));
    }
    if is_direct(model, ty) {
        (quote!(#ty), quote!(#name))
    } else {
        (quote!(impl Into<#ty>), quote!(#name.into()))
    }
}

/// Whether a value of the type is passed as it is. Texts and enums are converted, so that a literal will do;
/// a number or a struct behind `Into` would only lose its inference.
fn is_direct(model: &Model, ty: &Type) -> bool {
    let Type::Path(path) = ty else { return true };
    let Some(last) = path.path.segments.last() else { return true };
    let name = last.ident.to_string();
    let converted = ["String", "Value"].contains(&name.as_str());
    !converted
        && model
            .types
            .iter()
            .find(|definition| definition.ident == last.ident)
            .is_none_or(|definition| matches!(definition.shape, Shape::Struct(_)))
}

/// A function that gives the JSON Schemas of all types, under the feature `schemars`.
pub(super) fn json_schemas(model: &Model) -> TokenStream {
    let described = model.types.iter().filter(|definition| !matches!(definition.shape, Shape::Local(_)));
    let statements = described.map(|definition| {
        let (condition, ident) = (conditions::of(model, &definition.areas), &definition.ident);
        quote!(#condition generator.subschema_for::<#ident>();)
    });
    quote! {
        /// The JSON Schema of every type, by its name.
        #[cfg(feature = "schemars")]
        #[must_use]
        pub fn json_schemas() -> serde_json::Map<String, serde_json::Value> {
            let mut generator = schemars::SchemaGenerator::default();
            #(#statements)*
            generator.take_definitions(true)
        }
    }
}
