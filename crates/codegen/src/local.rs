//! The types that stand beside those of the document: secrets, moments, lengths of time, sizes and ids.
//!
//! Lowering names them in `x-rust-type`; the post-pass finds them there again and writes each by a macro of its
//! family, so that thirty ids cost no more to read than one.

use std::collections::BTreeMap;

use heck::ToPascalCase as _;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use serde_json::Value;

use crate::Error;
use crate::generator::LOCAL_PATH;

/// The extension that says what an id is the id of.
pub(crate) const ID: &str = "x-id";

/// The extension of the document that says of which things one number or text is the id: a list of lists of what `x-id`
/// says.
pub(crate) const SAME_IDS: &str = "x-same-ids";

/// The extension that says that nobody should see what an object holds.
pub(crate) const SECRET: &str = "x-secret";

/// The extension that says in which unit a number is.
pub(crate) const UNIT: &str = "x-unit";

/// One such type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Local {
    /// A text that does not print itself.
    Secret,
    /// An object that does not print itself.
    SecretObject,
    /// A moment: its name, the unit in words, and how many of them are a second.
    Moment(&'static str, &'static str, i64),
    /// A length of time: its name, the unit in words, and how many nanoseconds it has.
    Length(&'static str, &'static str, i64),
    /// A number of bytes.
    ByteCount,
    /// The id of such a thing, in lower case with dashes. A text.
    TextId(String),
    /// The same, a number.
    NumberId(String),
}

/// The type of each value of `x-unit`.
pub(crate) const UNITS: [(&str, Local); 8] = [
    ("unix-microseconds", Local::Moment("UnixMicros", "microseconds", 1_000_000)),
    ("unix-milliseconds", Local::Moment("UnixMillis", "milliseconds", 1_000)),
    ("unix-seconds", Local::Moment("UnixSeconds", "seconds", 1)),
    ("microseconds", Local::Length("Micros", "microseconds", 1_000)),
    ("milliseconds", Local::Length("Millis", "milliseconds", 1_000_000)),
    ("seconds", Local::Length("Seconds", "seconds", 1_000_000_000)),
    ("minutes", Local::Length("Minutes", "minutes", 60_000_000_000)),
    ("bytes", Local::ByteCount),
];

impl Local {
    /// The name in Rust.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Secret => "Secret".to_owned(),
            Self::SecretObject => "SecretObject".to_owned(),
            Self::Moment(name, ..) | Self::Length(name, ..) => (*name).to_owned(),
            Self::ByteCount => "ByteCount".to_owned(),
            Self::TextId(what) | Self::NumberId(what) => format!("{what}-id").to_pascal_case(),
        }
    }

    /// Of an id that is a text the one that is a number, and the other way round. Others are their own.
    pub(crate) fn twin(&self) -> Self {
        match self {
            Self::TextId(what) => Self::NumberId(what.clone()),
            Self::NumberId(what) => Self::TextId(what.clone()),
            other => other.clone(),
        }
    }

    /// What it is, in a word for the summary of the surface.
    pub(crate) fn family(&self) -> &'static str {
        match self {
            Self::Secret | Self::SecretObject => "secret",
            Self::Moment(..) => "moment",
            Self::Length(..) => "length",
            Self::ByteCount => "size",
            Self::TextId(_) => "id of text",
            Self::NumberId(_) => "id of a number",
        }
    }

    /// The call of the macro that writes it.
    pub(crate) fn written(&self) -> TokenStream {
        let name = Ident::new(&self.name(), Span::call_site());
        match self {
            Self::Secret => quote!(secret!(#name);),
            Self::SecretObject => quote!(secret_object!(#name);),
            Self::Moment(_, unit, per_second) => {
                let per_second = proc_macro2::Literal::i64_unsuffixed(*per_second);
                quote!(moment!(#name, #unit, #per_second);)
            }
            Self::Length(_, unit, nanos) => {
                let nanos = proc_macro2::Literal::i64_unsuffixed(*nanos);
                quote!(length!(#name, #unit, #nanos);)
            }
            Self::ByteCount => quote!(byte_count!(#name);),
            Self::TextId(what) => {
                let what = with_article(what);
                quote!(text_id!(#name, #what);)
            }
            Self::NumberId(what) => {
                let what = with_article(what);
                quote!(number_id!(#name, #what);)
            }
        }
    }

    /// Whether it is a number with a unit or an id, which have most of their code in common.
    pub(crate) fn is_number(&self) -> bool {
        !matches!(self, Self::Secret | Self::SecretObject | Self::TextId(_))
    }
}

fn with_article(what: &str) -> String {
    let article = if what.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {}", what.replace('-', " "))
}

/// The pairs of ids of which each is also the other, by the names of their types.
///
/// # Errors
///
/// When the document names an id that it does not have, or pairs a text with a number.
pub(crate) fn same_ids(document: &Value) -> Result<Vec<[String; 2]>, Error> {
    let known = mentioned(document);
    let mut pairs = Vec::new();
    for (index, group) in document[SAME_IDS].as_array().into_iter().flatten().enumerate() {
        let refused = |reason: String| Error::unsupported(format!("#/{SAME_IDS}/{index}"), reason);
        let mut types = Vec::new();
        for what in group.as_array().into_iter().flatten() {
            let what = what.as_str().unwrap_or_default();
            let both = [Local::TextId(what.to_owned()), Local::NumberId(what.to_owned())];
            let Some(id) = both.iter().find(|id| known.get(&id.name()) == Some(id)) else {
                return Err(refused(format!("no schema has the {ID} `{what}`")));
            };
            types.push(id.clone());
        }
        for (at, one) in types.iter().enumerate() {
            for other in &types[at + 1..] {
                if one.is_number() != other.is_number() {
                    let (one, other) = (one.name(), other.name());
                    return Err(refused(format!("{one} and {other} are not both a text or a number")));
                }
                pairs.push([one.name(), other.name()]);
            }
        }
    }
    Ok(pairs)
}

/// The types that a lowered document mentions, by name.
pub(crate) fn mentioned(document: &Value) -> BTreeMap<String, Local> {
    let mut found = BTreeMap::new();
    collect(document, &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeMap<String, Local>) {
    match value {
        Value::Object(object) => {
            let path = object.get("x-rust-type").and_then(|it| it["path"].as_str());
            let name = path.and_then(|it| it.strip_prefix(LOCAL_PATH)?.strip_prefix("::"));
            if let Some(name) = name {
                let units = UNITS.iter().map(|(_, unit)| unit).chain([&Local::Secret, &Local::SecretObject]);
                let local = match (object.get(ID).and_then(Value::as_str), object["type"].as_str()) {
                    (Some(what), Some("string")) => Some(Local::TextId(what.to_owned())),
                    (Some(what), _) => Some(Local::NumberId(what.to_owned())),
                    _ => units.into_iter().find(|unit| unit.name() == name).cloned(),
                };
                found.extend(local.map(|local| (local.name(), local)));
            }
            object.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}
