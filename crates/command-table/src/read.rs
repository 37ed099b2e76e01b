//! From a bundled document to the table.

mod answers;
mod document;
mod examples;
mod names;
mod parameters;

use std::fmt;

use heck::ToKebabCase as _;
use openapi_check::Bundle;
use serde_json::Value;

use self::document::{Document, is, text};
use crate::{Answer, Api, Body, Command, Paging, Parameter, Place, Repeat, Resource};

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];
/// Says what an operation or a tag is called on the command line, where the rule gives no good name.
const COMMAND: &str = "x-command";
/// What resources are that no tag stands for, by name; a member of the document itself.
const RESOURCES: &str = "x-command-resources";
/// Says whether an operation may be sent twice, where the method does not tell.
const REPEATABLE: &str = "x-repeatable";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// What a document does not say about its command line.
#[derive(Clone, Copy, Debug)]
pub struct Options<'o> {
    /// What the API is called: `ibm`.
    pub name: &'o str,
    /// Header parameters that belong to whoever calls and not to a command.
    pub caller_headers: &'o [&'o str],
    /// Flags that every command has, which no parameter may take.
    pub reserved: &'o [&'o str],
}

/// Why a document is no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The `operationId`.
    pub operation: String,
    /// What is wrong, as a fragment.
    pub reason: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the operation {} is no command: {}", self.operation, self.reason)
    }
}

impl std::error::Error for ReadError {}

/// Reads the commands of a document.
///
/// What the table holds lives as long as the program, which is a build script or a test.
///
/// # Errors
///
/// When two commands or two flags of a command have one name, or a flag has no help.
pub fn read(bundle: &Bundle, options: &Options<'_>) -> Result<Api, ReadError> {
    let document = Document(bundle.document());
    let mut resources: Vec<(String, Resource, Vec<Command>)> = Vec::new();
    for tag in document.0["tags"].as_array().into_iter().flatten() {
        let name = tag[COMMAND].as_str().map_or_else(|| text(tag, "name").to_kebab_case(), str::to_owned);
        let about = leak(text(tag, "description").trim_end_matches('.'));
        let resource = Resource { name: leak(&name), about, commands: &[] };
        resources.push((text(tag, "name").to_owned(), resource, Vec::new()));
    }
    for (path, item) in document.0["paths"].as_object().into_iter().flatten() {
        let item = document.resolve(item);
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let described = Described { document, path, item, method, operation };
            let failed =
                |reason: String| ReadError { operation: text(operation, "operationId").to_owned(), reason };
            let own = operation["tags"][0].as_str().unwrap_or_default();
            let own =
                resources.iter().find(|(tag, ..)| tag == own).map_or(own, |(_, resource, _)| resource.name);
            for one in described.variants() {
                let (resource, command) = described.command(own, one, options).map_err(failed)?;
                let index = match resources.iter().position(|(_, known, _)| known.name == resource) {
                    Some(index) => index,
                    // A resource that only exceptions belong to.
                    None => {
                        let about = document.0[RESOURCES][&resource].as_str();
                        let Some(about) = about else {
                            return Err(failed(format!(
                                "nothing says what {resource} is, neither a tag nor {RESOURCES}"
                            )));
                        };
                        let about = leak(about.trim_end_matches('.'));
                        let new = Resource { name: leak(&resource), about, commands: &[] };
                        resources.push((String::new(), new, Vec::new()));
                        resources.len() - 1
                    }
                };
                let commands = &mut resources[index].2;
                if let Some(other) = commands.iter().find(|other| other.verb == command.verb) {
                    return Err(failed(format!(
                        "{resource} {} is {} already",
                        command.verb, other.operation
                    )));
                }
                commands.push(command);
            }
        }
    }
    resources.retain(|(.., commands)| !commands.is_empty());
    let resources = resources
        .into_iter()
        .map(|(_, resource, commands)| Resource { commands: leak_list(commands), ..resource });
    Ok(Api { name: leak(options.name), resources: leak_list(resources.collect()) })
}

/// An operation of the document.
#[derive(Clone, Copy)]
struct Described<'d> {
    document: Document<'d>,
    path: &'d str,
    item: &'d Value,
    method: &'d str,
    operation: &'d Value,
}

impl<'d> Described<'d> {
    /// What of it is a command: all of it, or each of several things that it does.
    fn variants(self) -> Vec<&'d Value> {
        match &self.operation[COMMAND] {
            Value::Array(several) => several.iter().collect(),
            one => vec![one],
        }
    }

    /// The resource and the command of one of the variants.
    fn command(
        self,
        own: &str,
        variant: &'d Value,
        options: &Options<'_>,
    ) -> Result<(String, Command), String> {
        let Self { document, path, item, method, operation } = self;
        let answer = answers::answer(self);
        let by_rule = names::verb(method, path, own, matches!(answer, Answer::Json { list: Some(_), .. }));
        let name = variant.as_str().or(variant["verb"].as_str());
        let (resource, verb) = match name.map(|name| name.split_once(' ').ok_or(name)) {
            None => (own.to_owned(), by_rule),
            Some(Ok((resource, verb))) => (resource.to_owned(), verb.to_owned()),
            Some(Err(verb)) => (own.to_owned(), verb.to_owned()),
        };
        let body = self.body();
        let mut parameters = parameters::of_request(self, &resource, options);
        if let Some(body) = body {
            parameters::of_body(self, body, &mut parameters, options)?;
            if let Some(list) = variant["list"].as_str() {
                parameters::only(list, &mut parameters, options)?;
            }
        }
        let fixed: Vec<_> = document::members(&variant["set"])
            .filter_map(|(member, value)| Some((leak(member), leak(value.as_str()?))))
            .collect();
        let about = match text(variant, "about") {
            "" => text(operation, "summary"),
            own => own,
        };
        if let Some(silent) = parameters.iter().find(|parameter| parameter.help.is_empty()) {
            return Err(format!("--{} has no description", silent.flag));
        }
        let server = [operation, item].into_iter().find_map(|owner| owner["servers"][0]["url"].as_str());
        let by_method = !matches!(method, "post" | "patch");
        let mut command = Command {
            verb: leak(&verb),
            about: leak(about.trim_end_matches('.')),
            description: leak(text(operation, "description").trim()),
            operation: leak(text(operation, "operationId")),
            method: leak(&method.to_uppercase()),
            path: leak(path),
            repeatable: operation[REPEATABLE].as_bool().unwrap_or(by_method),
            deprecated: is(operation, "deprecated"),
            server: server.map(leak),
            paging: paging(&parameters, answer, document),
            parameters: leak_list(parameters),
            body,
            fixed: leak_list(fixed),
            answer,
            example: "",
        };
        command.example = leak(&examples::example(self, &resource, &command));
        Ok((resource, command))
    }

    fn body(self) -> Option<Body> {
        let written = self.operation.get("requestBody")?;
        let body = self.document.resolve(written);
        let place = match document::reference(written) {
            Some(pointer) => pointer.to_owned(),
            None => self.pointer("requestBody"),
        };
        let form = body["content"].get(JSON).is_none();
        let media = if form { FORM } else { JSON };
        body["content"].get(media)?;
        let pointer = leak(&format!("{place}/content/{}", escaped(media)));
        Some(Body { required: is(body, "required"), form, pointer })
    }

    /// The JSON pointer to a member of the operation.
    fn pointer(self, member: &str) -> String {
        // A path item may be a reference, but never is in a bundle.
        format!("/paths/{}/{}/{member}", escaped(self.path), self.method)
    }
}

/// How a list goes on, told by the names that the parameters and the answer have.
fn paging(parameters: &[Parameter], answer: Answer, document: Document<'_>) -> Option<Paging> {
    let Answer::Json { list, pointer, .. } = answer else { return None };
    let named = |name: &str| {
        parameters.iter().find(|parameter| parameter.name == name && parameter.repeat == Repeat::Never)
    };
    if list == Some("") && named("page").is_some() && named("size").is_some() {
        return Some(Paging::Numbered);
    }
    let cookie = named("paginationCookie")?;
    document.schema(document.0.pointer(pointer)?)["properties"].get("paginationCookie")?;
    match cookie.place {
        Place::Query => Some(Paging::Cookie(cookie.name)),
        Place::Body => Some(Paging::BodyCookie(cookie.name)),
        Place::Path | Place::Header => None,
    }
}

/// A part of a JSON pointer.
fn escaped(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn leak_list<T>(items: Vec<T>) -> &'static [T] {
    items.leak()
}
