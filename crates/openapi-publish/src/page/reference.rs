//! The reference: every operation and every schema on one page.

use maud::{Markup, html};
use serde_json::Value;

use super::frame::{Page, Parts, page};
use super::json::json;
use super::markdown::markdown;
use super::schema;
use crate::Document;
use crate::model::{Operation, examples, is, members, slug, text};

const STYLE: &str = include_str!("reference.css");
const SCRIPT: &str = include_str!("reference.js");

/// Where a parameter stands, and what that is called.
const PLACES: [(&str, &str); 4] =
    [("path", "In the path"), ("query", "In the query"), ("header", "Headers"), ("cookie", "Cookies")];

/// The reference of a document. `links` stand at its top, as `(address, words)`: other forms of the document.
///
/// It works from disk and without scripts; with them it can be searched, and what is nested deep opens in place.
pub fn reference(document: &Document, links: &[(&str, &str)]) -> Page {
    let tags = document.by_tag();
    let schemas: Vec<(&str, &Value)> = members(&document.value()["components"]["schemas"]).collect();
    let body = html! {
        input.menu type="checkbox" id="menu" aria-label="Show the contents";
        header.bar { label for="menu" { span.lines {} "Contents" } span { (document.title()) } }
        nav {
            p.product { a href="#top" { (document.title()) } span { (document.version()) } }
            input.search type="search" placeholder="Search  /" aria-label="Search" id="search" autocomplete="off";
            @for (tag, _, operations) in &tags {
                div.group {
                    p { a href={ "#tag-" (slug(tag)) } { (tag) } }
                    ul {
                        @for operation in operations {
                            li data-words={ (operation.id) " " (operation.method) " " (operation.path) } {
                                a href={ "#" (operation.anchor()) } {
                                    span class={ "method " (operation.method) } { (short(operation.method)) }
                                    span { (operation.title()) }
                                }
                            }
                        }
                    }
                }
            }
            details.group {
                summary { "Schemas" }
                ul { @for (name, _) in &schemas { li { a href={ "#" (schema::anchor(name)) } { (name) } } } }
            }
            p.nothing hidden { "Nothing found." }
        }
        main id="top" {
            section.intro {
                h1 { (document.title()) }
                p.meta {
                    span { "Version " (document.version()) }
                    @for (address, words) in links { a href=(address) { (words) } }
                }
                (markdown(document.value()["info"]["description"].as_str().unwrap_or_default()))
                (servers(&document.value()["servers"]))
                (security(document))
            }
            @for (tag, description, operations) in &tags {
                section.tag id={ "tag-" (slug(tag)) } {
                    h2 { (tag) }
                    (markdown(description))
                }
                @for operation in operations { (section(document, operation)) }
            }
            @if !schemas.is_empty() {
                section.tag id="schemas" { h2 { "Schemas" } }
                div.schemas { @for (name, value) in &schemas { (schema::section(document, name, value)) } }
            }
        }
    };
    page(&Parts {
        title: &format!("{} {}", document.title(), document.version()),
        styles: &[STYLE],
        body,
        data: None,
        scripts: &[SCRIPT],
        calls: false,
    })
}

impl Operation<'_> {
    pub(crate) fn anchor(&self) -> String {
        format!("operation-{}", self.id)
    }
}

/// A method in as much space as a list has for it.
fn short(method: &str) -> String {
    if method == "delete" { "DEL".to_owned() } else { method.to_uppercase() }
}

fn servers(servers: &Value) -> Markup {
    let servers = servers.as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if !servers.is_empty() {
            h4 { "Servers" }
            div.rows {
                @for server in servers {
                    div.row {
                        p.head { code.name { (text(server, "url")) } }
                        (markdown(text(server, "description")))
                        @for (name, variable) in members(&server["variables"]) {
                            p.limits {
                                code { (name) } " is " code { (text(variable, "default")) } " by default."
                            }
                            (markdown(text(variable, "description")))
                        }
                    }
                }
            }
        }
    }
}

fn security(document: &Document) -> Markup {
    let schemes: Vec<_> = members(&document.value()["components"]["securitySchemes"]).collect();
    html! {
        @if !schemes.is_empty() {
            h4 { "Authentication" }
            div.rows {
                @for (name, scheme) in schemes {
                    div.row id={ "security-" (name) } {
                        p.head {
                            code.name { (name) } " "
                            span.type {
                                (text(scheme, "type")) " " (text(scheme, "scheme"))
                                @if !text(scheme, "name").is_empty() {
                                    (text(scheme, "in")) " " code { (text(scheme, "name")) }
                                }
                            }
                            (schema::confidence(scheme))
                        }
                        (markdown(text(scheme, "description")))
                    }
                }
            }
        }
    }
}

fn section(document: &Document, operation: &Operation<'_>) -> Markup {
    let parameters = operation.parameters(document);
    let security = document.security(operation);
    html! {
        section.operation id=(operation.anchor()) {
            div.text {
                h3 {
                    (operation.title())
                    a.self href={ "#" (operation.anchor()) } aria-label={ "Link to " (operation.title()) } { "#" }
                }
                p.route {
                    span class={ "method " (operation.method) } { (operation.method.to_uppercase()) }
                    code { (route(operation.path)) }
                }
                p.meta {
                    code { (operation.id) }
                    @for name in &security { a href={ "#security-" (name) } { (name) } }
                    @if security.is_empty() { span { "no authentication" } }
                    @if is(operation.value, "deprecated") { span.badge { "deprecated" } }
                    (schema::confidence(operation.value))
                }
                (markdown(text(operation.value, "description")))
                @for (place, heading) in PLACES {
                    @let here: Vec<_> = parameters.iter().filter(|parameter| text(parameter, "in") == place).collect();
                    @if !here.is_empty() {
                        h4 { (heading) }
                        div.rows {
                            @for parameter in here {
                                (schema::row(document, text(parameter, "name"), parameter, &parameter["schema"],
                                    is(parameter, "required"), 0))
                            }
                        }
                    }
                }
                @if let Some(body) = operation.request_body(document) {
                    h4 { "Body" @if !is(body, "required") { " " span.badge { "optional" } } }
                    (markdown(text(body, "description")))
                    (content(document, body))
                }
                h4 { "Answers" }
                @for (status, answer) in operation.responses(document) { (response(document, status, answer)) }
            }
            (samples(document, operation))
        }
    }
}

/// A path with its parameters told apart.
fn route(path: &str) -> Markup {
    html! {
        @for part in path.split_inclusive('}') {
            @if let Some((before, name)) = part.split_once('{') { (before) em { "{" (name) } } @else { (part) }
        }
    }
}

fn content(document: &Document, owner: &Value) -> Markup {
    html! {
        @for (media, content) in members(&owner["content"]) {
            p.media { (media) }
            (schema::body(document, &content["schema"]))
        }
    }
}

fn response(document: &Document, status: &str, answer: &Value) -> Markup {
    html! {
        details.answer open[status.starts_with('2')] {
            summary {
                span class={ "status " (class(status)) } { (status) }
                span { (text(answer, "description")) }
            }
            @let headers: Vec<_> = members(&answer["headers"]).collect();
            @if !headers.is_empty() {
                p.media { "Headers" }
                div.rows {
                    @for (name, header) in headers {
                        @let header = document.resolve(header);
                        (schema::row(document, name, header, &header["schema"], is(header, "required"), 0))
                    }
                }
            }
            (content(document, answer))
            @if answer.get("content").is_none() { p.media { "No body." } }
        }
    }
}

fn class(status: &str) -> &'static str {
    match status.as_bytes().first() {
        Some(b'2') => "fine",
        Some(b'3') => "elsewhere",
        _ => "bad",
    }
}

/// What a call and its answers look like.
fn samples(document: &Document, operation: &Operation<'_>) -> Markup {
    let body = operation.request_body(document);
    let bodies: Vec<_> = members(body.map_or(&Value::Null, |body| &body["content"]))
        .flat_map(|(_, content)| examples(document, content))
        .collect();
    html! {
        aside {
            div.sample {
                p { "Call" }
                pre { (curl(document, operation)) }
            }
            @if !bodies.is_empty() {
                div.sample {
                    p { "Body" }
                    @for (index, (_, summary, value)) in bodies.iter().enumerate() { (example(summary, value, index == 0)) }
                }
            }
            @for (status, answer) in operation.responses(document) {
                @let answers: Vec<_> =
                    members(&answer["content"]).flat_map(|(_, content)| examples(document, content)).collect();
                @if !answers.is_empty() {
                    div.sample {
                        p { "Answer " span class={ "status " (class(status)) } { (status) } }
                        @for (index, (_, summary, value)) in answers.iter().enumerate() {
                            (example(summary, value, index == 0 && status.starts_with('2')))
                        }
                    }
                }
            }
        }
    }
}

fn example(summary: &str, value: &Value, open: bool) -> Markup {
    html! {
        details open[open] {
            summary { (summary) }
            pre { @if let Value::String(text) = value { (text) } @else { (json(value)) } }
        }
    }
}

/// The call as a line for a shell.
fn curl(document: &Document, operation: &Operation<'_>) -> String {
    let mut line = String::from("curl");
    if operation.method != "get" {
        line.push_str(&format!(" -X {}", operation.method.to_uppercase()));
    }
    let mut path = operation.path.to_owned();
    let mut query = Vec::new();
    let mut headers = Vec::new();
    for parameter in operation.parameters(document) {
        let name = text(parameter, "name");
        let given = examples(document, parameter).first().map(|(_, _, value)| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        let value = given.unwrap_or_else(|| format!("${}", slug(name).replace('-', "_").to_uppercase()));
        match text(parameter, "in") {
            "path" => path = path.replace(&format!("{{{name}}}"), &value),
            "query" if is(parameter, "required") => query.push(format!("{name}={value}")),
            "header" if is(parameter, "required") => headers.push(format!("{name}: {value}")),
            _ => {}
        }
    }
    for name in document.security(operation) {
        let scheme = &document.value()["components"]["securitySchemes"][name];
        match (text(scheme, "type"), text(scheme, "in")) {
            ("http" | "oauth2" | "openIdConnect", _) => {
                headers.push("Authorization: Bearer $TOKEN".to_owned())
            }
            (_, "cookie") => headers.push(format!("Cookie: {}=$SESSION", text(scheme, "name"))),
            (_, "header") => headers.push(format!("{}: $KEY", text(scheme, "name"))),
            (_, "query") => query.push(format!("{}=$KEY", text(scheme, "name"))),
            _ => {}
        }
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let server = document.local_server(Some(operation)).trim_end_matches('/');
    // Where only the path of a server is told, the reader knows the rest.
    let origin = if server.contains("//") { "" } else { "$URL" };
    line.push_str(&format!(" \"{origin}{server}{path}{query}\""));
    if let Some(body) = operation.request_body(document)
        && let Some((media, _)) = members(&body["content"]).next()
    {
        headers.push(format!("Content-Type: {media}"));
    }
    for header in headers {
        line.push_str(&format!(" \\\n  -H \"{header}\""));
    }
    if operation.request_body(document).is_some() {
        line.push_str(" \\\n  -d @body");
    }
    line
}
