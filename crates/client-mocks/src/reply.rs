//! What is answered, and how.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::{Asked, Content};

/// One answer of a mock.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
    pub(crate) delay: Duration,
    pub(crate) fault: Fault,
}

/// Where the body of an answer comes from.
#[derive(Clone)]
pub(crate) enum Body {
    Ready(Content),
    /// Made from the request.
    Made(Arc<dyn Fn(&Asked) -> Content + Send + Sync>),
}

/// What goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Nothing is answered, and the connection ends.
    Dropped,
    /// The connection ends after the first half of the body.
    Truncated,
}

impl Reply {
    pub(crate) fn new(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body, delay: Duration::ZERO, fault: Fault::None }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ready(_) => "Ready",
            Self::Made(_) => "Made",
        })
    }
}
