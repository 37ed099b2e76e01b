//! Arguments and flags.

use heck::{ToKebabCase as _, ToShoutySnakeCase as _};
use serde_json::Value;

use super::document::{is, members, reference, requires, text};
use super::{Described, Options, leak, leak_list};
use crate::{Body, Kind, Parameter, Place, Repeat};

/// Objects with at most so many members, all of them scalar, are flags behind a dot.
const SMALL: usize = 3;
/// How deep required objects become flags.
const DEEPEST: usize = 4;
/// Members that an object may be sent as alone.
const ALONE: [&str; 3] = ["guid", "name", "value"];

/// The parameters of the path, the query and the headers. Those of the path come first and in its order.
pub(super) fn of_request(described: Described<'_>, resource: &str, options: &Options<'_>) -> Vec<Parameter> {
    let Described { document, path, item, operation, .. } = described;
    let mut parameters: Vec<Parameter> = Vec::new();
    for written in [operation, item].into_iter().filter_map(|owner| owner["parameters"].as_array()).flatten()
    {
        let parameter = document.resolve(written);
        let name = text(parameter, "name");
        let place = match text(parameter, "in") {
            "path" => Place::Path,
            "query" => Place::Query,
            _ => Place::Header,
        };
        let for_caller = options.caller_headers.iter().any(|header| header.eq_ignore_ascii_case(name));
        let known = parameters.iter().any(|known| known.name == name && known.place == place);
        if (place == Place::Header && for_caller) || known {
            continue;
        }
        let schema = document.schema(&parameter["schema"]);
        let is_list = schema["type"] == "array";
        let repeat = match (is_list, parameter["explode"] == Value::Bool(false)) {
            (false, _) => Repeat::Never,
            (true, true) => Repeat::Joined,
            (true, false) => Repeat::Each,
        };
        let one = if is_list { document.schema(&schema["items"]) } else { schema };
        let flag = match place {
            Place::Path => argument(path, name, resource),
            _ => free(name.to_kebab_case(), options.reserved, "param"),
        };
        let said = text(parameter, "description");
        parameters.push(Parameter {
            name: leak(name),
            value_name: value_name(&flag),
            flag: leak(&flag),
            place,
            kind: kind(one),
            repeat,
            wrap: None,
            required: is(parameter, "required"),
            values: values(one),
            help: leak(
                if said.is_empty() { document.description(&parameter["schema"]) } else { said }.trim(),
            ),
        });
    }
    parameters.sort_by_key(|parameter| match parameter.place {
        Place::Path => path.find(&format!("{{{}}}", parameter.name)).unwrap_or(usize::MAX - 1),
        _ => usize::MAX,
    });
    parameters
}

/// What an argument is called: an `id` says of what, unless it is that of the resource itself.
fn argument(path: &str, name: &str, resource: &str) -> String {
    let before = path.split(&format!("/{{{name}}}")).next().unwrap_or_default();
    let owner = before.rsplit('/').next().unwrap_or_default();
    let kebab = name.to_kebab_case();
    let is_plural = owner.ends_with('s') && !owner.contains('{');
    if owner.ends_with(resource) || !is_plural || !matches!(kebab.as_str(), "id" | "guid") {
        return kebab;
    }
    format!("{}-{kebab}", owner.strip_suffix('s').unwrap_or(owner))
}

/// The flags of the body: its scalar members and what can be told in one value.
pub(super) fn of_body(
    described: Described<'_>,
    body: Body,
    parameters: &mut Vec<Parameter>,
    options: &Options<'_>,
) -> Result<(), String> {
    let document = described.document;
    let media = document.0.pointer(body.pointer).ok_or("its body is nowhere")?;
    let written = &media["schema"];
    let mut found = Vec::new();
    let schema = document.schema(written);
    if schema["type"] == "object" && !schema["properties"].is_null() {
        Flags { described, found: &mut found, seen: Vec::new() }.members(written, "", true);
    } else {
        let last = described.path.rsplit('/').find(|segment| !segment.starts_with('{')).unwrap_or("value");
        let before = found.len();
        let help =
            document.description(&document.resolve(&described.operation["requestBody"])["description"]);
        let help = if help.is_empty() {
            text(document.resolve(&described.operation["requestBody"]), "description")
        } else {
            help
        };
        Flags { described, found: &mut found, seen: Vec::new() }.member(written, "", last, body.required);
        for parameter in &mut found[before..] {
            parameter.help = leak(help.trim());
            if let (Repeat::Each, Some(wrap)) = (parameter.repeat, parameter.wrap) {
                parameter.flag = leak(wrap);
            }
        }
    }
    for mut parameter in found {
        let mut flag = free(parameter.flag.to_owned(), options.reserved, "body");
        if parameters.iter().any(|other| other.flag == flag) {
            flag = format!("body-{flag}");
        }
        if parameters.iter().any(|other| other.flag == flag) {
            return Err(format!("it has --{flag} twice"));
        }
        parameter.flag = leak(&flag);
        parameters.push(parameter);
    }
    Ok(())
}

/// Leaves of the body only a list whose entries are told by one member, whose name is the flag then. There is no request
/// without it.
pub(super) fn only(list: &str, parameters: &mut Vec<Parameter>, options: &Options<'_>) -> Result<(), String> {
    parameters.retain(|parameter| parameter.place != Place::Body || parameter.name == list);
    let others: Vec<_> = parameters.iter().filter(|it| it.place != Place::Body).map(|it| it.flag).collect();
    let parameter = parameters.iter_mut().find(|parameter| parameter.place == Place::Body);
    let Some((parameter, wrap)) = parameter.and_then(|it| Some((it.wrap?, it))).map(|(wrap, it)| (it, wrap))
    else {
        return Err(format!("its body has no list {list} whose entries one member tells"));
    };
    let flag = free(wrap.to_kebab_case(), options.reserved, "body");
    if others.contains(&flag.as_str()) {
        return Err(format!("it has --{flag} twice"));
    }
    parameter.flag = leak(&flag);
    parameter.required = true;
    Ok(())
}

/// A flag that no other means.
fn free(flag: String, reserved: &[&str], prefix: &str) -> String {
    if reserved.contains(&flag.as_str()) { format!("{prefix}-{flag}") } else { flag }
}

struct Flags<'f, 'd> {
    described: Described<'d>,
    found: &'f mut Vec<Parameter>,
    /// The references that led here, against circles.
    seen: Vec<&'d str>,
}

impl<'d> Flags<'_, 'd> {
    /// The members of an object at `path`. `needed` says that the object itself has to be there.
    fn members(&mut self, written: &'d Value, path: &str, needed: bool) {
        let document = self.described.document;
        let schema = document.schema(written);
        let entered = reference(written).inspect(|pointer| self.seen.push(pointer)).is_some();
        for (name, member) in members(&schema["properties"]) {
            if is(document.schema(member), "readOnly") || is(member, "readOnly") {
                continue;
            }
            let at = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            self.member(member, &at, name, needed && requires(schema, name));
        }
        if entered {
            self.seen.pop();
        }
    }

    fn member(&mut self, written: &'d Value, path: &str, name: &str, required: bool) {
        let document = self.described.document;
        let schema = document.schema(written);
        let is_list = schema["type"] == "array";
        let item = if is_list { &schema["items"] } else { written };
        let one = document.schema(item);
        let repeat = if is_list { Repeat::Each } else { Repeat::Never };
        match one["type"].as_str() {
            Some("string" | "integer" | "number" | "boolean") => {
                self.push(written, one, path, name, required, repeat, None);
            }
            Some("object") => {
                if let Some((wrap, inner)) = alone(one) {
                    let inner = document.schema(inner);
                    self.push(written, inner, path, name, required, repeat, Some(wrap));
                } else if let Some((wrap, inner)) = only_required(one).filter(|_| is_list) {
                    let inner = document.schema(inner);
                    if matches!(inner["type"].as_str(), Some("string" | "integer" | "number" | "boolean")) {
                        self.push(written, inner, path, name, required, repeat, Some(wrap));
                        if let Some(flag) = self.found.last_mut() {
                            flag.flag = leak(&format!("{}.{}", flag.flag, wrap.to_kebab_case()));
                        }
                    }
                } else if !is_list && self.goes_on(written, one, path, required) {
                    self.members(written, path, required);
                }
            }
            _ => {}
        }
    }

    /// Whether an object's members become flags of their own.
    fn goes_on(&self, written: &'d Value, schema: &'d Value, path: &str, required: bool) -> bool {
        let document = self.described.document;
        let is_scalar = |member: &'d Value| {
            matches!(
                document.schema(member)["type"].as_str(),
                Some("string" | "integer" | "number" | "boolean")
            )
        };
        let small = schema["properties"]
            .as_object()
            .is_some_and(|properties| properties.len() <= SMALL && properties.values().all(is_scalar));
        let circle = reference(written).is_some_and(|pointer| self.seen.contains(&pointer));
        let depth = path.split('.').count();
        !circle && ((required && depth < DEEPEST) || (small && depth < 3))
    }

    #[expect(clippy::too_many_arguments, reason = "all that a flag is made of")]
    fn push(
        &mut self,
        written: &'d Value,
        one: &'d Value,
        path: &str,
        name: &str,
        required: bool,
        repeat: Repeat,
        wrap: Option<&'d str>,
    ) {
        let document = self.described.document;
        let flag = if path.is_empty() {
            name.to_kebab_case()
        } else {
            path.split('.').map(|part| part.to_kebab_case()).collect::<Vec<_>>().join(".")
        };
        self.found.push(Parameter {
            name: leak(path),
            value_name: value_name(wrap.unwrap_or(name)),
            flag: leak(&flag),
            place: Place::Body,
            kind: kind(one),
            repeat,
            wrap: wrap.map(leak),
            required,
            values: values(one),
            help: leak(document.description(written).trim()),
        });
    }
}

/// The one member that stands for an object, where a request needs no other.
fn alone(schema: &Value) -> Option<(&'static str, &Value)> {
    let properties = schema["properties"].as_object()?;
    let plain = |name: &String| ALONE.contains(&name.as_str()) || name == "description";
    if !properties.keys().all(plain) {
        return None;
    }
    let name = ALONE.into_iter().find(|name| properties.contains_key(*name))?;
    let others = schema["required"].as_array().into_iter().flatten().any(|required| required != name);
    if others { None } else { Some((name, properties.get(name)?)) }
}

/// The one member that an object must have.
fn only_required(schema: &Value) -> Option<(&str, &Value)> {
    let [only] = schema["required"].as_array()?.as_slice() else { return None };
    let name = only.as_str()?;
    Some((name, schema["properties"].get(name)?))
}

fn value_name(name: &str) -> &'static str {
    leak(&name.to_shouty_snake_case())
}

fn kind(schema: &Value) -> Kind {
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), _) => Kind::Integer,
        (Some("number"), _) => Kind::Number,
        (Some("boolean"), _) => Kind::Boolean,
        (_, Some("password")) => Kind::Secret,
        _ => Kind::Text,
    }
}

fn values(schema: &Value) -> &'static [&'static str] {
    let listed = schema["enum"].as_array().into_iter().flatten();
    leak_list(listed.filter_map(Value::as_str).map(leak).collect())
}
