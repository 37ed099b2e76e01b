//! `server-variable`: the names in braces of a server's URL and its `variables` are the same, and a default is one
//! of the values listed.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let root = model.bundle.root();
    let paths = root.get("paths").map(Node::members).unwrap_or_default();
    let objects = [root].into_iter().chain(paths.iter().map(|path| &path.value));
    let objects = objects.chain(model.operations.iter().map(|operation| operation.node()));
    for server in objects.flat_map(|object| object.get("servers").map(Node::items).unwrap_or_default()) {
        check_server(server, findings);
    }
}

fn check_server(server: &Node, findings: &mut Findings) {
    let Some(url) = server.get("url") else { return };
    let Some(text) = url.as_str() else { return };
    let after = text.split('{').skip(1);
    let names: Vec<&str> = after.filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
    let variables = server.get("variables").map(Node::members).unwrap_or_default();
    for name in &names {
        if !variables.iter().any(|variable| variable.key == **name) {
            let message = format!("there is no variable `{name}` for this server");
            findings.push(
                Diagnostic::error("server-variable", &url.location, message)
                    .help(format!("declare `{name}` in `variables`, with a default")),
            );
        }
    }
    for variable in variables {
        if !names.contains(&variable.key.as_str()) {
            let message = format!("the URL of this server has no `{{{}}}`", variable.key);
            findings.push(Diagnostic::error("server-variable", &variable.key_location, message));
        }
        let values = variable.value.get("enum").map(Node::items).unwrap_or_default();
        if let Some(default) = variable.value.get("default")
            && let Some(text) = default.as_str()
            && !values.is_empty()
            && !values.iter().any(|value| value.as_str() == Some(text))
        {
            let message = format!("the default `{text}` is none of the values listed");
            findings.push(Diagnostic::error("server-variable", &default.location, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const SERVER: &str = "  - url: https://pets.example/v1\n";

    #[test]
    fn bad() {
        for (url, variables, expected) in [
            ("https://{host}/v1", "{}", "https: there is no variable `host` for this server"),
            ("https://x.example", "{host: {default: x}}", "host: the URL of this server has no `{host}`"),
            (
                "https://{host}/v1",
                "{host: {default: x, enum: [a, b]}}",
                "x: the default `x` is none of the values listed",
            ),
        ] {
            let server = format!("  - url: {url}\n    variables: {variables}\n");
            reports(SERVER, &server, &[&format!("server-variable at {expected}")]);
        }
    }

    #[test]
    fn good() {
        accepts(SERVER, "  - url: https://{host}/v1\n    variables: {host: {default: x, enum: [x, z]}}\n");
    }
}
