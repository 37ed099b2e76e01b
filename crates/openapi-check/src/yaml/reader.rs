//! From parser events to nodes, without recursion.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::Value;

use super::scalar::{self, Unreadable};
use crate::node::{Content, Member, Node, Scalar};
use crate::{Diagnostic, Location};

/// Collections inside collections. JSON readers commonly stop at 128.
const MAX_DEPTH: usize = 100;
/// Nodes that aliases may add to one file.
const MAX_ALIASED_NODES: usize = 20_000;

/// Reads the text of the file `file`.
///
/// Duplicate keys are reported and the first one is kept, so that the rest of the file can still be
/// checked. After any other finding there is no tree.
pub(crate) fn read(file: &str, text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut reader = Reader {
        file: file.into(),
        open: Vec::new(),
        anchors: HashMap::new(),
        aliased_nodes: 0,
        root: None,
        documents: 0,
        diagnostics: Vec::new(),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for event in Parser::new(StrInput::new(text)) {
        let outcome = match event {
            Ok((event, span)) => reader.event(event, span),
            Err(error) => {
                let mut location = reader.place(*error.marker());
                if error.info().contains("tab")
                    && let Some((line, column)) = indenting_tab(text, location.line)
                {
                    (location.line, location.column) = (line, column);
                }
                Err(Box::new(Diagnostic::error("yaml-syntax", &location, error.info().to_owned())))
            }
        };
        if let Err(diagnostic) = outcome {
            reader.diagnostics.push(*diagnostic);
            return (None, reader.diagnostics);
        }
    }
    (reader.root, reader.diagnostics)
}

/// The first tab from that line on that stands before anything else. The parser reports where the text before
/// it begins.
fn indenting_tab(text: &str, from_line: usize) -> Option<(usize, usize)> {
    text.lines().enumerate().skip(from_line - 1).find_map(|(index, line)| {
        let indent = line.chars().take_while(|c| matches!(c, ' ' | '\t')).position(|c| c == '\t');
        indent.map(|column| (index + 1, column + 1))
    })
}

struct Reader {
    file: Arc<str>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    aliased_nodes: usize,
    root: Option<Node>,
    documents: usize,
    diagnostics: Vec<Diagnostic>,
}

/// A collection whose end has not been seen.
struct Open {
    location: Location,
    anchor: usize,
    /// Nodes in it so far, itself included.
    size: usize,
    shape: Shape,
}

enum Shape {
    Sequence(Vec<Node>),
    Mapping { members: Vec<Member>, keys: HashSet<String>, pending: Option<PendingKey> },
}

struct PendingKey {
    text: String,
    location: Location,
    unquoted: bool,
    plain: bool,
}

/// Boxed because a diagnostic is large and the good way is the usual one.
type Step = Result<(), Box<Diagnostic>>;

impl Reader {
    fn place(&self, marker: Marker) -> Location {
        Location { file: Arc::clone(&self.file), line: marker.line().max(1), column: marker.col() + 1 }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Step {
        let location = self.place(span.start);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return refuse(&location, "a second document in one file");
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = read_scalar(&location, &text, style, tag.as_deref())?;
                self.insert(Node { location, content: Content::Scalar(scalar) }, 1, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(location, anchor, tag.as_deref(), Shape::Sequence(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                let shape = Shape::Mapping { members: Vec::new(), keys: HashSet::new(), pending: None };
                self.begin(location, anchor, tag.as_deref(), shape)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(Open { location, anchor, size, shape }) = self.open.pop() {
                    let content = match shape {
                        Shape::Sequence(items) => Content::Sequence(items),
                        Shape::Mapping { members, .. } => Content::Mapping(members),
                    };
                    self.insert(Node { location, content }, size, anchor)?;
                }
            }
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return refuse(&location, "this alias stands inside the value it names");
                };
                let size = *size;
                self.aliased_nodes += size;
                if self.aliased_nodes > MAX_ALIASED_NODES {
                    let message = format!("aliases of this file add more than {MAX_ALIASED_NODES} values");
                    return refuse(&location, message);
                }
                let node = Node { location, content: node.content.clone() };
                if self.open.len() + depth(&node) > MAX_DEPTH {
                    return refuse(&node.location, too_deep());
                }
                self.insert(node, size, 0)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn begin(&mut self, location: Location, anchor: usize, tag: Option<&Tag>, shape: Shape) -> Step {
        if let Some(tag) = tag {
            let known = tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq");
            if !known {
                return refuse(&location, format!("the tag `{tag}` has no meaning in OpenAPI"));
            }
        }
        if self.open.len() >= MAX_DEPTH {
            return refuse(&location, too_deep());
        }
        self.open.push(Open { location, anchor, size: 1, shape });
        Ok(())
    }

    /// Puts a finished node where it belongs: into the innermost open collection, or at the root.
    fn insert(&mut self, node: Node, size: usize, anchor: usize) -> Step {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(Open { size: total, shape, .. }) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        *total += size;
        match shape {
            Shape::Sequence(items) => items.push(node),
            Shape::Mapping { members, keys, pending } => match pending.take() {
                None => *pending = Some(key(node)?),
                Some(PendingKey { text, location, unquoted, plain }) => {
                    if keys.insert(text.clone()) {
                        members.push(Member {
                            key: text,
                            key_location: location,
                            key_unquoted: unquoted,
                            key_plain: plain,
                            value: node,
                        });
                    } else {
                        let first = members.iter().find(|member| member.key == text);
                        let line = first.map_or(0, |member| member.key_location.line);
                        let message = format!("the key `{text}` stands here a second time");
                        self.diagnostics.push(
                            Diagnostic::error("duplicate-key", &location, message).help(format!(
                                "it was first given on line {line}; most readers keep only one"
                            )),
                        );
                    }
                }
            },
        }
        Ok(())
    }
}

fn read_scalar(
    location: &Location,
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
) -> Result<Scalar, Box<Diagnostic>> {
    let plain = tag.is_none() && style == ScalarStyle::Plain;
    let value = match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == "str") => {
            return Err(Box::new(
                Diagnostic::error(
                    "yaml-syntax",
                    location,
                    format!("the tag `{tag}` has no meaning in OpenAPI"),
                )
                .help("leave the tag out; quotes make a string"),
            ));
        }
        None if plain => scalar::plain(text).map_err(|unreadable| {
            let reason = match unreadable {
                Unreadable::NotFinite => "is no finite number, and JSON has no other",
                Unreadable::TooLarge => "is an integer beyond 64 bits",
            };
            Box::new(Diagnostic::error("yaml-syntax", location, format!("`{text}` {reason}")))
        })?,
        _ => Value::String(text.to_owned()),
    };
    Ok(Scalar { value, text: text.to_owned(), plain })
}

fn key(node: Node) -> Result<PendingKey, Box<Diagnostic>> {
    let Content::Scalar(scalar) = node.content else {
        return Err(Box::new(Diagnostic::error(
            "yaml-syntax",
            &node.location,
            "a list or a mapping cannot be a key",
        )));
    };
    if scalar.plain && scalar.text == "<<" {
        return Err(Box::new(
            Diagnostic::error("yaml-syntax", &node.location, "`<<` does not merge in YAML 1.2")
                .help("write the members out, or use allOf"),
        ));
    }
    let unquoted = scalar.plain && !scalar.value.is_string();
    Ok(PendingKey { text: scalar.text, location: node.location, unquoted, plain: scalar.plain })
}

fn refuse(location: &Location, message: impl Into<String>) -> Step {
    Err(Box::new(Diagnostic::error("yaml-syntax", location, message)))
}

fn too_deep() -> String {
    format!("more than {MAX_DEPTH} collections inside each other")
}

/// Collections inside each other. Recursion is bounded: every finished node is at most [`MAX_DEPTH`] deep.
fn depth(node: &Node) -> usize {
    match &node.content {
        Content::Scalar(_) => 0,
        Content::Sequence(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Content::Mapping(members) => 1 + members.iter().map(|m| depth(&m.value)).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        let (_, diagnostics) = read("a.yaml", text);
        diagnostics.iter().map(|d| format!("{} {}: {}", d.location, d.rule, d.message)).collect()
    }

    #[test]
    fn keys_and_values_know_their_places() {
        let (tree, findings) = read("a.yaml", "a: 1\nb:\n  - c: \"x\"\n    200: ~\n");
        assert!(findings.is_empty());
        let tree = tree.expect("valid");
        let walk = tree.walk("/b/0/200");
        assert!(walk.rest.is_none());
        assert_eq!(walk.location().to_string(), "a.yaml:4:10");
        let key = walk.key.expect("a member");
        assert_eq!(key.key_location.to_string(), "a.yaml:4:5");
        assert!(key.key_unquoted);
        assert_eq!(tree.to_value(), serde_json::json!({"a": 1, "b": [{"c": "x", "200": null}]}));
    }

    #[test]
    fn duplicate_keys_are_reported_and_reading_goes_on() {
        let (tree, diagnostics) = read("a.yaml", "a: 1\nb: 2\na: 3\nb: 4\n");
        assert_eq!(diagnostics.len(), 2);
        assert_eq!(diagnostics[0].location.to_string(), "a.yaml:3:1");
        assert_eq!(tree.map(|t| t.to_value()), Some(serde_json::json!({"a": 1, "b": 2})));
    }

    #[test]
    fn what_json_cannot_hold_is_refused() {
        for (text, expected) in [
            ("a: [1, 2", "a.yaml:2:1 yaml-syntax: while parsing a flow sequence"),
            ("a: 1\n---\nb: 2\n", "a.yaml:2:1 yaml-syntax: a second document in one file"),
            ("a:\n  b: x\n\tc: y\n", "a.yaml:3:1 yaml-syntax: while scanning a plain scalar, found a tab"),
            ("? [a]\n: 1\n", "a.yaml:1:3 yaml-syntax: a list or a mapping cannot be a key"),
            ("<<: 1\n", "a.yaml:1:1 yaml-syntax: `<<` does not merge"),
            ("a: !x 1\n", "a.yaml:1:4 yaml-syntax: the tag `!x`"),
            ("a: .inf\n", "a.yaml:1:4 yaml-syntax: `.inf` is no finite number"),
            ("a: &x [*x]\n", "a.yaml:1:8 yaml-syntax: this alias stands inside the value it names"),
            ("a: *nowhere\n", "a.yaml:1:"),
        ] {
            let found = findings(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with(expected), "{text}: {found:?}");
        }
    }

    #[test]
    fn aliases_copy_what_they_name() {
        let (tree, _) = read("a.yaml", "a: &x {b: 1}\nc: *x\n");
        assert_eq!(tree.map(|t| t.to_value()), Some(serde_json::json!({"a": {"b": 1}, "c": {"b": 1}})));
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..30 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        let found = findings(&text);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("aliases of this file add more than"), "{found:?}");
    }

    #[test]
    fn deep_nesting_is_refused_whatever_its_form() {
        let chain: String =
            (0..3000).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
        let chain = chain.replacen("*a-1", "x", 1);
        for text in [
            "[".repeat(100_000),
            "{a: ".repeat(100_000),
            "- ".repeat(100_000),
            "? ".repeat(100_000),
            chain,
            format!("{}x{}", "[".repeat(101), "]".repeat(101)),
        ] {
            assert_eq!(findings(&text).len(), 1, "{}", &text[..20]);
        }
        let bearable = format!("{}x{}", "[".repeat(100), "]".repeat(100));
        assert!(findings(&bearable).is_empty());
    }

    #[test]
    fn an_empty_file_has_no_tree() {
        assert!(read("a.yaml", "").0.is_none());
        assert!(read("a.yaml", "# only a comment\n").0.is_none());
    }
}
