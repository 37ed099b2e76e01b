//! What a check found, with what of it is suppressed.

use std::collections::{HashMap, HashSet};

use crate::bundle::{Bundle, assemble};
use crate::node::{Content, Node};
use crate::pointer::escape;
use crate::suppressions::Suppressions;
use crate::{Date, Diagnostic, Location, RuleSet, Severity, Sources, diagnostic, rules};

/// What a check of one document found.
///
/// ```
/// use openapi_check::format::{Format, Pages, write};
/// use openapi_check::{Date, Report, RuleSet, Sources};
///
/// let text = "openapi: 3.0.3\ninfo: {title: Pets, version: 1.0}\npaths: {}\n";
/// let sources: Sources = [("pets.yaml".to_owned(), text)].into_iter().collect();
/// let today = Date::parse("2026-01-01").unwrap();
/// let report = Report::new(&sources, "pets.yaml", &RuleSet::portable(), today);
/// assert_eq!(report.findings[0].location.to_string(), "pets.yaml:2:30");
/// assert!(write(&[report], Format::Text, &Pages::default()).contains("write '1.0'"));
/// ```
#[derive(Clone, Debug)]
pub struct Report<'s> {
    /// The key of the entry file.
    pub entry: String,
    /// The files that were checked.
    pub sources: &'s Sources,
    /// What is wrong, ordered by file and line.
    pub findings: Vec<Diagnostic>,
    /// What was found and is suppressed, in the same order.
    pub suppressed: Vec<Suppressed>,
}

/// A finding that is suppressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Diagnostic,
    /// Why it may stay.
    pub reason: String,
    /// The last day on which it may.
    pub expires: Date,
}

impl<'s> Report<'s> {
    /// Checks the document whose entry is the file `entry`, and applies the file `suppressions.yaml` beside it
    /// as of `today`.
    pub fn new(sources: &'s Sources, entry: &str, rules: &RuleSet, today: Date) -> Self {
        let (bundle, mut findings) = assemble(sources, entry);
        if let Some(bundle) = &bundle {
            rules::run(bundle, &mut findings);
        }
        rules.keep(&mut findings);
        diagnostic::arrange(&mut findings);
        if let Some(bundle) = &bundle {
            add_pointers(bundle, &mut findings);
        }
        let mut suppressed = Vec::new();
        if let Some(mut suppressions) = Suppressions::beside(sources, entry) {
            findings = suppressions.apply(findings, bundle.as_ref(), today, &mut suppressed);
            let mut remarks = suppressions.remarks(rules, today);
            rules.keep(&mut remarks);
            findings.append(&mut remarks);
            diagnostic::arrange(&mut findings);
        }
        Self { entry: entry.to_owned(), sources, findings, suppressed }
    }

    /// How many findings are that bad, the suppressed ones left out.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Tells each finding where it is in the bundle.
fn add_pointers(bundle: &Bundle, findings: &mut [Diagnostic]) {
    let wanted: HashSet<Location> = findings.iter().map(|finding| finding.location.clone()).collect();
    if wanted.is_empty() {
        return;
    }
    let mut places = Places { wanted, exact: HashMap::new(), begins: HashMap::new() };
    places.look(bundle.root(), &mut String::new());
    for finding in findings {
        let pointer = places.exact.get(&finding.location).or_else(|| places.begins.get(&finding.location));
        finding.pointer = pointer.cloned();
    }
}

/// The pointers of some places. What is written once may be in the bundle several times; the first counts.
struct Places {
    wanted: HashSet<Location>,
    /// Of the keys and scalars that stand there.
    exact: HashMap<Location, String>,
    /// Of the collections that begin there, which is also where their first member stands.
    begins: HashMap<Location, String>,
}

impl Places {
    fn look(&mut self, node: &Node, pointer: &mut String) {
        let length = pointer.len();
        let known = if node.is_scalar() { &mut self.exact } else { &mut self.begins };
        note(&self.wanted, known, &node.location, pointer);
        match &node.content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    pointer.push_str(&format!("/{index}"));
                    self.look(item, pointer);
                    pointer.truncate(length);
                }
            }
            Content::Mapping(members) => {
                for member in members {
                    pointer.push('/');
                    pointer.push_str(&escape(&member.key));
                    note(&self.wanted, &mut self.exact, &member.key_location, pointer);
                    self.look(&member.value, pointer);
                    pointer.truncate(length);
                }
            }
        }
    }
}

fn note(wanted: &HashSet<Location>, known: &mut HashMap<Location, String>, at: &Location, pointer: &str) {
    if wanted.contains(at) && !known.contains_key(at) {
        known.insert(at.clone(), pointer.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_know_their_place_in_the_bundle() {
        let files = [
            (
                "a/openapi.yaml",
                "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /x: {$ref: x.yaml}\n",
            ),
            ("a/x.yaml", "get:\n  summry: X\n  responses:\n    200: {description: X}\n"),
        ];
        let sources: Sources = files.map(|(key, text)| (key.to_owned(), text)).into_iter().collect();
        let today = Date::parse("2026-01-01").expect("a date");
        let report = Report::new(&sources, "a/openapi.yaml", &RuleSet::portable(), today);
        let found: Vec<_> = report.findings.iter().map(|f| (f.rule, f.pointer.as_deref())).collect();
        assert_eq!(
            found,
            [
                ("unknown-keyword", Some("/paths/~1x/get/summry")),
                ("implicit-scalar", Some("/paths/~1x/get/responses/200")),
            ]
        );
        assert_eq!((report.count(Severity::Error), report.count(Severity::Warning)), (2, 0));
    }
}
