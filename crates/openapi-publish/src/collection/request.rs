//! One request of a collection.

use serde_json::{Map, Value, json};

use super::variables::{Variables, camel};
use super::{ACCESS_TOKEN, SignIn, TOKEN, id, script};
use crate::Document;
use crate::model::{Operation, examples, is, members, text};

/// How deep a schema is looked into for a member.
const DEPTH: usize = 8;

/// The variable with the URL of the server that an operation is at.
pub(super) fn url_variable(operation: &Operation<'_>, document: &Document) -> String {
    if document.local_server(Some(operation)) == document.local_server(None) {
        "url".to_owned()
    } else {
        format!("{}Url", camel(&operation.id))
    }
}

/// The request of an operation, which may be the one that people sign in with.
pub(super) fn item(
    document: &Document,
    operation: &Operation<'_>,
    sign_in: Option<&SignIn<'_>>,
    variables: &mut Variables,
) -> Value {
    let server = url_variable(operation, document);
    let about = format!("Where “{}” is, without a slash at the end.", operation.title());
    variables.add(&server, document.local_server(Some(operation)), &about, false);
    for (name, about, is_secret) in sign_in.into_iter().flat_map(SignIn::credentials) {
        variables.add(name, "", about, is_secret);
    }
    let body = body(document, operation, sign_in);
    let (url, mut headers) = address(document, operation, &server, variables);
    if let Some((media_type, _)) = &body {
        headers.insert(0, json!({"key": "Content-Type", "value": media_type}));
    }
    let mut request = Map::new();
    if operation.value["security"].as_array().is_some_and(Vec::is_empty) {
        request.insert("auth".to_owned(), json!({"type": "noauth"}));
    }
    request.insert("method".to_owned(), operation.method.to_uppercase().into());
    request.insert("header".to_owned(), headers.into());
    request.extend(body.map(|(_, body)| ("body".to_owned(), body)));
    request.insert("url".to_owned(), url);
    let description = text(operation.value, "description").trim_end();
    let description = format!("{description}\n\nOperation `{}`.", operation.id);
    request.insert("description".to_owned(), description.trim_start().into());
    let mut item = json!({"id": id(document, &operation.id), "name": operation.title()});
    let lines = tests(document, operation, sign_in, variables);
    if !lines.is_empty() {
        item["event"] = json!([script(lines)]);
    }
    item["request"] = request.into();
    item["response"] = json!([]);
    item
}

/// The URL and the headers.
fn address(
    document: &Document,
    operation: &Operation<'_>,
    server: &str,
    variables: &mut Variables,
) -> (Value, Vec<Value>) {
    let mut path: Vec<String> =
        operation.path.trim_start_matches('/').split('/').map(str::to_owned).collect();
    let (mut headers, mut query, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (component, parameter) in operation.named_parameters(document) {
        let name = text(parameter, "name");
        let about = text(parameter, "description");
        let sample = sample(document, parameter);
        let is_required = is(parameter, "required");
        match text(parameter, "in") {
            "path" => {
                let value = sample.unwrap_or_else(|| {
                    let variable = camel(component.unwrap_or(name));
                    variables.add(&variable, "", about, false);
                    format!("{{{{{variable}}}}}")
                });
                let place = format!("{{{name}}}");
                for segment in &mut path {
                    // Only whole segments can be variables of a path.
                    let own = if *segment == place { format!(":{name}") } else { value.clone() };
                    *segment = segment.replace(&place, &own);
                }
                if path.contains(&format!(":{name}")) {
                    places.push(json!({"key": name, "value": value, "description": about}));
                }
            }
            "query" => {
                let value = sample.unwrap_or_default();
                query.push(
                    json!({"key": name, "value": value, "description": about, "disabled": !is_required}),
                );
            }
            "header" => {
                let value = if is_required && sample.is_none() {
                    let variable = camel(component.unwrap_or(name));
                    variables.ask(&variable, about);
                    format!("{{{{{variable}}}}}")
                } else {
                    sample.unwrap_or_default()
                };
                headers.push(
                    json!({"key": name, "value": value, "description": about, "disabled": !is_required}),
                );
            }
            _ => {}
        }
    }
    let mut raw = format!("{{{{{server}}}}}/{}", path.join("/"));
    let sent = query.iter().filter(|parameter| !is(parameter, "disabled"));
    for (index, parameter) in sent.enumerate() {
        raw.push(if index == 0 { '?' } else { '&' });
        raw.push_str(&format!("{}={}", text(parameter, "key"), text(parameter, "value")));
    }
    let mut url = json!({"raw": raw, "host": [format!("{{{{{server}}}}}")], "path": path});
    if !query.is_empty() {
        url["query"] = query.into();
    }
    if !places.is_empty() {
        url["variable"] = places.into();
    }
    (url, headers)
}

/// A value of a parameter that the document knows.
fn sample(document: &Document, parameter: &Value) -> Option<String> {
    let schema = document.resolve(parameter.get("schema")?);
    let items = document.resolve(&schema["items"]);
    let example = examples(document, parameter).first().map(|(_, _, value)| *value);
    let value = example
        .or_else(|| schema.get("example"))
        .or_else(|| schema.get("default"))
        .or_else(|| schema["enum"].get(0))
        .or_else(|| items["enum"].get(0))?;
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        other => plain(other),
    })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The first of the bodies that the document has, with its media type.
fn body(
    document: &Document,
    operation: &Operation<'_>,
    sign_in: Option<&SignIn<'_>>,
) -> Option<(String, Value)> {
    let (media_type, content) = members(&operation.request_body(document)?["content"]).next()?;
    let mut example = examples(document, content).first().map(|(_, _, value)| (*value).clone());
    for (name, _, _) in sign_in.into_iter().flat_map(SignIn::credentials) {
        example.get_or_insert_with(|| json!({}))[name] = json!(format!("{{{{{name}}}}}"));
    }
    let body = match (media_type, example) {
        ("application/x-www-form-urlencoded", example) => {
            let form = example.unwrap_or_default();
            let entry = |(name, value)| json!({"key": name, "value": plain(value), "type": "text"});
            json!({"mode": "urlencoded", "urlencoded": members(&form).map(entry).collect::<Vec<_>>()})
        }
        (media_type, example) if media_type.ends_with("json") => {
            let raw = example.map(|value| format!("{value:#}")).unwrap_or_default();
            json!({"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}})
        }
        (_, Some(example)) => json!({"mode": "raw", "raw": plain(&example)}),
        (_, None) => json!({"mode": "file", "file": {}}),
    };
    Some((media_type.to_owned(), body))
}

/// What is tested of the answer, and kept of it: signing in and reading what needs no id work on any server.
fn tests(
    document: &Document,
    operation: &Operation<'_>,
    sign_in: Option<&SignIn<'_>>,
    variables: &mut Variables,
) -> Vec<String> {
    let mut lines = Vec::new();
    let answers = operation.responses(document);
    let Some((status, answer)) = answers.iter().find(|(status, _)| status.starts_with('2')) else {
        return lines;
    };
    let needs_nothing = operation.method == "get" && !operation.path.contains('{');
    if sign_in.is_some() || needs_nothing {
        lines.push(format!("pm.test(\"the answer is {status}\", function () {{"));
        lines.push(format!("    pm.response.to.have.status({status});"));
        lines.push("});".to_owned());
    }
    let schema = members(&answer["content"]).next().map(|(_, content)| &content["schema"]);
    let Some(schema) = schema else { return lines };
    let mut keep = |variable: &str, member: &str| {
        lines.push(format!("if (pm.response.code === {status}) {{"));
        lines.push(format!(
            "    pm.collectionVariables.set({variable:?}, String(pm.response.json()[{member:?}]));"
        ));
        lines.push("}".to_owned());
    };
    if sign_in.is_some() && has_member(document, schema, ACCESS_TOKEN, DEPTH) {
        keep(TOKEN, ACCESS_TOKEN);
    } else if operation.method == "post" {
        let Some((variable, about, member)) = made(document, operation) else { return lines };
        if has_member(document, schema, member, DEPTH) {
            variables.add(&variable, "", about, false);
            keep(&variable, member);
        }
    }
    lines
}

/// What the operation may make: below its path lies one with an id. The variable of that id, what it is, and the
/// member that it is called by.
fn made<'d>(document: &'d Document, operation: &Operation<'_>) -> Option<(String, &'d str, &'d str)> {
    document.operations().into_iter().find_map(|other| {
        let name = other.path.strip_prefix(operation.path)?.strip_prefix("/{")?.strip_suffix('}')?;
        let parameters = other.named_parameters(document);
        let (component, parameter) = parameters
            .into_iter()
            .find(|(_, parameter)| text(parameter, "in") == "path" && text(parameter, "name") == name)?;
        let member = text(parameter, "name");
        Some((camel(component.unwrap_or(member)), text(parameter, "description"), member))
    })
}

/// Whether a schema names a member.
fn has_member(document: &Document, schema: &Value, name: &str, depth: usize) -> bool {
    let schema = document.resolve(schema);
    let parts = schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    schema["properties"].get(name).is_some()
        || (depth > 0 && parts.iter().any(|part| has_member(document, part, name, depth - 1)))
}
