//! How a command is used.

use serde_json::Value;

use super::Described;
use super::document::{Document, members};
use crate::{Command, Kind, Parameter, Place, Repeat};

/// A command line with what is required, behind the name of the program. Values come from the examples of the
/// document, so that the line works as far as a made-up id can.
pub(super) fn example(described: Described<'_>, resource: &str, command: &Command) -> String {
    let mut line = format!("{resource} {}", command.verb);
    let document = described.document;
    let media = command.body.and_then(|body| document.0.pointer(body.pointer));
    let body = media.and_then(|media| fitting_example(document, media, command.fixed));
    let mut by_file = false;
    for parameter in command.parameters {
        match parameter.place {
            Place::Path => line.push_str(&format!(" {}", quoted(&of_parameter(described, parameter)))),
            Place::Body if parameter.required => {
                let given = body.and_then(|body| member(body, parameter));
                match given {
                    Some(value) => line.push_str(&flag(parameter, &value)),
                    None if command.fixed.is_empty() => by_file = true,
                    None => line.push_str(&format!(" --{} {}", parameter.flag, parameter.value_name)),
                }
            }
            _ if parameter.required => line.push_str(&flag(parameter, &of_parameter(described, parameter))),
            _ => {}
        }
    }
    let said =
        command.parameters.iter().filter(|parameter| parameter.place == Place::Body && parameter.required);
    let needs_more =
        command.fixed.is_empty() && body.is_some_and(|body| members(body).count() > said.count());
    if command.body.is_some() && (by_file || needs_more) {
        // The flags alone would leave something out.
        line = line.split(" --").next().unwrap_or(&line).to_owned();
        line.push_str(" --from-file body.yaml");
    }
    if matches!(command.answer, crate::Answer::Bytes) {
        line.push_str(" --output FILE");
    }
    line
}

/// A flag with its value, as it is typed: what is on or off needs no value, and takes one behind an equals sign.
fn flag(parameter: &Parameter, value: &str) -> String {
    let flag = parameter.flag;
    match (parameter.kind, parameter.repeat, value) {
        (Kind::Boolean, Repeat::Never, "true") => format!(" --{flag}"),
        (Kind::Boolean, Repeat::Never, _) => format!(" --{flag}={}", quoted(value)),
        _ => format!(" --{flag} {}", quoted(value)),
    }
}

/// The first example of a body that is of this command.
fn fitting_example<'d>(
    document: Document<'d>,
    media: &'d Value,
    fixed: &[(&str, &str)],
) -> Option<&'d Value> {
    let mut examples = members(&media["examples"]);
    examples.find_map(|(_, example)| {
        let value = document.resolve(example).get("value")?;
        fixed.iter().all(|(member, text)| value[*member] == **text).then_some(value)
    })
}

fn first_example<'d>(document: Document<'d>, media: &'d Value) -> Option<&'d Value> {
    let (_, first) = members(&media["examples"]).next()?;
    document.resolve(first).get("value")
}

/// The value of a member in an example, as it is given on the command line.
fn member(body: &Value, parameter: &Parameter) -> Option<String> {
    let mut value = body;
    for part in parameter.name.split('.').filter(|part| !part.is_empty()) {
        value = value.get(part)?;
    }
    if let Value::Array(items) = value {
        value = items.first()?;
    }
    if let Some(wrap) = parameter.wrap {
        value = value.get(wrap).unwrap_or(value);
    }
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) | Value::Null => None,
        other => Some(other.to_string()),
    }
}

fn of_parameter(described: Described<'_>, parameter: &Parameter) -> String {
    let document = described.document;
    let owners = [described.operation, described.item].into_iter();
    let written = owners.filter_map(|owner| owner["parameters"].as_array()).flatten();
    let documented =
        written.map(|written| document.resolve(written)).find(|known| known["name"] == parameter.name);
    let given = documented.and_then(|known| {
        let schema = document.schema(&known["schema"]);
        known.get("example").or_else(|| first_example(document, known)).or_else(|| schema.get("example"))
    });
    match given {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => match (parameter.values.first(), parameter.kind) {
            (Some(value), _) => (*value).to_owned(),
            (None, Kind::Integer) => "17".to_owned(),
            (None, _) => parameter.flag.to_uppercase().replace('-', "_"),
        },
    }
}

/// The value as a shell takes it for one word.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,@+=".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}
