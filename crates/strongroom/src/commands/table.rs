//! The tables, and what of the documents is looked at while a command runs.

use std::sync::OnceLock;

use command_table::*;
use serde_json::Value;
use strongroom_profile::Kind as Service;

use crate::failure::Failure;

static IBM: Api = include!(concat!(env!("OUT_DIR"), "/ibm.rs"));
static STORWARE: Api = include!(concat!(env!("OUT_DIR"), "/storware.rs"));

/// The commands of an API.
pub(super) fn api(service: Service) -> &'static Api {
    match service {
        Service::Ibm => &IBM,
        Service::Storware => &STORWARE,
    }
}

/// The document of an API, without what no command needs. Read when it is first asked for.
pub(super) fn document(service: Service) -> Result<&'static Value, Failure> {
    static IBM: OnceLock<Result<Value, String>> = OnceLock::new();
    static STORWARE: OnceLock<Result<Value, String>> = OnceLock::new();
    let (kept, text) = match service {
        Service::Ibm => (&IBM, include_str!(concat!(env!("OUT_DIR"), "/ibm.json"))),
        Service::Storware => (&STORWARE, include_str!(concat!(env!("OUT_DIR"), "/storware.json"))),
    };
    let read = kept.get_or_init(|| serde_json::from_str(text).map_err(|error| error.to_string()));
    read.as_ref().map_err(|error| Failure::machine("read the document of the API", error.clone()))
}

/// The schema itself, behind references and an `allOf` of one.
pub(crate) fn resolve<'d>(document: &'d Value, mut schema: &'d Value) -> &'d Value {
    // Longer chains are circles.
    for _ in 0..16 {
        let target =
            schema["$ref"].as_str().and_then(|reference| document.pointer(reference.strip_prefix('#')?));
        schema = match (target, schema["allOf"].as_array().map(Vec::as_slice)) {
            (Some(target), _) => target,
            (None, Some([only])) => only,
            _ => break,
        };
    }
    schema
}
