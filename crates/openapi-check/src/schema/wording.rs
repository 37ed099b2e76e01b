//! What a validator found, in words for the person who wrote the value.

use std::cmp::Reverse;
use std::collections::HashSet;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::{pointer, suggest};

/// Values of an enum that are listed before the rest is only counted.
const LISTED_VALUES: usize = 12;

/// One thing that a value gets wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mismatch {
    /// JSON pointer to the part that is wrong; for a member that is missing, where it would stand.
    pub pointer: String,
    /// What is wrong, completing a sentence that begins with the part: `must be at least 1, not 0`.
    pub reason: String,
    /// How to repair it, if that can be told.
    pub help: Option<String>,
    /// What sort of mistake it is; the more telling sorts come first.
    pub sort: Sort,
}

/// The sorts of mistakes, the most telling first: a value of the wrong type makes every other remark
/// about it idle, and a missing member is often a misspelt one that is also reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// A value of another type.
    Type,
    /// Not one of the values allowed.
    Choice,
    /// Too small, too long, not of the pattern and so on.
    Constraint,
    /// A member that nothing declares.
    Unknown,
    /// A member that is absent.
    Missing,
}

impl Mismatch {
    fn new(sort: Sort, pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), reason: reason.into(), help: None, sort }
    }

    /// The pointer as people write it: `backupPolicy.regular.rules[0].unit`; empty for the whole value.
    pub fn member(&self) -> String {
        let mut text = String::new();
        for token in pointer::tokens(&self.pointer) {
            if !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
                text.push('[');
                text.push_str(&token);
                text.push(']');
            } else {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&token);
            }
        }
        text
    }
}

/// All mistakes, the most telling first, each once.
pub(crate) fn mismatches<'e>(errors: impl Iterator<Item = ValidationError<'e>>) -> Vec<Mismatch> {
    let mut found = Found::default();
    for error in errors {
        describe(&error, &mut found);
    }
    let mut all = found.settle();
    let mut seen = HashSet::new();
    all.retain(|mismatch| seen.insert(mismatch.clone()));
    all
}

#[derive(Default)]
struct Found {
    mistakes: Vec<Mismatch>,
    /// Members that no part of a composed schema vouches for, with the pointer to the object. A part that
    /// fails for another reason vouches for nothing, so these count only where nothing else is wrong.
    unvouched: Vec<(String, Mismatch)>,
}

impl Found {
    fn settle(self) -> Vec<Mismatch> {
        let Self { mut mistakes, unvouched } = self;
        let below = |at: &str, mistake: &Mismatch| {
            mistake.pointer.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let certain: Vec<Mismatch> = unvouched
            .into_iter()
            .filter(|(at, _)| !mistakes.iter().any(|mistake| below(at, mistake)))
            .map(|(_, mismatch)| mismatch)
            .collect();
        mistakes.extend(certain);
        // Stable: mistakes of one sort and depth stay in the order of the schema.
        mistakes.sort_by_key(|mismatch| (mismatch.sort, depth(mismatch)));
        mistakes
    }
}

fn depth(mismatch: &Mismatch) -> usize {
    mismatch.pointer.matches('/').count()
}

fn describe(error: &ValidationError<'_>, found: &mut Found) {
    use ValidationErrorKind as Kind;
    let at = error.instance_path().as_str();
    let instance = error.instance().as_ref();
    let constraint = |reason: String| Mismatch::new(Sort::Constraint, at, reason);
    let mismatch = match error.kind() {
        Kind::Type { kind } => {
            let reason = format!("must be {}, not {}", expected(kind), type_of(instance));
            Mismatch::new(Sort::Type, at, reason)
        }
        Kind::Enum { options } => {
            let (reason, help) = choice(options, instance);
            Mismatch { help, ..Mismatch::new(Sort::Choice, at, reason) }
        }
        Kind::Constant { expected_value } => {
            Mismatch::new(Sort::Choice, at, format!("must be {expected_value}, not {}", short(instance)))
        }
        Kind::Minimum { limit } => constraint(format!("must be at least {limit}, not {instance}")),
        Kind::Maximum { limit } => constraint(format!("must be at most {limit}, not {instance}")),
        Kind::ExclusiveMinimum { limit } => constraint(format!("must be more than {limit}, not {instance}")),
        Kind::ExclusiveMaximum { limit } => constraint(format!("must be less than {limit}, not {instance}")),
        Kind::MultipleOf { multiple_of } => {
            constraint(format!("must be a multiple of {multiple_of}, not {instance}"))
        }
        Kind::MinLength { limit } => constraint(format!("must have at least {}", count(*limit, "character"))),
        Kind::MaxLength { limit } => constraint(format!("must have at most {}", count(*limit, "character"))),
        Kind::MinItems { limit } => constraint(format!("must have at least {}", count(*limit, "item"))),
        Kind::MaxItems { limit } => constraint(format!("must have at most {}", count(*limit, "item"))),
        Kind::MinProperties { limit } => {
            constraint(format!("must have at least {}", count(*limit, "member")))
        }
        Kind::MaxProperties { limit } => constraint(format!("must have at most {}", count(*limit, "member"))),
        Kind::UniqueItems => constraint("must not have the same item twice".to_owned()),
        Kind::Pattern { pattern } => {
            constraint(format!("must match the pattern {pattern}, and {} does not", short(instance)))
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            Mismatch::new(Sort::Missing, format!("{at}/{}", pointer::escape(name)), "is required")
        }
        Kind::AdditionalProperties { unexpected } => {
            found.mistakes.extend(unexpected.iter().map(|name| undeclared(at, name)));
            return;
        }
        Kind::UnevaluatedProperties { unexpected } => {
            found.unvouched.extend(unexpected.iter().map(|name| (at.to_owned(), undeclared(at, name))));
            return;
        }
        Kind::FalseSchema => Mismatch::new(Sort::Unknown, at, "is not allowed here"),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            nearest_alternative(at, context, found);
            return;
        }
        Kind::OneOfMultipleValid { .. } => constraint("fits several of its alternatives".to_owned()),
        Kind::Not { .. } => constraint("has a form that is excluded".to_owned()),
        Kind::PropertyNames { error } => {
            let name = short(error.instance().as_ref());
            constraint(format!("has a member with the name {name}, which is not allowed"))
        }
        _ => constraint(error.to_string()),
    };
    found.mistakes.push(mismatch);
}

fn undeclared(at: &str, name: &str) -> Mismatch {
    Mismatch::new(Sort::Unknown, format!("{at}/{}", pointer::escape(name)), "is not declared")
}

/// Of several forms a value could have, says what keeps it from the one that it comes closest to: the
/// one of which it gets the deepest part wrong rather than its type.
fn nearest_alternative(at: &str, context: &[Vec<ValidationError<'static>>], found: &mut Found) {
    let alternatives = context.iter().map(|errors| {
        let mut found = Found::default();
        for error in errors {
            describe(error, &mut found);
        }
        found.settle()
    });
    let nearest = alternatives.filter(|all| !all.is_empty()).max_by_key(|all| {
        let deepest = all.iter().map(depth).max().unwrap_or(0);
        let wrong_type = all.iter().any(|m| m.sort == Sort::Type && m.pointer == at);
        (!wrong_type, deepest, Reverse(all.len()))
    });
    match nearest {
        Some(mut all) => found.mistakes.append(&mut all),
        None => found.mistakes.push(Mismatch::new(Sort::Constraint, at, "fits none of its alternatives")),
    }
}

fn choice(options: &Value, instance: &Value) -> (String, Option<String>) {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    let listed: Vec<String> = options.iter().take(LISTED_VALUES).map(bare).collect();
    let mut reason = match options {
        [_] => format!("must be {}", listed.join("")),
        _ => format!("must be one of {}", listed.join(", ")),
    };
    if options.len() > LISTED_VALUES {
        reason.push_str(&format!(" and {} more", options.len() - LISTED_VALUES));
    }
    reason.push_str(&format!(", not {}", short(instance)));
    let nearest =
        instance.as_str().and_then(|text| suggest::nearest(text, options.iter().filter_map(Value::as_str)));
    (reason, nearest.map(|nearest| format!("did you mean {nearest}?")))
}

fn expected(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(kind) => vec![with_article(kind.as_str()).to_owned()],
        TypeKind::Multiple(kinds) => {
            kinds.iter().map(|kind| with_article(kind.as_str()).to_owned()).collect()
        }
    };
    names.join(" or ")
}

fn with_article(kind: &str) -> &'static str {
    match kind {
        "null" => "null",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "array" => "an array",
        _ => "an object",
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        // Only said where an integer was expected or no number at all.
        Value::Number(number) if number.is_f64() => "a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value that is quoted back, cut where it gets long.
fn short(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}
