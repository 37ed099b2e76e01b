//! The registry, the code and the pages agree, and the examples of the pages are true.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use super::*;
use crate::node::{Content, Member, Node};
use crate::rules::testing::PETSTORE;
use crate::{Sources, yaml};

/// Added to the lines of the petstore when a part is laid over it, to tell its lines from the part's.
const ELSEWHERE: usize = 100_000;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules"))
}

#[test]
fn ids_are_sorted_and_unique() {
    let ids: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
}

#[test]
fn every_page_has_a_rule() {
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let pages: BTreeSet<String> = names
        .filter_map(|name| name.to_str().and_then(|name| name.strip_suffix(".md")).map(str::to_owned))
        .filter(|name| name != "README")
        .collect();
    let ids: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(pages, ids);
}

/// Ids are written out where a finding is made, with few exceptions that the tests of those rules look at.
#[test]
fn every_id_in_the_code_has_a_page() {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                // Without white space, because a call may go over several lines.
                let text: String = fs::read_to_string(&path).unwrap().split_whitespace().collect();
                for call in ["Diagnostic::error(\"", "Diagnostic::warning(\""] {
                    let ids = text.split(call).skip(1).filter_map(|rest| rest.split_once('"'));
                    found.extend(ids.map(|(id, _)| id.to_owned()).filter(|id| !id.contains("),")));
                }
            }
        }
    }
    assert!(found.len() > 20, "{found:?}");
    for id in found {
        assert!(rule(&id).is_ok(), "`{id}` is reported and not in the registry");
    }
}

#[test]
fn pages_have_their_form() {
    for Rule { id, severity, group, summary, page } in RULES {
        let severity = severity.word();
        let top = format!("# {id}\n\n*{severity}, {}*: {summary}.\n\n", group.word());
        assert!(page.starts_with(&top), "{id}.md has to begin with\n{top}");
        for part in ["```yaml bad", "```yaml good", "\n## Why\n", "\n## How to mend it\n"] {
            assert!(page.contains(part), "{id}.md has no {part}");
        }
        let lines = page.lines().count();
        assert!((15..=60).contains(&lines), "{id}.md has {lines} lines");
        let longest = page.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(120), "{id}.md has a line of {longest:?} characters");
    }
}

#[test]
fn the_index_lists_every_rule() {
    let path = folder().join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- table -->\n").unwrap();
    let (table, after) = rest.split_once("<!-- end -->").unwrap();
    let mut expected = String::from("| Rule | Severity | Group | Finds |\n| --- | --- | --- | --- |\n");
    for Rule { id, severity, group, summary, .. } in RULES {
        let (severity, group) = (severity.word(), group.word());
        expected.push_str(&format!("| [{id}]({id}.md) | {severity} | {group} | {summary} |\n"));
    }
    if env::var_os("UPDATE_RULES").is_some() {
        fs::write(&path, format!("{before}<!-- table -->\n{expected}<!-- end -->{after}")).unwrap();
    } else {
        assert_eq!(table, expected, "run `UPDATE_RULES=1 cargo test -p openapi-check registry`");
    }
}

#[test]
fn the_examples_of_the_pages_are_true() {
    let mut wrong = Vec::new();
    for rule in RULES {
        for example in examples(rule.page) {
            wrong.extend(judge(rule, &example));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A fenced block of a page.
struct Example {
    /// `bad` or `good`.
    verdict: String,
    /// Rules that a bad example cannot but break as well.
    also: Vec<String>,
    text: String,
}

fn examples(page: &str) -> Vec<Example> {
    let blocks = page.split("\n```yaml ").skip(1);
    blocks
        .map(|block| {
            let (fence, rest) = block.split_once('\n').unwrap();
            let (text, _) = rest.split_once("\n```").unwrap();
            let mut words = fence.split(' ').filter(|word| *word != "also").map(str::to_owned);
            let verdict = words.next().unwrap();
            assert!(["bad", "good"].contains(&verdict.as_str()), "{fence}");
            Example { verdict, also: words.collect(), text: format!("{text}\n") }
        })
        .collect()
}

/// What an example has that it should not have, or lacks.
fn judge(rule: &Rule, example: &Example) -> Vec<String> {
    let (sources, marked) = read(&example.text);
    let rules = RuleSet::portable().with(rule.id).unwrap();
    let mut wrong = Vec::new();
    let mut reported = BTreeSet::new();
    // The day on which the examples are looked at.
    let today = crate::Date::parse("2026-01-01").unwrap();
    for finding in crate::Report::new(&sources, "openapi.yaml", &rules, today).findings {
        let place = (finding.location.file.to_string(), finding.location.line);
        let expected = example.verdict == "bad" && (finding.rule == rule.id && marked.contains(&place));
        if expected {
            reported.insert(place);
        } else if example.verdict == "good" || !example.also.iter().any(|id| id == finding.rule) {
            let Diagnostic { rule, message, location, help, .. } = finding;
            wrong.push(format!("reported [{rule}] at {location}: {message} ({help:?})"));
        }
    }
    if example.verdict == "bad" {
        assert!(!marked.is_empty(), "{}: no line is marked", rule.id);
        wrong.extend(marked.difference(&reported).map(|(file, line)| format!("not reported: {file}:{line}")));
    }
    wrong
        .iter()
        .map(|wrong| format!("{}.md, {}: {wrong}\n{}", rule.id, example.verdict, example.text))
        .collect()
}

/// The files of an example, and the lines that are marked.
fn read(text: &str) -> (Sources, BTreeSet<(String, usize)>) {
    let mut files = vec![("openapi.yaml".to_owned(), String::new())];
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("# file: ") {
            files.push((name.trim().to_owned(), String::new()));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
        }
    }
    let mut marked = BTreeSet::new();
    let mut sources = Sources::default();
    for (index, (name, text)) in files.iter().enumerate() {
        for (number, line) in text.lines().enumerate() {
            if line.ends_with("# <- here") {
                marked.insert((name.clone(), number + 1));
            }
        }
        let (tree, findings) = yaml::read(name, text);
        let tree = match tree {
            Some(part) if index == 0 && !text.starts_with("openapi:") => Some(over(petstore(name), part)),
            // Nothing stands above the other files.
            None if index == 0 && findings.is_empty() => Some(petstore(name)),
            tree => tree,
        };
        sources.insert_read(name, text, tree, findings);
    }
    (sources, marked)
}

/// The petstore as if it stood in that file, far below.
fn petstore(file: &str) -> Node {
    let mut root = yaml::read(file, PETSTORE).0.unwrap();
    move_down(&mut root);
    root
}

fn move_down(node: &mut Node) {
    node.location.line += ELSEWHERE;
    match &mut node.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(move_down),
        Content::Mapping(members) => {
            for member in members {
                member.key_location.line += ELSEWHERE;
                move_down(&mut member.value);
            }
        }
    }
}

/// Lays a part over a tree.
fn over(below: Node, above: Node) -> Node {
    match (below.content, above.content) {
        (Content::Mapping(mut members), Content::Mapping(parts))
            if !members.iter().chain(&parts).any(|member| member.key == "$ref") =>
        {
            for part in parts {
                match members.iter().position(|member| member.key == part.key) {
                    Some(at) => {
                        let below = members.remove(at);
                        let value = over(below.value, part.value);
                        members.insert(at, Member { value, ..part });
                    }
                    None => members.push(part),
                }
            }
            Node { location: above.location, content: Content::Mapping(members) }
        }
        (_, content) => Node { location: above.location, content },
    }
}
