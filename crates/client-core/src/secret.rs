//! A text that must not be printed.

use std::fmt;

/// An API key, password or token. `Debug` does not show it; [`Secret::expose`] does.
///
/// The memory is not wiped when the value is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` without the secret, should it be in there.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, "[hidden]") }
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_does_not_show_the_text() {
        assert_eq!(format!("{:?}", Some(Secret::new("hush"))), "Some(Secret(..))");
    }

    #[test]
    fn a_text_can_be_had_without_it() {
        assert_eq!(Secret::new("hush").hidden_in("key=hush, hush"), "key=[hidden], [hidden]");
        assert_eq!(Secret::new("").hidden_in("as it is"), "as it is");
    }
}
