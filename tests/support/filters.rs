//! What is shown in snapshots instead of what differs from run to run.

use regex::Regex;

/// Replacements, applied in their order.
#[derive(Clone)]
pub(crate) struct Filters {
    texts: Vec<(String, String)>,
    patterns: Vec<(Regex, String)>,
}

impl Default for Filters {
    /// Moments and ids of either service, in whatever way they are written.
    fn default() -> Self {
        let mut filters = Self { texts: Vec::new(), patterns: Vec::new() };
        for (pattern, shown) in [
            (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{5,8}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?", "[TIME]"),
            (r"\b1[0-9]{15}\b", "[MICROS]"),
            (r"\b1[0-9]{12}\b", "[MILLIS]"),
            (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "[GUID]"),
            (r"\b[0-9]+:[0-9]{13}:[0-9]+\b", "[ID]"),
            (r"\b[0-9a-f]{64}\b", "[DIGEST]"),
            (r"reference [0-9]+:[0-9]+", "reference [REFERENCE]"),
        ] {
            filters.add(pattern, shown);
        }
        filters
    }
}

impl Filters {
    /// Sizes as people read them. Most sizes of a test are known, and worth showing.
    pub(crate) const SIZES: &str = r"\b[0-9]+(\.[0-9]+)? ([KMGT]i)?B\b";
    /// Spans of time as people read them, in one unit or two.
    pub(crate) const SPANS: &str = r"\b[0-9]+ (s|min|h|d)\b( [0-9]+ (s|min|h|d)\b)?";

    /// Shows a name instead of a text.
    pub(crate) fn hide(&mut self, text: &str, name: &str) {
        // An empty text is between all others.
        assert!(!text.is_empty(), "there is nothing to show as {name}");
        self.texts.push((text.to_owned(), name.to_owned()));
    }

    /// Shows a text instead of what a pattern matches, before what the patterns until now match.
    pub(crate) fn add(&mut self, pattern: &str, shown: &str) {
        self.patterns.insert(0, (Regex::new(pattern).unwrap(), shown.to_owned()));
    }

    pub(crate) fn apply(&self, text: &str) -> String {
        let texts = self.texts.iter();
        let text = texts.fold(text.to_owned(), |text, (made_up, name)| text.replace(made_up.as_str(), name));
        let patterns = self.patterns.iter();
        patterns.fold(text, |text, (pattern, shown)| pattern.replace_all(&text, shown.as_str()).into_owned())
    }
}
