//! Members of objects, their own and those that come by way of `allOf`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::comparison::{Comparison, Context, Mask, Shared};
use crate::place::{At, Test, name_of, pair_up};
use crate::rules::schema as rules;
use crate::rules::surface;

use super::target;

/// What an object demands and holds.
#[derive(Clone, Default)]
struct Members<'b> {
    properties: Vec<(&'b str, At<'b>)>,
    /// Where each required name stands.
    required: BTreeMap<&'b str, At<'b>>,
    /// Further members are refused.
    closed: bool,
}

impl<'b> Members<'b> {
    fn property(&self, name: &str) -> Option<&At<'b>> {
        self.properties.iter().find(|(other, _)| *other == name).map(|(_, at)| at)
    }

    /// Adds those of a schema and of everything that it composes; `seen` are pointers already added.
    fn add(&mut self, at: &At<'b>, document: &At<'b>, seen: &mut Vec<String>) {
        let at = at.resolved(document);
        if seen.contains(&at.pointer) {
            return;
        }
        seen.push(at.pointer.clone());
        self.add_own(&at);
        for part in at.at("allOf").items() {
            self.add(&part, document, seen);
        }
    }

    fn add_own(&mut self, at: &At<'b>) {
        for (name, property) in at.at("properties").members() {
            if self.property(name).is_none() {
                self.properties.push((name, property));
            }
        }
        for name in at.at("required").items() {
            if let Some(text) = name.node.as_str() {
                self.required.entry(text).or_insert(name);
            }
        }
        self.closed |= at.at("additionalProperties").node == &Value::Bool(false);
    }
}

impl<'b> Comparison<'b> {
    pub(super) fn objects(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let (pairs, gone, added) = matched_parts(base, new);
        for (old, now) in &pairs {
            self.schema(old, now, context);
        }
        let is_rearranged = !gone.is_empty() || !added.is_empty();
        let (mut own, mut new_own) = (Members::default(), Members::default());
        own.add_own(base);
        new_own.add_own(new);
        for part in &gone {
            self.part(part, true, base, new, context);
            own.add(part, &self.base, &mut Vec::new());
        }
        for part in &added {
            self.part(part, false, base, new, context);
            new_own.add(part, &self.new, &mut Vec::new());
        }
        let (mut all, mut new_all) = (Members::default(), Members::default());
        all.add(base, &self.base, &mut Vec::new());
        new_all.add(new, &self.new, &mut Vec::new());
        let subject = self.subject(base, new);
        for (name, old) in &own.properties {
            match new_all.property(name) {
                Some(now) => {
                    self.property((old, now), &own, &new_all, name, is_rearranged, context);
                }
                None => {
                    let nowhere = new.at("properties").missing(name);
                    let message = format!("{}: the property `{name}` is gone", subject);
                    let context = context.only(carried(old, &self.base));
                    self.report(&rules::PROPERTY_REMOVED, context, message, old.clone(), nowhere);
                }
            }
        }
        for (name, now) in &new_own.properties {
            if let Some(old) = all.property(name) {
                if own.property(name).is_none() {
                    self.property((old, now), &all, &new_own, name, true, context);
                }
                continue;
            }
            let (rule, how) = match (new_all.required.contains_key(name), all.closed) {
                (true, _) => (&rules::REQUIRED_PROPERTY_ADDED, " and required"),
                (false, true) => (&rules::CLOSED_PROPERTY_ADDED, ""),
                (false, false) => (&rules::PROPERTY_ADDED, ""),
            };
            let nowhere = base.at("properties").missing(name);
            let message = format!("{subject}: the property `{name}` is new{how}");
            let only = context.only(carried(now, &self.new));
            self.report(rule, only, message, nowhere, now.clone());
            // What is required and new to a closed object breaks strict readers too.
            if new_all.required.contains_key(name) && all.closed {
                let message = format!("{subject}: the property `{name}` is new");
                let only = only.only(Mask::RESPONSE);
                let nowhere = base.at("properties").missing(name);
                self.report(&rules::CLOSED_PROPERTY_ADDED, only, message, nowhere, now.clone());
            }
        }
        // Names that are required without being described.
        for (name, at) in own.required.iter().filter(|(name, _)| all.property(name).is_none()) {
            if !new_all.required.contains_key(name) && new_all.property(name).is_none() {
                let message = format!("{subject}: `{name}` became optional");
                let nowhere = new.at("required").nowhere();
                self.report(&rules::PROPERTY_BECAME_OPTIONAL, context, message, at.clone(), nowhere);
            }
        }
        for (name, at) in new_own.required.iter().filter(|(name, _)| new_all.property(name).is_none()) {
            if !all.required.contains_key(name) && all.property(name).is_none() {
                let message = format!("{subject}: `{name}` became required");
                let nowhere = base.at("required").nowhere();
                self.report(&rules::PROPERTY_BECAME_REQUIRED, context, message, nowhere, at.clone());
            }
        }
        self.additional(&base.at("additionalProperties"), &new.at("additionalProperties"), &subject, context);
    }

    /// A part of `allOf` that only one of the documents has. Its members are compared with all others.
    fn part(&mut self, part: &At<'b>, is_gone: bool, base: &At<'b>, new: &At<'b>, context: Context) {
        let document = if is_gone { &self.base } else { &self.new };
        let content = part.resolved(document);
        let is_object = ["properties", "required", "allOf"].iter().any(|key| content.get(key).is_some());
        let name =
            part.reference().map_or_else(|| "a part".to_owned(), |name| format!("`{}`", name_of(name)));
        let subject = self.subject(base, new);
        let (from, to) = if is_gone {
            (part.clone(), new.at("allOf").nowhere())
        } else {
            (base.at("allOf").nowhere(), part.clone())
        };
        let how = if is_gone { "is no longer made of" } else { "is also made of" };
        let message = format!("{subject} {how} {name}");
        match (is_object, is_gone) {
            (true, _) => self.report(surface::BASE_TYPE_CHANGED, context, message, from, to),
            (false, true) => self.report(&rules::ALL_OF_REMOVED, context, message, from, to),
            (false, false) => self.report(&rules::ALL_OF_ADDED, context, message, from, to),
        }
    }

    /// Compares a property that both have.
    fn property(
        &mut self,
        (old, now): (&At<'b>, &At<'b>),
        members: &Members<'b>,
        new_members: &Members<'b>,
        name: &str,
        is_rearranged: bool,
        context: Context,
    ) {
        let subject = self.subject(old, now);
        let (was, is) = (carried(old, &self.base), carried(now, &self.new));
        let required = new_members.required.get(name);
        let flags = [("readOnly", was.request, is.request), ("writeOnly", was.response, is.response)];
        for (key, was_carried, is_carried) in flags {
            let (rule, how) = match (key, was_carried, is_carried) {
                ("readOnly", true, false) => (&rules::PROPERTY_BECAME_READ_ONLY, "became read-only"),
                ("readOnly", false, true) if required.is_some() => {
                    (&rules::REQUIRED_PROPERTY_BECAME_NOT_READ_ONLY, "is no longer read-only, and required")
                }
                ("readOnly", false, true) => {
                    (&rules::PROPERTY_BECAME_NOT_READ_ONLY, "is no longer read-only")
                }
                ("writeOnly", true, false) => (&rules::PROPERTY_BECAME_WRITE_ONLY, "became write-only"),
                ("writeOnly", false, true) => {
                    (&rules::PROPERTY_BECAME_NOT_WRITE_ONLY, "is no longer write-only")
                }
                _ => continue,
            };
            self.report(rule, context, format!("{subject} {how}"), old.at(key), now.at(key));
        }
        let both = context.only(was.and(is));
        match (members.required.get(name), required) {
            (None, Some(at)) => {
                let message = format!("{subject} became required");
                self.report(&rules::PROPERTY_BECAME_REQUIRED, both, message, old.clone(), at.clone());
            }
            (Some(at), None) => {
                let message = format!("{subject} became optional");
                self.report(&rules::PROPERTY_BECAME_OPTIONAL, both, message, at.clone(), now.clone());
            }
            _ => {}
        }
        if is_rearranged && old.reference().is_none() && now.reference().is_none() {
            // By way of a part that contains itself this place may be met again: compare it once.
            self.lead_to(Shared::Schema, old, now, both);
        } else {
            self.schema(old, now, both);
        }
    }

    fn additional(&mut self, old: &At<'b>, now: &At<'b>, subject: &str, context: Context) {
        let (from, to) = (Openness::of(old), Openness::of(now));
        let (rule, how) = match from.cmp(&to) {
            std::cmp::Ordering::Less => (&rules::ADDITIONAL_WIDENED, to.word()),
            std::cmp::Ordering::Greater => (&rules::ADDITIONAL_NARROWED, to.word()),
            std::cmp::Ordering::Equal if from == Openness::Typed => return self.schema(old, now, context),
            std::cmp::Ordering::Equal => return,
        };
        let message = format!("{subject} {how}");
        self.report(rule, context, message, old.clone(), now.clone());
    }
}

/// Which members an object takes beside those that it names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Openness {
    Closed,
    Typed,
    Open,
}

impl Openness {
    fn of(at: &At<'_>) -> Self {
        match at.node {
            Value::Bool(false) => Openness::Closed,
            Value::Object(members) if !members.is_empty() => Openness::Typed,
            _ => Openness::Open,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Openness::Closed => "takes no further members",
            Openness::Typed => "takes further members of one sort",
            Openness::Open => "takes any further members",
        }
    }
}

/// In which directions a property travels.
fn carried(property: &At<'_>, document: &At<'_>) -> Mask {
    let mut parts = vec![property.clone(), property.resolved(document)];
    parts.extend(target(property).map(|target| target.resolved(document)));
    let says = |key| parts.iter().any(|part| part.bool_at(key));
    Mask { request: !says("readOnly"), response: !says("writeOnly") }
}

/// Parts of `allOf` that belong together, those only in the old and those only in the new document.
type Parts<'b> = (Vec<(At<'b>, At<'b>)>, Vec<At<'b>>, Vec<At<'b>>);

fn matched_parts<'b>(base: &At<'b>, new: &At<'b>) -> Parts<'b> {
    let mut gone = base.at("allOf").items();
    let mut added = new.at("allOf").items();
    let same_reference = |a: &At<'b>, b: &At<'b>| a.reference().is_some() && a.reference() == b.reference();
    let both_inline = |a: &At<'b>, b: &At<'b>| a.reference().is_none() && b.reference().is_none();
    let both_references = |a: &At<'b>, b: &At<'b>| a.reference().is_some() && b.reference().is_some();
    let tests: [Test<'_, 'b>; 3] = [&same_reference, &both_inline, &both_references];
    let pairs = pair_up(&mut gone, &mut added, &tests);
    (pairs, gone, added)
}
