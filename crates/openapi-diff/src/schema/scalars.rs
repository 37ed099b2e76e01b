//! Types, formats, enumerations, bounds and defaults.

use std::cmp::Ordering;

use serde_json::Value;

use crate::comparison::{Comparison, Context};
use crate::document::{missing, text};
use crate::place::At;
use crate::rules::schema::{self as rules, Both};
use crate::rules::surface;

impl<'b> Comparison<'b> {
    pub(super) fn scalars(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        self.kind(base, new, "type", subject, context);
        self.kind(base, new, "format", subject, context);
        let nullable = match (base.bool_at("nullable"), new.bool_at("nullable")) {
            (false, true) => Some((&rules::BECAME_NULLABLE, "may be null")),
            (true, false) => Some((&rules::BECAME_NOT_NULLABLE, "is never null")),
            _ => None,
        };
        if let Some((rule, how)) = nullable {
            let (old, now) = (base.at("nullable"), new.at("nullable"));
            self.report(rule, context, format!("{subject} {how}"), old, now);
        }
        self.enumeration(base, new, subject, context);
        for (limit, exclusive) in [("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")] {
            self.bound(base, new, limit, Some(exclusive), subject, context);
        }
        for limit in ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"] {
            self.bound(base, new, limit, None, subject, context);
        }
        self.unique_items(base, new, subject, context);
        self.multiple_of(base, new, subject, context);
        const PATTERN: [&Both; 3] = [&rules::PATTERN_ADDED, &rules::PATTERN_REMOVED, &rules::PATTERN_CHANGED];
        const DEFAULT: [&Both; 3] = [&rules::DEFAULT_ADDED, &rules::DEFAULT_REMOVED, &rules::DEFAULT_CHANGED];
        for (key, [added, removed, changed]) in [("pattern", PATTERN), ("default", DEFAULT)] {
            let (old, now) = (base.at(key), new.at(key));
            if old.present == now.present && old.node == now.node {
                continue;
            }
            let rule = match (old.present, now.present) {
                (false, _) => added,
                (_, false) => removed,
                _ => changed,
            };
            let message = format!("{subject}: the {key} {} became {}", text(&old), text(&now));
            self.report(rule, context, message, old, now);
        }
    }

    /// Type and format: what generated code makes a type of.
    fn kind(&mut self, base: &At<'b>, new: &At<'b>, key: &str, subject: &str, context: Context) {
        let (old, now) = (base.at(key), new.at(key));
        let rule = match (key, old.node.as_str(), now.node.as_str()) {
            _ if old.node == now.node => return,
            ("type", None, _) => &rules::TYPE_ADDED,
            ("type", _, None) => &rules::TYPE_REMOVED,
            ("type", Some("integer"), Some("number")) => &rules::TYPE_WIDENED,
            ("type", Some("number"), Some("integer")) => &rules::TYPE_NARROWED,
            ("type", ..) => &rules::TYPE_CHANGED,
            (_, None, _) => &rules::FORMAT_ADDED,
            (_, _, None) => &rules::FORMAT_REMOVED,
            (_, Some("int32"), Some("int64")) | (_, Some("float"), Some("double")) => &rules::FORMAT_WIDENED,
            (_, Some("int64"), Some("int32")) | (_, Some("double"), Some("float")) => &rules::FORMAT_NARROWED,
            _ => &rules::FORMAT_CHANGED,
        };
        let message = format!("{subject}: the {key} {} became {}", text(&old), text(&now));
        self.report(rule, context, message, old, now);
    }

    fn enumeration(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        let (old, now) = (base.at("enum"), new.at("enum"));
        match (old.present, now.present) {
            (false, true) => {
                let message = format!("{subject} is one of {}", text(&now));
                self.report(&rules::ENUM_ADDED, context, message, old, now);
            }
            (true, false) => {
                let message = format!("{subject} is no longer one of {}", text(&old));
                self.report(&rules::ENUM_REMOVED, context, message, old, now);
            }
            _ => {
                for value in missing(&old, &now) {
                    let message = format!("{subject}: the value {} is gone", text(&value));
                    self.report(&rules::ENUM_VALUE_REMOVED, context, message, value, now.nowhere());
                }
                for value in missing(&now, &old) {
                    let message = format!("{subject}: the value {} is new", text(&value));
                    self.report(&rules::ENUM_VALUE_ADDED, context, message, old.nowhere(), value);
                }
                self.enum_names(base, new, subject, context);
            }
        }
    }

    /// The names that generated code gives to values. Those of values that came or went belong to them.
    fn enum_names(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        const NAMES: &str = "x-enum-varnames";
        let named = |at: &At<'b>| -> Vec<(&'b Value, Option<At<'b>>)> {
            let mut names = at.at(NAMES).items().into_iter();
            at.at("enum").items().into_iter().map(|value| (value.node, names.next())).collect()
        };
        let now = named(new);
        for (value, name) in named(base) {
            let Some((_, new_name)) = now.iter().find(|(other, _)| *other == value) else { continue };
            let old_text = name.as_ref().map(|name| name.node);
            if old_text != new_name.as_ref().map(|name| name.node) {
                let name = name.unwrap_or_else(|| base.at(NAMES).nowhere());
                let new_name = new_name.clone().unwrap_or_else(|| new.at(NAMES).nowhere());
                let message = format!("{subject}: the name {} became {}", text(&name), text(&new_name));
                self.report(surface::ENUM_NAMES_CHANGED, context, message, name, new_name);
            }
        }
    }

    fn bound(
        &mut self,
        base: &At<'b>,
        new: &At<'b>,
        key: &str,
        exclusive: Option<&str>,
        subject: &str,
        context: Context,
    ) {
        let is_upper = key.starts_with("max");
        let limit = |at: &At<'b>| -> (f64, bool) {
            let none = match (is_upper, exclusive) {
                (true, _) => f64::INFINITY,
                (false, Some(_)) => f64::NEG_INFINITY,
                // Lengths and counts are never negative.
                (false, None) => 0.0,
            };
            let limit = at.node.get(key).and_then(Value::as_f64).unwrap_or(none);
            (limit, exclusive.is_some_and(|exclusive| limit.is_finite() && at.bool_at(exclusive)))
        };
        let ((old, old_open), (now, now_open)) = (limit(base), limit(new));
        let order = old.total_cmp(&now);
        let order = if is_upper { order } else { order.reverse() };
        let rule = match order.then(now_open.cmp(&old_open)) {
            Ordering::Greater => &rules::BOUND_TIGHTENED,
            Ordering::Less => &rules::BOUND_LOOSENED,
            Ordering::Equal => return,
        };
        // The keyword that differs, which may be the exclusive one alone.
        let key = exclusive.filter(|_| base.at(key).node == new.at(key).node).unwrap_or(key);
        let (old, now) = (base.at(key), new.at(key));
        let message = format!("{subject}: {key} {} became {}", text(&old), text(&now));
        self.report(rule, context, message, old, now);
    }

    fn unique_items(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        let (rule, how) = match (base.bool_at("uniqueItems"), new.bool_at("uniqueItems")) {
            (false, true) => (&rules::BOUND_TIGHTENED, "holds nothing twice"),
            (true, false) => (&rules::BOUND_LOOSENED, "may hold things twice"),
            _ => return,
        };
        let (old, now) = (base.at("uniqueItems"), new.at("uniqueItems"));
        self.report(rule, context, format!("{subject} {how}"), old, now);
    }

    fn multiple_of(&mut self, base: &At<'b>, new: &At<'b>, subject: &str, context: Context) {
        let (old, now) = (base.at("multipleOf"), new.at("multipleOf"));
        let divides = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) if a > 0.0 => (b / a).fract() == 0.0,
            // Everything is a multiple of nothing in particular.
            (None, _) => true,
            _ => false,
        };
        let (from, to) = (old.node.as_f64(), now.node.as_f64());
        if from == to {
            return;
        }
        let rule = match (divides(from, to), divides(to, from)) {
            (true, _) => &rules::BOUND_TIGHTENED,
            (_, true) => &rules::BOUND_LOOSENED,
            _ => &rules::BOUND_CHANGED,
        };
        let message = format!("{subject}: multipleOf {} became {}", text(&old), text(&now));
        self.report(rule, context, message, old, now);
    }
}
