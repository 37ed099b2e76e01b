//! Names of components: which of them are other names of the same thing.

use std::collections::{BTreeMap, BTreeSet};

use crate::comparison::{Comparison, Context};
use crate::place::{At, name_of};
use crate::rules::surface;

/// A place where a reference leads to another name than before.
struct Moved<'b> {
    base: At<'b>,
    new: At<'b>,
    context: Context,
}

/// References that lead to other names than before, by section, old name and new name.
#[derive(Default)]
pub(crate) struct Names<'b> {
    moved: BTreeMap<(&'static str, String, String), Vec<Moved<'b>>>,
}

/// Sections whose names become types of generated code.
const TYPED: [&str; 5] = ["schemas", "responses", "parameters", "requestBodies", "headers"];

impl<'b> Comparison<'b> {
    /// Compares two places as far as names go. Either may be a reference or written out.
    pub(crate) fn naming(&mut self, section: &'static str, base: &At<'b>, new: &At<'b>, context: Context) {
        match (base.reference().map(name_of), new.reference().map(name_of)) {
            (Some(old), Some(now)) if old != now => {
                let key = (section, old.to_owned(), now.to_owned());
                let moved = Moved { base: base.clone(), new: new.clone(), context };
                self.names.moved.entry(key).or_default().push(moved);
            }
            (None, Some(now)) if section == "schemas" => {
                let message = format!("{}: what was written out here is now `{now}`", new.subject(&self.new));
                self.report(surface::SCHEMA_EXTRACTED, context, message, base.clone(), new.clone());
            }
            (Some(old), None) if section == "schemas" => {
                let message = format!("{}: what was `{old}` is now written out here", new.subject(&self.new));
                self.report(surface::SCHEMA_INLINED, context, message, base.clone(), new.clone());
            }
            _ => {}
        }
    }

    /// Reports what the names of components say, after everything has been walked.
    pub(crate) fn components(&mut self) {
        let moved = std::mem::take(&mut self.names.moved);
        let (old_components, new_components) = (self.base.at("components"), self.new.at("components"));
        // An old name that is gone, and all of whose references lead to one name that is new.
        let mut renamed: BTreeSet<(&'static str, String)> = BTreeSet::new();
        let mut named_anew: BTreeSet<(&'static str, String)> = BTreeSet::new();
        for ((section, old, now), places) in &moved {
            let (old_at, now_at) = (old_components.at(section).at(old), new_components.at(section).at(now));
            let alone = |other: &&(&'static str, String, String)| {
                other.0 == *section && (other.1 == *old || other.2 == *now)
            };
            let is_rename = !new_components.at(section).at(old).present
                && !old_components.at(section).at(now).present
                && moved.keys().filter(alone).count() == 1;
            if is_rename {
                renamed.insert((section, old.clone()));
                named_anew.insert((section, now.clone()));
                let rule =
                    if *section == "schemas" { surface::SCHEMA_RENAMED } else { surface::COMPONENT_RENAMED };
                let message = format!("`{old}` is now called `{now}`");
                let context = places.first().map_or(self.document(), |place| place.context);
                self.report(rule, context, message, old_at, now_at);
            } else if *section == "schemas" {
                for Moved { base, new, context } in places {
                    let message = format!("{}: `{old}` gave way to `{now}`", new.subject(&self.new));
                    self.report(surface::SCHEMA_REPLACED, *context, message, base.at("$ref"), new.at("$ref"));
                }
            }
        }
        for section in TYPED {
            let (old, new) = (old_components.at(section), new_components.at(section));
            for (name, at) in old.members() {
                if new.get(name).is_none() && !renamed.contains(&(section, name.to_owned())) {
                    let rule = if section == "schemas" {
                        surface::SCHEMA_REMOVED
                    } else {
                        surface::COMPONENT_REMOVED
                    };
                    let message = format!("the component `{name}` is gone");
                    self.report(rule, self.document(), message, at, new.missing(name));
                }
            }
            for (name, at) in new.members() {
                match old.get(name) {
                    None if !named_anew.contains(&(section, name.to_owned())) => {
                        let rule = if section == "schemas" {
                            surface::SCHEMA_ADDED
                        } else {
                            surface::COMPONENT_ADDED
                        };
                        let message = format!("the component `{name}` is new");
                        self.report(rule, self.document(), message, old.missing(name), at);
                    }
                    Some(before)
                        if before.node != at.node
                            && !self.has_visited(&before.pointer)
                            && !self.has_visited(&at.pointer) =>
                    {
                        let message = format!("`{name}` has changed");
                        self.report(surface::UNUSED_CHANGED, self.document(), message, before, at);
                    }
                    _ => {}
                }
            }
        }
    }
}
