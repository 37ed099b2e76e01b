//! A request as a command of curl.

use std::fmt::Write as _;

use client_core::Method;
use serde_json::Value;
use strongroom_profile::{Connection, Identity, Kind as Service};

use super::request::Request;
use super::table::resolve;
use crate::failure::Failure;
use crate::output::{complain, say};

/// What members that the document does not know, and headers, are called when their values are not shown.
const SECRETS: [&str; 10] = [
    "password",
    "passphrase",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "token",
    "encryptionkey",
    "cookie",
    "authorization",
];
const HIDDEN: &str = "***";
/// What lies deeper is not shown, whatever it is.
const DEEPEST: usize = 64;

/// A schema, and the document that its references lead through.
type Schema<'d> = (&'d Value, &'d Value);

/// Prints the request so that it works when it is pasted, and says on standard error what has to be put in for that.
/// `schema` is that of the body, `connection` how the service is reached; without one nobody needs to prove who calls.
pub(super) fn show(
    request: &Request,
    schema: Option<Schema<'_>>,
    connection: Option<&Connection>,
) -> Result<(), Failure> {
    let prepared = request.prepared()?;
    let mut line = String::from("curl -sS");
    let mut notes = Vec::new();
    if prepared.method() != Method::GET {
        let _ = write!(line, " -X {}", prepared.method());
    }
    let _ = write!(line, " {}", quoted(prepared.url().as_str()));
    let mut hides = false;
    for (name, value) in prepared.headers() {
        let is_hidden = is_secret(name.as_str());
        hides |= is_hidden;
        let value = if is_hidden { HIDDEN } else { value.to_str().unwrap_or_default() };
        let _ = write!(line, " \\\n  -H {}", quoted(&format!("{name}: {value}")));
    }
    let mut login = None;
    match (connection, connection.map(|connection| &connection.identity)) {
        (None, _) | (_, Some(Identity::Anonymous)) => {}
        (Some(connection), Some(Identity::Login { login: user, .. }))
            if connection.kind == Service::Storware =>
        {
            login = Some(log_in(&connection.url, user));
            line.push_str(" \\\n  -b \"$STRONGROOM_JAR\"");
            notes.push(
                "STORWARE_PASSWORD stands for the password; the session is in the file $STRONGROOM_JAR, for further \
                 commands too",
            );
        }
        _ => {
            line.push_str(" \\\n  -H \"Authorization: Bearer $STRONGROOM_TOKEN\"");
            notes.push(
                "STRONGROOM_TOKEN stands for an access token; `strongroom ibm tokens create` makes one",
            );
        }
    }
    if let Some(body) = prepared.body().and_then(|body| body.as_bytes()) {
        let (shown, hidden) = hide(&String::from_utf8_lossy(body), schema);
        let _ = write!(line, " \\\n  --data-raw {}", quoted(&shown));
        hides |= hidden;
    }
    if hides {
        notes.push("secrets are left out: *** stands for each");
    }
    if connection.is_some_and(|connection| connection.root_certificates.is_some()) {
        notes.push("curl has to be told the certificate authorities too: --cacert FILE");
    }
    if connection.is_some_and(|connection| connection.client_certificate.is_some()) {
        notes.push("curl has to be told the certificate to show too: --cert FILE");
    }
    if connection.is_some_and(|connection| connection.proxy.is_some()) {
        notes.push("curl has to be told the proxy too: --proxy URL");
    }
    if let Some(login) = login {
        say(login);
    }
    say(line);
    for note in notes {
        complain(format_args!("note: {note}"));
    }
    Ok(())
}

/// Commands that open a session, and leave its cookie in a file. The password is neither in them nor, while they run,
/// in the list of processes.
fn log_in(url: &str, user: &str) -> String {
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix("/api").unwrap_or(url);
    let user = Value::from(user).to_string();
    // In the second half of `s`, these three mean something to sed.
    let user = user.replace('\\', "\\\\").replace('/', "\\/").replace('&', "\\&");
    let script = format!(r#"s/[\\"]/\\&/g; s/.*/{{"login":{user},"password":"&"}}/"#);
    format!(
        "STRONGROOM_JAR=$(mktemp)\n\
         printf '%s\\n' \"$STORWARE_PASSWORD\" | sed {} \\\n  | \
         curl -sS -o /dev/null -c \"$STRONGROOM_JAR\" {} \\\n  -H 'content-type: application/json' --data-binary @-",
        quoted(&script),
        quoted(&format!("{url}/api/session/login"))
    )
}

/// The body without its secrets, and whether there were any.
fn hide(body: &str, schema: Option<Schema<'_>>) -> (String, bool) {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else {
        // A form.
        let pairs = body.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if hides(name, schema) => (format!("{name}={HIDDEN}"), true),
            _ => (pair.to_owned(), false),
        });
        let (pairs, hidden): (Vec<_>, Vec<_>) = pairs.unzip();
        return (pairs.join("&"), hidden.contains(&true));
    };
    let hidden = hide_in(&mut value, schema, DEEPEST);
    (value.to_string(), hidden)
}

fn hide_in(value: &mut Value, schema: Option<Schema<'_>>, depth: usize) -> bool {
    if depth == 0 {
        *value = HIDDEN.into();
        return true;
    }
    match value {
        Value::Object(members) => members.iter_mut().fold(false, |hidden, (name, member)| {
            if hides(name, schema) && !member.is_null() {
                *member = HIDDEN.into();
                return true;
            }
            hide_in(member, schema.and_then(|schema| declared(schema, name)), depth - 1) | hidden
        }),
        Value::Array(items) => {
            let of_items = schema
                .and_then(|(document, schema)| Some((document, resolve(document, schema).get("items")?)));
            items.iter_mut().fold(false, |hidden, item| hide_in(item, of_items, depth - 1) | hidden)
        }
        _ => false,
    }
}

/// Whether the value of a member is to be hidden: the document says so, or where it does not know the member, its name.
fn hides(name: &str, schema: Option<Schema<'_>>) -> bool {
    match schema.and_then(|schema| declared(schema, name)) {
        Some((document, schema)) => {
            let there = resolve(document, schema);
            [schema, there].iter().any(|schema| schema["format"] == "password" || schema["writeOnly"] == true)
        }
        None => is_secret(name),
    }
}

/// The schema of a member that the document declares.
fn declared<'d>((document, schema): Schema<'d>, name: &str) -> Option<Schema<'d>> {
    let schema = resolve(document, schema);
    if let Some(member) = schema["properties"].get(name) {
        return Some((document, member));
    }
    let parts = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
    parts.map(|part| resolve(document, part)).find_map(|part| Some((document, part["properties"].get(name)?)))
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|secret| name.ends_with(secret))
}

/// The text as a shell takes it for one word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_document_says_what_is_a_secret_and_names_only_where_it_does_not() {
        let document = json!({
            "Credentials": {"type": "object", "properties": {
                "phrase": {"type": "string", "format": "password"},
                "sortToken": {"type": "string"},
            }},
        });
        let schema = json!({"type": "object", "properties": {
            "list": {"type": "array", "items": {"allOf": [{"$ref": "#/Credentials"}]}},
            "code": {"type": "integer", "writeOnly": true},
            "mixed": {"allOf": [{"$ref": "#/Credentials"}, {"properties": {"pin": {"format": "password"}}}]},
        }});
        let body = json!({
            "list": [{"phrase": "hush", "sortToken": "3"}],
            "code": 4711,
            "mixed": {"phrase": "hush", "pin": "hush", "newPassword": "hush"},
            "tomorrow": {"privateApiKey": "hush", "plain": 1},
        });
        let (shown, hidden) = hide(&body.to_string(), Some((&document, &schema)));
        assert!(hidden);
        assert_eq!(
            serde_json::from_str::<Value>(&shown).unwrap(),
            json!({
                "list": [{"phrase": "***", "sortToken": "3"}],
                "code": "***",
                "mixed": {"phrase": "***", "pin": "***", "newPassword": "***"},
                "tomorrow": {"privateApiKey": "***", "plain": 1},
            })
        );
        // A body of which nothing is known.
        assert_eq!(hide(r#"{"sortToken":"3"}"#, None), (r#"{"sortToken":"***"}"#.to_owned(), true));
        assert_eq!(hide("a=1&apikey=2", None), ("a=1&apikey=***".to_owned(), true));
    }
}
