//! `required-cycle`: a schema whose every value has to contain another value of it. No such value ends, so none
//! can be written.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};

use super::compose::{included, property, required};
use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::{Member, Node};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let schemas = model.section("schemas");
    let endless = endless(model, schemas);
    let mut told: HashSet<*const Node> = HashSet::new();
    for member in schemas {
        let start = std::ptr::from_ref(&member.value);
        if !endless.contains(&start) || told.contains(&start) {
            continue;
        }
        let Some(way) = circle(model, &member.value, &endless, &mut told) else { continue };
        let message = match way.as_slice() {
            [] => format!("no value of `{}` ends: it consists of itself", member.key),
            way => format!("no value of `{}` ends: it needs another one in `{}`", member.key, way.join(".")),
        };
        findings.push(
            Diagnostic::error("required-cycle", &member.key_location, message)
                .help("let one member on the way be optional or nullable"),
        );
    }
}

/// Components by the address of their node.
type Set = HashSet<*const Node>;

/// The components without a value that ends.
fn endless<'b>(model: &Model<'b>, schemas: &'b [Member]) -> Set {
    let mut endless: Set = schemas.iter().map(|member| std::ptr::from_ref(&member.value)).collect();
    // Who has to be looked at again when a component turns out to have a value that ends.
    let mut waiting: HashMap<*const Node, Vec<&Node>> = HashMap::new();
    let mut queue: Vec<&Node> = schemas.iter().map(|member| &member.value).collect();
    while let Some(schema) = queue.pop() {
        if !endless.contains(&std::ptr::from_ref(schema)) {
            continue;
        }
        let needs = needs(model, schema, &endless);
        if needs.is_empty() {
            endless.remove(&std::ptr::from_ref(schema));
            queue.extend(waiting.remove(&std::ptr::from_ref(schema)).unwrap_or_default());
        }
        for (_, node) in needs {
            waiting.entry(node).or_default().push(schema);
        }
    }
    endless
}

/// What has to be in a value of a schema: each endless component, and the property that holds it. Empty if
/// a value can do without.
type Needs<'b> = Vec<(&'b str, &'b Node)>;

/// Schemas inside each other without a reference between are as few as the reader of YAML allows.
fn needs<'b>(model: &Model<'b>, schema: &'b Node, endless: &Set) -> Needs<'b> {
    let mut found = Needs::new();
    if schema.get("nullable").and_then(Node::as_bool) == Some(true) {
        return found;
    }
    // A part that is an endless component makes its whole endless, whatever else is in it.
    let parts = included(model, schema);
    for part in &parts {
        let is_other = !std::ptr::eq(*part, schema) && endless.contains(&std::ptr::from_ref(*part));
        if is_other {
            found.push(("", *part));
        }
    }
    for part in parts {
        for name in required(part) {
            if let Some(property) = property(model, schema, name) {
                let inner = held(model, &property.value, endless);
                found.extend(inner.into_iter().map(|(_, node)| (property.key.as_str(), node)));
            }
        }
        let at_least = part.get("minItems").and_then(Node::scalar).and_then(|least| least.value.as_u64());
        if at_least.is_some_and(|least| least > 0)
            && let Some(items) = part.get("items")
        {
            found.extend(held(model, items, endless));
        }
        for key in ["oneOf", "anyOf"] {
            let alternatives: Vec<Needs<'b>> = part
                .get(key)
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .map(|alternative| held(model, alternative, endless))
                .collect();
            if !alternatives.is_empty() && alternatives.iter().all(|needs| !needs.is_empty()) {
                found.extend(alternatives.into_iter().flatten());
            }
        }
    }
    found
}

/// What a value that stands for `schema` needs: the component itself, or what a schema written in place does.
fn held<'b>(model: &Model<'b>, schema: &'b Node, endless: &Set) -> Needs<'b> {
    if schema.reference().is_none() {
        return needs(model, schema, endless);
    }
    let component =
        model.resolve(schema).filter(|component| endless.contains(&std::ptr::from_ref(*component)));
    component.map(|component| vec![("", component)]).unwrap_or_default()
}

/// The shortest way from an endless component back to itself; none if it only needs others that are endless.
/// Everything on a way of that sort is noted in `told`.
fn circle<'b>(model: &Model<'b>, start: &'b Node, endless: &Set, told: &mut Set) -> Option<Vec<&'b str>> {
    // For each component reached, by which property and from where, the first time and all times.
    let mut first: HashMap<*const Node, (&str, &Node)> = HashMap::new();
    let mut all: HashMap<*const Node, Vec<&Node>> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(here) = queue.pop_front() {
        for (name, next) in needs(model, here, endless) {
            all.entry(next).or_default().push(here);
            if let Entry::Vacant(entry) = first.entry(next) {
                entry.insert((name, here));
                queue.push_back(next);
            }
        }
    }
    let mut way = Vec::new();
    let mut here = start;
    loop {
        let (name, before) = first.get(&std::ptr::from_ref(here))?;
        way.push(*name);
        here = before;
        if std::ptr::eq(here, start) {
            break;
        }
    }
    let mut back = vec![start];
    while let Some(here) = back.pop() {
        if told.insert(here) {
            back.extend(all.get(&std::ptr::from_ref(here)).into_iter().flatten());
        }
    }
    way.reverse();
    way.retain(|name| !name.is_empty());
    Some(way)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::reports_rule;

    const PARENT: &str = "        parent: {$ref: '#/components/schemas/Pet'}";
    const REQUIRED: &str = "      required:\n        - name\n      properties:";

    fn check(from: &str, to: &str, expected: &[&str]) {
        let expected: Vec<String> = expected.iter().map(|rest| format!("required-cycle at {rest}")).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        reports_rule("required-cycle", from, to, &expected);
    }

    #[test]
    fn bad() {
        check(
            REQUIRED,
            "      required: [name, parent]\n      properties:",
            &["Pet: no value of `Pet` ends: it needs another one in `parent`"],
        );
        check(
            PARENT,
            "        parent:\n          $ref: '#/components/schemas/Parent'\n      minItems: 1\n    Parent:\n      allOf: [{$ref: '#/components/schemas/Home'}]\n    Home:\n      required: [owners]\n      properties:\n        owners: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Parent'}}\n    Rest:\n      properties:\n",
            &["Home: no value of `Home` ends: it needs another one in `owners`"],
        );
        check(
            "items: {$ref: '#/components/schemas/Pet'}",
            "items: {$ref: '#/components/schemas/A'}\n    A: {oneOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}\n    B: {required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}\n    C: {allOf: [{$ref: '#/components/schemas/B'}]}",
            &["A: no value of `A` ends: it needs another one in `a`"],
        );
        check(
            "items: {$ref: '#/components/schemas/Pet'}",
            "items: {$ref: '#/components/schemas/A'}\n    A: {allOf: [{$ref: '#/components/schemas/B'}]}\n    B: {allOf: [{$ref: '#/components/schemas/A'}]}",
            &["A: no value of `A` ends: it consists of itself"],
        );
    }

    /// Whatever the order in which they are written, a long chain is settled in one go.
    #[test]
    fn a_long_chain_is_no_circle_and_no_burden() {
        let chain: String = (0..1000)
            .map(|at| {
                let next = at + 1;
                format!("\n    S{at}: {{required: [a], properties: {{a: {{$ref: '#/components/schemas/S{next}'}}}}}}")
            })
            .collect();
        let to = format!("items: {{$ref: '#/components/schemas/S0'}}{chain}\n    S1000: {{type: string}}");
        check("items: {$ref: '#/components/schemas/Pet'}", &to, &[]);
        let to = to.replace("S1000: {type: string}", "S1000: {allOf: [{$ref: '#/components/schemas/S0'}]}");
        let way = ["a"; 1000].join(".");
        let expected = format!("S0: no value of `S0` ends: it needs another one in `{way}`");
        check("items: {$ref: '#/components/schemas/Pet'}", &to, &[&expected]);
    }

    #[test]
    fn good() {
        for item in [
            // Null, an empty list and another alternative end the circle.
            "{required: [a], properties: {a: {nullable: true, allOf: [{$ref: '#/components/schemas/A'}]}}}",
            "{required: [a], properties: {a: {type: array, items: {$ref: '#/components/schemas/A'}}}}",
            "{required: [a], properties: {a: {oneOf: [{$ref: '#/components/schemas/A'}, {type: string}]}}}",
            "{properties: {a: {$ref: '#/components/schemas/A'}}}",
        ] {
            let to = format!("items: {{$ref: '#/components/schemas/A'}}\n    A: {item}");
            check("items: {$ref: '#/components/schemas/Pet'}", &to, &[]);
        }
    }
}
