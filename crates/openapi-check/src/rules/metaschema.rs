//! `metaschema`: what the specification says each object consists of, and `unknown-keyword`: members
//! that it does not know, which every reader drops without a word.
//!
//! The specification is `metaschema.json` beside this file, a JSON Schema of our own.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

use super::{Findings, Model};
use crate::node::Node;
use crate::schema::{Sort, mismatches};
use crate::{Diagnostic, Location, pointer, suggest};

const METASCHEMA: &str = include_str!("metaschema.json");

/// What a keyword of OpenAPI 3.1 is called in 3.0.
const NEWER: [(&str, &str); 24] = [
    ("$anchor", "put the schema into `components`"),
    ("$comment", "write a comment of YAML"),
    ("$defs", "put the schemas into `components`"),
    ("$id", "put the schema into `components`"),
    ("$schema", "OpenAPI 3.0 has one dialect"),
    ("const", "write `enum` with one value"),
    ("contains", "say it in the description"),
    ("contentEncoding", "write `format: byte`"),
    ("contentMediaType", "write `format: binary` or `format: byte`"),
    ("dependentRequired", "say it in the description"),
    ("dependentSchemas", "say it in the description"),
    ("else", "say it in the description"),
    ("examples", "write `example` with one value"),
    ("if", "say it in the description"),
    ("identifier", "write `url`"),
    ("jsonSchemaDialect", "OpenAPI 3.0 has one dialect"),
    ("pathItems", "put the path item into a file, and refer to that"),
    ("patternProperties", "write `additionalProperties`"),
    ("prefixItems", "write `items` with one schema"),
    ("propertyNames", "say it in the description"),
    ("then", "say it in the description"),
    ("unevaluatedItems", "say it in the description"),
    ("unevaluatedProperties", "write `additionalProperties: false` where nothing is composed"),
    ("webhooks", "OpenAPI 3.0 has callbacks only"),
];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let document = model.bundle.document();
    let Ok(metaschema) = specification() else { return };
    if metaschema.validator.is_valid(document) {
        return;
    }
    for mismatch in mismatches(metaschema.validator.iter_errors(document)) {
        let (parent, last) = mismatch.pointer.rsplit_once('/').unwrap_or_default();
        let name = pointer::unescape(last);
        let walk = model.bundle.root().walk(&mismatch.pointer);
        findings.push(match mismatch.sort {
            Sort::Unknown => {
                let place = walk.key.map_or(walk.location(), |member| &member.key_location);
                unknown(place, parent, &name, &metaschema.keywords)
            }
            Sort::Missing => Diagnostic::error(
                "metaschema",
                model.bundle.root().walk(parent).location(),
                format!("`{name}` is missing here"),
            ),
            Sort::Type | Sort::Choice | Sort::Constraint => {
                let subject = if name.is_empty() { "the document".to_owned() } else { format!("`{name}`") };
                let message = format!("{subject} {}", mismatch.reason);
                let quotes = walk.node.scalar().filter(|scalar| scalar.plain && !scalar.value.is_string());
                let quotes = quotes.filter(|_| mismatch.reason.starts_with("must be a string"));
                let newer = newer_value(&name, walk.node).map(str::to_owned);
                Diagnostic {
                    help: newer
                        .or(mismatch.help)
                        .or_else(|| quotes.map(|scalar| format!("write '{}'", scalar.text))),
                    ..Diagnostic::error("metaschema", walk.location(), message)
                }
            }
        });
    }
}

/// How 3.0 says what OpenAPI 3.1 says with another value of the same keyword.
fn newer_value(keyword: &str, value: &Node) -> Option<&'static str> {
    match keyword {
        "type" if !value.items().is_empty() => {
            Some("lists of types belong to OpenAPI 3.1; write one type, and `nullable: true` for null")
        }
        "type" if value.as_str() == Some("null") => Some("write `nullable: true` beside another type"),
        "exclusiveMinimum" if value.is_scalar() => {
            Some("a number belongs to OpenAPI 3.1; write `minimum`, and `exclusiveMinimum: true`")
        }
        "exclusiveMaximum" if value.is_scalar() => {
            Some("a number belongs to OpenAPI 3.1; write `maximum`, and `exclusiveMaximum: true`")
        }
        _ => None,
    }
}

fn unknown(place: &Location, parent: &str, name: &str, keywords: &[String]) -> Diagnostic {
    if parent == "/paths" {
        let message = format!("the path `{name}` does not begin with a slash");
        return Diagnostic::error("unknown-keyword", place, message);
    }
    let newer = NEWER.iter().find(|(newer, _)| *newer == name);
    let help = match (newer, suggest::nearest(name, keywords.iter().map(String::as_str))) {
        (Some((_, help)), _) => format!("it belongs to OpenAPI 3.1; {help}"),
        // A keyword at a place where it means nothing.
        (None, Some(same)) if same == name => "it belongs into another object".to_owned(),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => "members of your own begin with `x-`".to_owned(),
    };
    Diagnostic::error("unknown-keyword", place, format!("`{name}` is no keyword of this object")).help(help)
}

struct Metaschema {
    validator: Validator,
    /// The keywords of all objects.
    keywords: Vec<String>,
}

/// The specification. It is a constant, so that it can be read is for the tests to show.
fn specification() -> &'static Result<Metaschema, String> {
    static SPECIFICATION: OnceLock<Result<Metaschema, String>> = OnceLock::new();
    SPECIFICATION.get_or_init(|| {
        let schema: Value = serde_json::from_str(METASCHEMA).map_err(|error| error.to_string())?;
        let validator = jsonschema::draft7::new(&schema).map_err(|error| error.to_string())?;
        let objects = schema["definitions"].as_object().into_iter().flat_map(|all| all.values());
        let members = objects.chain([&schema]).filter_map(|object| object["properties"].as_object());
        let mut keywords: Vec<String> = members.flat_map(|members| members.keys().cloned()).collect();
        keywords.sort();
        keywords.dedup();
        Ok(Metaschema { validator, keywords })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn the_specification_can_be_read() {
        assert_eq!(specification().as_ref().map(|m| m.keywords.len()).map_err(String::as_str), Ok(102));
    }

    #[test]
    fn bad() {
        for (from, to, expected) in [
            (
                "openapi: 3.0.3",
                "openapi: three",
                "metaschema at three: `openapi` must match the pattern ^3\\.0\\.\\d+$, and \"three\" does not",
            ),
            (
                "version: 1.0.0",
                "version: 1.0",
                "metaschema at 1.0: `version` must be a string, not a fraction",
            ),
            ("  version: 1.0.0\n", "", "metaschema at info: `version` is missing here"),
            (
                "        - name\n      properties:",
                "        - name\n      propreties:",
                "unknown-keyword at propreties: `propreties` is no keyword of this object",
            ),
            (
                "type: number, nullable: true",
                "type: [number, 'null']",
                "metaschema at type: `type` must be one of array, boolean, integer, number, object, string, not [\"number\",\"null\"]",
            ),
            (
                "minimum: 0",
                "exclusiveMinimum: 0",
                "metaschema at 0: `exclusiveMinimum` must be a boolean, not a number",
            ),
            (
                "type: string, pattern: '^\\w+$'",
                "const: Rex",
                "unknown-keyword at const: `const` is no keyword of this object",
            ),
            (
                "description: The pet is updated.",
                "summary: x",
                "metaschema at '204': `description` is missing here",
            ),
            ("in: path\n      required: true", "in: path", "metaschema at Name: `required` is missing here"),
            (
                "explode: false",
                "style: simple\n          explode: false",
                "metaschema at simple: `style` must be one of form, spaceDelimited, pipeDelimited, deepObject, not \"simple\"",
            ),
            (
                "  /pets:\n",
                "  pets:\n",
                "unknown-keyword at pets: the path `pets` does not begin with a slash",
            ),
            ("in: header, name: key", "in: header", "metaschema at Key: `name` is missing here"),
            (
                "in: header, name: key",
                "in: header, name: key, scheme: basic",
                "unknown-keyword at scheme: `scheme` is no keyword of this object",
            ),
            ("'204':", "'2O4':", "unknown-keyword at '2O4': `2O4` is no keyword of this object"),
        ] {
            let found = crate::rules::testing::findings(from, to);
            assert!(found.iter().any(|found| found == expected), "{from} -> {to}: {found:#?}");
        }
    }

    #[test]
    fn what_belongs_to_the_next_version_is_told_so() {
        let help = |schema: &str| {
            let text = crate::rules::testing::PETSTORE
                .replace("weight: {type: number, nullable: true}", &format!("weight: {{{schema}}}"));
            let sources: crate::Sources = [("petstore.yaml".to_owned(), text)].into_iter().collect();
            let findings = crate::check(&sources, "petstore.yaml");
            let mut said =
                findings.into_iter().filter(|it| matches!(it.rule, "metaschema" | "unknown-keyword"));
            said.find_map(|finding| finding.help).unwrap_or_default()
        };
        assert!(help("type: [number, 'null']").starts_with("lists of types belong to OpenAPI 3.1"));
        assert!(help("type: 'null'").starts_with("write `nullable: true`"));
        assert!(help("type: number, exclusiveMaximum: 5").starts_with("a number belongs to OpenAPI 3.1"));
        assert!(help("type: number, const: 5").starts_with("it belongs to OpenAPI 3.1; write `enum`"));
        assert!(help("type: array, items: {}, prefixItems: []").starts_with("it belongs to OpenAPI 3.1"));
    }

    #[test]
    fn one_mistake_makes_one_finding() {
        reports(
            "schema:\n              $ref: '#/components/schemas/Pet'\n",
            "schema: {type: objekt}\n",
            &[
                "metaschema at objekt: `type` must be one of array, boolean, integer, number, object, string, not \"objekt\"",
            ],
        );
    }

    #[test]
    fn good() {
        accepts("minimum: 0", "minimum: 0\n          exclusiveMinimum: true\n          x-unit: years");
    }
}
