//! A YAML value that remembers where it was written.

use serde_json::{Map, Value};

use crate::Location;
use crate::pointer;

/// A value with the place where it begins.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) location: Location,
    pub(crate) content: Content,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    Mapping(Vec<Member>),
}

/// A single value. `value` is never an array or an object.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) value: Value,
    /// The characters as written, without quotes.
    pub(crate) text: String,
    /// Written without quotes and without a tag: its type was guessed from its characters.
    pub(crate) plain: bool,
}

/// A key of a mapping with its value.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) key_location: Location,
    /// The key is an unquoted scalar that YAML does not read as a string, for example `200`.
    pub(crate) key_unquoted: bool,
    /// The key is an unquoted scalar.
    pub(crate) key_plain: bool,
    pub(crate) value: Node,
}

impl Node {
    /// A string that nobody wrote: the bundler's own references.
    pub(crate) fn string(location: &Location, text: impl Into<String>) -> Self {
        let text = text.into();
        let scalar = Scalar { value: Value::String(text.clone()), text, plain: false };
        Self { location: location.clone(), content: Content::Scalar(scalar) }
    }

    /// The members, if this is a mapping; otherwise none.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.content {
            Content::Mapping(members) => members,
            _ => &[],
        }
    }

    /// The items, if this is a sequence; otherwise none.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.content {
            Content::Sequence(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn is_mapping(&self) -> bool {
        matches!(self.content, Content::Mapping(_))
    }

    pub(crate) fn is_scalar(&self) -> bool {
        matches!(self.content, Content::Scalar(_))
    }

    pub(crate) fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.scalar().and_then(|scalar| scalar.value.as_str())
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        self.scalar().and_then(|scalar| scalar.value.as_bool())
    }

    /// The text of the member `key`, if it is a string.
    pub(crate) fn str_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::as_str)
    }

    /// The reference, if this is a mapping with a `$ref` that is a string.
    pub(crate) fn reference(&self) -> Option<&str> {
        self.str_at("$ref")
    }

    /// The same value without places.
    pub(crate) fn to_value(&self) -> Value {
        match &self.content {
            Content::Scalar(scalar) => scalar.value.clone(),
            Content::Sequence(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Content::Mapping(members) => {
                let mut map = Map::with_capacity(members.len());
                for member in members {
                    map.insert(member.key.clone(), member.value.to_value());
                }
                Value::Object(map)
            }
        }
    }

    /// Follows a JSON pointer as far as it goes. Pointers that are not well formed stop at once.
    pub(crate) fn walk(&self, json_pointer: &str) -> Walk<'_> {
        let mut walk = Walk { key: None, node: self, rest: None };
        for token in pointer::tokens(json_pointer) {
            let next = match &walk.node.content {
                Content::Mapping(_) => walk.node.member(&token).map(|member| (Some(member), &member.value)),
                Content::Sequence(items) => {
                    token.parse().ok().and_then(|index: usize| items.get(index)).map(|item| (None, item))
                }
                Content::Scalar(_) => None,
            };
            match next {
                Some((key, node)) => walk = Walk { key, node, rest: None },
                None => {
                    walk.rest = Some(token.into_owned());
                    break;
                }
            }
        }
        walk
    }
}

/// How far a JSON pointer led.
pub(crate) struct Walk<'n> {
    /// The member whose value was reached, unless it is the root or an item of a sequence.
    pub(crate) key: Option<&'n Member>,
    /// The last node reached.
    pub(crate) node: &'n Node,
    /// The first token that led nowhere; `None` if the whole pointer was followed.
    pub(crate) rest: Option<String>,
}

impl<'n> Walk<'n> {
    /// Where the author looks for this node: a scalar where it stands, a collection at its key.
    pub(crate) fn location(&self) -> &'n Location {
        match self.key {
            Some(member) if !self.node.is_scalar() || self.rest.is_some() => &member.key_location,
            _ => &self.node.location,
        }
    }
}
