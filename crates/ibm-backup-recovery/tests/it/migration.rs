//! The page for users of the Go SDK: its table is held against the surface of the crate.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

const PAGE: &str = include_str!("../../docs/from-the-go-sdk.md");
/// Operations that the Go SDK does not have.
const OURS: [&str; 2] = ["get_data_source_connection", "replace_data_source_connection"];

/// An operation, as the snapshots of the surface show it.
#[derive(Default)]
struct Call {
    required: Vec<String>,
    answer: String,
}

/// The operations by name.
fn calls() -> BTreeMap<String, Call> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");
    let mut calls: BTreeMap<String, Call> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("surface-") {
            continue;
        }
        let mut last = None;
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some(head) = line.strip_prefix("fn ") {
                let (name, answers) = head.split_once(" -> ").unwrap();
                let answer = answers.split(" | ").next().unwrap().trim_start_matches("types::").to_owned();
                last = Some(calls.entry(name.to_owned()).or_insert(Call { answer, ..Call::default() }));
            } else if let (Some(call), Some(parameter)) = (&mut last, line.strip_prefix("  .")) {
                let (name, ty) = parameter.split_once(": ").unwrap();
                match name {
                    "body" => call.required.push(format!("`body`: `{}`", ty.trim_start_matches("types::"))),
                    name if !name.ends_with('?') => call.required.push(format!("`{name}`")),
                    _ => {}
                }
            } else {
                last = None;
            }
        }
    }
    calls
}

/// `get_recovery_by_id` is `GetRecoveryByID`.
fn in_go(method: &str) -> String {
    let words = method.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    let name: String = words.collect();
    name.strip_suffix("ById").map_or(name.clone(), |stem| format!("{stem}ByID"))
}

#[test]
fn every_call_of_the_go_sdk_is_in_the_table() {
    let mut expected = String::new();
    let mut count = 0;
    for (name, call) in calls() {
        if OURS.contains(&name.as_str()) {
            assert!(PAGE.contains(&format!("`{name}`")), "{name}");
            continue;
        }
        let answer = if call.answer == "()" { "nothing".to_owned() } else { format!("`{}`", call.answer) };
        let required = call.required.join(", ");
        writeln!(expected, "| `{}` | `{name}` | {required} | {answer} |", in_go(&name)).unwrap();
        count += 1;
    }
    assert_eq!(count, 48, "the SDK has 48 methods below /v2");
    let (_, section) = PAGE.split_once("## Call by call").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let table: String = rows.flat_map(|row| [row, "\n"]).collect();
    assert!(table == expected, "the table of docs/from-the-go-sdk.md has to be:\n\n{expected}");
}
