//! Parameters, of operations and of the paths they stand in.

use std::collections::HashMap;

use crate::comparison::{Comparison, Context, Mask, Shared};
use crate::document::text;
use crate::paths::Caller;
use crate::place::At;
use crate::rules::{Rule, surface};

/// A parameter as it stands in a list, and what it is.
#[derive(Clone)]
struct Parameter<'b> {
    place: &'b str,
    /// Names of headers in lower case, since the wire does not tell them apart.
    name: String,
    listed: At<'b>,
    resolved: At<'b>,
}

impl<'b> Comparison<'b> {
    /// Compares what an operation takes, each given as path item and operation.
    pub(crate) fn parameters(
        &mut self,
        (base_path, base): (&At<'b>, &At<'b>),
        (new_path, new): (&At<'b>, &At<'b>),
        names: &HashMap<&str, &str>,
        context: Context,
        caller: Caller,
    ) {
        let mut old = effective(base_path, base, &self.base);
        for parameter in old.iter_mut().filter(|parameter| parameter.place == "path") {
            if let Some(renamed) = names.get(parameter.name.as_str()) {
                parameter.name = (*renamed).to_owned();
            }
        }
        let now = effective(new_path, new, &self.new);
        let find = |list: &[Parameter<'b>], wanted: &Parameter<'b>| {
            list.iter().find(|other| (other.place, &other.name) == (wanted.place, &wanted.name)).cloned()
        };
        let mask = if caller == Caller::Client { Mask::REQUEST } else { Mask::RESPONSE };
        let mut common = (Vec::new(), Vec::new());
        let mut moved = Vec::new();
        for parameter in &old {
            let title = format!("{} parameter `{}`", parameter.place, parameter.name);
            if let Some(other) = find(&now, parameter) {
                common.0.push(title);
                self.naming("parameters", &parameter.listed, &other.listed, context);
                self.lead_to(Shared::Parameter, &parameter.resolved, &other.resolved, context.only(mask));
                continue;
            }
            let elsewhere =
                now.iter().find(|other| other.name == parameter.name && find(&old, other).is_none());
            if let Some(other) = elsewhere {
                let message = format!("{title} is now sent in the {}", other.place);
                let (from, to) = (parameter.resolved.at("in"), other.resolved.at("in"));
                self.report(surface::PARAMETER_LOCATION_CHANGED, context, message, from, to);
                moved.push(other.resolved.pointer.clone());
                self.lead_to(Shared::Parameter, &parameter.resolved, &other.resolved, context.only(mask));
                continue;
            }
            let message = format!("{title} is gone");
            self.report(
                surface::PARAMETER_REMOVED,
                context,
                message,
                parameter.listed.clone(),
                new.at("parameters").nowhere(),
            );
        }
        for parameter in &now {
            let title = format!("{} parameter `{}`", parameter.place, parameter.name);
            if find(&old, parameter).is_some() {
                common.1.push(title);
                continue;
            }
            if moved.contains(&parameter.resolved.pointer) {
                continue;
            }
            let (rule, message) = if parameter.resolved.bool_at("required") {
                (surface::REQUIRED_PARAMETER_ADDED, format!("{title} is new and required"))
            } else {
                (surface::PARAMETER_ADDED, format!("{title} is new"))
            };
            let nowhere = base.at("parameters").nowhere();
            self.report(rule, context, message, nowhere, parameter.listed.clone());
        }
        if common.0 != common.1 {
            let message = format!("the parameters of {} come in another order", self.subject(base, new));
            let (old, now) = (base.at("parameters"), new.at("parameters"));
            self.report(surface::PARAMETERS_REORDERED, context, message, old, now);
        }
    }

    /// Compares two parameters, references resolved.
    pub(crate) fn parameter(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let subject = self.subject(base, new);
        let flags = [
            (
                "required",
                (surface::PARAMETER_BECAME_REQUIRED, "became required"),
                (surface::PARAMETER_BECAME_OPTIONAL, "became optional"),
            ),
            (
                "deprecated",
                (surface::PARAMETER_DEPRECATED, "is deprecated"),
                (surface::PARAMETER_REINSTATED, "is no longer deprecated"),
            ),
            (
                "allowEmptyValue",
                (surface::PARAMETER_EMPTY_ALLOWED, "may be empty"),
                (surface::PARAMETER_EMPTY_REFUSED, "may no longer be empty"),
            ),
        ];
        for (key, set, unset) in flags {
            let (rule, how) = match (base.bool_at(key), new.bool_at(key)) {
                (false, true) => set,
                (true, false) => unset,
                _ => continue,
            };
            self.report(rule, context, format!("{subject} {how}"), base.at(key), new.at(key));
        }
        let judge = surface::PARAMETER_SERIALIZATION_CHANGED;
        self.serialization(judge, base, new, &subject, context);
        const HANDLED: [&str; 11] = [
            "in",
            "name",
            "required",
            "deprecated",
            "allowEmptyValue",
            "style",
            "explode",
            "allowReserved",
            "schema",
            "content",
            "$ref",
        ];
        self.words(base, new, context, &HANDLED);
    }

    /// Compares a header of an answer, references resolved.
    pub(crate) fn header(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let subject = self.subject(base, new);
        let required = match (base.bool_at("required"), new.bool_at("required")) {
            (false, true) => Some((surface::RESPONSE_HEADER_BECAME_REQUIRED, "became required")),
            (true, false) => Some((surface::RESPONSE_HEADER_BECAME_OPTIONAL, "became optional")),
            _ => None,
        };
        if let Some((rule, how)) = required {
            self.report(rule, context, format!("{subject} {how}"), base.at("required"), new.at("required"));
        }
        let judge = surface::RESPONSE_HEADER_SERIALIZATION_CHANGED;
        self.serialization(judge, base, new, &subject, context);
        const HANDLED: [&str; 5] = ["required", "style", "explode", "schema", "content"];
        self.words(base, new, context, &HANDLED);
    }

    /// Compares how the value is written and what it is.
    fn serialization(
        &mut self,
        rule: &'static Rule,
        base: &At<'b>,
        new: &At<'b>,
        subject: &str,
        context: Context,
    ) {
        let (schema, new_schema) = (base.at("schema"), new.at("schema"));
        let (content, new_content) = (base.at("content"), new.at("content"));
        if content.present != new_content.present {
            let message = format!("{subject} is written in another form");
            let (from, to) = if content.present { (content, new_schema) } else { (schema, new_content) };
            self.report(rule, context, message, from, to);
            return;
        }
        for (media, old) in content.members() {
            match new_content.get(media) {
                Some(now) => self.schema(&old.at("schema"), &now.at("schema"), context),
                None => {
                    let message = format!("{subject} is no longer written as `{media}`");
                    self.report(rule, context, message, old, new_content.missing(media));
                }
            }
        }
        let style = |at: &At<'b>| {
            let default = if matches!(at.str_at("in"), Some("query" | "cookie")) { "form" } else { "simple" };
            at.str_at("style").unwrap_or(default)
        };
        let explode = |at: &At<'b>| {
            at.get("explode").map_or(style(at) == "form", |flag| flag.node.as_bool() == Some(true))
        };
        // A single value looks the same in every list form.
        let is_list = |at: &At<'b>, document: &At<'b>| {
            let schema = at.at("schema").resolved(document);
            !matches!(schema.str_at("type"), Some("string" | "integer" | "number" | "boolean"))
        };
        let matters = is_list(base, &self.base) || is_list(new, &self.new);
        if base.str_at("in") == new.str_at("in") && style(base) != style(new) {
            let message = format!("{subject} is written in the style {}", style(new));
            self.report(rule, context, message, base.at("style"), new.at("style"));
        }
        if style(base) == style(new) && explode(base) != explode(new) && matters {
            let how = if explode(new) { "apart" } else { "joined together" };
            let message = format!("{subject}: several values are written {how}");
            self.report(rule, context, message, base.at("explode"), new.at("explode"));
        }
        if base.bool_at("allowReserved") != new.bool_at("allowReserved") {
            let (from, to) = (base.at("allowReserved"), new.at("allowReserved"));
            let message = format!("{subject}: `allowReserved` became {}", text(&to));
            self.report(rule, context, message, from, to);
        }
        self.schema(&schema, &new_schema, context);
    }
}

/// The parameters of a path item, and those of the operation, which take precedence, in order.
fn effective<'b>(path: &At<'b>, operation: &At<'b>, document: &At<'b>) -> Vec<Parameter<'b>> {
    let mut list: Vec<Parameter<'b>> = Vec::new();
    let shared = path.at("parameters").items();
    for listed in shared.into_iter().chain(operation.at("parameters").items()) {
        let resolved = listed.resolved(document);
        let place = resolved.str_at("in").unwrap_or_default();
        let name = resolved.str_at("name").unwrap_or_default();
        let name = if place == "header" { name.to_lowercase() } else { name.to_owned() };
        let parameter = Parameter { place, name, listed, resolved };
        match list.iter_mut().find(|other| (other.place, &other.name) == (place, &parameter.name)) {
            Some(other) => *other = parameter,
            None => list.push(parameter),
        }
    }
    list
}
