//! What the pages and the collections ask a document for.

use serde_json::{Map, Value};

use crate::Document;
use crate::document::is_local;

/// The methods of a path item, in the order in which they are shown.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// How many references in a row are followed. A document whose references lead in a circle ends here.
const HOPS: usize = 16;

/// One operation of a document.
pub(crate) struct Operation<'d> {
    pub(crate) path: &'d str,
    /// In lower case.
    pub(crate) method: &'d str,
    /// The `operationId`, or the method and the path where there is none.
    pub(crate) id: String,
    pub(crate) value: &'d Value,
    /// The path item.
    item: &'d Value,
}

impl Document {
    /// What a reference leads to; the value itself where it is none.
    pub(crate) fn resolve<'d>(&'d self, mut value: &'d Value) -> &'d Value {
        for _ in 0..HOPS {
            let Some(reference) = reference(value) else { break };
            match self.value().pointer(reference) {
                Some(target) => value = target,
                None => break,
            }
        }
        value
    }

    /// The operations, in the order of the document.
    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let mut operations = Vec::new();
        for (path, item) in members(&self.value()["paths"]) {
            for method in METHODS {
                let Some(value) = item.get(method) else { continue };
                let id = text(value, "operationId");
                let id = if id.is_empty() { slug(&format!("{method}{path}")) } else { id.to_owned() };
                operations.push(Operation { path, method, id, value, item });
            }
        }
        operations
    }

    /// The operations by the first of their tags, the tags as the document lists them, with the description of
    /// each. Operations without a tag come last, under an empty name.
    pub(crate) fn by_tag(&self) -> Vec<(&str, &str, Vec<Operation<'_>>)> {
        let declared = self.value()["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut tags: Vec<(&str, &str, Vec<Operation<'_>>)> =
            declared.iter().map(|tag| (text(tag, "name"), text(tag, "description"), Vec::new())).collect();
        for operation in self.operations() {
            let name = operation.value["tags"][0].as_str().unwrap_or_default();
            match tags.iter_mut().find(|(tag, _, _)| *tag == name) {
                Some((_, _, operations)) => operations.push(operation),
                None => tags.push((name, "", vec![operation])),
            }
        }
        tags.retain(|(_, _, operations)| !operations.is_empty());
        tags
    }

    /// The URL of the first server that is on the reader's machine, or of the first at all.
    pub(crate) fn local_server<'d>(&'d self, operation: Option<&Operation<'d>>) -> &'d str {
        let own = operation
            .and_then(|operation| operation.value.get("servers").or_else(|| operation.item.get("servers")));
        let servers =
            own.unwrap_or(&self.value()["servers"]).as_array().map(Vec::as_slice).unwrap_or_default();
        let mut urls = servers.iter().map(|server| text(server, "url"));
        urls.clone().find(|url| is_local(url)).or_else(|| urls.next()).unwrap_or_default()
    }

    /// The names of the security schemes that a call needs, of the first choice.
    pub(crate) fn security<'d>(&'d self, operation: &Operation<'d>) -> Vec<&'d str> {
        let security = operation.value.get("security").unwrap_or(&self.value()["security"]);
        members(&security[0]).map(|(name, _)| name).collect()
    }
}

impl<'d> Operation<'d> {
    /// The summary, or the id where there is none.
    pub(crate) fn title(&self) -> &str {
        let summary = text(self.value, "summary");
        if summary.is_empty() { &self.id } else { summary }
    }

    /// The parameters of the operation and of its path.
    pub(crate) fn parameters(&self, document: &'d Document) -> Vec<&'d Value> {
        self.named_parameters(document).into_iter().map(|(_, parameter)| parameter).collect()
    }

    /// The same, each with the name of the component that it is, if it is one.
    pub(crate) fn named_parameters(&self, document: &'d Document) -> Vec<(Option<&'d str>, &'d Value)> {
        let all = [self.value, self.item].into_iter().filter_map(|owner| owner["parameters"].as_array());
        let mut parameters: Vec<(Option<&str>, &Value)> = Vec::new();
        for authored in all.flatten() {
            let parameter = document.resolve(authored);
            let is_same = |(_, other): &(_, &Value)| {
                other["name"] == parameter["name"] && other["in"] == parameter["in"]
            };
            if !parameters.iter().any(is_same) {
                let name = reference(authored).and_then(|it| it.strip_prefix("/components/parameters/"));
                parameters.push((name, parameter));
            }
        }
        parameters
    }

    /// The request body, if there is one.
    pub(crate) fn request_body(&self, document: &'d Document) -> Option<&'d Value> {
        self.value.get("requestBody").map(|body| document.resolve(body))
    }

    /// The answers by status.
    pub(crate) fn responses(&self, document: &'d Document) -> Vec<(&'d str, &'d Value)> {
        members(&self.value["responses"]).map(|(status, answer)| (status, document.resolve(answer))).collect()
    }
}

/// The pointer of a reference within the document.
fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix('#')
}

/// The name of the schema that is referred to.
pub(crate) fn schema_name(value: &Value) -> Option<&str> {
    reference(value)?.strip_prefix("/components/schemas/")
}

/// The members of an object; none of anything else.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(key, value)| (key.as_str(), value))
}

/// The text of a member; empty where there is none.
pub(crate) fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a member is `true`.
pub(crate) fn is(value: &Value, member: &str) -> bool {
    value.get(member) == Some(&Value::Bool(true))
}

/// The examples of a media type, a parameter or a header, by name.
pub(crate) fn examples<'d>(document: &'d Document, owner: &'d Value) -> Vec<(&'d str, &'d str, &'d Value)> {
    let named = members(&owner["examples"]).filter_map(|(name, example)| {
        let example = document.resolve(example);
        let summary = text(example, "summary");
        Some((name, if summary.is_empty() { name } else { summary }, example.get("value")?))
    });
    let single = owner.get("example").map(|value| ("example", "example", value));
    named.chain(single).collect()
}

/// A text as a part of an anchor or a file name: lower-case letters, digits and single hyphens.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
