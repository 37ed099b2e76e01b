//! One file a rule, `tests/cases/<id>.case`: small patches of the base document and what is reported.
//!
//! A patch replaces the text between `<<<` and `===` by that between `===` and `>>>`; a name after `<<<` says
//! in which schema it is to be found. After the patches stands what must be reported, in full.
//! `UPDATE_CASES=1 cargo test -p openapi-diff` writes it; read the difference before you commit it.

use std::collections::BTreeSet;
use std::fs;

use openapi_diff::rules;

use crate::support::{assert_mirrored, base, cases, changes, render};

/// A case as read: the patched document, and what is expected after `patches`.
struct Case {
    id: String,
    patches: String,
    expected: String,
    patched: String,
}

fn all() -> Vec<Case> {
    let base = base();
    let mut list = Vec::new();
    for entry in fs::read_dir(cases()).expect("the cases") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "case") {
            continue;
        }
        let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a case");
        let end = text.rfind("\n>>>\n").expect("a patch") + 5;
        let (patches, expected) = text.split_at(end);
        let patched = patched(&base, patches, &id);
        list.push(Case { id, patches: patches.to_owned(), expected: expected.to_owned(), patched });
    }
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list
}

fn patched(base: &str, patches: &str, id: &str) -> String {
    let mut text = base.to_owned();
    for patch in patches.split(">>>\n").filter(|patch| !patch.is_empty()) {
        let patch = patch.strip_prefix("<<<").unwrap_or_else(|| panic!("{id}: no `<<<`"));
        let (scope, patch) = patch.split_once('\n').expect("a line break after `<<<`");
        let (from, to) = patch.split_once("===\n").unwrap_or_else(|| panic!("{id}: no `===`"));
        let (before, rest) = match scope.trim() {
            "" => (String::new(), text.clone()),
            name => {
                let start = text.find(&format!("\n    {name}:\n")).expect("the schema");
                let length = text[start + 5..]
                    .match_indices("\n    ")
                    .find(|(index, _)| !text[start + 5 + index + 5..].starts_with(' '))
                    .map_or(text.len() - start, |(index, _)| index + 5);
                let (from_here, after) = (&text[start..start + length], &text[start + length..]);
                assert_eq!(from_here.matches(from.trim_end()).count(), 1, "{id}: in {name}: {from}");
                (
                    text[..start].to_owned(),
                    format!("{}{after}", from_here.replacen(from.trim_end(), to.trim_end(), 1)),
                )
            }
        };
        if scope.trim().is_empty() {
            assert_eq!(rest.matches(from.trim_end()).count(), 1, "{id}: {from}");
            text = rest.replacen(from.trim_end(), to.trim_end(), 1);
        } else {
            text = before + &rest;
        }
    }
    text
}

#[test]
fn every_case_is_reported_as_written() {
    let base = base();
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut wrong = Vec::new();
    for case in all() {
        let found = changes(&base, &case.patched);
        let text = render(&found, &base, &case.patched);
        if !found.iter().any(|change| change.id == case.id) {
            wrong.push(format!("{}: not among what is reported:\n{text}", case.id));
        }
        if update {
            let path = cases().join(format!("{}.case", case.id));
            fs::write(path, case.patches + &text).expect("writes");
        } else if text != case.expected {
            wrong.push(format!("{}: reported\n{text}expected\n{}", case.id, case.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_and_every_case_a_rule() {
    let rules: BTreeSet<String> = rules().into_iter().map(|rule| rule.id.to_owned()).collect();
    let cases: BTreeSet<String> = all().into_iter().map(|case| case.id).collect();
    // One direction of these says nothing but that the other is concerned, and gives way to it.
    assert_eq!(rules, cases);
}

#[test]
fn the_opposite_change_is_reported_as_the_mirror_image() {
    let base = base();
    for case in all() {
        let there = changes(&base, &case.patched);
        let back = changes(&case.patched, &base);
        assert_mirrored(&case.id, &there, &back);
    }
}

#[test]
fn rules_know_their_opposites_and_say_what_to_do() {
    for rule in rules() {
        assert!(rules().iter().any(|other| other.id == rule.inverse), "{}: {}", rule.id, rule.inverse);
        let breaks = rule.impact > openapi_diff::Impact::Minor;
        assert!(!breaks || !rule.advice.is_empty(), "{} breaks and does not say what to do", rule.id);
        assert!(!rule.consequence.is_empty() && !rule.consequence.ends_with('.'), "{}", rule.id);
    }
}

/// Writes the cases for `tests/judge.sh`, which asks other programs.
#[test]
#[ignore = "it writes files for tests/judge.sh"]
fn documents_for_the_judge() {
    let folder = std::path::PathBuf::from(std::env::var_os("JUDGE").expect("the folder in JUDGE"));
    let base = base();
    fs::write(folder.join("base.yaml"), &base).expect("writes");
    for case in all() {
        let impact = openapi_diff::impact(&changes(&base, &case.patched));
        fs::write(folder.join(format!("{}.yaml", case.id)), &case.patched).expect("writes");
        let impact = impact.map_or("nothing", |impact| impact.name());
        fs::write(folder.join(format!("{}.ours", case.id)), impact).expect("writes");
    }
}

/// The JSON Schema of lists of changes, for those who read `changes.json` in other languages.
#[test]
fn the_schema_of_changes_is_the_one_that_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/changes.schema.json");
    let schema = schemars::schema_for!(Vec<openapi_diff::Change>);
    let text = serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
    if std::env::var_os("UPDATE_CASES").is_some() {
        fs::write(path, &text).expect("writes");
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), text, "run it with UPDATE_CASES=1, and review");
}
