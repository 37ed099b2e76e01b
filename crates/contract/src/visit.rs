//! Walking through a body along its schema.

use serde_json::Value;

use crate::Operation;
use crate::lazy::resolve;
use crate::media::is_json;

impl Operation {
    /// Visits every place of a JSON request body that the document describes, the outer before the inner, and
    /// gives the schema of the place along: the object itself, behind references and an `allOf` of one. What
    /// `visit` puts in a place is walked through in its turn.
    ///
    /// For a server whose clients are known to send some things otherwise than the document says.
    pub fn visit_body(&self, body: &mut Value, visit: &mut dyn FnMut(&Value, &mut Value)) {
        let contents = self.body.iter().flat_map(|body| &body.content);
        let json = contents.filter(|content| is_json(&content.media_type));
        for schema in json.filter_map(|content| content.schema.as_ref()) {
            walk(schema.document(), schema.schema(), body, visit);
        }
    }
}

fn walk(document: &Value, schema: &Value, value: &mut Value, visit: &mut dyn FnMut(&Value, &mut Value)) {
    let mut schema = resolve(document, schema);
    while let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) {
        schema = resolve(document, only);
    }
    visit(schema, value);
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if let Some(schema) = schema["properties"].get(name) {
                    walk(document, schema, member, visit);
                }
            }
        }
        Value::Array(items) if schema.get("items").is_some() => {
            items.iter_mut().for_each(|item| walk(document, &schema["items"], item, visit));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Contract;

    #[test]
    fn every_described_place_is_visited_with_its_schema() {
        let document = json!({"openapi": "3.0.3", "paths": {"/pets": {"post": {
            "operationId": "addPets",
            "requestBody": {"content": {"application/json": {"schema": {"type": "array", "items":
                {"$ref": "#/components/schemas/Pet"}}}}},
            "responses": {},
        }}}, "components": {"schemas": {
            "Pet": {"type": "object", "properties": {
                "age": {"type": "integer"},
                "mother": {"description": "Hers.", "allOf": [{"$ref": "#/components/schemas/Pet"}]},
            }},
        }}});
        let contract = Contract::new(&document).unwrap();
        let mut body = json!([{"age": "3", "unknown": "4", "mother": {"age": "7"}}, 5]);
        contract.operation("addPets").unwrap().visit_body(&mut body, &mut |schema, value| {
            if schema["type"] == "integer"
                && let Some(number) = value.as_str().and_then(|text| text.parse::<i64>().ok())
            {
                *value = Value::from(number);
            }
        });
        assert_eq!(body, json!([{"age": 3, "unknown": "4", "mother": {"age": 7}}, 5]));
    }
}
