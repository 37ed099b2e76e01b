//! A request that was held against the spec, on its way to a handler.

use engine::{Engine, TenantId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ApiError;
use crate::wire::WireIds;

/// What a handler gets.
pub(crate) struct Call {
    pub(crate) engine: Engine,
    pub(crate) ids: WireIds,
    pub(crate) tenant: TenantId,
    request: face_core::Call<TenantId>,
}

impl Call {
    pub(crate) fn new(engine: Engine, request: face_core::Call<TenantId>) -> Self {
        let ids = WireIds::new(engine.installation());
        Self { engine, ids, tenant: request.caller.clone(), request }
    }

    /// A parameter, wherever it travels; none when it is absent and has no default.
    pub(crate) fn parameter<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        Ok(self.request.parameter(name)?)
    }

    /// A parameter that the spec requires.
    pub(crate) fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, ApiError> {
        Ok(self.request.required(name)?)
    }

    /// The values of a list parameter; empty when it is absent.
    pub(crate) fn list<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, ApiError> {
        Ok(self.request.list(name)?)
    }

    /// Whether a flag is set.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        Ok(self.request.flag(name)?)
    }

    /// Every text among the parameters: where one names a thing, its id is there as the caller has it.
    pub(crate) fn written(&self) -> Vec<String> {
        self.request.texts()
    }

    /// The body as a type of the spec.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        Ok(self.request.body()?)
    }

    /// The body, and what is kept of it to say it again.
    pub(crate) fn kept_body<T: DeserializeOwned + Serialize>(&self) -> Result<(T, Value), ApiError> {
        Ok(self.request.kept_body()?)
    }
}
