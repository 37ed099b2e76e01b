//! A request that was held against the spec, on its way to a handler.

use contract::Inputs;
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
    inputs: Inputs,
    body: Option<Value>,
}

impl Call {
    pub(crate) fn new(engine: Engine, tenant: TenantId, inputs: Inputs, body: Option<Value>) -> Self {
        let ids = WireIds::new(engine.installation());
        Self { engine, ids, tenant, inputs, body }
    }

    /// A parameter, wherever it travels; none when it is absent and has no default.
    pub(crate) fn parameter<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(value) = self.inputs.get(name) else {
            return Ok(None);
        };
        T::deserialize(value).map(Some).map_err(|err| ApiError::invalid(name, err))
    }

    /// A parameter that the spec requires.
    pub(crate) fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, ApiError> {
        self.parameter(name)?.ok_or_else(|| ApiError::invalid(name, "is missing"))
    }

    /// The values of a list parameter; empty when it is absent.
    pub(crate) fn list<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, ApiError> {
        Ok(self.parameter(name)?.unwrap_or_default())
    }

    /// Whether a flag is set.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        Ok(self.parameter(name)?.unwrap_or(false))
    }

    /// The body as a type of the spec.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body = self.body.as_ref().unwrap_or(&Value::Null);
        T::deserialize(body).map_err(|err| ApiError::invalid("body", err))
    }

    /// The body, and what is kept of it to say it again: what the request type knows and no more. A client
    /// that sends an answer back, with members that only answers have, must not make them stick.
    pub(crate) fn kept_body<T: DeserializeOwned + Serialize>(&self) -> Result<(T, Value), ApiError> {
        let body: T = self.body()?;
        let kept = serde_json::to_value(&body).map_err(|err| ApiError::internal("body", &err))?;
        Ok((body, kept))
    }
}
