//! The published form of a document.
//!
//! The bundle is what the author wrote, in the author's order, with the notes the author made for other
//! maintainers. The published form has one order, so that moving a line in an authored file changes
//! nothing, and keeps of the extensions what readers can use.

use std::cmp::Ordering;

use openapi_check::{Bundle, Kind};
use serde_json::{Map, Value};

use crate::yaml;

/// Extensions that are notes of the maintainers. One that begins with `x-internal` is such a note too.
/// Names and columns of our own command line are such notes: who takes the document has another one.
const INTERNAL: [&str; 7] = [
    "x-evidence",
    "x-not-in-seeds",
    "x-command",
    "x-command-resources",
    "x-columns",
    "x-same-ids",
    "x-secret",
];

/// What the confidence of an `x-evidence` is published as: readers need to know how sure a shape is, and
/// nothing of where it was found.
const CONFIDENCE: &str = "x-confidence";

/// The order of the keywords of OpenAPI's objects. No object has all of them, and where two objects share a
/// keyword it has the same place in both. What is not listed follows by name, extensions last.
const KEYWORDS: &[&str] = &[
    "$ref",
    "openapi",
    "info",
    "title",
    "name",
    "url",
    "in",
    "operationId",
    "tags",
    "summary",
    "type",
    "version",
    "description",
    "termsOfService",
    "contact",
    "license",
    "externalDocs",
    "servers",
    "variables",
    "scheme",
    "bearerFormat",
    "flows",
    "openIdConnectUrl",
    "security",
    "deprecated",
    "required",
    "allowEmptyValue",
    "style",
    "explode",
    "allowReserved",
    "nullable",
    "readOnly",
    "writeOnly",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "enum",
    "default",
    "items",
    "properties",
    "additionalProperties",
    "discriminator",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "parameters",
    "requestBody",
    "headers",
    "schema",
    "content",
    "responses",
    "callbacks",
    "value",
    "externalValue",
    "example",
    "examples",
    "encoding",
    "links",
    "get",
    "head",
    "options",
    "post",
    "put",
    "patch",
    "delete",
    "trace",
    "paths",
    "components",
    "schemas",
    "requestBodies",
    "securitySchemes",
];

/// A document as it is published.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    value: Value,
}

/// The published form of a bundle.
pub fn document(bundle: &Bundle) -> Document {
    Document { value: published(bundle.document(), Kind::Document) }
}

impl Document {
    /// The document. All references in it begin with `#/components/`.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// `info.title`; empty where there is none.
    pub fn title(&self) -> &str {
        self.info("title")
    }

    /// `info.version`; empty where there is none.
    pub fn version(&self) -> &str {
        self.info("version")
    }

    fn info(&self, member: &str) -> &str {
        self.value["info"][member].as_str().unwrap_or_default()
    }

    /// As JSON, two spaces a level, with a line feed at the end.
    pub fn json(&self) -> String {
        format!("{:#}\n", self.value)
    }

    /// As YAML that readers of YAML 1.1 and 1.2 take for the same document as [`Document::json`].
    pub fn yaml(&self) -> String {
        yaml::write(&self.value)
    }

    /// The same document as the server on the reader's machine shows it: each list of servers becomes that
    /// server, with only the path of its URL, which readers resolve against where they have the document from.
    #[must_use]
    pub fn at_home(&self, description: &str) -> Self {
        let mut value = self.value.clone();
        at_home(&mut value, Kind::Document, description);
        Self { value }
    }
}

/// The servers on the reader's machine.
pub(crate) fn is_local(url: &str) -> bool {
    ["//127.0.0.1", "//localhost"].iter().any(|host| url.contains(host))
}

fn at_home(value: &mut Value, kind: Kind, description: &str) {
    if !matches!(kind, Kind::Document | Kind::Paths | Kind::PathItem | Kind::Operation) {
        return;
    }
    let Value::Object(members) = value else { return };
    for (key, value) in members {
        if key != "servers" || kind == Kind::Paths {
            at_home(value, kind.child(key), description);
            continue;
        }
        let servers = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut urls = servers.iter().filter_map(|server| server["url"].as_str());
        let url = urls.clone().find(|url| is_local(url)).or_else(|| urls.next()).unwrap_or_default();
        let path = match url.split_once("//") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
            None => url.trim_start_matches('/'),
        };
        *value = serde_json::json!([{"url": format!("/{path}"), "description": description}]);
    }
}

/// A part of the document with its members in order, and without notes. Data of the API stays as it is: an
/// example may have a member `x-evidence`, and the order of its members may be meant.
fn published(value: &Value, kind: Kind) -> Value {
    match value {
        Value::Object(members) if kind != Kind::Data => {
            let is_object_of_openapi = !matches!(kind, Kind::Each(_) | Kind::Paths);
            let mut members: Vec<(&str, Value)> = members
                .iter()
                .filter_map(|(key, value)| {
                    if !is_object_of_openapi || !key.starts_with("x-") {
                        Some((key.as_str(), published(value, kind.child(key))))
                    } else if let ("x-evidence", Some(confidence)) = (key.as_str(), value.get("confidence")) {
                        Some((CONFIDENCE, confidence.clone()))
                    } else {
                        (!is_internal(key)).then(|| (key.as_str(), value.clone()))
                    }
                })
                .collect();
            if kind == Kind::Responses {
                members.sort_by_key(|(status, _)| *status);
            } else if is_object_of_openapi {
                members.sort_by(|(a, _), (b, _)| order(a, b));
            }
            let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) if kind != Kind::Data => {
            items.iter().map(|item| published(item, kind.item())).collect()
        }
        other => other.clone(),
    }
}

/// Whether a keyword is a note of the maintainers, or what stands for one where it is published.
pub fn is_note(key: &str) -> bool {
    is_internal(key) || key == CONFIDENCE
}

fn is_internal(key: &str) -> bool {
    INTERNAL.contains(&key) || key.starts_with("x-internal")
}

fn order(a: &str, b: &str) -> Ordering {
    let rank = |key: &str| KEYWORDS.iter().position(|keyword| *keyword == key).unwrap_or(KEYWORDS.len());
    (rank(a), a.starts_with("x-"), a).cmp(&(rank(b), b.starts_with("x-"), b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use openapi_check::{Sources, bundle};

    fn of(text: &str) -> Document {
        let sources: Sources = [("openapi.yaml".to_owned(), text.to_owned())].into_iter().collect();
        document(&bundle(&sources, "openapi.yaml").expect("one document"))
    }

    const AUTHORED: &str = "
paths:
  /b:
    get:
      responses:
        default: {$ref: '#/components/responses/Failed'}
        '200': {description: Fine.}
      operationId: getB
      x-evidence: {sources: [guide], confidence: high}
  /a:
    get:
      operationId: getA
      responses:
        '200':
          description: Fine.
          content:
            application/json:
              example: {x-evidence: stays, b: 1, a: 2}
              schema:
                x-internal-note: gone
                x-unit: seconds
                properties:
                  zeta: {type: string}
                  x-evidence: {type: string}
                type: object
info: {version: '1', title: T}
openapi: 3.0.3
components:
  responses:
    Failed: {description: Failed.}
";

    #[test]
    fn one_order_and_no_notes() {
        assert_eq!(
            of(AUTHORED).yaml(),
            "\
openapi: '3.0.3'
info:
  title: T
  version: '1'
paths:
  /b:
    get:
      operationId: getB
      responses:
        '200':
          description: Fine.
        default:
          $ref: '#/components/responses/Failed'
      x-confidence: high
  /a:
    get:
      operationId: getA
      responses:
        '200':
          description: Fine.
          content:
            application/json:
              schema:
                type: object
                properties:
                  zeta:
                    type: string
                  x-evidence:
                    type: string
                x-unit: seconds
              example:
                x-evidence: stays
                b: 1
                a: 2
components:
  responses:
    Failed:
      description: Failed.
"
        );
    }

    #[test]
    fn the_authors_order_of_keywords_makes_no_difference() {
        let moved = AUTHORED
            .replace("      operationId: getB\n", "")
            .replace("  /b:\n    get:\n", "  /b:\n    get:\n      operationId: getB\n");
        assert_ne!(moved, AUTHORED);
        assert_eq!(of(&moved), of(AUTHORED));
    }

    #[test]
    fn both_forms_say_the_same() {
        let document = of(AUTHORED);
        let read: Value = serde_json::from_str(&document.json()).expect("JSON");
        assert_eq!(&read, document.value());
        assert_eq!(of(&document.yaml()).value(), document.value());
    }

    #[test]
    fn at_home_the_only_server_is_the_readers_own() {
        let servers = "servers: [{url: 'https://{region}.example/v2'}, {url: 'http://127.0.0.1:8440/v2'}]";
        let text = format!("{AUTHORED}{servers}\n").replace(
            "  /a:\n",
            "  /a:\n    servers: [{url: 'http://localhost:1'}, {url: 'https://a.example/b'}]\n",
        );
        let document = of(&text).at_home("Mine.");
        let mine = |url: &str| serde_json::json!([{"url": url, "description": "Mine."}]);
        assert_eq!(document.value()["servers"], mine("/v2"));
        assert_eq!(document.value()["paths"]["/a"]["servers"], mine("/"));
        assert_eq!(of(AUTHORED).at_home("Mine."), of(AUTHORED));
    }
}
