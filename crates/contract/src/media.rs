//! Media types, and the content that requests and answers declare.

use std::sync::Arc;

use serde_json::Value;

use crate::lazy::LazySchema;

/// One media type of a body with the schema of its content.
#[derive(Debug)]
pub(crate) struct Content {
    /// In lower case, without parameters; may be a range like `image/*`.
    pub(crate) media_type: String,
    pub(crate) schema: Option<LazySchema>,
}

impl Content {
    /// The entries of a `content` object.
    pub(crate) fn all(
        document: &Arc<Value>,
        content: &Value,
        lazy: fn(&Arc<Value>, &Value) -> LazySchema,
    ) -> Vec<Self> {
        let entries = content.as_object().into_iter().flatten();
        entries
            .map(|(media_type, entry)| Self {
                media_type: essence(media_type),
                schema: entry.get("schema").map(|schema| lazy(document, schema)),
            })
            .collect()
    }

    /// Whether `media_type`, an essence, is this one or in its range.
    pub(crate) fn covers(&self, media_type: &str) -> bool {
        match self.media_type.strip_suffix("/*") {
            Some("*") => true,
            Some(kind) => media_type.split('/').next() == Some(kind),
            None => self.media_type == media_type,
        }
    }
}

/// A media type without parameters, in lower case.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(crate) fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence.ends_with("+json")
}
