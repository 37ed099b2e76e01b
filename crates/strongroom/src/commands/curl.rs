//! A request as a command of curl.

use std::fmt::Write as _;

use client_core::Method;
use serde_json::Value;

use super::request::Request;
use crate::failure::Failure;
use crate::output::{complain, say};

/// Members whose values are not shown, whatever the document says of them.
const SECRETS: [&str; 7] =
    ["password", "secret", "apikey", "api_key", "token", "encryptionKey", "refresh_token"];

/// Prints the request, and says on standard error what has to be put in for it to work.
pub(super) fn show(request: &Request, anonymous: bool) -> Result<(), Failure> {
    let prepared = request.prepared()?;
    let mut line = String::from("curl -sS");
    let mut notes = Vec::new();
    if prepared.method() != Method::GET {
        let _ = write!(line, " -X {}", prepared.method());
    }
    let _ = write!(line, " {}", quoted(prepared.url().as_str()));
    for (name, value) in prepared.headers() {
        let value = value.to_str().unwrap_or_default();
        let _ = write!(line, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
    }
    match request {
        _ if anonymous => {}
        Request::Ibm(_) => {
            line.push_str(" \\\n  -H \"Authorization: Bearer $STRONGROOM_TOKEN\"");
            notes.push(
                "STRONGROOM_TOKEN stands for an access token; `strongroom ibm tokens create` makes one",
            );
        }
        Request::Storware(_) => {
            line.push_str(" \\\n  -b \"JSESSIONID=$STRONGROOM_SESSION\"");
            notes.push("STRONGROOM_SESSION stands for the cookie of a session; POST /session/login sets it");
        }
    }
    if let Some(body) = prepared.body().and_then(|body| body.as_bytes()) {
        let (shown, hidden) = hide(&String::from_utf8_lossy(body));
        let _ = write!(line, " \\\n  --data-raw {}", quoted(&shown));
        if hidden {
            notes.push("secrets in the body are left out: *** stands for each");
        }
    }
    say(line);
    for note in notes {
        complain(format_args!("note: {note}"));
    }
    Ok(())
}

/// The body without its secrets, and whether there were any.
fn hide(body: &str) -> (String, bool) {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else {
        // A form.
        let pairs = body.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => (format!("{name}=***"), true),
            _ => (pair.to_owned(), false),
        });
        let (pairs, hidden): (Vec<_>, Vec<_>) = pairs.unzip();
        return (pairs.join("&"), hidden.contains(&true));
    };
    let hidden = hide_in(&mut value);
    (value.to_string(), hidden)
}

fn hide_in(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => members.iter_mut().fold(false, |hidden, (name, member)| {
            if is_secret(name) && member.is_string() {
                *member = "***".into();
                return true;
            }
            hide_in(member) | hidden
        }),
        Value::Array(items) => items.iter_mut().fold(false, |hidden, item| hide_in(item) | hidden),
        _ => false,
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|secret| name.ends_with(&secret.to_ascii_lowercase()))
}

/// The text as a shell takes it for one word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
