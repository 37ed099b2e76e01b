//! Writes structs with public fields, one of them for what the document does not know, and what builds them where
//! requests need it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Type};

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
    let members = fields.iter().map(|field| member(field, definition));
    let building = definition.is_built().then(|| building(model, definition, fields));
    let derived = (!keeps_unknown(definition)).then(|| quote!(serde::Deserialize, serde::Serialize,));
    let unknown = keeps_unknown(definition).then(|| {
        let name = unknown_fields(fields);
        quote! {
            /// What the document does not know.
            #[cfg_attr(feature = "schemars", schemars(skip))]
            pub #name: UnknownFields,
        }
    });
    let item = quote! {
        #documentation
        #[derive(Clone, Debug, #default PartialEq, #derived)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        pub struct #ident {
            #(#members)*
            #unknown
        }
    };
    [Some(item), in_json(definition), building].into_iter().flatten().collect()
}

/// Whether a struct has a member for what the document does not know. One with options such as `flatten`, which
/// are the derive's to understand, has none: it has further members of its own.
pub(super) fn keeps_unknown(definition: &Definition) -> bool {
    is_written_by_macro(definition) || matches!(definition.shape, Shape::Named(_))
}

/// Whether a struct has no options such as `flatten`.
pub(super) fn is_written_by_macro(definition: &Definition) -> bool {
    matches!(&definition.shape, Shape::Struct(fields) if fields.iter().all(|field| field.serde.is_empty()))
}

/// The name of the member for what the document does not know: one that the document does not use.
fn unknown_fields(fields: &[Field]) -> Ident {
    free("unknown_fields", |name| fields.iter().any(|field| field.ident == name))
}

/// `name`, with underscores behind it while it `is_taken`.
fn free(name: &str, is_taken: impl Fn(&str) -> bool) -> Ident {
    let mut name = name.to_owned();
    while is_taken(&name) {
        name.push('_');
    }
    format_ident!("{name}")
}

/// The reading and writing, by a macro: that of `templates/object.rs`, or of `templates/named_value.rs` for what
/// may come as its name alone.
fn in_json(definition: &Definition) -> Option<TokenStream> {
    let ident = &definition.ident;
    match &definition.shape {
        Shape::Struct(fields) if is_written_by_macro(definition) => {
            let unknown = unknown_fields(fields);
            let fields = fields.iter().map(|field| {
                let (name, wire) = (&field.ident, &field.wire);
                let presence = if field.required { quote!(required) } else { quote!(optional) };
                quote!(#name: #presence #wire,)
            });
            Some(quote!(object!(#ident, #unknown { #(#fields)* });))
        }
        Shape::Named(fields) => {
            let unknown = unknown_fields(fields);
            let value = fields.iter().find(|field| field.required).map(|field| &field.ty);
            Some(quote!(named_value!(#ident(#value), #unknown);))
        }
        _ => None,
    }
}

/// `#[doc]` attributes for `text`, none for an empty one.
pub(super) fn docs(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        let line = if line.is_empty() { String::new() } else { format!(" {line}") };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

fn member(field: &Field, definition: &Definition) -> TokenStream {
    let (ident, ty) = (&field.ident, &field.ty);
    let documentation = docs(&field.docs);
    if keeps_unknown(definition) {
        // Its macro knows the name in JSON; only the schema has to be told.
        let wire = &field.wire;
        let renamed = (*ident != field.wire)
            .then(|| quote!(#[cfg_attr(feature = "schemars", schemars(rename = #wire))]));
        return quote! {
            #documentation
            #renamed
            pub #ident: #ty,
        };
    }
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
        let optional = fields.iter().filter(|field| !field.required).map(|field| &field.ident);
        let unknown = keeps_unknown(definition).then(|| {
            let name = unknown_fields(fields);
            quote!(#name: UnknownFields::default(),)
        });
        let rest = if definition.has_default && required.len() < fields.len() {
            quote!(..Default::default())
        } else {
            quote!(#(#optional: None,)* #unknown)
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
    let setters: Vec<TokenStream> = fields.iter().filter(set).map(|field| setter(model, field)).collect();
    let unknown = (definition.in_requests && keeps_unknown(definition)).then(|| unknown_setter(fields));
    quote! {
        impl #ident {
            #new
            #(#setters)*
            #unknown
        }
    }
}

fn unknown_setter(fields: &[Field]) -> TokenStream {
    let member = unknown_fields(fields);
    let method = free("with_unknown_field", |name| fields.iter().any(|field| setter_name(field) == name));
    quote! {
        /// Sets a member that the document does not know.
        #[must_use]
        pub fn #method(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
            self.#member.insert(name, value);
            self
        }
    }
}

fn setter_name(field: &Field) -> Ident {
    format_ident!("with_{}", field.ident.to_string().trim_matches('_'))
}

fn setter(model: &Model, field: &Field) -> TokenStream {
    let name = &field.ident;
    let method = setter_name(field);
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
fn conversion(model: &Model, ty: &Type, name: &Ident) -> (TokenStream, TokenStream) {
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
