//! `format`: a format that no reader knows, or that belongs to another type. Readers drop what they do not know
//! without a word, and a misspelt `date-time` is text from then on.

use super::{Findings, Model};
use crate::kind::Kind;
use crate::{Diagnostic, suggest};

/// Formats and their type: those of the specification, of its registry, and of JSON Schema.
const FORMATS: [(&str, &[&str]); 44] = [
    ("base64url", &["string"]),
    ("binary", &["string"]),
    ("byte", &["string"]),
    ("char", &["string"]),
    ("commonmark", &["string"]),
    ("date", &["string"]),
    ("date-time", &["string"]),
    ("date-time-local", &["string"]),
    ("decimal", &["string", "number"]),
    ("decimal128", &["string", "number"]),
    ("double", &["number"]),
    ("double-int", &["integer", "number"]),
    ("duration", &["string"]),
    ("email", &["string"]),
    ("float", &["number"]),
    ("hostname", &["string"]),
    ("html", &["string"]),
    ("http-date", &["string"]),
    ("idn-email", &["string"]),
    ("idn-hostname", &["string"]),
    ("int16", &["integer"]),
    ("int32", &["integer"]),
    ("int64", &["integer", "string"]),
    ("int8", &["integer"]),
    ("ipv4", &["string"]),
    ("ipv6", &["string"]),
    ("iri", &["string"]),
    ("iri-reference", &["string"]),
    ("json-pointer", &["string"]),
    ("media-range", &["string"]),
    ("password", &["string"]),
    ("regex", &["string"]),
    ("relative-json-pointer", &["string"]),
    ("time", &["string"]),
    ("time-local", &["string"]),
    ("uint16", &["integer"]),
    ("uint32", &["integer"]),
    ("uint64", &["integer", "string"]),
    ("uint8", &["integer"]),
    ("uri", &["string"]),
    ("uri-reference", &["string"]),
    ("uri-template", &["string"]),
    ("url", &["string"]),
    ("uuid", &["string"]),
];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        let Some(format) = schema.get("format") else { continue };
        // One that begins like an extension is the author's own, and meant to be.
        let Some(name) = format.as_str().filter(|name| !name.starts_with("x-")) else { continue };
        let Some((_, kinds)) = FORMATS.iter().find(|(known, _)| *known == name) else {
            let near = suggest::nearest(name, FORMATS.iter().map(|(known, _)| *known));
            let help = near.map_or_else(
                || format!("a format of your own is called `x-{name}`"),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{name}` is a format that readers do not know");
            findings.push(Diagnostic::error("format", &format.location, message).help(help));
            continue;
        };
        if let Some(kind) = schema.str_at("type").filter(|kind| !kinds.contains(kind)) {
            let message = format!("`{name}` is a format of the type {}, not of {kind}", kinds.join(" or "));
            findings.push(Diagnostic::error("format", &format.location, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FORMATS;
    use crate::rules::testing::{accepts, reports};

    const WEIGHT: &str = "weight: {type: number, nullable: true}";

    #[test]
    fn the_list_is_in_order() {
        assert!(FORMATS.is_sorted());
    }

    #[test]
    fn bad() {
        for (schema, expected) in [
            ("type: string, format: datetime", "datetime: `datetime` is a format that readers do not know"),
            (
                "type: integer, format: date-time",
                "date-time: `date-time` is a format of the type string, not of integer",
            ),
            ("type: number, format: int32", "int32: `int32` is a format of the type integer, not of number"),
        ] {
            reports(WEIGHT, &format!("weight: {{{schema}}}"), &[&format!("format at {expected}")]);
        }
    }

    #[test]
    fn good() {
        for schema in [
            "type: string, format: date-time",
            "type: string, format: x-cron",
            "type: integer, format: int64",
        ] {
            accepts(WEIGHT, &format!("weight: {{{schema}}}"));
        }
    }
}
