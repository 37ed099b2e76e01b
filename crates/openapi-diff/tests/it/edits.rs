//! Random edits of documents, the same for the same seed.

use serde_json::{Map, Value, json};

/// A small generator of numbers: these tests need variety, and to fail the same way twice.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // Any state but zero will do.
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

/// Edits one place of a document. Returns the pointer of the place, or `None` where nothing was edited.
pub(crate) fn edit(document: &mut Value, random: &mut Random) -> Option<String> {
    let mut places = Vec::new();
    gather(document, String::new(), &mut places);
    let pointer = random.pick(&places).clone();
    let is_schema = pointer.starts_with("/components/schemas/")
        || pointer.ends_with("/schema")
        || pointer.contains("/properties/");
    let node = document.pointer_mut(&pointer)?;
    match node {
        Value::Object(members) if is_schema && looks_like_schema(members) && random.below(4) > 0 => {
            let key = schema_edit(members, random);
            Some(format!("{pointer}/{key}"))
        }
        Value::Object(members) if members.len() > 1 => {
            let keys: Vec<String> = members.keys().cloned().collect();
            let key = random.pick(&keys).clone();
            members.shift_remove(&key);
            Some(format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")))
        }
        Value::Array(items) if items.len() > 1 => {
            let index = random.below(items.len());
            items.remove(index);
            Some(pointer)
        }
        Value::Bool(flag) => {
            *flag = !*flag;
            Some(pointer)
        }
        Value::Number(number) => {
            *node = json!(number.as_i64()? + 1);
            Some(pointer)
        }
        Value::String(text) if !pointer.ends_with("/$ref") => {
            text.push('x');
            Some(pointer)
        }
        _ => None,
    }
}

fn looks_like_schema(members: &Map<String, Value>) -> bool {
    ["type", "properties", "enum", "oneOf", "allOf", "anyOf"].iter().any(|key| members.contains_key(*key))
}

/// Sets a keyword of a schema to something that may stand there.
fn schema_edit(schema: &mut Map<String, Value>, random: &mut Random) -> String {
    let number = random.below(4);
    let keywords = [
        ("nullable", json!(true)),
        ("deprecated", json!(true)),
        ("maxLength", json!(number + 5)),
        ("minLength", json!(number)),
        ("maximum", json!(number + 100)),
        ("exclusiveMaximum", json!(true)),
        ("multipleOf", json!(number + 1)),
        ("pattern", json!(format!("^{number}"))),
        ("format", json!("uuid")),
        ("default", json!("a")),
        ("title", json!(format!("Title{number}"))),
        ("enum", json!(["a", "b", number])),
        ("type", json!(["string", "integer", "object", "array"][number])),
        ("description", json!(format!("Words {number}."))),
        ("additionalProperties", json!(number > 1)),
        ("required", json!(["id", format!("r{number}")])),
        ("x-note", json!(number)),
        ("uniqueItems", json!(true)),
        ("not", json!({ "enum": [number] })),
        ("anyOf", json!([{ "type": "string" }, { "type": "integer", "maximum": number }])),
    ];
    let (key, value) = random.pick(&keywords).clone();
    schema.insert(key.to_owned(), value);
    key.to_owned()
}

fn gather(node: &Value, pointer: String, places: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            for (key, member) in members {
                gather(member, format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                gather(item, format!("{pointer}/{index}"), places);
            }
        }
        _ => {}
    }
    if pointer.matches('/').count() > 1 {
        places.push(pointer);
    }
}

/// The same document with members in another order.
pub(crate) fn shuffled(node: &Value, random: &mut Random) -> Value {
    match node {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            for index in (1..members.len()).rev() {
                members.swap(index, random.below(index + 1));
            }
            members.into_iter().map(|(key, value)| (key.clone(), shuffled(value, random))).collect()
        }
        Value::Array(items) => items.iter().map(|item| shuffled(item, random)).collect(),
        other => other.clone(),
    }
}
