//! What no other comparison has reported.
//!
//! Everything that differs is told, if only as "written differently". What differs is found here by a plain
//! walk over both documents, and held against the places of the changes reported so far.

use openapi_check::Bundle;
use serde_json::Value;

use crate::Change;
use crate::comparison::sort;
use crate::paths::matched_paths;
use crate::place::{At, pair_up};
use crate::rules::{Rule, surface};
use crate::words::wording;

/// A place where the documents differ, and in nothing around it.
struct Leaf<'b> {
    base: At<'b>,
    new: At<'b>,
}

/// Adds what is missing from `changes`.
pub(crate) fn add(changes: &mut Vec<Change>, base: &Bundle, new: &Bundle) {
    let (old, now) = (At::root(base), At::root(new));
    let mut leaves = Vec::new();
    gather(&old, &now, &mut leaves);
    let mut added = Vec::new();
    for leaf in leaves {
        let is_told = changes.iter().any(|change| tells(change, &leaf));
        if is_told {
            continue;
        }
        let rule = rule(&leaf);
        let at = if leaf.new.present { &leaf.new } else { &leaf.base };
        let document = if leaf.new.present { &now } else { &old };
        let key = at.pointer.rsplit_once('/').map_or("", |(_, key)| key);
        added.push(Change {
            id: rule.id.to_owned(),
            impact: rule.impact,
            direction: rule.direction,
            message: format!("{}: `{key}` is written differently", at.subject(document)),
            consequence: rule.consequence.to_owned(),
            advice: None,
            base: leaf.base.side(base),
            new: leaf.new.side(new),
            operations: Vec::new(),
        });
    }
    if !added.is_empty() {
        changes.append(&mut added);
        sort(changes);
    }
}

/// Whether a change is about this place.
fn tells(change: &Change, leaf: &Leaf<'_>) -> bool {
    // Says of a whole property what stands beside it.
    let is_beside = change.id.contains("-property-became-");
    let about = |side: &crate::Side, at: &At<'_>| {
        let whole = side.present && !is_beside && is_within(&at.pointer, &side.pointer);
        at.present && (whole || side.pointer == at.pointer || is_within(&side.pointer, &at.pointer))
    };
    (change.base.present && about(&change.base, &leaf.base))
        || (change.new.present && about(&change.new, &leaf.new))
}

fn is_within(pointer: &str, whole: &str) -> bool {
    pointer.strip_prefix(whole).is_some_and(|rest| rest.starts_with('/'))
}

fn rule(leaf: &Leaf<'_>) -> &'static Rule {
    let pointer = if leaf.new.present { &leaf.new.pointer } else { &leaf.base.pointer };
    if pointer.starts_with("/components/examples/") {
        return surface::EXAMPLE_CHANGED;
    }
    if pointer.starts_with("/components/links/") || pointer.contains("/links/") {
        return surface::LINK_CHANGED;
    }
    let key = pointer.rsplit_once('/').map_or("", |(_, key)| key);
    let rule = wording(key);
    if rule == surface::KEYWORD_CHANGED { surface::WRITTEN_DIFFERENTLY } else { rule }
}

fn gather<'b>(base: &At<'b>, new: &At<'b>, leaves: &mut Vec<Leaf<'b>>) {
    if base.present == new.present && base.node == new.node {
        return;
    }
    match (base.node, new.node) {
        // What they lead to is compared where it stands, and their names with it.
        (Value::Object(_), Value::Object(_)) if is_schema_reference(base) && is_schema_reference(new) => {}
        (Value::Object(_), Value::Object(_)) => {
            let pairs = if base.pointer == "/paths" { matched_paths(base, new) } else { Default::default() };
            let mut known = Vec::new();
            for (key, old) in base.members() {
                let key = pairs.get(key).copied().unwrap_or(key);
                known.push(key);
                gather(&old, &new.at(key), leaves);
            }
            for (key, now) in new.members().into_iter().filter(|(key, _)| !known.contains(key)) {
                gather(&base.at(key), &now, leaves);
            }
        }
        (Value::Array(_), Value::Array(_)) => gather_items(base, new, leaves),
        _ => leaves.push(Leaf { base: base.clone(), new: new.clone() }),
    }
}

fn is_schema_reference(at: &At<'_>) -> bool {
    at.reference().is_some_and(|reference| reference.starts_with("#/components/schemas/"))
}

/// Items belong together by what they name, and the rest by their order.
fn gather_items<'b>(base: &At<'b>, new: &At<'b>, leaves: &mut Vec<Leaf<'b>>) {
    let mut gone = base.items();
    let mut added = new.items();
    let mut order = Vec::new();
    let equal = |a: &At<'b>, b: &At<'b>| a.node == b.node;
    let named = |a: &At<'b>, b: &At<'b>| {
        let key = |at: &At<'b>| (at.str_at("in"), at.str_at("name"), at.str_at("url"));
        key(a) == key(b) && key(a) != (None, None, None)
    };
    let any = |a: &At<'b>, b: &At<'b>| a.node.is_object() && b.node.is_object();
    let pairs = pair_up(&mut gone, &mut added, &[&equal, &named, &any]);
    for (old, now) in &pairs {
        order.push((number(old), number(now)));
        gather(old, now, leaves);
    }
    for old in gone {
        leaves.push(Leaf { base: old, new: new.nowhere() });
    }
    for now in added {
        leaves.push(Leaf { base: base.nowhere(), new: now });
    }
    order.sort_unstable();
    if !order.is_sorted_by_key(|(_, now)| *now) {
        leaves.push(Leaf { base: base.clone(), new: new.clone() });
    }
}

fn number(at: &At<'_>) -> usize {
    at.pointer.rsplit_once('/').and_then(|(_, index)| index.parse().ok()).unwrap_or(0)
}
