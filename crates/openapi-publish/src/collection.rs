//! The document as a collection of requests, in Postman's format 2.1, which Bruno and Insomnia read too.
//!
//! Everything that a reader has to fill in is a variable of the collection. What the document says of signing in
//! becomes the first request: the operation that needs no security and takes a body. Whoever runs the whole
//! collection sends the requests in the document's order, so that what a request makes, the next ones find.

mod request;
mod variables;

use serde_json::{Value, json};

use self::request::{item, url_variable};
use self::variables::{Variables, is_secret};
use crate::model::{Operation, members, text};
use crate::{Document, sha256};

/// The variable that holds the bearer token.
const TOKEN: &str = "token";

/// The member of an answer that holds it, which OAuth names so.
const ACCESS_TOKEN: &str = "access_token";

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// Tests every answer, so that running the collection tells of a server that fails.
const TEST: [&str; 3] = [
    "pm.test(\"the server does not fail\", function () {",
    "    pm.expect(pm.response.code).to.be.below(500);",
    "});",
];

/// The collection of a document, as JSON with a line feed at the end.
pub fn collection(document: &Document) -> String {
    let sign_in = SignIn::of(document);
    let mut variables = Variables::default();
    variables.add("url", document.local_server(None), "Where the API is, without a slash at the end.", false);
    let mut items: Vec<Value> = Vec::new();
    if let Some(sign_in) = &sign_in {
        items.push(item(document, &sign_in.operation, Some(sign_in), &mut variables));
    }
    let auth = auth(document, &mut variables);
    items.extend(folders(document, sign_in.as_ref(), &mut variables));
    let collection = json!({
        "info": {
            "_postman_id": id(document, ""),
            "name": format!("{} {}", document.title(), document.version()),
            "description": description(document, sign_in.as_ref(), &variables),
            "schema": SCHEMA,
        },
        "auth": auth,
        "event": [script(TEST.map(str::to_owned).to_vec())],
        "variable": variables.into_values(),
        "item": items,
    });
    format!("{collection:#}\n")
}

/// The operation that people sign in with.
struct SignIn<'d> {
    operation: Operation<'d>,
    /// The schema of what it takes.
    schema: &'d Value,
}

impl<'d> SignIn<'d> {
    fn of(document: &'d Document) -> Option<Self> {
        let is_open =
            |operation: &Operation<'_>| operation.value["security"].as_array().is_some_and(Vec::is_empty);
        document.operations().into_iter().filter(is_open).find_map(|operation| {
            let (_, content) = members(&operation.request_body(document)?["content"]).next()?;
            let schema = document.resolve(content.get("schema")?);
            let mut credentials = members(&schema["properties"]);
            credentials.any(|(_, member)| is_secret(member)).then_some(Self { operation, schema })
        })
    }

    /// The members that the reader fills in: name, what it is, whether nobody else may see it.
    fn credentials(&self) -> impl Iterator<Item = (&'d str, &'d str, bool)> {
        let required = self.schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        members(&self.schema["properties"])
            .filter(|(name, member)| {
                let is_required = required.iter().any(|required| required == name);
                is_required && member["type"] == "string" && member.get("enum").is_none()
            })
            .map(|(name, member)| (name, text(member, "description"), is_secret(member)))
    }
}

/// A folder for each tag. What shares the tag with signing in comes last, and of that the changing requests at the
/// very end: one of them ends the session.
fn folders(document: &Document, sign_in: Option<&SignIn<'_>>, variables: &mut Variables) -> Vec<Value> {
    let is_sign_in =
        |operation: &Operation<'_>| sign_in.is_some_and(|sign_in| sign_in.operation.id == operation.id);
    let mut tags = document.by_tag();
    for (_, _, operations) in &mut tags {
        if operations.iter().any(is_sign_in) {
            operations.sort_by_key(|operation| operation.method != "get");
        }
    }
    tags.sort_by_key(|(_, _, operations)| operations.iter().any(is_sign_in));
    let mut folders = Vec::new();
    for (tag, description, operations) in tags {
        let requests: Vec<Value> = operations
            .iter()
            .filter(|operation| !is_sign_in(operation))
            .map(|operation| item(document, operation, None, variables))
            .collect();
        if !requests.is_empty() {
            folders.push(json!({
                "id": id(document, &format!("folder {tag}")),
                "name": if tag.is_empty() { "Others" } else { tag },
                "description": description,
                "item": requests,
            }));
        }
    }
    folders
}

/// How the requests authenticate, after the document's first choice. Tools keep cookies by themselves.
fn auth(document: &Document, variables: &mut Variables) -> Value {
    let security = &document.value()["security"][0];
    let Some((name, _)) = members(security).next() else { return json!({"type": "noauth"}) };
    let scheme = document.resolve(&document.value()["components"]["securitySchemes"][name]);
    let entry = |key: &str, value: &str| json!({"key": key, "value": value, "type": "string"});
    match (text(scheme, "type"), text(scheme, "scheme"), text(scheme, "in")) {
        ("http", "bearer", _) | ("oauth2" | "openIdConnect", _, _) => {
            variables.add(TOKEN, "", text(scheme, "description"), true);
            json!({"type": "bearer", "bearer": [entry("token", "{{token}}")]})
        }
        ("http", "basic", _) => {
            variables.add("username", "", "The name of the user.", false);
            variables.add("password", "", "The password.", true);
            json!({"type": "basic", "basic": [entry("username", "{{username}}"), entry("password", "{{password}}")]})
        }
        ("apiKey", _, place @ ("header" | "query")) => {
            variables.add("apiKey", "", text(scheme, "description"), true);
            let key = entry("key", text(scheme, "name"));
            json!({"type": "apikey", "apikey": [key, entry("value", "{{apiKey}}"), entry("in", place)]})
        }
        _ => json!({"type": "noauth"}),
    }
}

fn description(document: &Document, sign_in: Option<&SignIn<'_>>, variables: &Variables) -> String {
    let mut description = text(&document.value()["info"], "description").trim_end().to_owned();
    description.push_str("\n\n## How to use this collection\n\n");
    if let Some(sign_in) = sign_in {
        let names: Vec<String> = sign_in.credentials().map(|(name, _, _)| format!("`{name}`")).collect();
        let url = url_variable(&sign_in.operation, document);
        let urls = if url == "url" { "`url`".to_owned() } else { format!("`url`, `{url}`") };
        description.push_str(&format!(
            "Fill in the variables {urls} and {}, then send “{}”, and whatever you like after it.",
            names.join(", "),
            sign_in.operation.title()
        ));
    } else {
        description.push_str("Fill in the variables, then send whatever you like.");
    }
    let asked: Vec<String> = variables.asked().map(|name| format!("`{name}`")).collect();
    if !asked.is_empty() {
        description.push_str(&format!(
            " Every call needs {} too. Ids in paths are variables; a request that makes something sets that of its id.",
            asked.join(", ")
        ));
    }
    description.push_str(
        "\n\nRunning the whole collection changes and deletes data: do that on a server that is there for it.\n",
    );
    description
}

/// A test of a request or of all.
fn script(lines: Vec<String>) -> Value {
    json!({"listen": "test", "script": {"type": "text/javascript", "exec": lines}})
}

/// The id of a part of the collection: the same in every version, so that tools find what they have imported before.
/// It is a UUID of version 8, which leaves open what it is made of.
fn id(document: &Document, part: &str) -> String {
    let digest = sha256(format!("{}\n{part}", document.title()).as_bytes());
    let (a, b, c, d, e) = (&digest[..8], &digest[8..12], &digest[13..16], &digest[17..20], &digest[20..32]);
    format!("{a}-{b}-8{c}-8{d}-{e}")
}

#[cfg(test)]
mod tests;
