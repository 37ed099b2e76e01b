//! Values in the shape of a schema, as a service would fill them.

use std::io;

use fastrand::Rng;
use serde_json::{Map, Value};

/// How deep objects that may hold themselves do so.
const DEPTH: usize = 12;

/// Members that are rare in what a service sends: those of other kinds of sources and targets than most have, and
/// what is told only when something went wrong.
const RARE: &[&str] = &[
    "bmr",
    "cascadedTargetsConfig",
    "cdp",
    "childObjects",
    "cloudSpinInfo",
    "cloudSpinTargets",
    "failedAttempts",
    "kubernetesParams",
    "log",
    "mssqlParams",
    "onpremDeployTargets",
    "originClusterIdentifier",
    "originalBackupInfo",
    "permissions",
    "replicationInfo",
    "rpaasTargets",
    "sharepointSiteSummary",
    "storageArraySnapshot",
    "volumeProtectionTypeParams",
    "wormProperties",
];

/// Words of which messages and descriptions are made.
const WORDS: &[&str] = &[
    "agent", "answered", "changed", "closed", "disk", "during", "file", "folder", "host", "kept", "locked",
    "of", "open", "read", "refused", "retried", "skipped", "snapshot", "the", "until", "volume", "was",
    "while",
];

/// Makes values, always the same in the same order.
pub(super) struct Filler<'a> {
    document: &'a Value,
    random: Rng,
}

impl<'a> Filler<'a> {
    pub(super) fn new(document: &'a Value) -> Self {
        Self { document, random: Rng::with_seed(1) }
    }

    /// A value of the named type.
    pub(super) fn one(&mut self, name: &str) -> io::Result<Value> {
        let schema = &self.document["components"]["schemas"][name];
        if schema.is_null() {
            return Err(io::Error::other(format!("the document has no type {name}")));
        }
        Ok(self.value(schema, name, 0))
    }

    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        let (schema, _) = resolve(self.document, schema, name);
        if let Some(values) = schema["enum"].as_array() {
            return values[self.random.usize(..values.len())].clone();
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, depth),
            Some("array") => {
                let count = self.random.usize(if name == "objects" { 12..24 } else { 1..4 });
                (0..count).map(|_| self.value(&schema["items"], name, depth + 1)).collect()
            }
            Some("boolean") => self.random.bool().into(),
            Some("integer") => self.integer(schema, name).into(),
            _ => self.text(name).into(),
        }
    }

    /// Four of five optional members are there, and of those that are rare one of twelve.
    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required = |name: &str| {
            schema["required"].as_array().is_some_and(|names| names.iter().any(|other| other == name))
        };
        let mut members = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let is_there = match depth {
                DEPTH.. => false,
                _ if RARE.contains(&name.as_str()) => self.random.u8(..12) == 0,
                _ => self.random.u8(..5) > 0,
            };
            if is_there || required(name) {
                members.insert(name.clone(), self.value(member, name, depth + 1));
            }
        }
        Value::Object(members)
    }

    fn integer(&mut self, schema: &Value, name: &str) -> i64 {
        let range = match name {
            _ if name.ends_with("TimeUsecs") => 1_690_000_000_000_000..=1_790_000_000_000_000,
            _ if name.ends_with("Msecs") => 1_690_000_000_000..=1_790_000_000_000,
            _ if name.contains("Usecs") => 1_000..=90_000_000,
            _ if name.contains("ytes") => 0..=9_000_000_000_000,
            _ if name.ends_with("Id") => 1..=9_000_000_000,
            _ if name.ends_with("Count") => 0..=2_000_000,
            _ => 1..=1_000,
        };
        let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
        let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
        self.random.i64(range).clamp(least, most)
    }

    fn text(&mut self, name: &str) -> String {
        let random = &mut self.random;
        let lower = name.to_lowercase();
        if lower.contains("uuid") || lower.contains("hash") || lower.ends_with("globalid") {
            format!("{:016x}-{:016x}", random.u64(..), random.u64(..))
        } else if lower.ends_with("id") {
            let time = 1_690_000_000_000 + random.u64(..100_000_000_000);
            format!("{}:{time}:{}", random.u32(..), random.u16(..))
        } else if lower.contains("message") || lower.contains("description") || lower.contains("warning") {
            self.sentence()
        } else if lower.contains("path") {
            format!("/srv/data/{}/{}/{}", self.word(), self.word(), self.random.u32(..10_000))
        } else if lower.contains("url") {
            format!("https://{}.example.com/{}", self.word(), self.word())
        } else if lower.contains("timezone") {
            "Europe/Zurich".to_owned()
        } else {
            format!("{}-{}-{:04}", self.word(), self.word(), self.random.u32(..10_000))
        }
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.random.usize(..WORDS.len())]
    }

    /// One of ten has what JSON escapes, as messages with paths and quotes do, and one what is not ASCII.
    fn sentence(&mut self) -> String {
        let count = self.random.usize(6..16);
        let words: Vec<_> = (0..count).map(|_| self.word()).collect();
        let text = words.join(" ");
        match self.random.u8(..10) {
            0 => format!("\"C:\\Data\\{}\": {text}\n", self.word()),
            1 => format!("{text} – “{}”", self.word()),
            _ => text,
        }
    }
}

/// The schema that `schema` refers to, and its name; itself under `name` if it refers to none.
pub(super) fn resolve<'a>(document: &'a Value, schema: &'a Value, name: &'a str) -> (&'a Value, &'a str) {
    let target = match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => &only["$ref"],
        _ => &schema["$ref"],
    };
    match target.as_str().and_then(|path| path.strip_prefix("#/components/schemas/")) {
        Some(found) => (&document["components"]["schemas"][found], found),
        None => (schema, name),
    }
}
