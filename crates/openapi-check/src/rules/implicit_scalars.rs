//! `implicit-scalar`: unquoted characters that readers of YAML do not agree on. YAML 1.1 reads `no` as
//! false, `12:30` as 750 and `2024-01-01` as a date, and many programs still do; a key like `200` is a
//! number to some and a string to others.

use super::{Findings, Model};
use crate::node::{Content, Node};
use crate::{Diagnostic, Location};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    look(model.bundle.root(), findings);
}

fn look(node: &Node, findings: &mut Findings) {
    match &node.content {
        Content::Scalar(scalar) => {
            if scalar.plain && scalar.value.is_string() {
                ambiguous(&scalar.text, &node.location, findings);
            }
        }
        Content::Sequence(items) => items.iter().for_each(|item| look(item, findings)),
        Content::Mapping(members) => {
            for member in members {
                if member.key_unquoted {
                    let message = format!("the key `{}` is not a string to every reader", member.key);
                    findings.push(quote(&member.key_location, message, &member.key));
                } else if member.key_plain {
                    ambiguous(&member.key, &member.key_location, findings);
                }
                look(&member.value, findings);
            }
        }
    }
}

fn ambiguous(text: &str, location: &Location, findings: &mut Findings) {
    let reading = match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => "true",
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => "false",
        _ if is_sexagesimal(text) => "a number to the base of 60",
        _ if is_date(text) => "a date",
        _ => return,
    };
    findings.push(quote(location, format!("`{text}` is {reading} to readers of YAML 1.1"), text));
}

fn quote(location: &Location, message: String, text: &str) -> Diagnostic {
    Diagnostic::error("implicit-scalar", location, message).help(format!("write '{text}'"))
}

fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.strip_prefix(['-', '+']).unwrap_or(text).split(':');
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    // One that begins with 0 is none.
    let first = parts.next().is_some_and(|part| digits(part) && !part.starts_with('0'));
    let mut rest = parts.peekable();
    first && rest.peek().is_some() && rest.all(|part| digits(part) && part.len() <= 2 && part < "60")
}

fn is_date(text: &str) -> bool {
    let date = text.get(..10).map(str::as_bytes);
    date.is_some_and(|date| {
        date.iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        })
    }) && text.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['T', 't', ' ']))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        for (from, to, expected) in [
            ("enum: [kDog, kCat]", "enum: [kDog, kCat, no]", "no: `no` is false to readers of YAML 1.1"),
            (
                "enum: [kDog, kCat]",
                "enum: [kDog, kCat, 12:30]",
                "12: `12:30` is a number to the base of 60 to readers of YAML 1.1",
            ),
            (
                "default: '2024'",
                "default: 2024-01-01",
                "2024-01-01: `2024-01-01` is a date to readers of YAML 1.1",
            ),
            ("        '204':", "        204:", "204: the key `204` is not a string to every reader"),
            (
                "        name: {type: string,",
                "        y: {}\n        name: {type: string,",
                "y: `y` is true to readers of YAML 1.1",
            ),
        ] {
            reports(from, to, &[&format!("implicit-scalar at {expected}")]);
        }
    }

    #[test]
    fn good() {
        accepts(
            "enum: [kDog, kCat]",
            "enum: [kDog, kCat, 'no', '12:30', not-a-time, nothing, 1:2:3x, 2024-01, 0:0:0:1, 08:30]",
        );
    }
}
