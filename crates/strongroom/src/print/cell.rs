//! A value as a text that fits into a line.

use command_table::Form;
use indicatif::{BinaryBytes, HumanDuration};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

/// Members that an object goes by, the first that it has.
const NAMES: [&str; 5] = ["name", "guid", "value", "id", "description"];

/// The value for people. Empty where there is none.
pub(super) fn human(value: &Value, form: Form) -> String {
    let number = value.as_i64();
    match (form, number) {
        (Form::Micros, Some(at)) => moment(Timestamp::from_microsecond(at), at),
        (Form::Millis, Some(at)) => moment(Timestamp::from_millisecond(at), at),
        (Form::Seconds, Some(at)) => moment(Timestamp::from_second(at), at),
        (Form::Bytes, Some(bytes)) if bytes >= 0 => BinaryBytes(bytes.unsigned_abs()).to_string(),
        (Form::Span, Some(span)) if span >= 0 => {
            HumanDuration(std::time::Duration::from_millis(span.unsigned_abs())).to_string()
        }
        _ => plain(value),
    }
}

/// The value in one line, as the service sent it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            if items.iter().any(String::is_empty) {
                format!("{} entries", items.len())
            } else {
                items.join(", ")
            }
        }
        Value::Object(members) => {
            let known = NAMES.iter().filter_map(|name| members.get(*name)).map(plain);
            known.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

/// A moment in the time zone of this machine. A service has 0 and below for "never".
fn moment(at: Result<Timestamp, jiff::Error>, number: i64) -> String {
    match at {
        Ok(at) if number > 0 => at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        _ => String::new(),
    }
}

/// A text that can do nothing to a terminal and stays in its line.
pub(crate) fn harmless(text: &str) -> String {
    crate::output::harmless(&text.replace(['\n', '\r', '\t'], " ")).into_owned()
}
