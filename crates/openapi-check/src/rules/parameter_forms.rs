//! `parameter-form`: a parameter that generated clients cannot send as the document says: in a cookie, with
//! `content`, an object, or a list in another form than `a,b` or a repeated key.

use super::compose::{is_object, type_of};
use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::Node;
use crate::{Diagnostic, Location};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for parameter in model.all(Kind::Parameter) {
        let Some(name) = parameter.str_at("name") else { continue };
        if let Some((place, reason, help)) = refused(model, parameter) {
            let message = format!("the parameter `{name}` {reason}");
            findings.push(Diagnostic::error("parameter-form", place, message).help(help));
        }
    }
}

/// Where, why, and what to do instead.
fn refused<'b>(model: &Model<'b>, parameter: &'b Node) -> Option<(&'b Location, &'static str, &'static str)> {
    let place =
        |key: &str| parameter.member(key).map_or(&parameter.location, |member| &member.value.location);
    let at = parameter.str_at("in")?;
    if at == "cookie" {
        return Some((
            place("in"),
            "is a cookie, which few clients send",
            "declare a security scheme, or use a header",
        ));
    }
    if let Some(content) = parameter.member("content") {
        let help = "give it a `schema`, of the type string if need be";
        return Some((&content.key_location, "has `content`, which few clients can write", help));
    }
    let style = parameter.str_at("style");
    match (at, style) {
        ("query", Some("deepObject" | "pipeDelimited" | "spaceDelimited"))
        | ("path", Some("matrix" | "label")) => {
            let help = "leave the style out, which says `form` in the query and `simple` elsewhere";
            return Some((place("style"), "has a style that few clients know", help));
        }
        _ => {}
    }
    let schema = parameter.get("schema")?;
    if is_object(model, schema) {
        let help = "write one parameter for each property";
        return Some((place("schema"), "is an object, which few clients can write", help));
    }
    if type_of(model, schema) != Some("array") {
        return None;
    }
    if at != "query" {
        let help = "use the query, or a string that says how it is written";
        return Some((place("schema"), "is a list outside of the query, which few clients can write", help));
    }
    let items = model.resolve(schema)?.get("items")?;
    if is_object(model, items) || type_of(model, items) == Some("array") {
        let help = "let the items be strings, numbers or booleans";
        return Some((place("schema"), "is a list of lists or objects, which few clients can write", help));
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const LIMIT: &str = "{name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}";

    #[test]
    fn bad() {
        for (parameter, expected) in [
            (
                "in: cookie, schema: {type: string}",
                "cookie: the parameter `limit` is a cookie, which few clients send",
            ),
            (
                "in: query, content: {application/json: {schema: {type: string}}}",
                "content: the parameter `limit` has `content`, which few clients can write",
            ),
            (
                "in: query, style: deepObject, schema: {type: object}",
                "deepObject: the parameter `limit` has a style that few clients know",
            ),
            (
                "in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}",
                "pipeDelimited: the parameter `limit` has a style that few clients know",
            ),
            (
                "in: query, schema: {type: object}",
                "{type: the parameter `limit` is an object, which few clients can write",
            ),
            (
                "in: header, schema: {type: array, items: {type: string}}",
                "{type: the parameter `limit` is a list outside of the query, which few clients can write",
            ),
            (
                "in: query, explode: true, schema: {type: array, items: {type: object}}",
                "{type: the parameter `limit` is a list of lists or objects, which few clients can write",
            ),
        ] {
            reports(
                LIMIT,
                &format!("{{name: limit, {parameter}}}"),
                &[&format!("parameter-form at {expected}")],
            );
        }
    }

    #[test]
    fn good() {
        accepts(
            LIMIT,
            "{name: limit, in: query, style: form, explode: true, schema: {type: array, items: {type: integer}}}",
        );
        accepts(LIMIT, "{name: Limit, in: header, schema: {type: integer}}");
    }
}
