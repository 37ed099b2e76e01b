//! Values of examples, coloured.

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

/// A value as JSON, its names, texts and other values told apart by short elements.
pub(crate) fn json(value: &Value) -> Markup {
    let mut out = String::new();
    write(&mut out, value, 0);
    PreEscaped(out)
}

fn write(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                line(out, index > 0, depth + 1);
                element(out, "b", &Value::from(key.as_str()));
                out.push_str(": ");
                write(out, value, depth + 1);
            }
            line(out, false, depth);
            out.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, value) in items.iter().enumerate() {
                line(out, index > 0, depth + 1);
                write(out, value, depth + 1);
            }
            line(out, false, depth);
            out.push(']');
        }
        Value::String(_) => element(out, "i", value),
        other => element(out, "u", other),
    }
}

fn line(out: &mut String, comma: bool, depth: usize) {
    out.push_str(if comma { ",\n" } else { "\n" });
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn element(out: &mut String, name: &str, value: &Value) {
    let text = html! { (value.to_string()) }.into_string();
    out.push_str(&format!("<{name}>{text}</{name}>"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;

    #[test]
    fn without_its_elements_it_is_json() {
        let value = value!({"a": [1, "x\"</b>", {}], "b": {"c": null}});
        let mut text = json(&value).into_string();
        for tag in ["<b>", "</b>", "<i>", "</i>", "<u>", "</u>"] {
            text = text.replace(tag, "");
        }
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        assert_eq!(text, format!("{value:#}"));
    }
}
