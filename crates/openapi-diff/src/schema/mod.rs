//! Schemas: references and wrappers here, keywords in the files below.
//!
//! References are compared by what they lead to, once for each pair of schemas that stand in one place, so
//! schemas that contain themselves come to an end. `allOf` around a single reference is what authors write to
//! say something beside a reference, and counts as the reference.

mod objects;
mod scalars;
mod unions;

use crate::comparison::{Comparison, Context, Shared};
use crate::place::At;
use crate::rules::{schema as rules, surface};

/// The keywords that something here compares.
const HANDLED: [&str; 33] = [
    "type",
    "format",
    "nullable",
    "enum",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "multipleOf",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "default",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
    "discriminator",
    "deprecated",
    "title",
    "xml",
    "readOnly",
    "writeOnly",
    "x-enum-varnames",
];

impl<'b> Comparison<'b> {
    /// Compares the schemas of one place. Either may be a reference.
    pub(crate) fn schema(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        if !base.present || !new.present || self.wrapped(base, new, context) {
            return;
        }
        if base.reference().is_some() || new.reference().is_some() {
            // One side may say something beside its reference, by way of `allOf`.
            if let (Some(old), Some(now)) = (target(base), target(new)) {
                self.naming("schemas", &old, &now, context);
                self.refer(&old, &now, context);
                self.keywords(base, new, context);
                return;
            }
            self.naming("schemas", base, new, context);
            self.refer(base, new, context);
            return;
        }
        self.schema_content(base, new, context);
    }

    /// Compares what two references lead to, once.
    fn refer(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let (old, now) = (base.resolved(&self.base), new.resolved(&self.new));
        self.lead_to(Shared::Schema, &old, &now, context);
    }

    /// Compares two schemas, references resolved.
    pub(crate) fn schema_content(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        if let (Some(old), Some(now)) = (target(base), target(new)) {
            self.schema(&old, &now, context);
            self.keywords(base, new, context);
        } else if !self.wrapped(base, new, context) {
            self.keywords(base, new, context);
            self.objects(base, new, context);
            self.unions(base, new, context);
            self.items(base, new, context);
            self.exclusion(base, new, context);
        }
    }

    /// The keywords of the schema itself, without what it is composed of.
    fn keywords(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let subject = self.subject(base, new);
        self.scalars(base, new, &subject, context);
        let deprecated = match (base.bool_at("deprecated"), new.bool_at("deprecated")) {
            (false, true) => Some((&rules::DEPRECATED, "is deprecated")),
            (true, false) => Some((&rules::REINSTATED, "is no longer deprecated")),
            _ => None,
        };
        if let Some((rule, how)) = deprecated {
            let (old, now) = (base.at("deprecated"), new.at("deprecated"));
            self.report(rule, context, format!("{subject} {how}"), old, now);
        }
        let (title, new_title) = (base.at("title"), new.at("title"));
        if title.node != new_title.node {
            let message = format!("{subject} has another title");
            self.report(surface::SCHEMA_TITLE_CHANGED, context, message, title, new_title);
        }
        let (xml, new_xml) = (base.at("xml"), new.at("xml"));
        if xml.node != new_xml.node {
            let message = format!("{subject} is written differently in XML");
            self.report(&rules::XML_CHANGED, context, message, xml, new_xml);
        }
        self.words(base, new, context, &HANDLED);
    }

    fn items(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let (old, now) = (base.at("items"), new.at("items"));
        let subject = self.subject(base, new);
        match (old.present, now.present) {
            (true, true) => self.schema(&old, &now, context),
            (true, false) => {
                let message = format!("the items of {subject} may be anything");
                self.report(&rules::ITEMS_REMOVED, context, message, old, now);
            }
            (false, true) => {
                let message = format!("the items of {subject} have a schema");
                self.report(&rules::ITEMS_ADDED, context, message, old, now);
            }
            (false, false) => {}
        }
    }

    fn exclusion(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let (old, now) = (base.at("not"), new.at("not"));
        if old.node == now.node && old.present == now.present {
            return;
        }
        let subject = self.subject(base, new);
        let (rule, how) = match (old.present, now.present) {
            (false, _) => (&rules::NOT_ADDED, "excludes values"),
            (_, false) => (&rules::NOT_REMOVED, "excludes no values"),
            _ => (&rules::NOT_CHANGED, "excludes other values"),
        };
        self.report(rule, context, format!("{subject} {how}"), old, now);
    }
}

/// The reference that a schema is, or is with something said beside it.
fn target<'b>(at: &At<'b>) -> Option<At<'b>> {
    if at.reference().is_some() {
        return Some(at.clone());
    }
    const COMPOSING: [&str; 7] =
        ["properties", "required", "additionalProperties", "items", "oneOf", "anyOf", "not"];
    if COMPOSING.iter().any(|key| at.get(key).is_some()) {
        return None;
    }
    match at.at("allOf").items().as_slice() {
        [only] if only.reference().is_some() => Some(only.clone()),
        _ => None,
    }
}
