//! Changes that need no new version, for a reason and for a time.
//!
//! They stand in `spec/<api>/suppressions.yaml` among those of `spec check`, with `diff/` before the id:
//!
//! ```yaml
//! - rule: diff/response-enum-value-added
//!   pointer: /components/schemas/RunStatus   # of either document: what stands there and below
//!   reason: No server ever sent the value before, and clients were told to expect new ones.
//!   expires: '2027-06-30'                    # the last day
//! ```

use std::io;
use std::path::Path;

use jiff::Zoned;
use jiff::civil::Date;
use openapi_check::Sources;
use openapi_diff::{Change, Side};
use serde_json::{Value, json};

/// One entry of the file.
pub(super) struct Suppression {
    file: String,
    id: String,
    pointer: String,
    reason: String,
    expires: Date,
}

/// A change that does not count.
pub(super) struct Suppressed {
    pub(super) what: String,
    pub(super) reason: String,
    pub(super) expires: String,
}

impl Suppressed {
    pub(super) fn json(&self) -> Value {
        json!({ "change": self.what, "reason": self.reason, "expires": self.expires })
    }
}

/// Reads those of a document; none if it has no such file.
///
/// # Errors
/// When the file cannot be read, or an entry lacks something. The error names file and entry.
pub(super) fn read(path: &Path) -> io::Result<Vec<Suppression>> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let (sources, key) = Sources::from_disk(path)?;
    let value = sources.value(&key).unwrap_or_default();
    let mut list = Vec::new();
    for (index, entry) in value.as_array().into_iter().flatten().enumerate() {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let Some(id) = text("rule").and_then(|rule| rule.strip_prefix("diff/")) else { continue };
        let wrong = |what: &str| {
            let message = format!("{key}: entry {}, `diff/{id}`: {what}", index + 1);
            io::Error::new(io::ErrorKind::InvalidData, message)
        };
        if !openapi_diff::rules().iter().any(|rule| rule.id == id) {
            return Err(wrong("there is no such rule"));
        }
        let pointer = text("pointer").ok_or_else(|| wrong("`pointer` is missing"))?;
        let reason = text("reason").map(str::trim).filter(|reason| !reason.is_empty());
        let expires = text("expires").and_then(|day| day.parse().ok());
        list.push(Suppression {
            file: key.clone(),
            id: id.to_owned(),
            pointer: pointer.to_owned(),
            reason: reason.ok_or_else(|| wrong("`reason` is missing"))?.to_owned(),
            expires: expires.ok_or_else(|| wrong("`expires` is no day such as '2027-12-31'"))?,
        });
    }
    Ok(list)
}

/// Those that are past their day, as complaints.
pub(super) fn expired(list: &[Suppression]) -> Vec<String> {
    let today = Zoned::now().date();
    let expired = list.iter().filter(|one| one.expires < today);
    expired
        .map(|one| {
            format!("{}: the suppression of `diff/{}` has expired on {}", one.file, one.id, one.expires)
        })
        .collect()
}

/// Those changes that are suppressed today, and those that count.
pub(super) fn apply<'c>(changes: &'c [Change], list: &[Suppression]) -> (Vec<Suppressed>, Vec<&'c Change>) {
    let today = Zoned::now().date();
    let (mut suppressed, mut counted) = (Vec::new(), Vec::new());
    for change in changes {
        let by = list.iter().find(|one| one.expires >= today && one.covers(change));
        match by {
            Some(one) => suppressed.push(Suppressed {
                what: format!("{}: {}", change.id, change.message),
                reason: one.reason.clone(),
                expires: one.expires.to_string(),
            }),
            None => counted.push(change),
        }
    }
    (suppressed, counted)
}

impl Suppression {
    fn covers(&self, change: &Change) -> bool {
        let within = |side: &Side| {
            side.pointer
                .strip_prefix(self.pointer.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        change.id == self.id && (within(&change.base) || within(&change.new))
    }
}
