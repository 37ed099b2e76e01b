//! Every rule by its stable id, and which rules are held against whose documents.
//!
//! A rule has one line in the table below and one page in `docs/rules`, named after its id. The page says
//! what the rule finds, shows it and says how to mend it; its examples are run as tests.
//! `docs/rules/README.md` tells how a page is written.

use std::collections::BTreeSet;

use crate::{Diagnostic, Severity, suggest};

/// A rule, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Stable name in kebab case, as [`Diagnostic::rule`] gives it.
    pub id: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// Whose documents it is for.
    pub group: Group,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// Its page, in Markdown: what it finds, a bad and a good example, why, and how to mend it.
    pub page: &'static str,
}

/// Whose documents a rule is for. Each group is held against all documents that the groups after it are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Group {
    /// What YAML and OpenAPI 3.0 demand of every document.
    Specification,
    /// What the specification allows, and what contradicts itself or some reader or generator gets wrong.
    Portable,
    /// How the authors of this crate want their own documents: opinions, for whoever shares them.
    House,
}

impl Group {
    /// All groups, the strictest last.
    pub const ALL: [Self; 3] = [Self::Specification, Self::Portable, Self::House];

    /// The word for it on command lines and in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Specification => "specification",
            Self::Portable => "portable",
            Self::House => "house",
        }
    }

    /// The group of that [word](Group::word).
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }
}

/// One line a rule, sorted by id. The page is the file of the same name in `docs/rules`.
macro_rules! registry {
    ($($id:literal $severity:ident $group:ident $summary:literal;)*) => {
        static RULES: &[Rule] = &[$(Rule {
            id: $id,
            severity: Severity::$severity,
            group: Group::$group,
            summary: $summary,
            page: include_str!(concat!("../docs/rules/", $id, ".md")),
        },)*];

        /// The page of every rule. This module holds nothing else; [`rules`](crate::rules()) has them as text.
        $(#[doc = include_str!(concat!("../docs/rules/", $id, ".md"))])*
        pub mod pages {}
    };
}

registry! {
    "ambiguous-path"       Error   Specification "two paths that fit the same requests";
    "answer-type"          Error   House         "an operation with answers of several types";
    "array-items"          Error   Specification "an array that does not say what its items are";
    "body"                 Error   Portable      "a body where HTTP has no place for one";
    "bounds"               Error   Portable      "limits that no value keeps";
    "code-block"           Error   House         "a block of code in a description that Rust takes for a program";
    "component-name"       Error   Specification "a name that a component cannot have";
    "default"              Error   Portable      "a default that does not fit its schema";
    "description"          Error   House         "something that is not described, or not in a sentence";
    "discriminator"        Error   Portable      "a discriminator that does not tell its alternatives apart";
    "duplicate-key"        Error   Specification "a key that stands twice in one mapping";
    "duplicate-tag"        Error   Specification "a tag that is declared twice";
    "enum-constant"        Error   House         "two lists of values that give one constant in Go";
    "enum-string"          Error   House         "a list of values that are no strings";
    "enum-value"           Error   Portable      "a value listed twice, or one that its schema excludes";
    "error-body"           Error   House         "an error without a body";
    "error-response"       Error   House         "an operation that does not say how it fails";
    "evidence"             Error   House         "an operation that does not say how it is known";
    "example"              Error   Portable      "an example that does not fit its schema";
    "example-member"       Error   House         "a member of an example that its schema does not declare";
    "format"               Error   House         "a format that readers do not know, or of another type";
    "idle-keyword"         Warning Portable      "a limit that says nothing about values of the type";
    "implicit-scalar"      Error   Portable      "unquoted characters that readers of YAML do not agree on";
    "inline-name"          Error   House         "a schema written in place whose generated name is taken";
    "link"                 Error   Specification "a link that leads to no operation, or with a parameter it does not have";
    "media-type"           Error   House         "a body that generated clients cannot read or write";
    "member-default"       Error   House         "a default of a member that may be left out";
    "metaschema"           Error   Specification "an object that is not made as OpenAPI 3.0 says";
    "missing-example"      Error   House         "a JSON body without an example";
    "missing-operation-id" Error   House         "an operation without an `operationId`";
    "name-collision"       Error   Portable      "two names that become one name in a program";
    "name-twice"           Error   House         "one name for two components";
    "nullable-component"   Error   House         "a schema with a name that may be null";
    "openapi-version"      Error   Specification "a document that is not OpenAPI 3.0";
    "operation-id"         Error   Specification "an `operationId` that belongs to two operations";
    "optional-body"        Error   House         "a body that may be left out and may not be empty";
    "parameter-form"       Error   House         "a parameter that generated clients cannot send";
    "path-parameters"      Error   Specification "a path and its parameters that do not agree";
    "pattern"              Error   Portable      "a pattern that is no regular expression";
    "portable-pattern"     Error   House         "a pattern that some language cannot read";
    "query-list"           Error   House         "a list in the query that does not say how it is sent";
    "read-only"            Error   Portable      "an example with a member that its side does not send";
    "ref-siblings"         Error   Portable      "a member beside a `$ref`, which has no effect";
    "reference-circle"     Error   Specification "references that lead to references only";
    "required-cycle"       Error   Portable      "a schema of which no value ends";
    "required-property"    Error   Portable      "a required name that no property has";
    "reserved-header"      Error   Portable      "a header that every reader ignores";
    "reserved-name"        Error   House         "a name that means something else in some language";
    "server-variable"      Error   Specification "a server's URL and variables that do not agree";
    "shared-name"          Error   House         "components of different kinds with one name";
    "suppression"          Error   Specification "a suppression that is not made as it should be";
    "suppression-expired"  Error   Specification "a suppression whose time is over";
    "suppression-unused"   Warning Specification "a suppression that suppresses nothing";
    "trailing-slash"       Error   House         "a path that ends in a slash";
    "undeclared-security"  Error   Specification "a security scheme that is used and not declared";
    "undeclared-tag"       Error   House         "a tag that is used and not declared";
    "union"                Error   House         "a choice that readers cannot make";
    "unknown-keyword"      Error   Specification "a member that OpenAPI 3.0 does not know";
    "unresolved-file"      Error   Specification "a reference to a file that is not there";
    "unresolved-reference" Error   Specification "a reference that leads nowhere";
    "unused"               Warning Portable      "a component that nothing refers to";
    "yaml-syntax"          Error   Specification "text that cannot be read as YAML";
}

/// Every rule, sorted by id.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// The rule with this id.
///
/// # Errors
/// What to tell a person who asked for a rule that does not exist.
pub fn rule(id: &str) -> Result<&'static Rule, String> {
    if let Some(rule) = RULES.iter().find(|rule| rule.id == id) {
        return Ok(rule);
    }
    Err(match suggest::nearest(id, RULES.iter().map(|rule| rule.id)) {
        Some(near) => format!("there is no rule `{id}`; did you mean `{near}`?"),
        None => format!("there is no rule `{id}`"),
    })
}

/// Which rules are held against a document.
///
/// ```
/// use openapi_check::RuleSet;
///
/// let rules = RuleSet::portable().with("error-response").unwrap().without("unused").unwrap();
/// assert!(rules.contains("error-response") && !rules.contains("unused"));
/// assert!(RuleSet::portable().with("eror-response").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    ids: BTreeSet<&'static str>,
}

impl RuleSet {
    /// The rules of a group and of those before it.
    pub fn up_to(group: Group) -> Self {
        Self { ids: RULES.iter().filter(|rule| rule.group <= group).map(|rule| rule.id).collect() }
    }

    /// What OpenAPI 3.0 demands, and nothing else.
    pub fn specification() -> Self {
        Self::up_to(Group::Specification)
    }

    /// What is worth telling the author of any document.
    pub fn portable() -> Self {
        Self::up_to(Group::Portable)
    }

    /// Every rule, opinions included.
    pub fn house() -> Self {
        Self::up_to(Group::House)
    }

    /// And this rule.
    ///
    /// # Errors
    /// When there is no such rule, in words for a person.
    pub fn with(mut self, id: &str) -> Result<Self, String> {
        self.ids.insert(rule(id)?.id);
        Ok(self)
    }

    /// But not this rule.
    ///
    /// # Errors
    /// When there is no such rule, in words for a person.
    pub fn without(mut self, id: &str) -> Result<Self, String> {
        self.ids.remove(rule(id)?.id);
        Ok(self)
    }

    /// Whether the rule is in it.
    pub fn contains(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Drops the findings of other rules.
    pub(crate) fn keep(&self, findings: &mut Vec<Diagnostic>) {
        findings.retain(|finding| self.contains(finding.rule));
    }
}

impl Default for RuleSet {
    /// [`RuleSet::portable`].
    fn default() -> Self {
        Self::portable()
    }
}

#[cfg(test)]
mod tests;
