//! What is sent of what was given on the command line.

use clap::ArgMatches;
use client_core::Method;
use command_table::{Command, Kind, Parameter, Place, Repeat};
use serde_json::Value;
use strongroom_profile::Kind as Service;

use super::body::Given;
use super::request::Request;
use super::{flags, member};
use crate::connect::Target;
use crate::failure::Failure;
use crate::output::complain;

/// The body of a command, checked; `None` where nothing was given for it and nothing has to be.
pub(super) fn body(
    service: Service,
    command: &'static Command,
    matches: &ArgMatches,
) -> Result<Option<Value>, Failure> {
    let Some(described) = command.body else { return Ok(None) };
    let mut given = Given::from_file(matches.get_one::<String>("from-file").map(String::as_str))?;
    for parameter in command.parameters.iter().filter(|parameter| parameter.place == Place::Body) {
        let values = flags::given(matches, parameter);
        if !values.is_empty() {
            given.set(parameter.name, value(parameter, &values)?).map_err(Failure::Usage)?;
        }
    }
    for setting in matches.get_many::<String>("set").into_iter().flatten() {
        given.assign(setting)?;
    }
    if given.is_nothing() && !described.required {
        return Ok(None);
    }
    for (member, text) in command.fixed {
        given.set(member, Value::from(*text)).map_err(Failure::Usage)?;
    }
    let body = given.checked(service, command, described.pointer)?;
    // The document requires it for one value of another member only, which it has no words for.
    let mut needed = command.parameters.iter().filter(|it| it.place == Place::Body && it.required);
    if let Some(missing) = needed.find(|needed| !command.fixed.is_empty() && body.get(needed.name).is_none())
    {
        return Err(Failure::Usage(format!(
            "--{} is required, or `{}` in a file",
            missing.flag, missing.name
        )));
    }
    Ok(Some(body))
}

/// A value for the body.
fn value(parameter: &Parameter, values: &[String]) -> Result<Value, Failure> {
    let one = |text: &String| -> Result<Value, Failure> {
        let value = match parameter.kind {
            Kind::Text | Kind::Secret => Value::String(text.clone()),
            Kind::Integer | Kind::Number | Kind::Boolean => serde_json::from_str(text).map_err(|_| {
                Failure::Usage(format!("--{}: `{text}` is no number as JSON has it", parameter.flag))
            })?,
        };
        let Some(wrap) = parameter.wrap else { return Ok(value) };
        let mut wrapped = Value::Null;
        member::set(&mut wrapped, wrap, value).map_err(Failure::Usage)?;
        Ok(wrapped)
    };
    match (parameter.repeat, values) {
        (Repeat::Never, [.., last]) => one(last),
        _ => values.iter().map(one).collect::<Result<_, _>>().map(Value::Array),
    }
}

/// The request without its body.
pub(super) fn request(
    target: &Target,
    command: &'static Command,
    matches: &ArgMatches,
) -> Result<Request, Failure> {
    let method =
        Method::from_bytes(command.method.as_bytes()).map_err(|err| Failure::machine("call", err))?;
    let mut path = command.path.to_owned();
    for parameter in command.parameters.iter().filter(|parameter| parameter.place == Place::Path) {
        let value = flags::given(matches, parameter).pop().unwrap_or_default();
        if value.is_empty() || matches!(value.as_str(), "." | "..") {
            return Err(Failure::Usage(format!("<{}> cannot be `{value}`", parameter.flag.to_uppercase())));
        }
        path = path.replace(&format!("{{{}}}", parameter.name), &encoded(&value));
    }
    let mut request = Request::new(target, method, &path).operation(command.operation, command.repeatable);
    for parameter in command.parameters {
        let values = flags::given(matches, parameter);
        if values.is_empty() {
            continue;
        }
        request = match (parameter.place, parameter.repeat) {
            (Place::Query, Repeat::Joined) => request.query(parameter.name, &values.join(",")),
            (Place::Query, _) => {
                values.iter().fold(request, |request, value| request.query(parameter.name, value))
            }
            (Place::Header, _) => request.header(parameter.name, &values.join(",")),
            (Place::Path | Place::Body, _) => request,
        };
    }
    Ok(request)
}

/// Tells of values that the document does not list. They are sent: a newer service may know them.
pub(super) fn warn_of_unlisted(command: &'static Command, matches: &ArgMatches) {
    // What is in the body, the document is asked about.
    let others = command.parameters.iter().filter(|parameter| parameter.place != Place::Body);
    for parameter in others.filter(|parameter| !parameter.values.is_empty()) {
        for value in flags::given(matches, parameter) {
            if !parameter.values.contains(&value.as_str()) {
                complain(format_args!(
                    "warning: --{}: `{value}` is none of {}; sent all the same",
                    parameter.flag,
                    parameter.values.join(", ")
                ));
            }
        }
    }
}

/// A value as a part of a path.
pub(super) fn encoded(value: &str) -> String {
    let mut path = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}
