//! Outside nodes: how they become known, and what they report of the platforms that they look at.

use std::sync::Arc;

use axum::response::Response;
use engine::{Extras, NewNode, TaskNode};
use face_core::Call;
use http::StatusCode;
use serde_json::{Value, json};
use storware_backup_recovery::types;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire;

/// The largest report of a platform that is kept, in bytes of JSON.
const LARGEST_REPORT: usize = 1 << 20;

/// The node logs in by its name, with the password that this answer alone tells.
pub(crate) async fn register(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let types::NodeRegistrationRequest { name, unknown_fields: _ } = call.body()?;
    let new = NewNode { name, login: None, extras: Extras::new() };
    let (node, _, password) = face.engine.register_node(call.caller.tenant(), new).await?;
    answer::created(&types::NodeRegistration {
        guid: call.caller.guids.node(Some(node.id)).into(),
        name: Some(node.name),
        password: password.expose().into(),
        unknown_fields: Default::default(),
    })
}

pub(crate) async fn report_inventory(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    keep(&face, &call, "inventory").await
}

pub(crate) async fn report_instance(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    keep(&face, &call, "instanceInventory").await
}

pub(crate) async fn report_tapes(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    keep(&face, &call, "tapeManagerInventory").await
}

/// Keeps the latest report of a kind with the node that sends it. There is nothing else to do with what is not
/// documented: what is protected here follows from protection groups.
async fn keep(face: &Face, call: &Call<Caller>, kind: &str) -> Result<Response, ApiError> {
    let report: Value = call.body()?;
    if report.to_string().len() > LARGEST_REPORT {
        return Err(ApiError::invalid("body", format!("is larger than {LARGEST_REPORT} bytes")));
    }
    let tenant = call.caller.tenant();
    let node = match call.caller.user.node {
        Some(node) => face.engine.node(tenant, node).await?,
        None => face.engine.built_in_node(tenant).await?,
    };
    let TaskNode { id, mut extras, .. } = node;
    let own = extras.entry(wire::EXTRAS.to_owned()).or_insert_with(|| json!({}));
    if let Some(own) = own.as_object_mut() {
        own.insert(kind.to_owned(), report);
    }
    face.engine.set_node_extras(tenant, id, extras).await?;
    answer::empty(StatusCode::CREATED)
}
