//! What the comparison has to say.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a change asks of whoever uses the API.
///
/// Ordered from the least to the most; `SdkBreaking` stands above `Minor`, since programs stop compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Nobody has to do anything: wording, examples, extensions.
    Patch,
    /// There is more than before, and what worked goes on working.
    Minor,
    /// What goes over the wire stays as it is, but code generated from the document changes its names or
    /// types, and programs written against it no longer compile.
    SdkBreaking,
    /// A client or a reader that kept to the old document fails.
    Major,
}

impl Impact {
    /// All of them, the most first.
    pub const ALL: [Impact; 4] = [Impact::Major, Impact::SdkBreaking, Impact::Minor, Impact::Patch];

    /// The name as written in JSON: `major`, `sdk-breaking`, `minor` or `patch`.
    pub fn name(self) -> &'static str {
        match self {
            Impact::Major => "major",
            Impact::SdkBreaking => "sdk-breaking",
            Impact::Minor => "minor",
            Impact::Patch => "patch",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who sends what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Clients send it: parameters, bodies, and the answers to callbacks.
    Request,
    /// Clients receive it: answers, and the bodies of callbacks.
    Response,
}

/// One difference between two documents, with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Stable name of the rule that found it, in kebab case: `request-property-became-required`.
    pub id: String,
    /// How much it asks of whoever uses the API.
    pub impact: Impact,
    /// What sends the part that changed; absent for what goes over no wire, such as names and wording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// What is different, as a sentence without a final period: "property `name` of `Pet` became required".
    pub message: String,
    /// Who breaks and how, or who gains what, as a sentence without a final period.
    pub consequence: String,
    /// What the user of the API has to do; absent where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
    /// The part in the old document.
    pub base: Side,
    /// The part in the new document.
    pub new: Side,
    /// The operations concerned, as `GET /pets`, sorted. Those of the new document, or of the old one where
    /// they are gone. Empty for what belongs to none, such as the title.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<String>,
}

/// Where something stands in one of the two documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// JSON pointer into the bundled document. Where the part is in the other document only, what it is
    /// missing from.
    pub pointer: String,
    /// Whether the part is in this document.
    pub present: bool,
    /// The authored file, as its sources name it.
    pub file: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Side {
    /// The authored place as `file:line:column`.
    pub fn place(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Change {
    /// The side that shows the change best: the new document's, or the old one's for what was removed.
    pub fn side(&self) -> &Side {
        if self.new.present || !self.base.present { &self.new } else { &self.base }
    }
}

/// What all changes together ask: the highest impact; `None` without changes.
pub fn impact(changes: &[Change]) -> Option<Impact> {
    changes.iter().map(|change| change.impact).max()
}
