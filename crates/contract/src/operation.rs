//! One operation of the document.

use http::Method;

use crate::media::Content;
use crate::parameter::Parameter;

/// An operation: what it is called, where it is, and what may be sent and answered.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template with the base path of its server, like `/v2/pets/{id}`.
    pub path: String,
    /// The first tag.
    pub tag: Option<String>,
    /// Whether the document advises against using it.
    pub deprecated: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<RequestBody>,
    pub(crate) answers: Vec<Answer>,
}

/// What a request carries.
#[derive(Debug)]
pub(crate) struct RequestBody {
    pub(crate) required: bool,
    pub(crate) content: Vec<Content>,
}

/// A documented answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// `200`, `2XX` or `default`.
    pub(crate) status: String,
    pub(crate) content: Vec<Content>,
}

impl Operation {
    /// The media types that the request body may have, in the order of the document.
    pub fn request_media_types(&self) -> impl Iterator<Item = &str> {
        self.body.iter().flat_map(|body| &body.content).map(|content| content.media_type.as_str())
    }

    /// The documented statuses: `200`, `4XX`, `default`.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().map(|answer| answer.status.as_str())
    }

    /// The parameters of a concrete path, not decoded, if the path is one of this operation.
    pub(crate) fn match_path(&self, path: &str) -> Option<Vec<(String, String)>> {
        let mut parameters = Vec::new();
        let mut segments = path.split('/');
        for wanted in self.path.split('/') {
            let segment = segments.next()?;
            match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) if !segment.is_empty() => parameters.push((name.to_owned(), segment.to_owned())),
                None if wanted == segment => {}
                _ => return None,
            }
        }
        segments.next().is_none().then_some(parameters)
    }
}
