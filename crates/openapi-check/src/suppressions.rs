//! Findings that may stay, for a reason and for a time.
//!
//! They stand in the file `suppressions.yaml` beside the entry file, a list of
//!
//! ```yaml
//! - rule: trailing-slash
//!   pointer: /paths/~1pets~1        # of the bundle: what stands there and below
//!   reason: The old clients of the shop call it so.
//!   expires: '2027-06-30'           # the last day
//! - rule: unused
//!   file: schemas/*.yaml            # instead of a pointer, relative to this file
//!   reason: …
//!   expires: …
//! ```
//!
//! A rule of the form `tool/rule` is for another tool and read over here.

use std::collections::HashSet;

use crate::bundle::Bundle;
use crate::node::{Content, Node};
use crate::sources::beside;
use crate::{Date, Diagnostic, Location, RuleSet, Sources, Suppressed, rule, suggest};

/// The name of the file.
const FILE: &str = "suppressions.yaml";

const KEYS: [&str; 5] = ["rule", "pointer", "file", "reason", "expires"];

pub(crate) struct Suppressions {
    list: Vec<Suppression>,
    /// What is wrong with the file itself.
    findings: Vec<Diagnostic>,
}

struct Suppression {
    location: Location,
    rule: &'static str,
    scope: Scope,
    reason: String,
    expires: Date,
    expires_at: Location,
    used: bool,
}

enum Scope {
    /// A pointer into the bundle.
    Pointer(String),
    /// A pattern for the keys of files.
    File(String),
}

impl Suppressions {
    /// The suppressions for the document with that entry, if it has any.
    pub(crate) fn beside(sources: &Sources, entry: &str) -> Option<Self> {
        let key = beside(entry, FILE);
        sources.key(&key)?;
        let mut read = Self { list: Vec::new(), findings: sources.reading_findings(&key).to_vec() };
        // Without a tree it is empty, or no YAML, which has been said.
        if let Some(tree) = sources.tree(&key) {
            read.entries(tree, key.strip_suffix(FILE).unwrap_or_default());
        }
        Some(read)
    }

    fn entries(&mut self, tree: &Node, folder: &str) {
        let Content::Sequence(items) = &tree.content else {
            let message = "suppressions are a list";
            let help = "each item has `rule`, `pointer` or `file`, `reason` and `expires`";
            self.findings.push(Diagnostic::error("suppression", &tree.location, message).help(help));
            return;
        };
        for item in items {
            // `tool/rule` is for another tool, which reads the same file.
            if item.str_at("rule").is_some_and(|rule| rule.contains('/')) {
                continue;
            }
            match entry(item, folder) {
                Ok(suppression) => self.list.push(suppression),
                Err(mut findings) => self.findings.append(&mut findings),
            }
        }
    }

    /// Takes out what is suppressed today.
    pub(crate) fn apply(
        &mut self,
        findings: Vec<Diagnostic>,
        bundle: Option<&Bundle>,
        today: Date,
        suppressed: &mut Vec<Suppressed>,
    ) -> Vec<Diagnostic> {
        let places: Vec<HashSet<&Location>> =
            self.list.iter().map(|suppression| suppression.places(bundle)).collect();
        let mut left = Vec::with_capacity(findings.len());
        for finding in findings {
            let mut by = None;
            for (suppression, places) in self.list.iter_mut().zip(&places) {
                let covers = match &suppression.scope {
                    Scope::Pointer(_) => places.contains(&finding.location),
                    Scope::File(pattern) => fits(pattern, &finding.location.file),
                };
                if suppression.rule == finding.rule && covers {
                    // One that has expired is used all the same: it must not be called idle as well.
                    suppression.used = true;
                    if suppression.expires >= today && by.is_none() {
                        by = Some((suppression.reason.clone(), suppression.expires));
                    }
                }
            }
            match by {
                Some((reason, expires)) => suppressed.push(Suppressed { finding, reason, expires }),
                None => left.push(finding),
            }
        }
        left
    }

    /// What is wrong with the suppressions themselves. Call it after they were applied.
    pub(crate) fn remarks(self, rules: &RuleSet, today: Date) -> Vec<Diagnostic> {
        let mut remarks = self.findings;
        for suppression in self.list {
            let Suppression { location, rule, expires, expires_at, used, .. } = suppression;
            if expires < today {
                let message = format!("this suppression of `{rule}` has expired on {expires}");
                remarks.push(
                    Diagnostic::error("suppression-expired", &expires_at, message)
                        .help("mend what it suppressed, or give it another day if the reason still holds"),
                );
            } else if !used && rules.contains(rule) {
                let message = format!("this suppresses nothing: `{rule}` finds nothing there");
                remarks.push(
                    Diagnostic::warning("suppression-unused", &location, message)
                        .help("delete it, or correct where it leads if the finding is still reported"),
                );
            }
        }
        remarks
    }
}

impl Suppression {
    /// Where everything is written that is at the pointer or below.
    fn places<'b>(&self, bundle: Option<&'b Bundle>) -> HashSet<&'b Location> {
        let mut places = HashSet::new();
        if let (Scope::Pointer(pointer), Some(bundle)) = (&self.scope, bundle) {
            let walk = bundle.root().walk(pointer);
            if walk.rest.is_none() {
                places.extend(walk.key.map(|member| &member.key_location));
                gather(walk.node, &mut places);
            }
        }
        places
    }
}

fn gather<'n>(node: &'n Node, places: &mut HashSet<&'n Location>) {
    places.insert(&node.location);
    node.items().iter().for_each(|item| gather(item, places));
    for member in node.members() {
        places.insert(&member.key_location);
        gather(&member.value, places);
    }
}

/// One item of the list, or everything that is wrong with it.
fn entry(item: &Node, folder: &str) -> Result<Suppression, Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let mut wrong = |place: &Location, message: String, help: Option<String>| {
        findings.push(Diagnostic { help, ..Diagnostic::error("suppression", place, message) });
    };
    for member in item.members().iter().filter(|member| !KEYS.contains(&member.key.as_str())) {
        let near = suggest::nearest(&member.key, KEYS).map(|near| format!("did you mean `{near}`?"));
        wrong(&member.key_location, format!("a suppression has no `{}`", member.key), near);
    }
    let id = item.str_at("rule").map(rule);
    match (&id, item.get("rule")) {
        (Some(Err(message)), Some(node)) => wrong(&node.location, message.clone(), None),
        (None, _) => wrong(&item.location, "this suppression does not say which `rule`".to_owned(), None),
        _ => {}
    }
    let scope = match (item.str_at("pointer"), item.str_at("file")) {
        (Some(pointer), None) if pointer.is_empty() || pointer.starts_with('/') => {
            Some(Scope::Pointer(pointer.to_owned()))
        }
        (None, Some(file)) => Some(Scope::File(format!("{folder}{file}"))),
        (Some(pointer), None) => {
            let help = format!("write `/{}`", pointer.trim_start_matches(['#', '/']));
            let place = item.get("pointer").map_or(&item.location, |node| &node.location);
            wrong(place, format!("`{pointer}` is no JSON pointer"), Some(help));
            None
        }
        _ => {
            let message = "a suppression has either a `pointer` into the bundle or a `file`";
            wrong(&item.location, message.to_owned(), None);
            None
        }
    };
    let reason = item.str_at("reason").map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_none() {
        let help = "say why the finding may stay, for whoever comes after you";
        wrong(&item.location, "this suppression has no `reason`".to_owned(), Some(help.to_owned()));
    }
    let expires = item.get("expires").and_then(Node::scalar).and_then(|scalar| Date::parse(&scalar.text));
    if expires.is_none() {
        let place = item.get("expires").map_or(&item.location, |node| &node.location);
        let help = "write the last day on which it holds as `expires: '2027-12-31'`";
        wrong(place, "this suppression has no day on which it `expires`".to_owned(), Some(help.to_owned()));
    }
    match (id, scope, reason, expires, item.get("expires")) {
        (Some(Ok(rule)), Some(scope), Some(reason), Some(expires), Some(node)) if findings.is_empty() => {
            Ok(Suppression {
                location: item.location.clone(),
                rule: rule.id,
                scope,
                reason: reason.to_owned(),
                expires,
                expires_at: node.location.clone(),
                used: false,
            })
        }
        _ => Err(findings),
    }
}

/// Whether a path fits a pattern: `*` stands for any characters but slashes, `**` for any.
fn fits(pattern: &str, path: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let path: Vec<char> = path.chars().collect();
    // The lengths of the beginnings of the path that the pattern fits so far.
    let mut fitting = vec![false; path.len() + 1];
    fitting[0] = true;
    let mut at = 0;
    while at < pattern.len() {
        if pattern[at] == '*' {
            let crosses = pattern.get(at + 1) == Some(&'*');
            for end in 1..=path.len() {
                fitting[end] |= fitting[end - 1] && (crosses || path[end - 1] != '/');
            }
            at += if crosses { 2 } else { 1 };
        } else {
            for end in (1..=path.len()).rev() {
                fitting[end] = fitting[end - 1] && path[end - 1] == pattern[at];
            }
            fitting[0] = false;
            at += 1;
        }
    }
    fitting[path.len()]
}

#[cfg(test)]
mod tests;
