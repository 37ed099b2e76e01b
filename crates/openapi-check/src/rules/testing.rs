//! The petstore that rules are tested on: a good document, and small patches of it.

use crate::{Location, Sources, check};

/// Nothing is wrong with this document.
pub(crate) const PETSTORE: &str = include_str!("petstore.yaml");

/// The petstore as this house would publish it: documented, with examples and evidence.
const DOCUMENTED: &str = include_str!("documented.yaml");

/// Rules that the petstore breaks: it is terse, and a default is there for others to look at. Their tests use
/// [`documented`] and [`reports_rule`].
const ELSEWHERE: [&str; 4] = ["description", "missing-example", "evidence", "member-default"];

/// The findings for the petstore with `from` replaced by `to`, as `rule at place: message`. The place is
/// given by the word that stands there, so that the petstore can grow without all tests changing.
pub(super) fn findings(from: &str, to: &str) -> Vec<String> {
    let mut findings = patched(PETSTORE, from, to);
    findings.retain(|finding| !ELSEWHERE.contains(&finding.split(' ').next().unwrap_or_default()));
    findings
}

fn patched(base: &str, from: &str, to: &str) -> Vec<String> {
    let times = base.matches(from).count();
    assert_eq!(times, 1, "the patched text must stand in the petstore exactly once: {from}");
    let text = base.replace(from, to);
    let sources: Sources = [("petstore.yaml".to_owned(), text.clone())].into_iter().collect();
    let findings = check(&sources, "petstore.yaml");
    for finding in &findings {
        let rule = crate::rule(finding.rule).expect("every id is in the registry");
        assert_eq!(rule.severity, finding.severity, "{}", finding.rule);
    }
    let word = |location: &Location| -> String {
        let line = text.lines().nth(location.line - 1).unwrap_or_default();
        line.chars()
            .skip(location.column - 1)
            .take_while(|c| !matches!(c, ' ' | ',' | ':' | '}' | ']'))
            .collect()
    };
    findings.iter().map(|d| format!("{} at {}: {}", d.rule, word(&d.location), d.message)).collect()
}

/// Asserts that the patch is reported exactly so.
pub(super) fn reports(from: &str, to: &str, expected: &[&str]) {
    assert_eq!(findings(from, to), expected, "{from} -> {to}");
}

/// Asserts that the patch is reported exactly so by one rule, whatever others say.
pub(super) fn reports_rule(rule: &str, from: &str, to: &str, expected: &[&str]) {
    crate::rule(rule).expect("a rule in the registry");
    let mut found = patched(PETSTORE, from, to);
    found.retain(|finding| finding.split(' ').next() == Some(rule));
    assert_eq!(found, expected, "{from} -> {to}");
}

/// Asserts that one rule finds nothing wrong with the patched document, whatever others say.
pub(super) fn accepts_rule(rule: &str, from: &str, to: &str) {
    reports_rule(rule, from, to, &[]);
}

/// Asserts that nothing is wrong with the patched document.
pub(super) fn accepts(from: &str, to: &str) {
    reports(from, to, &[]);
}

/// Asserts that the patch of the documented petstore is reported exactly so.
pub(super) fn documented(from: &str, to: &str, expected: &[&str]) {
    assert_eq!(patched(DOCUMENTED, from, to), expected, "{from} -> {to}");
}

#[test]
fn one_rule_can_be_looked_at_alone() {
    let broken = "openapi: 3.0.3\ninfos: {}";
    reports_rule(
        "unknown-keyword",
        "openapi: 3.0.3",
        broken,
        &["unknown-keyword at infos: `infos` is no keyword of this object"],
    );
    accepts_rule("unused", "openapi: 3.0.3", broken);
}

#[test]
fn the_petstore_is_good() {
    accepts("openapi: 3.0.3", "openapi: 3.0.3");
    documented("openapi: 3.0.3", "openapi: 3.0.3", &[]);
}

/// Breaks the petstore in many ways. Whatever the findings are, there are some or none; nothing panics.
#[test]
fn no_document_is_too_broken_to_be_checked() {
    let check_text = |text: String| {
        let sources: Sources = [("petstore.yaml".to_owned(), text)].into_iter().collect();
        let findings = check(&sources, "petstore.yaml");
        crate::render(&findings, &sources)
    };
    let lines: Vec<&str> = PETSTORE.lines().collect();
    let mut broken = 0;
    for (number, line) in lines.iter().enumerate() {
        let replaced = |with: &str| {
            let mut lines = lines.clone();
            lines[number] = with;
            lines.join("\n")
        };
        let indent = &line[..line.len() - line.trim_start().len()];
        let key = line.split(": ").next().unwrap_or(line);
        let key = key.strip_suffix(':').unwrap_or(key);
        let texts = [
            String::new(),
            format!("{indent}- 1"),
            format!("{key}: 1"),
            format!("{key}: [1, {{}}]"),
            format!("{key}: null"),
            format!("{key}: {{$ref: '#'}}"),
            format!("{key}: {{$ref: '#/components/schemas/Pet'}}"),
            format!("{key}: {{$ref: 'x/../petstore.yaml'}}"),
            format!("{key}: {{allOf: [{{}}], enum: 3, required: x, properties: [], example: .nan}}"),
            format!("{key}: *x"),
            format!("{indent}\t{line}"),
        ];
        for with in texts {
            broken += usize::from(!check_text(replaced(&with)).is_empty());
        }
        // Cut off in the middle of the line.
        check_text(format!("{}\n{}", lines[..number].join("\n"), &line[..line.len() / 2]));
    }
    assert!(broken > lines.len() * 5, "{broken} of {}", lines.len() * 11);
}

/// As deep as the reader lets a file be, on the small stack of a test thread.
#[test]
fn the_deepest_document_can_be_checked() {
    const ROOM: usize = 90;
    for (open, close) in [
        ("{items: ", "}"),
        ("{allOf: [", "]}"),
        ("{properties: {a: ", "}}"),
        ("{additionalProperties: ", "}"),
        ("{not: ", "}"),
        ("{example: ", "}"),
    ] {
        let times = ROOM / open.matches(['{', '[']).count();
        let deep = format!("parent: {}{{}}{}", open.repeat(times), close.repeat(times));
        let found = findings("parent: {$ref: '#/components/schemas/Pet'}", &deep);
        assert!(!found.iter().any(|finding| finding.starts_with("yaml-syntax")), "{found:?}");
    }
}
