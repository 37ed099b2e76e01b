//! A request to one of the services.

use client_core::{ByteStream, Error, Method, RawRequest, Response};
use ibm_backup_recovery::types::ApiError;
use serde_json::Value;
use storware_backup_recovery::types::ErrorResponse;

use crate::connect::Target;

/// A request to one of the services.
#[derive(Clone)]
pub(crate) enum Request {
    Ibm(RawRequest<ApiError>),
    Storware(RawRequest<ErrorResponse>),
}

macro_rules! each {
    ($self:ident, $request:ident => $changed:expr) => {
        match $self {
            Self::Ibm($request) => Self::Ibm($changed),
            Self::Storware($request) => Self::Storware($changed),
        }
    };
}

impl Request {
    /// A request to a path that is already encoded.
    pub(crate) fn new(target: &Target, method: Method, path: &str) -> Self {
        match target {
            Target::Ibm(client) => Self::Ibm(client.request(method, path)),
            Target::Storware(client) => Self::Storware(client.request(method, path)),
        }
    }

    pub(crate) fn query(self, name: &str, value: &str) -> Self {
        each!(self, request => request.query(name, value))
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        each!(self, request => request.header(name, value))
    }

    pub(crate) fn body(self, body: Value) -> Self {
        each!(self, request => request.body(body))
    }

    pub(crate) fn form(self, pairs: Vec<(String, String)>) -> Self {
        each!(self, request => request.form(pairs))
    }

    /// What the document says of the operation.
    pub(crate) fn operation(self, id: &'static str, repeatable: bool) -> Self {
        each!(self, request => request.operation(id).repeatable(repeatable))
    }

    pub(crate) async fn send(self) -> Result<Response<Value>, Error> {
        match self {
            Self::Ibm(request) => request.send().await,
            Self::Storware(request) => request.send().await,
        }
    }

    pub(crate) async fn send_for_bytes(self) -> Result<Response<ByteStream>, Error> {
        match self {
            Self::Ibm(request) => request.send_for_bytes().await,
            Self::Storware(request) => request.send_for_bytes().await,
        }
    }

    pub(crate) fn prepared(&self) -> Result<reqwest::Request, Error> {
        match self {
            Self::Ibm(request) => request.prepared(),
            Self::Storware(request) => request.prepared(),
        }
    }
}
