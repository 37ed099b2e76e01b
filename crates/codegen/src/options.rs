//! What a caller decides about the generated client.

/// Settings of one API. [`Options::default`] suits a document without client-wide headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Names of header parameters that are the same for every call of a client, such as a tenant. They
    /// disappear from the operations; the client sends them by itself. Compared without regard to case.
    pub client_headers: Vec<String>,
}

impl Options {
    /// Declares header parameters as belonging to the client and not to a call.
    #[must_use]
    pub fn with_client_headers<I>(mut self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.client_headers.extend(names.into_iter().map(Into::into));
        self
    }

    pub(crate) fn is_client_header(&self, name: &str) -> bool {
        self.client_headers.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}
