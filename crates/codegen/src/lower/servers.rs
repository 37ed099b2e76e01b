//! Leaves out operations that live on a server of their own.
//!
//! The generated client has one base URL. An operation with `servers` of its own, such as the issuing of a
//! token, is called by the hand-written layer, which knows when it is needed.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{METHODS, operation_keys};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    for key in operation_keys(&context.document) {
        let Some(item) = context.document["paths"].get_mut(&key.path).and_then(Value::as_object_mut) else {
            continue;
        };
        let elsewhere = item.contains_key("servers")
            || item.get(&key.method).is_some_and(|it| it.get("servers").is_some());
        if elsewhere {
            item.remove(&key.method);
            context.note("own-server", key.pointer(), "left out: lives on a server of its own");
        }
    }
    if let Some(paths) = context.document.get_mut("paths").and_then(Value::as_object_mut) {
        // A reference is not ours to drop: it is refused where paths are looked at.
        paths.retain(|_, item| {
            item.get("$ref").is_some() || METHODS.iter().any(|method| item.get(method).is_some())
        });
    }
    Ok(())
}
