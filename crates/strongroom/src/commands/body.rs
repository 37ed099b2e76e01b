//! A body from a file and from flags, held against the document before it is sent.

use std::fmt::Write as _;
use std::io::Read as _;
use std::{fs, io};

use command_table::{Command, Place};
use openapi_check::schema::{Direction, Mismatch, Schema, Sort, Unknown};
use openapi_check::{Diagnostic, Severity, Sources, render};
use serde_json::Value;
use strongroom_profile::Kind as Service;

use super::{member, table};
use crate::failure::Failure;
use crate::output::complain;

/// A body in the making.
pub(super) struct Given {
    value: Value,
    /// The file it began with, under its name.
    sources: Sources,
    file: Option<String>,
    /// The pointers that were set besides.
    set: Vec<String>,
}

impl Given {
    /// What a file says, YAML or JSON; nothing without one. `-` is standard input.
    pub(super) fn from_file(name: Option<&str>) -> Result<Self, Failure> {
        let mut given = Self { value: Value::Null, sources: Sources::default(), file: None, set: Vec::new() };
        let Some(name) = name else { return Ok(given) };
        let text = match name {
            "-" => {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            }
            _ => fs::read_to_string(name),
        };
        let text = text.map_err(|error| Failure::machine(format!("read {name}"), error))?;
        let key = if name == "-" { "<stdin>" } else { name };
        given.sources = [(key.to_owned(), text)].into_iter().collect();
        let key = given.sources.keys().next().unwrap_or_default().to_owned();
        let findings = given.sources.findings(&key);
        if !findings.is_empty() {
            return Err(Failure::Body(render(findings, &given.sources)));
        }
        given.value = given.sources.value(&key).unwrap_or_default();
        given.file = Some(key);
        Ok(given)
    }

    /// Whether nothing was given.
    pub(super) fn is_nothing(&self) -> bool {
        self.value.is_null()
    }

    /// Sets a member by its path.
    pub(super) fn set(&mut self, path: &str, value: Value) -> Result<(), String> {
        self.set.push(member::pointer(path)?);
        member::set(&mut self.value, path, value)
    }

    /// Sets what `MEMBER=VALUE` says.
    pub(super) fn assign(&mut self, setting: &str) -> Result<(), Failure> {
        let (path, text) = setting
            .split_once('=')
            .filter(|(path, _)| !path.is_empty())
            .ok_or_else(|| Failure::Usage(format!("--set `{setting}`: MEMBER=VALUE is expected")))?;
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        self.set(path, value).map_err(|reason| Failure::Usage(format!("--set {reason}")))
    }

    /// The body as it is, held against nothing.
    pub(super) fn unchecked(self) -> Option<Value> {
        (!self.value.is_null()).then_some(self.value)
    }

    /// The body, if it fits the schema of the media type at `pointer`. What only a newer service may understand,
    /// members and values that the document does not have, is told and sent.
    pub(super) fn checked(
        mut self,
        service: Service,
        command: &Command,
        pointer: &str,
    ) -> Result<Value, Failure> {
        let document = table::document(service)?;
        let schema = document.pointer(pointer).map_or(&Value::Null, |media| &media["schema"]);
        if self.value.is_null() && table::resolve(document, schema)["type"] == "object" {
            self.value = Value::Object(serde_json::Map::new());
        }
        let compiled = Schema::compile(document, schema, Unknown::Forbidden, Direction::Request)
            .map_err(|reason| Failure::machine("check the body", reason))?;
        let (warnings, errors): (Vec<_>, Vec<_>) = compiled
            .check(&self.value)
            .into_iter()
            .partition(|mismatch| matches!(mismatch.sort, Sort::Choice | Sort::Unknown));
        if !warnings.is_empty() {
            complain(self.told(command, &warnings, Severity::Warning).trim_end());
        }
        if !errors.is_empty() {
            return Err(Failure::Body(self.told(command, &errors, Severity::Error)));
        }
        Ok(self.value)
    }

    /// Mistakes in words, with their place in the file where they are in it.
    fn told(&self, command: &Command, mismatches: &[Mismatch], severity: Severity) -> String {
        let (mut located, mut others) = (Vec::new(), String::new());
        for mismatch in mismatches {
            let member = mismatch.member();
            let message = match member.as_str() {
                "" => mismatch.reason.clone(),
                member => format!("`{member}` {}", mismatch.reason),
            };
            let flag = command.parameters.iter().find(|parameter| {
                let is_it = parameter.name == member || member.starts_with(&format!("{}[", parameter.name));
                parameter.place == Place::Body && !parameter.name.is_empty() && is_it
            });
            let help = match (mismatch.sort, flag) {
                (Sort::Missing, Some(flag)) => Some(format!("give --{}, or put it into a file", flag.flag)),
                (Sort::Missing, None) => Some(format!("give --set {member}=VALUE, or put it into a file")),
                _ => mismatch.help.clone(),
            };
            let by_flag = self.set.iter().any(|set| mismatch.pointer.starts_with(set.as_str()));
            let place = self.file.as_deref().filter(|_| !by_flag);
            match place.and_then(|file| self.sources.locate(file, &mismatch.pointer)) {
                Some(location) => {
                    located.push(Diagnostic {
                        rule: rule(mismatch.sort),
                        severity,
                        location,
                        message,
                        help,
                        pointer: None,
                    });
                }
                None => {
                    let flag = flag
                        .filter(|_| by_flag)
                        .map_or_else(String::new, |flag| format!("--{}: ", flag.flag));
                    // Writing to a string cannot fail.
                    let _ = write!(others, "{}: {flag}{message}", severity.word());
                    let _ =
                        writeln!(others, "{}", help.map_or_else(String::new, |help| format!(" ({help})")));
                }
            }
        }
        let mut text = render(&located, &self.sources);
        text.push_str(&others);
        text
    }
}

/// What the sort of a mistake is called.
fn rule(sort: Sort) -> &'static str {
    match sort {
        Sort::Type => "type",
        Sort::Choice => "unknown-value",
        Sort::Constraint => "constraint",
        Sort::Unknown => "unknown-member",
        Sort::Missing => "missing-member",
    }
}
