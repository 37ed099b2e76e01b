//! What the generated code says, apart from how it is written.

use std::collections::BTreeSet;

use syn::{Expr, Ident, Item, Stmt, Type};

use crate::local::Local;

/// A whole client.
pub(crate) struct Model {
    /// In the order of the document's tags.
    pub(crate) areas: Vec<Area>,
    /// Sorted by name.
    pub(crate) types: Vec<Definition>,
    /// The names of types that become each other.
    pub(crate) same_ids: Vec<[String; 2]>,
}

impl Model {
    /// Whether every area of the document is among these.
    pub(crate) fn is_everywhere(&self, areas: &BTreeSet<String>) -> bool {
        self.areas.iter().all(|area| areas.contains(&area.slug))
    }
}

/// The operations of one tag.
pub(crate) struct Area {
    /// The tag in lower case with dashes, `protection-groups`. Also the feature that brings the area.
    pub(crate) slug: String,
    /// The tag as written.
    pub(crate) tag: String,
    pub(crate) docs: String,
    /// Sorted by method name.
    pub(crate) operations: Vec<Operation>,
}

/// One operation.
pub(crate) struct Operation {
    /// The `operationId` as written.
    pub(crate) id: String,
    /// The method of the client.
    pub(crate) method: Ident,
    /// The type that holds the parameters until they are sent.
    pub(crate) builder: Ident,
    pub(crate) http_method: String,
    pub(crate) path: String,
    pub(crate) docs: String,
    /// Whether the service may get the request twice without harm.
    pub(crate) repeatable: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) success: Success,
    /// The type of the error body, if one is documented.
    pub(crate) error: Option<Type>,
    /// The statement that makes the URL.
    pub(crate) url: Stmt,
    /// The statements that fill `header_map`, empty without header parameters.
    pub(crate) headers: Vec<Stmt>,
    /// The expression that makes the `Result<reqwest::Request, reqwest::Error>`.
    pub(crate) request: Expr,
}

/// One parameter of an operation, or its body.
pub(crate) struct Parameter {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) ty: Type,
    pub(crate) presence: Presence,
}

/// What happens when a parameter is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Sending fails.
    Required,
    /// Nothing is sent.
    Optional,
    /// An empty object is sent: a body the document calls optional.
    Defaulted,
}

/// What a success carries.
pub(crate) enum Success {
    Empty,
    Bytes,
    Json(Box<Type>),
}

/// One type of `types`.
pub(crate) struct Definition {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) shape: Shape,
    /// Names of the types it is made of.
    pub(crate) mentions: BTreeSet<String>,
    /// Slugs of the areas that reach it.
    pub(crate) areas: BTreeSet<String>,
    /// Whether a request reaches it.
    pub(crate) in_requests: bool,
    /// Whether it has a `Default`.
    pub(crate) has_default: bool,
}

impl Definition {
    /// Whether there is code to make a value with: where requests reach the type, and where a server that
    /// answers with it would otherwise have to write out every field.
    pub(crate) fn is_built(&self) -> bool {
        match &self.shape {
            Shape::Struct(fields) => {
                self.in_requests || !self.has_default && super::write_structs::has_new(fields)
            }
            Shape::Named(_) => self.in_requests,
            Shape::Enum(_) | Shape::Local(_) | Shape::Other(_) => false,
        }
    }
}

/// What a type is.
pub(crate) enum Shape {
    Struct(Vec<Field>),
    /// A struct of a required `name`, which is a text or an enum, and an optional `description`: the value of
    /// a list in the form of an object.
    Named(Vec<Field>),
    Enum(Vec<Variant>),
    /// A secret, a number with a unit, or an id.
    Local(Local),
    /// A newtype or an untagged union, with its impls, as generated.
    Other(Vec<Item>),
}

/// A field of a struct.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The name in JSON.
    pub(crate) wire: String,
    pub(crate) docs: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    /// Further serde options, as generated.
    pub(crate) serde: Vec<syn::Meta>,
}

/// A value of an open enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    /// The value in JSON.
    pub(crate) wire: String,
}
