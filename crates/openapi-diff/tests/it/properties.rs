//! What holds for any two documents, tried with random edits of the base document and of our own.

use std::path::PathBuf;

use openapi_check::{Bundle, Sources, bundle};
use openapi_diff::{Impact, Side, diff, impact};
use serde_json::Value;

use crate::edits::{Random, edit, shuffled};
use crate::support::{assert_mirrored, base, document};

/// The document of a value; `None` where an edit broke a reference.
fn read(value: &Value) -> Option<Bundle> {
    let text = serde_json::to_string_pretty(value).expect("JSON");
    let sources: Sources = [("pets.json".to_owned(), text)].into_iter().collect();
    bundle(&sources, "pets.json").ok()
}

fn ours(api: &str) -> Bundle {
    let entry: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../spec", api, "openapi.yaml"].iter().collect();
    let (sources, key) = Sources::from_disk(&entry).expect("our own document");
    bundle(&sources, &key).expect("our own document is one")
}

#[test]
fn documents_that_say_the_same_do_not_differ() {
    let base = document(&base());
    assert_eq!(diff(&base, &base), []);
    let mut random = Random::new(1);
    for _ in 0..10 {
        let other = read(&shuffled(base.document(), &mut random)).expect("the same document");
        assert_eq!(diff(&base, &other), []);
    }
    for api in ["ibm", "storware"] {
        let ours = ours(api);
        assert_eq!(diff(&ours, &ours), []);
    }
}

#[test]
fn an_edit_is_reported_at_its_place_and_mirrored() {
    edits_are_found(&document(&base()), 150, 7);
}

#[test]
fn edits_of_our_own_documents_are_found_too() {
    edits_are_found(&ours("ibm"), 12, 11);
    edits_are_found(&ours("storware"), 20, 13);
}

fn edits_are_found(original: &Bundle, times: u64, seed: u64) {
    // As one file, so that pointers are those of the bundle.
    let base = read(original.document()).expect("the document");
    let mut edited = 0;
    for round in 0..times {
        let mut random = Random::new(seed + round * 1000);
        let mut value = base.document().clone();
        let Some(pointer) = edit(&mut value, &mut random) else { continue };
        let Some(new) = read(&value) else { continue };
        if new.document() == base.document() {
            continue;
        }
        edited += 1;
        let changes = diff(&base, &new);
        let name = format!("round {round}, edit at {pointer}");
        assert!(!changes.is_empty(), "{name}: nothing is reported");
        let is_near = |side: &Side| {
            is_within(&side.pointer, &pointer)
                || is_within(&pointer, &side.pointer) && !side.pointer.is_empty()
        };
        let is_there = changes.iter().any(|change| is_near(&change.base) || is_near(&change.new));
        assert!(is_there, "{name}: reported elsewhere: {changes:#?}");
        assert_mirrored(&name, &changes, &diff(&new, &base));
    }
    assert!(edited * 3 > times, "too few edits took: {edited} of {times}");
}

fn is_within(pointer: &str, whole: &str) -> bool {
    pointer.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[test]
fn compatible_changes_compose() {
    let base = document(&base());
    let mut composed = 0;
    for round in 0..150 {
        let mut random = Random::new(17 + round * 1000);
        let mut value = base.document().clone();
        let mut step = || {
            edit(&mut value, &mut random)?;
            read(&value)
        };
        let (Some(second), Some(third)) = (step(), step()) else { continue };
        let compatible = |old: &Bundle, new: &Bundle| impact(&diff(old, new)) <= Some(Impact::Minor);
        if compatible(&base, &second) && compatible(&second, &third) {
            composed += 1;
            assert!(compatible(&base, &third), "round {round}: {:#?}", diff(&base, &third));
        }
    }
    assert!(composed >= 5, "too few pairs were compatible: {composed}");
}

#[test]
fn schemas_that_contain_themselves_come_to_an_end() {
    let schemas = |extra: &str| {
        format!(
            "openapi: 3.0.3\npaths:\n  /a:\n    post:\n      requestBody:\n        content:\n          \
             application/json:\n            schema: {{$ref: '#/components/schemas/Tree'}}\n      responses: {{}}\n\
             components:\n  schemas:\n    Tree:\n      type: object\n      properties:\n        \
             left:\n          allOf:\n            - {{$ref: '#/components/schemas/Tree'}}{extra}\n        \
             right: {{$ref: '#/components/schemas/Tree'}}\n"
        )
    };
    let base = document(&schemas(""));
    let part = "\n            - {type: object, properties: {leaf: {type: string}}}";
    let new = document(&schemas(part));
    let ids: Vec<String> = diff(&base, &new).into_iter().map(|change| change.id).collect();
    assert_eq!(ids, ["request-property-added"]);
}
