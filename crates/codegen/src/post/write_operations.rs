//! Writes the operations: methods of the client, and the builders they give.

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;
use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::model::{Area, Model, Operation, Parameter, Presence, Success};
use super::syntax::{argument, compact};
use super::write_structs::docs;

/// What builders use, where it comes from, and in that order.
const IMPORTS: [(&str, &str); 10] = [
    ("client_core", "ByteStream"),
    ("client_core", "Call"),
    ("client_core", "CallOptions"),
    ("client_core", "CommaSeparated"),
    ("client_core", "Error"),
    ("client_core", "Response"),
    ("client_core", "Transport"),
    ("client_core::generated", "QueryParam"),
    ("client_core::generated", "encode_path"),
    ("super::super", "types"),
];

pub(super) fn write(model: &Model) -> TokenStream {
    let areas = model.areas.iter().map(area);
    let modules = model.areas.iter().map(module);
    quote! {
        #(#areas)*

        /// Requests in the making: one type an operation, made by the method of [`Client`](crate::Client) of that name.
        #[cfg(feature = "client")]
        pub mod builder {
            #(#modules)*
        }
    }
}

fn area(area: &Area) -> TokenStream {
    let title = if area.docs.is_empty() { area.tag.clone() } else { format!("{}: {}", area.tag, area.docs) };
    let feature = &area.slug;
    let documentation = docs(&format!("{title}\n\nUnder the feature `{feature}`."));
    let methods = area.operations.iter().map(|operation| {
        let (method, builder) = (&operation.method, &operation.builder);
        let documentation = operation_docs(operation);
        quote! {
            #documentation
            pub fn #method(&self) -> builder::#builder<'_> {
                builder::#builder::new(&self.transport)
            }
        }
    });
    quote! {
        #documentation
        #[cfg(all(feature = "client", feature = #feature))]
        impl crate::Client {
            #(#methods)*
        }
    }
}

/// The builders of an area, in a module of their own so that what they use is imported where they are.
fn module(area: &Area) -> TokenStream {
    let feature = &area.slug;
    let name = format_ident!("{}", area.slug.to_snake_case());
    let builders: TokenStream = area.operations.iter().map(builder).collect();
    let mut used = BTreeSet::new();
    identifiers(builders.clone(), &mut used);
    let imports = IMPORTS.iter().filter(|(_, name)| used.contains(*name)).map(|(place, name)| {
        let steps = place.split("::").chain([*name]).map(|step| format_ident!("{step}"));
        quote!(use #(#steps)::*;)
    });
    quote! {
        #[cfg(feature = #feature)]
        pub use self::#name::*;
        #[cfg(feature = #feature)]
        mod #name {
            #(#imports)*
            #builders
        }
    }
}

fn identifiers(tokens: TokenStream, found: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => _ = found.insert(ident.to_string()),
            TokenTree::Group(group) => identifiers(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn operation_docs(operation: &Operation) -> TokenStream {
    let mut text = operation.docs.clone();
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(&format!("`{} {}`", operation.http_method, operation.path));
    text.push_str(if operation.repeatable {
        "\n\nSafe to repeat: a failure that is likely to pass is tried again."
    } else {
        "\n\nNot safe to repeat: tried again only when the service cannot have acted."
    });
    docs(&text)
}

fn builder(operation: &Operation) -> TokenStream {
    let ident = &operation.builder;
    let text = format!(" A request of [`Client::{0}`](crate::Client::{0}).", operation.method);
    let fields = operation
        .parameters
        .iter()
        .map(|Parameter { ident, ty, .. }| quote!(pub(crate) #ident: Option<#ty>,));
    let names: Vec<_> = operation.parameters.iter().map(|parameter| &parameter.ident).collect();
    let setters = operation.parameters.iter().map(setter);
    let finals = operation.parameters.iter().filter_map(|parameter| settle(operation, parameter));
    let (url, headers, request) = (&operation.url, &operation.headers, &operation.request);
    let (id, repeatable) = (&operation.id, operation.repeatable);
    let error = operation.error.as_ref().map_or_else(|| quote!(()), |ty| quote!(#ty));
    let (output, call) = match &operation.success {
        Success::Empty => (quote!(()), quote!(empty::<#error>)),
        Success::Bytes => (quote!(ByteStream), quote!(bytes::<#error>)),
        Success::Json(ty) => (quote!(#ty), quote!(json::<#ty, #error>)),
    };
    quote! {
        #[doc = #text]
        #[derive(Clone, Debug)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #ident<'a> {
            client: &'a Transport,
            call_options: CallOptions,
            #(#fields)*
        }

        impl<'a> #ident<'a> {
            pub(crate) fn new(client: &'a Transport) -> Self {
                Self { client, call_options: CallOptions::default(), #(#names: None,)* }
            }

            #(#setters)*

            /// Does this call differently from the settings of the client.
            pub fn with_options(mut self, options: CallOptions) -> Self {
                self.call_options = options;
                self
            }

            /// Sends the request.
            ///
            /// # Errors
            ///
            /// When a required parameter is missing, when no answer comes, when the answer says that the
            /// operation failed, or when it cannot be read.
            pub async fn send(self) -> Result<Response<#output>, Error> {
                let Self { client, call_options, #(#names,)* } = self;
                #(#finals)*
                #url
                #(#headers)*
                let request = #request;
                client.#call(Call::new(#id, #repeatable, call_options), request).await
            }
        }
    }
}

fn setter(parameter: &Parameter) -> TokenStream {
    let (ident, ty) = (&parameter.ident, &parameter.ty);
    let required = match parameter.presence {
        Presence::Required => "Required.",
        Presence::Optional => "",
        Presence::Defaulted => "An empty object when not set.",
    };
    let documentation = docs(format!("{} {required}", parameter.docs).trim());
    let (taken, value) = taken(ty);
    quote! {
        #documentation
        pub fn #ident(mut self, value: #taken) -> Self {
            self.#ident = Some(#value);
            self
        }
    }
}

/// What becomes of a parameter that was not set.
fn settle(operation: &Operation, parameter: &Parameter) -> Option<TokenStream> {
    let (ident, id) = (&parameter.ident, &operation.id);
    match parameter.presence {
        Presence::Optional => None,
        Presence::Defaulted => Some(quote!(let #ident = #ident.unwrap_or_default();)),
        Presence::Required => {
            let name = ident.to_string();
            Some(quote!(let #ident = #ident.ok_or_else(|| Error::missing(#id, #name))?;))
        }
    }
}

/// How a setter takes a value, and how it becomes one.
pub(crate) fn taken(ty: &syn::Type) -> (TokenStream, TokenStream) {
    if ["i64", "i32", "f64", "f32", "bool"].contains(&compact(ty).as_str()) {
        (quote!(#ty), quote!(value))
    } else if let Some(item) = argument(ty, "Vec") {
        (
            quote!(impl IntoIterator<Item = impl Into<#item>>),
            quote!(value.into_iter().map(Into::into).collect()),
        )
    } else {
        (quote!(impl Into<#ty>), quote!(value.into()))
    }
}
