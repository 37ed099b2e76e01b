//! The variables of a collection.

use serde_json::{Value, json};

use crate::model::text;

/// The variables, each name once, in the order in which they were met.
#[derive(Default)]
pub(super) struct Variables {
    variables: Vec<Variable>,
}

struct Variable {
    name: String,
    value: String,
    description: String,
    is_secret: bool,
    /// Whether every call wants it.
    is_asked: bool,
}

impl Variables {
    /// Adds a variable unless there is one of that name.
    pub(super) fn add(&mut self, name: &str, value: &str, description: &str, is_secret: bool) {
        self.insert(name, value, description, is_secret, false);
    }

    /// Adds a variable that the reader has to fill in, unless there is one of that name.
    pub(super) fn ask(&mut self, name: &str, description: &str) {
        self.insert(name, "", description, false, true);
    }

    fn insert(&mut self, name: &str, value: &str, description: &str, is_secret: bool, is_asked: bool) {
        if self.variables.iter().all(|variable| variable.name != name) {
            let (name, value) = (name.to_owned(), value.to_owned());
            let description = description.to_owned();
            self.variables.push(Variable { name, value, description, is_secret, is_asked });
        }
    }

    /// The names of those that the reader has to fill in.
    pub(super) fn asked(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().filter(|variable| variable.is_asked).map(|variable| variable.name.as_str())
    }

    pub(super) fn into_values(self) -> Vec<Value> {
        let value = |variable: Variable| {
            json!({
                "key": variable.name,
                "value": variable.value,
                "type": if variable.is_secret { "secret" } else { "string" },
                "description": variable.description,
            })
        };
        self.variables.into_iter().map(value).collect()
    }
}

/// Whether nobody but its owner may see what a schema describes.
pub(super) fn is_secret(schema: &Value) -> bool {
    text(schema, "format") == "password"
}

/// A name as variables have it: `X-Tenant` and `XTenant` are `xTenant`.
pub(super) fn camel(name: &str) -> String {
    let mut camel = String::new();
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let (first, rest) = word.split_at(1);
        let first = if camel.is_empty() { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() };
        camel.push_str(&first);
        camel.push_str(rest);
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_headers_and_of_components_become_names_of_variables() {
        let names = ["X-IBM-Tenant-ID", "TenantId", "id", "task-type", "--"].map(camel);
        assert_eq!(names, ["xIBMTenantID", "tenantId", "id", "taskType", ""]);
    }

    #[test]
    fn a_variable_keeps_what_it_was_first() {
        let mut variables = Variables::default();
        variables.add("a", "1", "First.", false);
        variables.ask("a", "Second.");
        variables.add("b", "", "", true);
        assert_eq!(variables.asked().count(), 0);
        let values = variables.into_values();
        assert_eq!(values.len(), 2);
        assert_eq!(values[0]["value"], "1");
        assert_eq!(values[1]["type"], "secret");
    }
}
