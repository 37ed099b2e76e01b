//! From a bundled document to operations.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;
use serde_json::Value;

use crate::lazy::{LazySchema, resolve};
use crate::media::Content;
use crate::operation::{Answer, Operation, RequestBody};
use crate::parameter::Parameter;

/// Why a document is no contract.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContractError {
    /// An operation cannot be told from others.
    #[error("{method} {path} has no operationId, or one that another operation has")]
    Id {
        /// The method, in upper case.
        method: String,
        /// The path template as the document has it.
        path: String,
    },
    /// A schema cannot be compiled.
    #[error("a schema of {operation} cannot be compiled: {reason}")]
    Schema {
        /// The `operationId`.
        operation: String,
        /// What is wrong with the schema.
        reason: String,
    },
}

/// The operations of a document, ready to hold requests and answers against.
#[derive(Debug)]
pub struct Contract {
    operations: Vec<Operation>,
    by_id: HashMap<String, usize>,
}

const METHODS: [(&str, Method); 8] = [
    ("get", Method::GET),
    ("put", Method::PUT),
    ("post", Method::POST),
    ("delete", Method::DELETE),
    ("options", Method::OPTIONS),
    ("head", Method::HEAD),
    ("patch", Method::PATCH),
    ("trace", Method::TRACE),
];

impl Contract {
    /// Reads a bundled document, whose references all lead to its own components.
    ///
    /// The base path of an operation is that of the first server, of the operation, its path or the
    /// document, whichever is nearest.
    ///
    /// # Errors
    /// When an operation has no `operationId` of its own. Schemas are not looked at yet; see
    /// [`Contract::compile_all`].
    pub fn new(document: &Value) -> Result<Self, ContractError> {
        let document = Arc::new(document.clone());
        let mut operations: Vec<Operation> = Vec::new();
        let mut by_id = HashMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let item = resolve(&document, item);
            for (key, method) in METHODS {
                let Some(object) = item.get(key) else { continue };
                let operation = read_operation(&document, path, item, method, object);
                let index = operations.len();
                if operation.id.is_empty() || by_id.insert(operation.id.clone(), index).is_some() {
                    return Err(ContractError::Id { method: key.to_uppercase(), path: path.clone() });
                }
                operations.push(operation);
            }
        }
        Ok(Self { operations, by_id })
    }

    /// All operations in the order of the document.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// The operation with this `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.by_id.get(id).and_then(|index| self.operations.get(*index))
    }

    /// The operation that a request goes to, with the parameters of its path, which are not decoded.
    /// `path` is without query. Where several templates fit, the one with the fewest parameters is meant.
    pub fn find(&self, method: &Method, path: &str) -> Option<(&Operation, Vec<(String, String)>)> {
        let of_method = self.operations.iter().filter(|operation| operation.method == *method);
        let fitting = of_method.filter_map(|operation| Some((operation, operation.match_path(path)?)));
        fitting.min_by_key(|(_, parameters)| parameters.len())
    }

    /// Compiles every schema now instead of when it is needed. For tests: a document that passes has no
    /// request that cannot be checked.
    ///
    /// # Errors
    /// The first schema that cannot be compiled.
    pub fn compile_all(&self) -> Result<(), ContractError> {
        for operation in &self.operations {
            let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
            let bodies = operation.body.iter().flat_map(|body| &body.content);
            let answers = operation.answers.iter().flat_map(|answer| &answer.content);
            let contents = bodies.chain(answers).filter_map(|content| content.schema.as_ref());
            for schema in parameters.chain(contents) {
                schema.compiled().map_err(|reason| ContractError::Schema {
                    operation: operation.id.clone(),
                    reason: reason.to_owned(),
                })?;
            }
        }
        Ok(())
    }
}

fn read_operation(
    document: &Arc<Value>,
    path: &str,
    item: &Value,
    method: Method,
    operation: &Value,
) -> Operation {
    let servers = [operation, item, &**document].into_iter().find_map(|object| object.get("servers"));
    let base = servers.map_or_else(String::new, |servers| base_path(&servers[0]));
    let body = operation.get("requestBody").map(|body| {
        let body = resolve(document, body);
        RequestBody {
            required: body["required"] == Value::Bool(true),
            content: Content::all(document, &body["content"], LazySchema::request),
        }
    });
    let answers = operation["responses"].as_object().into_iter().flatten();
    let answers = answers.filter(|(status, _)| !status.starts_with("x-")).map(|(status, answer)| Answer {
        status: status.clone(),
        content: Content::all(document, &resolve(document, answer)["content"], LazySchema::response),
    });
    Operation {
        id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
        method,
        path: format!("{base}{path}"),
        tag: operation["tags"][0].as_str().map(str::to_owned),
        deprecated: operation["deprecated"] == Value::Bool(true),
        parameters: read_parameters(document, item, operation),
        body,
        answers: answers.collect(),
    }
}

/// The parameters of an operation; one of its own takes the place of one that its path has.
fn read_parameters(document: &Arc<Value>, item: &Value, operation: &Value) -> Vec<Parameter> {
    let lists = [&item["parameters"], &operation["parameters"]];
    let declared = lists.into_iter().filter_map(Value::as_array).flatten();
    let mut parameters: Vec<Parameter> = Vec::new();
    for parameter in declared.filter_map(|parameter| Parameter::new(document, resolve(document, parameter))) {
        let same = |other: &Parameter| other.name == parameter.name && other.location == parameter.location;
        match parameters.iter().position(same) {
            Some(index) => parameters[index] = parameter,
            None => parameters.push(parameter),
        }
    }
    parameters
}

/// The path of a server's URL, without a slash at the end: `/v2` of `https://host/v2/`.
fn base_path(server: &Value) -> String {
    let mut url = server["url"].as_str().unwrap_or_default().to_owned();
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => url.as_str(),
    };
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn base_paths() {
        let variables = json!({"name": {"default": "x"}, "version": {"default": "v1"}});
        for (url, base) in [
            ("https://host/v2", "/v2"),
            ("https://host/v2/", "/v2"),
            ("https://host", ""),
            ("/v2", "/v2"),
            ("/", ""),
            ("https://{name}.host/{version}/api", "/v1/api"),
        ] {
            assert_eq!(base_path(&json!({"url": url, "variables": variables})), base, "{url}");
        }
    }
}
