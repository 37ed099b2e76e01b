//! The list that a thing of some kind is in, found by what the kind is called.

use client_core::Method;
use command_table::{Answer, Column, Command, Paging, Place};
use serde_json::Value;
use strongroom_profile::Kind as Service;

use super::request::Request;
use super::{input, table};
use crate::connect::Target;
use crate::failure::Failure;

/// Kinds that no resource is called after, and the command that lists them.
const ELSEWHERE: [(&str, &str, &str); 2] =
    [("registration", "sources", "list"), ("object", "search", "objects")];
/// Called like a thing of another kind.
const OTHERS: [&str; 1] = ["mounted-backup"];
/// Entries to fetch, where the service lets its caller say.
const MOST: &str = "200";

/// A list of the service.
#[derive(Debug)]
pub(crate) struct Listing {
    path: String,
    operation: &'static str,
    list: &'static str,
    paging: Option<Paging>,
    /// What a table of the entries shows.
    pub(crate) columns: &'static [Column],
}

impl Listing {
    /// The list of a kind: of `policy`, or of `protected-entity`, which ends in what a resource is called. `given` has
    /// what else the path wants, by the names of flags.
    pub(crate) fn of(service: Service, kind: &str, given: impl Fn(&str) -> Option<String>) -> Option<Self> {
        if OTHERS.contains(&kind) {
            return None;
        }
        let api = table::api(service);
        let elsewhere = ELSEWHERE.iter().find(|(other, ..)| *other == kind);
        let command: &Command = match elsewhere {
            Some((_, resource, verb)) => api.resource(resource)?.command(verb)?,
            None => {
                let is_it = |resource: &str| {
                    let one = singular(resource);
                    kind == one || kind.strip_suffix(&one).is_some_and(|before| before.ends_with('-'))
                };
                api.resources.iter().find(|resource| is_it(resource.name))?.command("list")?
            }
        };
        let Answer::Json { list: Some(list), columns, .. } = command.answer else { return None };
        let mut path = command.path.to_owned();
        for parameter in command.parameters {
            if parameter.place == Place::Path {
                let value = given(parameter.flag).filter(|value| !value.is_empty())?;
                path = path.replace(&format!("{{{}}}", parameter.name), &input::encoded(&value));
            }
        }
        let is_get = command.method == "GET";
        is_get.then_some(Self { path, operation: command.operation, list, paging: command.paging, columns })
    }

    /// Where it is, below the base of the API.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The entries, or the first of them.
    pub(crate) async fn fetch(&self, target: &Target) -> Result<Vec<Value>, Failure> {
        let mut request = Request::new(target, Method::GET, &self.path).operation(self.operation, false);
        if self.paging == Some(Paging::Numbered) {
            request = request.query("size", MOST);
        }
        let mut answer = request.send().await?.into_inner();
        let entries = if self.list.is_empty() { answer } else { answer[self.list].take() };
        Ok(match entries {
            Value::Array(entries) => entries,
            _ => Vec::new(),
        })
    }
}

/// What one of them is called: `policy` for `policies`.
pub(crate) fn singular(several: &str) -> String {
    if let Some(stem) = several.strip_suffix("ies") {
        return format!("{stem}y");
    }
    several.strip_suffix('s').unwrap_or(several).to_owned()
}
