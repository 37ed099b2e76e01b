//! `reserved-name`: a schema or a parameter whose name means something else in some language. Generators write
//! a type of that name beside the language's own, and the code does not compile, or means the wrong one.

use std::collections::{HashMap, HashSet};

use super::words::{pascal, words};
use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Member;

/// Names of schemas in `PascalCase`, and where they clash.
const SCHEMAS: [(&str, &str); 76] = [
    ("Any", "Python and Go, where it is a type of the language"),
    ("ApiClient", "Java and Go, where the client itself is called so"),
    ("ApiException", "Java and Python, where the client's error is called so"),
    ("ApiKey", "Go, where the client has a type of that name"),
    ("ApiResponse", "Java and Go, where the client has a type of that name"),
    ("Array", "TypeScript, where it is a type of the language"),
    ("BasicAuth", "Go, where the client has a type of that name"),
    ("BigDecimal", "Java, where it is a type of the library"),
    ("Bool", "Go, where the client already has a `NullableBool`"),
    ("Boolean", "Java and TypeScript, where it is a type of the language"),
    ("Box", "Rust, where it is a type of the language"),
    ("Byte", "Java, where it is a type of the language"),
    ("Character", "Java, where it is a type of the language"),
    ("Class", "Java, where it is a type of the language"),
    ("Client", "Rust, Python and Go, where the client itself is called so"),
    ("Clone", "Rust, where it is a trait of the language"),
    ("Configuration", "Java, Go and TypeScript, where the client has a type of that name"),
    ("Copy", "Rust, where it is a trait of the language"),
    ("Date", "TypeScript and Java, where it is a type of the language"),
    ("Debug", "Rust, where it is a trait of the language"),
    ("Default", "Rust, where it is a trait of the language"),
    ("Dict", "Python, where it is a type of the language"),
    ("Double", "Java, where it is a type of the language"),
    ("Enum", "Java and Python, where every list of values is one"),
    ("Err", "Rust, where it is a part of `Result`"),
    ("Error", "TypeScript, Rust, Go and Swift, where it is the type of every failure"),
    ("Exception", "Java and Python, where it is the type of every failure"),
    ("File", "Java, Python and TypeScript, where it is what bodies of bytes are read into"),
    ("Float", "Java, where it is a type of the language"),
    ("Float32", "Go, where the client already has a `NullableFloat32`"),
    ("Float64", "Go, where the client already has a `NullableFloat64`"),
    ("From", "Rust, where it is a trait of the language"),
    ("Function", "TypeScript, where it is a type of the language"),
    ("Generic", "Python, where it is a type of the language"),
    ("GenericOpenApiError", "Go, where the client's error is called so"),
    ("Int", "Go, where the client already has a `NullableInt`"),
    ("Int32", "Go, where the client already has a `NullableInt32`"),
    ("Int64", "Go, where the client already has a `NullableInt64`"),
    ("Integer", "Java, where it is a type of the language"),
    ("Into", "Rust, where it is a trait of the language"),
    ("Iterator", "Rust, Java and TypeScript, where it is a type of the language"),
    ("List", "Java and Python, where every list is one"),
    ("Long", "Java, where it is a type of the language"),
    ("Map", "Java and TypeScript, where every map is one"),
    ("MappedNullable", "Go, where the client has a type of that name"),
    ("None", "Python and Rust, where it is a word of the language"),
    ("Null", "several languages, where it is a word"),
    ("Number", "Java and TypeScript, where it is a type of the language"),
    ("Object", "Java, Python and TypeScript, where everything is one"),
    ("Ok", "Rust, where it is a part of `Result`"),
    ("Option", "Rust, where every optional member is one"),
    ("Optional", "Java and Python, where every optional member is one"),
    ("Package", "Java, where it is a type of the language"),
    ("Promise", "TypeScript, where every answer is one"),
    ("Record", "Java and TypeScript, where it is a type of the language"),
    ("Request", "TypeScript, where it is what the client sends"),
    ("Response", "TypeScript and Python, where it is what the client receives"),
    ("Result", "Rust and Swift, where every answer is one"),
    ("Runtime", "Java, where it is a type of the language"),
    ("Secret", "Rust, where our own client has a type of that name"),
    ("Self", "Rust, where it is a word of the language"),
    ("ServerConfiguration", "Java and Go, where the client has a type of that name"),
    ("ServerVariable", "Java and Go, where the client has a type of that name"),
    ("Set", "Java and TypeScript, where it is a type of the language"),
    ("Some", "Rust, where it is a part of `Option`"),
    ("String", "Java, Rust and Go, where every text is one"),
    ("Symbol", "TypeScript, where it is a type of the language"),
    ("System", "Java, where it is a type of the language"),
    ("Thread", "Java, where it is a type of the language"),
    ("Time", "Go, where the client already has a `NullableTime`"),
    ("Type", "Python, Go and Rust, where it is a word of the language"),
    ("Union", "Python, where it is a type of the language"),
    ("UnixMillis", "Rust, where our own client has a type of that name"),
    ("Unset", "Python, where it is what an absent member is"),
    ("Vec", "Rust, where every list is one"),
    ("Void", "Java and TypeScript, where it is the absence of a type"),
];

/// Names of parameters in `snake_case`, and where they clash.
const PARAMETERS: [(&str, &str); 15] = [
    ("body", "Rust and Python, where the body of the request is called so"),
    ("client", "Rust and Python, where the client itself is called so"),
    ("ctx", "Go, where every call has a context of that name"),
    ("header_map", "Rust, where generated code has a variable of that name"),
    ("headers", "TypeScript and Python, where options of a call are called so"),
    ("info", "Rust, where generated code has a variable of that name"),
    ("local_var_path", "Go and Java, where generated code has a variable of that name"),
    ("new", "Rust, where builders are made by it, and Java, where it is a word of the language"),
    ("request", "Rust, where generated code has a variable of that name"),
    ("response", "Rust and Python, where generated code has a variable of that name"),
    ("result", "Rust, where generated code has a variable of that name"),
    ("self", "Rust and Python, where it is a word of the language"),
    ("send", "Rust, where it is how a builder sends its request"),
    ("url", "Rust and Python, where generated code has a variable of that name"),
    ("value", "Rust, where the argument of every builder is called so"),
];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let schemas = model.section("schemas");
    for schema in schemas {
        let name = pascal(&schema.key);
        if let Some((_, clash)) = SCHEMAS.iter().find(|(reserved, _)| *reserved == name) {
            let message = format!("the schema `{}` clashes with a name of {clash}", schema.key);
            findings.push(
                Diagnostic::error("reserved-name", &schema.key_location, message)
                    .help("name it after what it is about, such as `ClockTime` instead of `Time`"),
            );
        }
    }
    companions(schemas, findings);
    for operation in &model.operations {
        for (_, parameter) in model.parameters(operation) {
            let Some(name) = parameter.get("name") else { continue };
            let Some(text) = name.as_str() else { continue };
            let snake = words(text);
            if let Some((_, clash)) = PARAMETERS.iter().find(|(reserved, _)| *reserved == snake) {
                let message = format!("the parameter `{text}` clashes with a name of {clash}");
                findings.push(Diagnostic::error("reserved-name", &name.location, message));
            }
        }
    }
}

/// In Go, the schema `Pet` comes with a function `NewPet` and a type `NullablePet`.
fn companions(schemas: &[Member], findings: &mut Findings) {
    let names: HashMap<String, &str> =
        schemas.iter().map(|schema| (pascal(&schema.key), schema.key.as_str())).collect();
    let mut told = HashSet::new();
    for schema in schemas {
        let name = pascal(&schema.key);
        for prefix in ["NewNullable", "New", "Nullable"] {
            let bare =
                name.strip_prefix(prefix).map(|bare| bare.strip_suffix("WithDefaults").unwrap_or(bare));
            let other = bare.and_then(|bare| names.get(bare));
            if let Some(other) = other.filter(|_| told.insert(schema.key.as_str())) {
                let message =
                    format!("the schema `{}` clashes with what comes with `{other}` in Go", schema.key);
                findings.push(
                    Diagnostic::error("reserved-name", &schema.key_location, message)
                        .help(format!("for `{other}`, generators write `New{other}` and `Nullable{other}`")),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PARAMETERS, SCHEMAS};
    use crate::rules::testing::{accepts, reports};
    use crate::rules::words::{pascal, words};

    const SINCE: &str = "since: {type: string, default: '2024'}\n";
    const LIMIT: &str = "{name: limit, in: query,";

    fn with_schema(name: &str) -> String {
        format!("since: {{$ref: '#/components/schemas/{name}'}}\n    {name}: {{type: string}}\n")
    }

    #[test]
    fn the_lists_are_written_as_they_are_compared() {
        assert!(SCHEMAS.iter().all(|(name, _)| pascal(name) == *name));
        assert!(PARAMETERS.iter().all(|(name, _)| words(name) == *name));
        assert!(SCHEMAS.is_sorted() && PARAMETERS.is_sorted());
    }

    #[test]
    fn bad() {
        reports(
            SINCE,
            &with_schema("Time"),
            &[
                "reserved-name at Time: the schema `Time` clashes with a name of Go, where the client already has a `NullableTime`",
            ],
        );
        reports(
            SINCE,
            &with_schema("NewPet"),
            &["reserved-name at NewPet: the schema `NewPet` clashes with what comes with `Pet` in Go"],
        );
        reports(
            LIMIT,
            "{name: new, in: query,",
            &[
                "reserved-name at new: the parameter `new` clashes with a name of Rust, where builders are made by it, and Java, where it is a word of the language",
            ],
        );
    }

    #[test]
    fn good() {
        accepts(SINCE, &with_schema("TimeOfDay"));
        accepts(SINCE, &with_schema("NewHome"));
        accepts(LIMIT, "{name: newest, in: query,");
    }
}
