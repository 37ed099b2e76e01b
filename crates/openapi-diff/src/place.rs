//! Parts of a document with the pointer that leads to them.

use openapi_check::Bundle;
use serde_json::Value;

use crate::Side;

/// References that lead to references. More than this is a circle, which the bundler has refused.
const MAX_CHAIN: usize = 16;

/// What stands where something is missing.
static NOTHING: Value = Value::Null;

/// A part of a document.
#[derive(Clone, Debug)]
pub(crate) struct At<'b> {
    pub(crate) node: &'b Value,
    pub(crate) pointer: String,
    pub(crate) present: bool,
}

impl<'b> At<'b> {
    /// The whole document.
    pub(crate) fn root(bundle: &'b Bundle) -> Self {
        Self { node: bundle.document(), pointer: String::new(), present: true }
    }

    /// The member `key`, or its absence.
    pub(crate) fn at(&self, key: &str) -> Self {
        let node = self.node.as_object().and_then(|members| members.get(key));
        Self {
            node: node.unwrap_or(&NOTHING),
            pointer: format!("{}/{}", self.pointer, escape(key)),
            present: node.is_some(),
        }
    }

    /// The member `key`, if there is one.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        Some(self.at(key)).filter(|at| at.present)
    }

    /// The same pointer as if nothing stood there, for what only the other document has.
    pub(crate) fn missing(&self, key: &str) -> Self {
        Self { node: &NOTHING, pointer: format!("{}/{}", self.pointer, escape(key)), present: false }
    }

    /// This part as if it were not there: for an item that only the list of the other document has.
    pub(crate) fn nowhere(&self) -> Self {
        self.missing("-")
    }

    pub(crate) fn str_at(&self, key: &str) -> Option<&'b str> {
        self.node.get(key).and_then(Value::as_str)
    }

    pub(crate) fn bool_at(&self, key: &str) -> bool {
        self.node.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Members, in the order of the document; none unless it is an object.
    pub(crate) fn members(&self) -> Vec<(&'b str, At<'b>)> {
        let members = self.node.as_object().into_iter().flatten();
        members.map(|(key, _)| (key.as_str(), self.at(key))).collect()
    }

    /// Items, in the order of the document; none unless it is an array.
    pub(crate) fn items(&self) -> Vec<At<'b>> {
        let items = self.node.as_array().into_iter().flatten().enumerate();
        items
            .map(|(index, node)| At { node, pointer: format!("{}/{index}", self.pointer), present: true })
            .collect()
    }

    /// The reference, if that is what stands here.
    pub(crate) fn reference(&self) -> Option<&'b str> {
        self.str_at("$ref")
    }

    /// What the references lead to; the part itself if it is none.
    pub(crate) fn resolved(&self, document: &At<'b>) -> At<'b> {
        let mut at = self.clone();
        for _ in 0..MAX_CHAIN {
            let Some(reference) = at.reference() else { break };
            let Some(pointer) = reference.strip_prefix('#') else { break };
            let Some(node) = document.node.pointer(pointer) else { break };
            at = At { node, pointer: pointer.to_owned(), present: true };
        }
        at
    }

    /// Where this is, for a [`crate::Change`]. What is missing gets the place of what it is missing from.
    pub(crate) fn side(&self, bundle: &Bundle) -> Side {
        let mut pointer = self.pointer.as_str();
        if !self.present {
            // Up to the first part that exists.
            while !pointer.is_empty() && bundle.document().pointer(pointer).is_none() {
                pointer = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
        }
        let place = bundle.locate(pointer);
        Side {
            pointer: pointer.to_owned(),
            present: self.present,
            file: place.map(|place| place.file.to_string()).unwrap_or_default(),
            line: place.map_or(1, |place| place.line),
            column: place.map_or(1, |place| place.column),
        }
    }
}

/// Whether a part of the old and one of the new document belong together.
pub(crate) type Test<'t, 'b> = &'t dyn Fn(&At<'b>, &At<'b>) -> bool;

/// Takes out of both lists the parts that belong together, by the first test, then by the next, and so on.
pub(crate) fn pair_up<'b>(
    gone: &mut Vec<At<'b>>,
    added: &mut Vec<At<'b>>,
    tests: &[Test<'_, 'b>],
) -> Vec<(At<'b>, At<'b>)> {
    let mut pairs = Vec::new();
    for test in tests {
        gone.retain(|old| match added.iter().position(|now| test(old, now)) {
            Some(index) => {
                pairs.push((old.clone(), added.remove(index)));
                false
            }
            None => true,
        });
    }
    pairs
}

/// The name at the end of a reference into `components`.
pub(crate) fn name_of(reference: &str) -> &str {
    reference.rsplit_once('/').map_or(reference, |(_, name)| name)
}

/// One token of a JSON pointer with its escapes.
pub(crate) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// One token of a JSON pointer without its escapes.
pub(crate) fn unescape(token: &str) -> String {
    // `~1` first: `~01` stands for the two characters `~1`.
    token.replace("~1", "/").replace("~0", "~")
}
