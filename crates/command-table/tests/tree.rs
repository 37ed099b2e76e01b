//! The tree of commands of both documents, to be read when it changes.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use command_table::{Api, Options, Place, read};
use openapi_check::{Sources, bundle};

fn api(entry: &str, name: &str, caller_headers: &[&str]) -> Api {
    let bundle = bundle(&Sources::embedded(strongroom_spec::FILES), entry).unwrap();
    read(&bundle, &Options { name, caller_headers, reserved: &[] }).unwrap()
}

/// A line for each command: what is typed, what it does, and the arguments.
fn tree(api: &Api) -> String {
    let mut text = String::new();
    for (resource, command) in api.commands() {
        let arguments = command.parameters.iter().filter(|parameter| parameter.place == Place::Path);
        let arguments: String =
            arguments.map(|argument| format!(" <{}>", argument.flag.to_uppercase())).collect();
        let line = format!("{} {}{arguments}", resource.name, command.verb);
        text.push_str(&format!("{line:<60} {}\n", command.about));
    }
    text
}

#[test]
fn ibm() {
    let api = api(strongroom_spec::IBM, "ibm", &["X-IBM-Tenant-ID", "requestInitiatorType"]);
    insta::assert_snapshot!(tree(&api));
}

#[test]
fn storware() {
    let api = api(strongroom_spec::STORWARE, "storware", &[]);
    insta::assert_snapshot!(tree(&api));
}
