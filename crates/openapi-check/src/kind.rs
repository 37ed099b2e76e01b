//! What each place of an OpenAPI 3.0 document holds.
//!
//! One table, [`Kind::child`], says what a member of an object is. The bundler and the rules walk
//! documents by it, so that an example that happens to contain `$ref` or `properties` stays data.

use crate::node::{Content, Member, Node};

/// What a node of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of OpenAPI's objects")]
pub enum Kind {
    Document,
    Components,
    Paths,
    PathItem,
    Operation,
    Parameter,
    Header,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Schema,
    Discriminator,
    DiscriminatorMapping,
    Example,
    Link,
    Callback,
    SecurityScheme,
    SecurityRequirement,
    /// A value of the API described and not of OpenAPI: examples, defaults, enum values, extensions.
    Data,
    /// An object of OpenAPI in which nothing below is of a kind of its own.
    Other,
    /// A map or a list whose members are all of one kind.
    Each(&'static Kind),
}

/// The sections of `components` in the order in which they are written, with what they hold.
pub(crate) const SECTIONS: [(&str, Kind); 9] = [
    ("schemas", Kind::Schema),
    ("responses", Kind::Response),
    ("parameters", Kind::Parameter),
    ("examples", Kind::Example),
    ("requestBodies", Kind::RequestBody),
    ("headers", Kind::Header),
    ("securitySchemes", Kind::SecurityScheme),
    ("links", Kind::Link),
    ("callbacks", Kind::Callback),
];

/// The members of a path item that are operations.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Kind {
    /// The section of `components` that holds this kind. Kinds without one cannot be named.
    pub(crate) fn section(self) -> Option<&'static str> {
        SECTIONS.iter().find(|(_, kind)| *kind == self).map(|(name, _)| *name)
    }

    /// What the author calls it.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Kind::Schema => "schema",
            Kind::Response => "response",
            Kind::Parameter => "parameter",
            Kind::Example => "example",
            Kind::RequestBody => "request body",
            Kind::Header => "header",
            Kind::SecurityScheme => "security scheme",
            Kind::Link => "link",
            Kind::Callback => "callback",
            Kind::PathItem => "path item",
            _ => "object",
        }
    }

    /// Whether a `$ref` may stand in place of this kind.
    pub(crate) fn may_be_reference(self) -> bool {
        self == Kind::PathItem || self.section().is_some()
    }

    /// What the member `key` of a node of this kind is.
    pub fn child(self, key: &str) -> Kind {
        const PARAMETERS: Kind = Kind::Each(&Kind::Parameter);
        const EXAMPLES: Kind = Kind::Each(&Kind::Example);
        const CONTENT: Kind = Kind::Each(&Kind::MediaType);
        const SCHEMAS: Kind = Kind::Each(&Kind::Schema);
        const SECURITY: Kind = Kind::Each(&Kind::SecurityRequirement);
        match self {
            // Here every key is the author's, one that begins with `x-` too.
            Kind::Each(kind) => return *kind,
            Kind::Data => return Kind::Data,
            _ if key.starts_with("x-") => return Kind::Data,
            _ => {}
        }
        match (self, key) {
            (Kind::Document, "paths") => Kind::Paths,
            (Kind::Document, "components") => Kind::Components,
            (Kind::Document, "security") => SECURITY,
            (Kind::Components, "schemas") => SCHEMAS,
            (Kind::Components, "responses") => Kind::Each(&Kind::Response),
            (Kind::Components, "parameters") => PARAMETERS,
            (Kind::Components, "examples") => EXAMPLES,
            (Kind::Components, "requestBodies") => Kind::Each(&Kind::RequestBody),
            (Kind::Components, "headers") => Kind::Each(&Kind::Header),
            (Kind::Components, "securitySchemes") => Kind::Each(&Kind::SecurityScheme),
            (Kind::Components, "links") => Kind::Each(&Kind::Link),
            (Kind::Components, "callbacks") => Kind::Each(&Kind::Callback),
            (Kind::Paths | Kind::Callback, _) => Kind::PathItem,
            (Kind::PathItem, "parameters") => PARAMETERS,
            (Kind::PathItem, method) if METHODS.contains(&method) => Kind::Operation,
            (Kind::Operation, "parameters") => PARAMETERS,
            (Kind::Operation, "requestBody") => Kind::RequestBody,
            (Kind::Operation, "responses") => Kind::Responses,
            (Kind::Operation, "callbacks") => Kind::Each(&Kind::Callback),
            (Kind::Operation, "security") => SECURITY,
            (Kind::Responses, _) => Kind::Response,
            (Kind::Parameter | Kind::Header | Kind::MediaType, "schema") => Kind::Schema,
            (Kind::Parameter | Kind::Header | Kind::MediaType, "examples") => EXAMPLES,
            (Kind::Parameter | Kind::Header | Kind::MediaType, "example") => Kind::Data,
            (Kind::Parameter | Kind::Header | Kind::RequestBody | Kind::Response, "content") => CONTENT,
            (Kind::MediaType, "encoding") => Kind::Each(&Kind::Encoding),
            (Kind::Encoding | Kind::Response, "headers") => Kind::Each(&Kind::Header),
            (Kind::Response, "links") => Kind::Each(&Kind::Link),
            (Kind::Schema, "properties") => SCHEMAS,
            (Kind::Schema, "allOf" | "oneOf" | "anyOf") => SCHEMAS,
            (Kind::Schema, "items" | "not" | "additionalProperties") => Kind::Schema,
            (Kind::Schema, "discriminator") => Kind::Discriminator,
            (Kind::Schema, "example" | "default" | "enum") => Kind::Data,
            (Kind::Discriminator, "mapping") => Kind::DiscriminatorMapping,
            (Kind::Example, "value") => Kind::Data,
            (Kind::Link, "parameters" | "requestBody") => Kind::Data,
            _ => Kind::Other,
        }
    }

    /// What the items of a list of this kind are.
    pub fn item(self) -> Kind {
        match self {
            Kind::Each(kind) => *kind,
            other => other,
        }
    }
}

/// Visits a node and everything below it, parents first. `visit` gets the node, its kind and the member
/// that holds it, unless it is the root or an item of a list. Data and references are not entered.
pub(crate) fn visit<'n>(
    node: &'n Node,
    kind: Kind,
    visit: &mut impl FnMut(Kind, Option<&'n Member>, &'n Node),
) {
    walk(node, kind, None, visit);
}

fn walk<'n>(
    node: &'n Node,
    kind: Kind,
    member: Option<&'n Member>,
    visit: &mut impl FnMut(Kind, Option<&'n Member>, &'n Node),
) {
    visit(kind, member, node);
    if kind == Kind::Data || (kind.may_be_reference() && node.reference().is_some()) {
        return;
    }
    match &node.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => {
            for item in items {
                walk(item, kind.item(), None, visit);
            }
        }
        Content::Mapping(members) => {
            for member in members {
                walk(&member.value, kind.child(&member.key), Some(member), visit);
            }
        }
    }
}
