//! What a mock was asked.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;

use crate::values::Values;

/// A request, as it came.
#[derive(Clone)]
pub struct Asked {
    /// GET, POST and so on.
    pub method: Method,
    /// The path, as escaped by the caller.
    pub path: String,
    /// What stands behind `?`, as escaped by the caller; empty without one.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, empty without one.
    pub body: Bytes,
    /// The id of the operation, where the document has one for this method and path.
    pub operation: Option<&'static str>,
    pub(crate) path_values: Vec<(&'static str, String)>,
}

/// A request that does not fit the document. It says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub(crate) String);

/// What a call carried, with the request that it came as.
#[derive(Clone, Debug)]
pub struct Call<O> {
    /// The parameters and the body.
    pub values: O,
    /// The request.
    pub request: Asked,
}

impl<O> Deref for Call<O> {
    type Target = O;

    fn deref(&self) -> &O {
        &self.values
    }
}

impl Asked {
    /// The value of a header, where it is there and a text. Of several the first.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text, with what is no text replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A parameter of the path, by its name in the document.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn in_path<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unreadable> {
        let values: Vec<String> =
            self.path_values.iter().filter(|(known, _)| *known == name).map(|(_, it)| it.clone()).collect();
        read("path", name, &values)
    }

    /// A parameter of the query, by its name in the document.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn in_query<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unreadable> {
        read("query", name, &pairs(self.query.as_bytes(), name))
    }

    /// A value of the form that the body is, by its name.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn in_form<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unreadable> {
        read("form", name, &pairs(&self.body, name))
    }

    /// A parameter in a header, by its name in the document.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn in_header<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unreadable> {
        let values: Vec<String> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        read("header", name, &values)
    }

    /// The body, read from JSON. An empty one is an object without members.
    ///
    /// # Errors
    /// When it is no `T`.
    pub fn in_body<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        let body = if self.body.is_empty() { b"{}".as_slice() } else { &self.body };
        serde_json::from_slice(body).map_err(|error| Unreadable(format!("the body: {error}")))
    }
}

/// The values of a name in a form, or in a query, which is written in the same way.
fn pairs(form: &[u8], name: &str) -> Vec<String> {
    let pairs = form_urlencoded::parse(form).filter(|(known, _)| known == name);
    pairs.map(|(_, value)| value.into_owned()).collect()
}

fn read<T: DeserializeOwned>(place: &str, name: &str, values: &[String]) -> Result<T, Unreadable> {
    T::deserialize(Values(values)).map_err(|error| Unreadable(format!("`{name}` in the {place}: {error}")))
}

/// Shows neither headers nor bodies: they may hold passwords and tokens.
impl fmt::Debug for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Asked")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// The request as a person names it.
impl fmt::Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)?;
        if !self.query.is_empty() {
            write!(formatter, "?{}", self.query)?;
        }
        match self.operation {
            Some(operation) => write!(formatter, " ({operation})"),
            None => formatter.write_str(", which is no operation of the document"),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}
