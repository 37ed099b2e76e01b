//! The operations, a file a subject. [`TABLE`] says which operation of the spec is served by what, and what its
//! caller must be allowed to do.

pub(crate) mod session;

use std::sync::Arc;

use engine::Action;
use face_core::{Answering, Call};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;

/// A handler of an operation that somebody has logged in for.
type Handler = fn(Arc<Face>, Call<Caller>) -> Answering<ApiError>;

/// What everybody may do who has logged in.
const ANYBODY: &[Action] = &[
    Action::View,
    Action::ViewForRestore,
    Action::Restore,
    Action::Run,
    Action::Manage,
    Action::ReportAsNode,
];

/// Operation id, what the caller must be allowed to do (any one of them), and handler. Logging in is apart: nobody
/// calls it as anybody.
pub(crate) const TABLE: &[(&str, &[Action], Handler)] = &[
    ("logout", ANYBODY, |face, call| Box::pin(session::logout(face, call))),
    ("checkSession", ANYBODY, |face, call| Box::pin(session::check(face, call))),
    ("getSessionUser", ANYBODY, |face, call| Box::pin(session::user(face, call))),
];
