//! The table as Rust source.

use std::fmt::{self, Debug, Display, Formatter};

use crate::{Answer, Api, Body, Command, Paging, Parameter, Resource};

/// An expression of the type [`Api`], to be included where `use command_table::*` has been said.
#[must_use]
pub fn source(api: &Api) -> String {
    Source(api).to_string()
}

/// Writes a value as an expression.
struct Source<T>(T);

impl Display for Source<&Api> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "Api {{ name: {:?}, resources: {} }}", self.0.name, List(self.0.resources))
    }
}

impl Display for Source<&Resource> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Resource { name, about, commands } = self.0;
        write!(f, "Resource {{ name: {name:?}, about: {about:?}, commands: {} }}", List(commands))
    }
}

impl Display for Source<&Command> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Command { verb, about, description, operation, method, path, .. } = self.0;
        let Command {
            repeatable,
            deprecated,
            server,
            parameters,
            body,
            fixed,
            answer,
            paging,
            starts,
            example,
            ..
        } = self.0;
        write!(f, "Command {{ verb: {verb:?}, about: {about:?}, description: {description:?}, ")?;
        write!(
            f,
            "operation: {operation:?}, method: {method:?}, path: {path:?}, repeatable: {repeatable}, "
        )?;
        write!(f, "deprecated: {deprecated}, server: {server:?}, parameters: {}, ", List(parameters))?;
        match body {
            Some(Body { required, form, pointer }) => {
                write!(
                    f,
                    "body: Some(Body {{ required: {required}, form: {form}, pointer: {pointer:?} }}), "
                )?;
            }
            None => write!(f, "body: None, ")?,
        }
        write!(f, "fixed: &{fixed:?}, ")?;
        match answer {
            Answer::Empty => write!(f, "answer: Answer::Empty, ")?,
            Answer::Bytes => write!(f, "answer: Answer::Bytes, ")?,
            Answer::Json { pointer, list, columns } => {
                write!(f, "answer: Answer::Json {{ pointer: {pointer:?}, list: {list:?}, columns: &[")?;
                for column in *columns {
                    let (title, path, form) = (column.title, column.path, column.form);
                    write!(f, "Column {{ title: {title:?}, path: {path:?}, form: Form::{form:?} }}, ")?;
                }
                write!(f, "] }}, ")?;
            }
        }
        match paging {
            Some(Paging::Numbered) => write!(f, "paging: Some(Paging::Numbered), ")?,
            Some(Paging::Cookie(name)) => write!(f, "paging: Some(Paging::Cookie({name:?})), ")?,
            Some(Paging::BodyCookie(name)) => write!(f, "paging: Some(Paging::BodyCookie({name:?})), ")?,
            None => write!(f, "paging: None, ")?,
        }
        match starts {
            Some(starts) => write!(f, "starts: Some(Starts::{starts:?}), ")?,
            None => write!(f, "starts: None, ")?,
        }
        write!(f, "example: {example:?} }}")
    }
}

impl Display for Source<&Parameter> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Parameter { name, flag, value_name, place, kind, repeat, wrap, required, values, help } = self.0;
        write!(
            f,
            "Parameter {{ name: {name:?}, flag: {flag:?}, value_name: {value_name:?}, place: Place::{place:?}, kind: Kind::{kind:?}, "
        )?;
        write!(f, "repeat: Repeat::{repeat:?}, wrap: {wrap:?}, required: {required}, values: &{values:?}, ")?;
        write!(f, "help: {help:?} }}")
    }
}

/// A slice of static data, an item a line.
struct List<'l, T>(&'l [T]);

impl<'l, T: Debug> Display for List<'l, T>
where
    Source<&'l T>: Display,
{
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "&[")?;
        for item in self.0 {
            writeln!(f, "{},", Source(item))?;
        }
        write!(f, "]")
    }
}
