//! Suppressions of a small document, in time and out of time.

use crate::suppressions::fits;
use crate::{Date, Report, RuleSet, Sources};

const ENTRY: &str = "\
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a/:
    get:
      operationId: getA
      responses:
        default: {description: A.}
  /b/:
    get:
      operationId: getB
      responses:
        default: {description: B., content: {text/plain: {schema: {$ref: 's/x.yaml#/X'}}}}
";
const X: &str = "X: {type: array, items: {}}\nY: {}\n";

/// What is found and what is suppressed, as `rule file:line`.
fn checked(suppressions: &str, rules: &RuleSet, today: &str) -> (Vec<String>, Vec<String>) {
    let files = [("w/openapi.yaml", ENTRY), ("w/s/x.yaml", X), ("w/suppressions.yaml", suppressions)];
    let sources: Sources = files.into_iter().map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
    let report = Report::new(&sources, "w/openapi.yaml", rules, Date::parse(today).expect("a date"));
    let line = |finding: &crate::Diagnostic| {
        format!("{} {}:{}", finding.rule, finding.location.file, finding.location.line)
    };
    let suppressed = report.suppressed.iter().map(|suppressed| line(&suppressed.finding)).collect();
    (report.findings.iter().map(line).collect(), suppressed)
}

/// Rules of which the document breaks few, one of them of the house.
fn slashes() -> RuleSet {
    RuleSet::portable().with("trailing-slash").expect("a rule")
}

const SLASH: &str =
    "- {rule: trailing-slash, pointer: /paths/~1a~1, reason: Old clients., expires: 2026-06-30}\n";

#[test]
fn a_pointer_covers_what_is_at_it_and_below() {
    let (found, suppressed) = checked(SLASH, &slashes(), "2026-06-30");
    assert_eq!(found, ["trailing-slash w/openapi.yaml:9", "unused w/s/x.yaml:2"]);
    assert_eq!(suppressed, ["trailing-slash w/openapi.yaml:4"]);
    let all = SLASH.replace("/paths/~1a~1", "/paths");
    let (found, suppressed) = checked(&all, &slashes(), "2026-01-01");
    assert_eq!(found, ["unused w/s/x.yaml:2"]);
    assert_eq!(suppressed.len(), 2);
}

#[test]
fn a_file_is_given_by_a_pattern() {
    let unused = "- rule: unused\n  file: s/*.yaml\n  reason: Y comes next week.\n  expires: '2026-06-30'\n";
    let (found, suppressed) = checked(unused, &RuleSet::portable(), "2026-01-01");
    assert_eq!((found.len(), suppressed), (0, vec!["unused w/s/x.yaml:2".to_owned()]));
    for (pattern, path, expected) in [
        ("a.yaml", "a.yaml", true),
        ("a.yaml", "xa.yaml", false),
        ("*.yaml", "a.yaml", true),
        ("*.yaml", "b/a.yaml", false),
        ("**.yaml", "b/a.yaml", true),
        ("b/**/a*", "b/c/d/a.yaml", true),
        ("**", "", true),
        ("", "a", false),
        ("a*b*c", "aXbYbZc", true),
        ("a*b*c", "aXbYbZ", false),
    ] {
        assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
    }
}

#[test]
fn an_expired_one_suppresses_nothing_and_is_found() {
    let (found, suppressed) = checked(SLASH, &slashes(), "2026-07-01");
    assert_eq!(
        found,
        [
            "trailing-slash w/openapi.yaml:4",
            "trailing-slash w/openapi.yaml:9",
            "unused w/s/x.yaml:2",
            "suppression-expired w/suppressions.yaml:1",
        ]
    );
    assert!(suppressed.is_empty());
}

#[test]
fn an_idle_one_is_found() {
    for pointer in ["/info", "/paths/~1c", "/components/schemas/X"] {
        let idle = format!("# Comment.\n{}", SLASH.replace("/paths/~1a~1", pointer));
        let (found, _) = checked(&idle, &slashes(), "2026-01-01");
        assert!(found.contains(&"suppression-unused w/suppressions.yaml:2".to_owned()), "{found:?}");
    }
    // Not where the rule was not asked for.
    let (found, _) = checked(SLASH, &RuleSet::portable(), "2026-01-01");
    assert_eq!(found, ["unused w/s/x.yaml:2"]);
}

#[test]
fn what_is_wrong_with_the_file_is_found_where_it_is() {
    for (text, expected) in [
        ("rule: unused\n", "suppression w/suppressions.yaml:1"),
        ("- 1\n", "suppression w/suppressions.yaml:1"),
        ("- {rule: unused, pointer: /info, expires: 2026-06-30}\n", "suppression w/suppressions.yaml:1"),
        (
            "- rule: unused\n  pointer: /info\n  reason: ' '\n  expires: 2026-06-30\n",
            "suppression w/suppressions.yaml:1",
        ),
        (
            "- rule: unsued\n  pointer: /info\n  reason: R\n  expires: 2026-06-30\n",
            "suppression w/suppressions.yaml:1",
        ),
        (
            "- rule: unused\n  pointer: '#/info'\n  reason: R\n  expires: 2026-06-30\n",
            "suppression w/suppressions.yaml:2",
        ),
        (
            "- rule: unused\n  pointer: /info\n  reason: R\n  expires: 2026-02-30\n",
            "suppression w/suppressions.yaml:4",
        ),
        (
            "- rule: unused\n  pointer: /info\n  reason: R\n  expires: 2026-06-30\n  expire: x\n",
            "suppression w/suppressions.yaml:5",
        ),
        (
            "- rule: unused\n  pointer: /info\n  file: s/x.yaml\n  reason: R\n  expires: 2026-06-30\n",
            "suppression w/suppressions.yaml:1",
        ),
        ("- [\n", "yaml-syntax w/suppressions.yaml:2"),
    ] {
        let (found, _) = checked(text, &RuleSet::specification(), "2026-01-01");
        assert!(!found.is_empty() && found.iter().all(|found| found == expected), "{text}: {found:?}");
    }
    let (found, _) = checked("# Nothing yet.\n", &RuleSet::specification(), "2026-01-01");
    assert!(found.is_empty(), "{found:?}");
}
