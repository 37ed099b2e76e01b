//! A request that was held against the document, on its way to a handler.

use contract::Inputs;
use http::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Refusal, known};

/// What a handler gets: who calls, the parameters, and the body.
#[derive(Debug)]
pub struct Call<C> {
    /// Who calls, as the API's authentication found out.
    pub caller: C,
    /// The headers of the request.
    pub headers: HeaderMap,
    inputs: Inputs,
    sent: Option<Value>,
    body: Option<Value>,
}

impl<C> Call<C> {
    /// `sent` is the body as it came, `body` the one that was held against the document.
    pub(crate) fn new(
        caller: C,
        headers: HeaderMap,
        inputs: Inputs,
        sent: Option<Value>,
        body: Option<Value>,
    ) -> Self {
        Self { caller, headers, inputs, sent, body }
    }

    /// The same call, from somebody who is known better.
    pub fn with_caller<D>(self, caller: D) -> Call<D> {
        let Self { caller: _, headers, inputs, sent, body } = self;
        Call { caller, headers, inputs, sent, body }
    }

    /// A parameter, wherever it travels; none when it is absent and has no default.
    ///
    /// # Errors
    /// When it is not a `T`.
    pub fn parameter<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let Some(value) = self.inputs.get(name) else {
            return Ok(None);
        };
        T::deserialize(value).map(Some).map_err(|err| Refusal::invalid(name, err))
    }

    /// A parameter that the document requires.
    ///
    /// # Errors
    /// When it is absent or not a `T`.
    pub fn required<T: DeserializeOwned>(&self, name: &str) -> Result<T, Refusal> {
        self.parameter(name)?.ok_or_else(|| Refusal::invalid(name, "is missing"))
    }

    /// The values of a list parameter; empty when it is absent.
    ///
    /// # Errors
    /// When one of them is not a `T`.
    pub fn list<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, Refusal> {
        Ok(self.parameter(name)?.unwrap_or_default())
    }

    /// Every text among the parameters.
    pub fn texts(&self) -> Vec<String> {
        self.inputs.texts().map(str::to_owned).collect()
    }

    /// Whether a flag is set.
    ///
    /// # Errors
    /// When it is no boolean.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.parameter(name)?.unwrap_or(false))
    }

    /// The body as it came, before anything of it was mended, but without members that were `null`; none when
    /// there was no body.
    pub fn sent(&self) -> Option<&Value> {
        self.sent.as_ref()
    }

    /// The body as a type of the document, without members that the type does not know.
    ///
    /// # Errors
    /// When it is not a `T`.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let body = self.body.as_ref().unwrap_or(&Value::Null);
        known(body).map_err(|err| Refusal::invalid("body", err))
    }

    /// The body, and what is kept of it to say it again: what the request type knows and no more. A client
    /// that sends an answer back, with members that only answers have, must not make them stick.
    ///
    /// # Errors
    /// When it is not a `T`.
    pub fn kept_body<T: DeserializeOwned + Serialize>(&self) -> Result<(T, Value), Refusal> {
        let body: T = self.body()?;
        let kept = serde_json::to_value(&body).map_err(|err| Refusal::internal("body", err))?;
        Ok((body, kept))
    }
}
