//! `example` and `default`: values that do not fit the schema that they stand for, and `example-member`:
//! members of an example that the schema does not declare. A schema allows them, but the reader believes the
//! example.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;
use crate::schema::{Direction, Mismatch, Schema, Sort, Unknown};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let document = model.bundle.document();
    let mut claims = Claims { model, claims: Vec::new() };
    for schema in model.all(Kind::Schema) {
        for rule in ["example", "default"] {
            if let Some(value) = schema.get(rule) {
                claims.add(rule, schema, value, Direction::Request);
            }
        }
    }
    // The example of a schema may be what requests or what answers have.
    for rule in ["example", "default"] {
        let either: Vec<&Claim<'_>> = claims.claims.iter().filter(|claim| claim.rule == rule).collect();
        let mut wrong = Findings::new();
        check_all(document, &either, Direction::Request, &mut wrong);
        if !wrong.is_empty() {
            let mut as_answer = Findings::new();
            check_all(document, &either, Direction::Response, &mut as_answer);
            wrong.retain(|finding| as_answer.contains(finding));
        }
        findings.append(&mut wrong);
    }
    claims.claims.clear();
    for body in model.all(Kind::RequestBody) {
        claims.add_content(body, Direction::Request);
    }
    for response in model.all(Kind::Response) {
        claims.add_content(response, Direction::Response);
        for header in response.get("headers").map(Node::members).unwrap_or_default() {
            if let Some(header) = model.resolve(&header.value) {
                claims.add_examples(header, Direction::Response);
            }
        }
    }
    for parameter in model.all(Kind::Parameter) {
        claims.add_examples(parameter, Direction::Request);
    }
    for direction in [Direction::Request, Direction::Response] {
        let claims: Vec<&Claim<'_>> =
            claims.claims.iter().filter(|claim| claim.direction == direction).collect();
        check_all(document, &claims, direction, findings);
    }
}

/// That a value fits a schema.
struct Claim<'b> {
    /// `example` or `default`.
    rule: &'static str,
    schema: &'b Node,
    value: &'b Node,
    direction: Direction,
}

struct Claims<'m, 'b> {
    model: &'m Model<'b>,
    claims: Vec<Claim<'b>>,
}

impl<'b> Claims<'_, 'b> {
    fn add(&mut self, rule: &'static str, schema: &'b Node, value: &'b Node, direction: Direction) {
        self.claims.push(Claim { rule, schema, value, direction });
    }

    fn add_content(&mut self, object: &'b Node, direction: Direction) {
        for media_type in object.get("content").map(Node::members).unwrap_or_default() {
            let before = self.claims.len();
            self.add_examples(&media_type.value, direction);
            if !media_type.key.contains("json") {
                // What JSON cannot show, XML say, stands as text in an example whatever its schema is.
                let is_text = |claim: &Claim<'_>| claim.value.as_str().is_some();
                let of_json = self.claims.split_off(before).into_iter().filter(|claim| !is_text(claim));
                self.claims.extend(of_json);
            }
        }
    }

    /// The examples beside a schema.
    fn add_examples(&mut self, object: &'b Node, direction: Direction) {
        let Some(schema) = object.get("schema") else { return };
        if let Some(example) = object.get("example") {
            self.add("example", schema, example, direction);
        }
        for example in object.get("examples").map(Node::members).unwrap_or_default() {
            if let Some(value) = self.model.resolve(&example.value).and_then(|example| example.get("value")) {
                self.add("example", schema, value, direction);
            }
        }
    }
}

/// Checks claims of one rule together: as one object with a property for each. The schemas
/// that they share, and in a large document most do, are then compiled once.
fn check_all(document: &Value, claims: &[&Claim<'_>], direction: Direction, findings: &mut Findings) {
    let Some(first) = claims.first() else { return };
    let unknown = if first.rule == "example" { Unknown::Forbidden } else { Unknown::Allowed };
    let mut schemas = Map::new();
    let mut values = Map::new();
    for (index, claim) in claims.iter().enumerate() {
        schemas.insert(index.to_string(), claim.schema.to_value());
        values.insert(index.to_string(), claim.value.to_value());
    }
    let schema = Schema::compile(document, &json!({ "properties": schemas }), unknown, direction);
    let Ok(schema) = schema else {
        // One of them is broken, which another rule reports. It must not hide what the others claim.
        if claims.len() > 1 {
            let (some, others) = claims.split_at(claims.len() / 2);
            check_all(document, some, direction, findings);
            check_all(document, others, direction, findings);
        }
        return;
    };
    let mut failing = BTreeMap::<usize, Vec<Mismatch>>::new();
    for mut mismatch in schema.check(&Value::Object(values)) {
        let pointer = mismatch.pointer.trim_start_matches('/').to_owned();
        let (index, rest) =
            pointer.split_once('/').map_or((pointer.as_str(), None), |(i, rest)| (i, Some(rest)));
        let Some(index) = index.parse().ok().filter(|index| *index < claims.len()) else { continue };
        mismatch.pointer = rest.map(|rest| format!("/{rest}")).unwrap_or_default();
        failing.entry(index).or_default().push(mismatch);
    }
    for (index, mismatches) in failing {
        report(document, claims[index], direction, mismatches, findings);
    }
}

/// Reports what a value gets wrong. What only those schemas refuse that forbid undeclared members says
/// `example-member`.
fn report(
    document: &Value,
    claim: &Claim<'_>,
    direction: Direction,
    strict: Vec<Mismatch>,
    findings: &mut Findings,
) {
    if claim.rule != "example" {
        findings.extend(strict.into_iter().map(|mismatch| finding(claim.rule, claim.value, mismatch)));
        return;
    }
    let schema = Schema::compile(document, &claim.schema.to_value(), Unknown::Allowed, direction);
    let lenient = schema.map(|schema| schema.check(&claim.value.to_value())).unwrap_or_default();
    let members = strict.into_iter().filter(|mismatch| {
        lenient.is_empty() || (mismatch.sort == Sort::Unknown && !lenient.contains(mismatch))
    });
    findings.extend(members.map(|mismatch| finding("example-member", claim.value, mismatch)));
    findings.extend(few(&lenient).into_iter().map(|mismatch| finding("example", claim.value, mismatch)));
}

/// Of many members that one object lacks, the first few; the last of them tells how many more there are.
fn few(mismatches: &[Mismatch]) -> Vec<Mismatch> {
    const TOLD: usize = 4;
    let mut lacking: BTreeMap<&str, usize> = BTreeMap::new();
    let mut told: Vec<Mismatch> = Vec::new();
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for mismatch in mismatches {
        if mismatch.sort == Sort::Missing {
            let parent = mismatch.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            let number = lacking.entry(parent).or_default();
            *number += 1;
            if *number > TOLD {
                continue;
            }
            last.insert(parent, told.len());
        }
        told.push(mismatch.clone());
    }
    for (parent, number) in lacking.into_iter().filter(|(_, number)| *number > TOLD) {
        if let Some(mismatch) = last.get(parent).and_then(|at| told.get_mut(*at)) {
            mismatch.reason.push_str(&format!(", and so are {} more members of the object", number - TOLD));
        }
    }
    told
}

fn finding(rule: &'static str, value: &Node, mismatch: Mismatch) -> Diagnostic {
    let walk = value.walk(&mismatch.pointer);
    let place = match (mismatch.sort, walk.key) {
        (Sort::Unknown, Some(member)) => &member.key_location,
        _ => walk.location(),
    };
    let member = mismatch.member();
    let noun = if rule == "default" { rule } else { "example" };
    let subject =
        if member.is_empty() { format!("this {noun}") } else { format!("`{member}` of this {noun}") };
    let quotes = walk.node.scalar().filter(|scalar| scalar.plain && !scalar.value.is_string());
    let quotes = quotes.filter(|_| mismatch.reason.starts_with("must be a string"));
    Diagnostic {
        help: mismatch.help.or_else(|| quotes.map(|scalar| format!("write '{}'", scalar.text))),
        ..Diagnostic::error(rule, place, format!("{subject} {}", mismatch.reason))
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, findings, reports};

    #[test]
    fn bad() {
        for (from, to, expected) in [
            (
                "parent: {name: Mia}}",
                "parent: {nmae: Mia}}",
                vec![
                    "example at parent: `pets[0].parent.name` of this example is required",
                    "example-member at nmae: `pets[0].parent.nmae` of this example is not declared",
                ],
            ),
            (
                "kind: kDog, parent",
                "kind: kDgo, parent",
                vec![
                    "example at kDgo: `pets[0].kind` of this example must be one of kDog, kCat, not \"kDgo\"",
                ],
            ),
            (
                "value: {name: Rex}",
                "value: {name: 1.0}",
                vec!["example at 1.0: `name` of this example must be a string, not a fraction"],
            ),
            (
                "      example: Rex",
                "      example: 7",
                vec!["example at 7: this example must be a string, not a number"],
            ),
            (
                "example: {message: no such pet}",
                "example: {}",
                vec!["example at {: `message` of this example is required"],
            ),
            ("default: 10", "default: 0", vec!["default at 0: this default must be at least 1, not 0"]),
            (
                "default: kDog",
                "default: kCow",
                vec!["default at kCow: this default must be one of kDog, kCat, not \"kCow\""],
            ),
            (
                "default: '2024'",
                "default: 2024",
                vec!["default at 2024: this default must be a string, not a number"],
            ),
        ] {
            reports(from, to, &expected);
        }
    }

    #[test]
    fn a_broken_schema_does_not_hide_other_mistakes() {
        let found = findings(
            "weight: {type: number, nullable: true}",
            "weight: {type: string, pattern: '(', default: x}\n        height: {type: string, default: 7}",
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("pattern at '(': "), "{found:?}");
        assert_eq!(found[1], "default at 7: this default must be a string, not a number");
    }

    #[test]
    fn the_example_of_a_schema_is_of_a_request_or_of_an_answer() {
        let schema = |example: &str| {
            format!(
                "weight: {{type: object, required: [id, key], properties: {{id: {{type: string, readOnly: true}}, \
                 key: {{type: string, writeOnly: true}}}}, example: {example}}}"
            )
        };
        let weight = "weight: {type: number, nullable: true}";
        accepts(weight, &schema("{id: a}"));
        accepts(weight, &schema("{key: a}"));
        reports(
            weight,
            &schema("{id: 1}"),
            &["example at 1: `id` of this example must be a string, not a number"],
        );
    }

    #[test]
    fn many_absent_members_are_told_in_a_few_lines() {
        let found = findings(
            "required: [message]\n            properties:",
            "required: [message, a, b, c, d, e, f]\n            properties:\n              a: {}\n              b: {}\n              c: {}\n              d: {}\n              e: {}\n              f: {}",
        );
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(found[3].ends_with("is required, and so are 2 more members of the object"), "{found:#?}");
    }

    #[test]
    fn good() {
        // XML and its like stand in examples as text.
        accepts(
            "            examples:\n              small:\n                value: {name: Rex}\n",
            "            example: {name: Rex}\n          application/xml:\n            schema: {$ref: '#/components/schemas/Pet'}\n            example: <pet name='Rex'/>\n",
        );
        accepts("value: {name: Rex}", "value: {name: Rex, weight: null, labels: {any: thing}}");
        accepts(
            "weight: {type: number, nullable: true}",
            "weight: {type: number, nullable: true, default: null}",
        );
    }
}
