//! What a change of the document does to the public surface of a client, in a few lines.
//!
//! Works on the summaries that are also the snapshots, so that what is said here is what is reviewed there.

use std::collections::{BTreeMap, BTreeSet};

use client_build::Generated;

/// The heading for operations.
const OPERATIONS: &str = "operations";

/// The area of types that several areas reach.
const SHARED: &str = "shared";

/// What became different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Lines by area, and those of operations under `operations`. `+` is new, `-` is gone, `~` is different.
    pub lines: BTreeMap<String, Vec<String>>,
    /// The areas that have to be compiled to see whether the change does.
    pub areas: BTreeSet<String>,
}

impl Changes {
    /// The changes from one client to the next.
    #[must_use]
    pub fn between(before: &Generated, after: &Generated) -> Self {
        let mut changes = Self::default();
        changes.compare_items(&items(before), &items(after));
        changes.compare_operations(&before.output.operations, &after.output.operations);
        changes
    }

    /// Whether the surface is the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn push(&mut self, area: &str, line: String) {
        self.lines.entry(area.to_owned()).or_default().push(line);
    }

    fn touch(&mut self, item: &Item) {
        match item.reach() {
            Some(areas) => self.areas.extend(areas),
            None if item.area != SHARED => {
                self.areas.insert(item.area.clone());
            }
            // Every area reaches it: it is there without any.
            None => {}
        }
    }

    fn compare_items(&mut self, before: &Items, after: &Items) {
        for (key, item) in after {
            match before.get(key) {
                None => {
                    self.touch(item);
                    self.push(&item.area, format!("+ {}", item.headline()));
                }
                Some(known) if known == item => {}
                Some(known) => {
                    self.touch(item);
                    let mut lines = Vec::new();
                    compare_item(known, item, &mut lines);
                    for line in lines {
                        self.push(&item.area, line);
                    }
                }
            }
        }
        for (key, item) in before {
            if !after.contains_key(key) {
                self.push(&item.area, format!("- {}", item.headline()));
            }
        }
    }

    fn compare_operations(&mut self, before: &str, after: &str) {
        let (known, now): (BTreeSet<&str>, BTreeSet<&str>) =
            (before.lines().collect(), after.lines().collect());
        for line in now.difference(&known) {
            self.push(OPERATIONS, format!("+ {}", one_space(line)));
        }
        for line in known.difference(&now) {
            self.push(OPERATIONS, format!("- {}", one_space(line)));
        }
    }
}

/// By kind and name.
type Items = BTreeMap<(String, String), Item>;

/// An operation or a type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    area: String,
    kind: String,
    name: String,
    /// What stands behind the name: the answer of an operation, what can be done with a type.
    rest: String,
    members: BTreeMap<String, Member>,
}

/// A parameter, a field, or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    /// As written in the summary.
    text: String,
    /// The type, for parameters and fields.
    ty: Option<String>,
    required: bool,
}

impl Item {
    fn headline(&self) -> String {
        let rest = if self.kind == "fn" { self.rest.as_str() } else { "" };
        match (self.kind.as_str(), self.members.len()) {
            ("fn", _) | (_, 0) => format!("{} {}{rest}", self.kind, self.name),
            (kind, count) => format!("{kind} {} (members: {count})", self.name),
        }
    }

    /// The areas named behind `@`.
    fn reach(&self) -> Option<BTreeSet<String>> {
        let (_, areas) = self.rest.split_once(" @ ")?;
        Some(areas.split(", ").map(str::to_owned).collect())
    }
}

fn items(generated: &Generated) -> Items {
    let mut items = Items::new();
    for (area, text) in &generated.output.surface {
        for block in text.split("\n\n").filter(|block| !block.is_empty()) {
            if let Some(item) = item(area, block) {
                items.insert((item.kind.clone(), item.name.clone()), item);
            }
        }
    }
    items
}

fn item(area: &str, block: &str) -> Option<Item> {
    let mut lines = block.lines();
    let (kind, rest) = lines.next()?.split_once(' ')?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '#')).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    Some(Item {
        area: area.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        rest: rest.to_owned(),
        members: lines.map(str::trim).map(member).collect(),
    })
}

/// `.name?: Type`, `field: Type = wire`, `Variant = wire` or `Variant (Type)`, by its name.
fn member(line: &str) -> (String, Member) {
    let typed = line.split_once(": ").filter(|(name, _)| !name.contains([' ', '(']));
    let Some((name, ty)) = typed else {
        let name = line.split([' ', '(']).next().unwrap_or(line).to_owned();
        return (name, Member { text: line.to_owned(), ty: None, required: false });
    };
    let required = if name.starts_with('.') { !name.ends_with('?') } else { !ty.starts_with("Option<") };
    let name = name.trim_start_matches('.').trim_end_matches('?').to_owned();
    (name, Member { text: line.trim_start_matches('.').to_owned(), ty: Some(ty.to_owned()), required })
}

fn compare_item(known: &Item, item: &Item, lines: &mut Vec<String>) {
    let Item { kind, name, .. } = item;
    if known.area != item.area {
        lines.push(format!("~ {kind} {name} was in {}", known.area));
    }
    if known.rest != item.rest {
        lines.push(format!("~ {kind} {name}:{} →{}", or_nothing(&known.rest), or_nothing(&item.rest)));
    }
    let separator = if matches!(kind.as_str(), "enum" | "union") { "::" } else { "." };
    for (member, now) in &item.members {
        match known.members.get(member) {
            None => lines.push(format!("+ {name}{separator}{}", now.text)),
            Some(then) if then == now => {}
            Some(then) => {
                let presence = match (then.required, now.required) {
                    (true, false) => " (required → optional)",
                    (false, true) => " (optional → required)",
                    _ => "",
                };
                let (from, to) = match (&then.ty, &now.ty) {
                    (Some(from), Some(to)) => (from, to),
                    _ => (&then.text, &now.text),
                };
                let types = if from == to { from.clone() } else { format!("{from} → {to}") };
                lines.push(format!("~ {name}{separator}{member}: {types}{presence}"));
            }
        }
    }
    for (member, then) in &known.members {
        if !item.members.contains_key(member) {
            lines.push(format!("- {name}{separator}{}", then.text));
        }
    }
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() { " nothing".to_owned() } else { text.to_owned() }
}

fn one_space(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
