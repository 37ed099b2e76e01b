//! Alternatives: `oneOf`, `anyOf` and how they are told apart.

use crate::comparison::{Comparison, Context};
use crate::place::{At, name_of, pair_up};
use crate::rules::schema as rules;
use crate::rules::surface;

const UNIONS: [&str; 2] = ["oneOf", "anyOf"];

/// The alternatives of a schema that is no reference.
fn union<'b>(at: &At<'b>) -> Option<(&'static str, At<'b>)> {
    UNIONS.into_iter().find_map(|key| at.get(key).map(|variants| (key, variants)))
}

impl<'b> Comparison<'b> {
    /// Compares a plain schema with alternatives of which it is one; whether that is what these are.
    pub(super) fn wrapped(&mut self, base: &At<'b>, new: &At<'b>, context: Context) -> bool {
        let same = |plain: &At<'b>, variant: &At<'b>| match (plain.reference(), variant.reference()) {
            (Some(one), Some(other)) => one == other,
            (None, None) => plain.node == variant.node,
            _ => false,
        };
        match (union(base), union(new)) {
            (None, Some((_, variants))) => {
                let variants = variants.items();
                let Some(kept) = variants.iter().find(|variant| same(base, variant)) else { return false };
                for variant in variants.iter().filter(|variant| variant.pointer != kept.pointer) {
                    let message = self.variant_message(variant, new, "is an alternative now");
                    self.report(&rules::VARIANT_ADDED, context, message, base.clone(), variant.clone());
                }
                self.schema(base, kept, context);
                true
            }
            (Some((_, variants)), None) => {
                let variants = variants.items();
                let Some(kept) = variants.iter().find(|variant| same(new, variant)) else { return false };
                for variant in variants.iter().filter(|variant| variant.pointer != kept.pointer) {
                    let message = self.variant_message(variant, base, "is no alternative any more");
                    self.report(&rules::VARIANT_REMOVED, context, message, variant.clone(), new.clone());
                }
                self.schema(kept, new, context);
                true
            }
            _ => false,
        }
    }

    fn variant_message(&self, variant: &At<'b>, whole: &At<'b>, how: &str) -> String {
        let name = variant
            .reference()
            .map(name_of)
            .or_else(|| variant.str_at("title"))
            .or_else(|| variant.str_at("type"))
            .unwrap_or("a schema");
        format!("{}: `{name}` {how}", self.subject(whole, whole))
    }

    pub(super) fn unions(&mut self, base: &At<'b>, new: &At<'b>, context: Context) {
        let subject = self.subject(base, new);
        let (old, now) = (union(base), union(new));
        match (&old, &now) {
            (None, Some((key, variants))) => {
                let message = format!("{subject} is one of several alternatives");
                self.report(&rules::UNION_ADDED, context, message, base.at(key), variants.clone());
            }
            (Some((key, variants)), None) => {
                let message = format!("{subject} is no longer one of several alternatives");
                self.report(&rules::UNION_REMOVED, context, message, variants.clone(), new.at(key));
            }
            (Some((key, variants)), Some((new_key, new_variants))) => {
                if key != new_key {
                    let (rule, how) = if *key == "oneOf" {
                        (&rules::UNION_LOOSENED, "several of the alternatives at once")
                    } else {
                        (&rules::UNION_TIGHTENED, "exactly one of the alternatives")
                    };
                    let message = format!("{subject} may be {how}");
                    self.report(rule, context, message, variants.clone(), new_variants.clone());
                }
                self.variants((base, variants), (new, new_variants), context);
            }
            (None, None) => {}
        }
        self.discriminator(&base.at("discriminator"), &new.at("discriminator"), &subject, context);
    }

    fn variants(
        &mut self,
        (base, variants): (&At<'b>, &At<'b>),
        (new, new_variants): (&At<'b>, &At<'b>),
        context: Context,
    ) {
        let mut gone = variants.items();
        let mut added = new_variants.items();
        let (old_schemas, new_schemas) =
            (self.base.at("components").at("schemas"), self.new.at("components").at("schemas"));
        let same = |a: &At<'b>, b: &At<'b>| a.node == b.node;
        let renamed = |a: &At<'b>, b: &At<'b>| match (a.reference(), b.reference()) {
            (Some(a), Some(b)) => {
                new_schemas.get(name_of(a)).is_none() && old_schemas.get(name_of(b)).is_none()
            }
            _ => false,
        };
        let alike = |a: &At<'b>, b: &At<'b>| {
            a.reference().is_none() && b.reference().is_none() && a.str_at("type") == b.str_at("type")
        };
        let pairs = pair_up(&mut gone, &mut added, &[&same, &renamed, &alike]);
        for (old, now) in &pairs {
            self.schema(old, now, context);
        }
        for variant in gone {
            let message = self.variant_message(&variant, base, "is no alternative any more");
            self.report(&rules::VARIANT_REMOVED, context, message, variant, new_variants.nowhere());
        }
        for variant in added {
            let message = self.variant_message(&variant, new, "is an alternative now");
            self.report(&rules::VARIANT_ADDED, context, message, variants.nowhere(), variant);
        }
    }

    fn discriminator(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        match (base.present, new.present) {
            (false, true) => {
                let message = format!("{subject} says which alternative it is");
                self.report(surface::DISCRIMINATOR_ADDED, context, message, base.clone(), new.clone());
            }
            (true, false) => {
                let message = format!("{subject} no longer says which alternative it is");
                self.report(surface::DISCRIMINATOR_REMOVED, context, message, base.clone(), new.clone());
            }
            (true, true) => {
                let (name, new_name) = (base.at("propertyName"), new.at("propertyName"));
                if name.node != new_name.node {
                    let message = format!("{subject} says in another member which alternative it is");
                    self.report(&rules::DISCRIMINATOR_CHANGED, context, message, name, new_name);
                }
                self.mapping(&base.at("mapping"), &new.at("mapping"), subject, context);
                self.words(base, new, context, &["propertyName", "mapping"]);
            }
            (false, false) => {}
        }
    }

    fn mapping(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        for (value, old) in base.members() {
            let Some(now) = new.get(value) else {
                let message = format!("{subject}: the value `{value}` no longer names an alternative");
                let nowhere = new.missing(value);
                self.report(&rules::DISCRIMINATOR_VALUE_REMOVED, context, message, old, nowhere);
                continue;
            };
            let (Some(from), Some(to)) = (old.node.as_str(), now.node.as_str()) else { continue };
            let (from, to) = (name_of(from), name_of(to));
            let schemas = |document: &At<'b>| document.at("components").at("schemas");
            let is_renamed = schemas(&self.new).get(from).is_none() && schemas(&self.base).get(to).is_none();
            if from != to && !is_renamed {
                let message = format!("{subject}: the value `{value}` means `{to}` instead of `{from}`");
                self.report(&rules::DISCRIMINATOR_VALUE_CHANGED, context, message, old, now);
            }
        }
        for (value, now) in new.members().into_iter().filter(|(value, _)| base.get(value).is_none()) {
            let message = format!("{subject}: the value `{value}` names an alternative");
            self.report(&rules::DISCRIMINATOR_VALUE_ADDED, context, message, base.missing(value), now);
        }
    }
}
