//! Writes the mocks of an API: a service that a test tells what to answer, typed by the document.
//!
//! For every operation there is a type of what a call carries, a method of `MockServer` that begins to say which
//! calls are meant, and a method of `When` for each parameter. What they do is in the crate `client-mocks`; here is
//! only what a document adds. The code goes into a module of its own, since few who build a client test with it.
//!
//! It leans on the same model as the client, so that both have the same names and types, and on the lowered document
//! for what the model leaves out: where a parameter travels, and under which name.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type};

use crate::Error;
use crate::document::{Object, OperationKey, operation, text};
use crate::post::model::{Area, Model, Operation, Parameter, Presence, Success};
use crate::post::write_operations::taken;

const HEADER: &str =
    "// Written by the crate `codegen` from the OpenAPI document. Edit the document instead.\n\n";

/// What every expectation can do, whatever the operation.
const WHEN: &str = include_str!("mocks/when.rs");

/// The methods of `When` that are not parameters. A parameter of such a name gets a `_` behind it.
const TAKEN: [&str; 8] =
    ["answer", "answer_raw", "answer_with", "calls", "drop_connection", "fail", "matching", "new"];

/// The status of a success whose document names none.
const SUCCESS: u16 = 200;

/// The mocks of a model as formatted source. `lowered` is the document that the model was made of, `authored` the
/// one before it was rewritten.
pub(crate) fn write(model: &Model, lowered: &Value, authored: &Value) -> Result<String, Error> {
    let documents = Documents { lowered, authored };
    let areas = model.areas.iter().map(|area| module(area, &documents)).collect::<Result<Vec<_>, _>>()?;
    let names = model.areas.iter().map(|area| (&area.slug, name(area)));
    let uses = names.clone().map(|(feature, name)| {
        quote! {
            #[cfg(feature = #feature)]
            pub use super::#name::*;
        }
    });
    let lists = names.map(|(feature, name)| {
        quote! {
            #[cfg(feature = #feature)]
            #name::OPERATIONS,
        }
    });
    let when = syn::parse_str::<syn::File>(WHEN)?.items;
    let file: syn::File = syn::parse2(quote! {
        #(#when)*

        /// What calls carry: one type an operation, named after its builder in the client.
        pub mod calls {
            #(#uses)*
        }

        /// The operations of the areas that are there.
        pub(super) fn operations() -> Vec<client_mocks::OperationInfo> {
            let areas: &[&[client_mocks::OperationInfo]] = &[#(#lists)*];
            areas.concat()
        }

        #(#areas)*
    })?;
    Ok(format!("{HEADER}{}", prettyplease::unparse(&file)))
}

/// What the model leaves out.
struct Documents<'a> {
    lowered: &'a Value,
    authored: &'a Value,
}

impl<'a> Documents<'a> {
    /// Where a parameter travels, `query`, and under which name.
    fn place(&self, of: &Operation, parameter: &Parameter) -> Result<(&'a str, &'a str), Error> {
        use heck::ToSnakeCase as _;
        let plain = parameter.ident.to_string();
        let plain = plain.trim_start_matches("r#").trim_matches('_').to_owned();
        let described = find(self.lowered, of).and_then(|it| it.get("parameters")).and_then(Value::as_array);
        let mut named = described.into_iter().flatten().filter_map(Value::as_object);
        named
            .find(|it| text(it, "name").is_some_and(|name| name.to_snake_case() == plain))
            .and_then(|it| Some((text(it, "in")?, text(it, "name")?)))
            .ok_or_else(|| Error::shape("a parameter of the document", &parameter.ident))
    }

    /// The status of the first success that is described.
    fn status(&self, of: &Operation) -> u16 {
        let described = find(self.authored, of).and_then(|it| it.get("responses")).and_then(Value::as_object);
        let statuses = described.into_iter().flatten().filter_map(|(status, _)| status.parse().ok());
        statuses.filter(|status| (200..300).contains(status)).min().unwrap_or(SUCCESS)
    }
}

fn find<'a>(document: &'a Value, of: &Operation) -> Option<&'a Object> {
    operation(document, &OperationKey { path: of.path.clone(), method: of.http_method.to_lowercase() })
}

fn name(area: &Area) -> Ident {
    use heck::ToSnakeCase as _;
    format_ident!("{}", area.slug.to_snake_case())
}

/// An area, in a module of its own so that its feature is asked for once.
fn module(area: &Area, documents: &Documents<'_>) -> Result<TokenStream, Error> {
    let (feature, name) = (&area.slug, name(area));
    let written =
        area.operations.iter().map(|it| written(it, documents)).collect::<Result<TokenStream, _>>()?;
    let builders = area.operations.iter().map(|operation| &operation.builder);
    let methods = area.operations.iter().map(method);
    Ok(quote! {
        #[cfg(feature = #feature)]
        mod #name {
            #![allow(unused_imports, reason = "no area uses everything")]

            use client_core::CommaSeparated;
            use client_mocks::{Asked, Bytes, Content, Operation, OperationInfo, Unreadable};

            use super::super::MockServer;
            use super::When;
            use crate::types;

            pub(super) const OPERATIONS: &[OperationInfo] = &[#(#builders::INFO),*];

            impl MockServer {
                #(#methods)*
            }

            #written
        }
    })
}

fn method(operation: &Operation) -> TokenStream {
    let (method, builder) = (&operation.method, &operation.builder);
    let text = format!(" Calls of [`{method}`](crate::Client::{method}).");
    quote! {
        #[doc = #text]
        pub fn #method(&self) -> When<'_, #builder> {
            When::new(&self.service)
        }
    }
}

/// What a call of the operation carries, how it is read, and how it is told from others.
fn written(operation: &Operation, documents: &Documents<'_>) -> Result<TokenStream, Error> {
    let builder = &operation.builder;
    let (mut fields, mut reads, mut setters) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
    for parameter in &operation.parameters {
        let ident = &parameter.ident;
        let (ty, read, text) = if ident == "body" {
            match is_bytes(&parameter.ty) {
                true => (quote!(Bytes), quote!(asked.body.clone()), " The body, as it came.".to_owned()),
                false => (typed(parameter), quote!(asked.in_body()?), " The body.".to_owned()),
            }
        } else {
            let (place, wire) = documents.place(operation, parameter)?;
            let read = match place {
                "path" => quote!(asked.in_path(#wire)?),
                "query" => quote!(asked.in_query(#wire)?),
                "header" => quote!(asked.in_header(#wire)?),
                _ => return Err(Error::shape("a parameter of path, query or header", ident)),
            };
            (typed(parameter), read, format!(" `{wire}` in the {place}."))
        };
        fields.extend(quote! {
            #[doc = #text]
            pub #ident: #ty,
        });
        reads.extend(quote!(#ident: #read,));
        setters.extend(narrowing(parameter, &ty));
    }
    let text = format!(" What a call of [`{0}`](crate::Client::{0}) carries.", operation.method);
    let (id, http_method, path) = (&operation.id, &operation.http_method, &operation.path);
    let (answer, write) = match &operation.success {
        Success::Empty => (
            quote!(()),
            quote!(
                fn write((): ()) -> Content {
                    Content::empty()
                }
            ),
        ),
        Success::Bytes => (
            quote!(Bytes),
            quote!(
                fn write(answer: Bytes) -> Content {
                    Content::bytes(answer)
                }
            ),
        ),
        Success::Json(ty) => {
            (quote!(#ty), quote!(fn write(answer: #ty) -> Content { Content::json(&answer) }))
        }
    };
    let (error, write_error) = match &operation.error {
        None => (
            quote!(()),
            quote!(
                fn write_error((): ()) -> Content {
                    Content::empty()
                }
            ),
        ),
        Some(ty) => (quote!(#ty), quote!(fn write_error(error: #ty) -> Content { Content::json(&error) })),
    };
    let status = documents.status(operation);
    let asked = if reads.is_empty() { format_ident!("_asked") } else { format_ident!("asked") };
    let setters = (!setters.is_empty()).then(|| quote!(impl When<'_, #builder> { #setters }));
    Ok(quote! {
        #[doc = #text]
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub struct #builder { #fields }

        // Inlined, so that only what a test uses is compiled, and with the test.
        impl Operation for #builder {
            const INFO: OperationInfo = OperationInfo { id: #id, method: #http_method, path: #path };
            const STATUS: u16 = #status;
            type Answer = #answer;
            type Error = #error;
            #[inline]
            fn read(#asked: &Asked) -> Result<Self, Unreadable> {
                Ok(Self { #reads })
            }
            #[inline]
            #write
            #[inline]
            #write_error
        }

        #setters
    })
}

/// The type of a parameter in a call.
fn typed(parameter: &Parameter) -> TokenStream {
    let ty = &parameter.ty;
    match parameter.presence {
        Presence::Optional => quote!(Option<#ty>),
        Presence::Required | Presence::Defaulted => quote!(#ty),
    }
}

/// A method of `When` that asks for a value of a parameter, or looks at the body.
fn narrowing(parameter: &Parameter, typed: &TokenStream) -> TokenStream {
    let (ident, ty) = (&parameter.ident, &parameter.ty);
    if ident == "body" {
        return quote! {
            /// Only those whose body fits.
            pub fn body(self, fits: impl Fn(&#typed) -> bool + Send + 'static) -> Self {
                Self(self.0.matching("a body", move |call| fits(&call.body)))
            }
        };
    }
    let name = ident.to_string();
    let method = if TAKEN.contains(&name.as_str()) { format_ident!("{ident}_") } else { ident.clone() };
    let name = name.trim_matches('_');
    let text = format!(" Only those with this `{name}`.");
    let (taken, value) = taken(ty);
    let get = match parameter.presence {
        Presence::Optional => quote!(call.#ident.as_ref()),
        Presence::Required | Presence::Defaulted => quote!(Some(&call.#ident)),
    };
    quote! {
        #[doc = #text]
        pub fn #method(self, value: #taken) -> Self {
            Self(self.0.only::<#ty>(#name, #value, |call| #get))
        }
    }
}

/// Whether a body is bytes, and not JSON.
fn is_bytes(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Body"))
}
