//! The ratchet: nothing of the documents is out of reach, and nothing is there that nobody explains.

use std::collections::BTreeSet;

use clap::{Arg, Command as Clap};
use command_table::{Api, Command, Place};
use openapi_check::Sources;
use openapi_check::schema::{Direction, Schema, Unknown};
use serde_json::Value;
use strongroom_profile::Kind as Service;

use super::{skeleton, table, tree};

const SERVICES: [(Service, &str); 2] =
    [(Service::Ibm, strongroom_spec::IBM), (Service::Storware, strongroom_spec::STORWARE)];

/// The commands of a service as clap has them: resource, verb, and what can be given.
fn built(service: Service) -> Clap {
    let mut clap = tree::apis().into_iter().find(|clap| clap.get_name() == table::api(service).name).unwrap();
    // Everything that is made late is made now, with clap's own checks.
    clap.build();
    clap
}

fn verb<'c>(clap: &'c Clap, resource: &str, command: &Command) -> &'c Clap {
    let resource = clap.get_subcommands().find(|clap| clap.get_name() == resource).unwrap();
    resource.get_subcommands().find(|clap| clap.get_name() == command.verb).unwrap()
}

fn document(entry: &str) -> Value {
    openapi_check::bundle(&Sources::embedded(strongroom_spec::FILES), entry).unwrap().document().clone()
}

#[test]
fn every_operation_has_a_command_and_every_parameter_a_flag() {
    for (service, entry) in SERVICES {
        let document = document(entry);
        let api: &Api = table::api(service);
        let mut missing: BTreeSet<String> = BTreeSet::new();
        let mut operations = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in ["get", "put", "post", "delete", "patch"] {
                let Some(operation) = item.get(method) else { continue };
                operations += 1;
                let id = operation["operationId"].as_str().unwrap();
                let of_it: Vec<&Command> =
                    api.commands().map(|(_, command)| command).filter(|it| it.operation == id).collect();
                let Some(command) = of_it.first() else {
                    missing.insert(id.to_owned());
                    continue;
                };
                assert_eq!((command.path, command.method.to_lowercase().as_str()), (path.as_str(), method));
                let of_path = item["parameters"].as_array().into_iter().flatten();
                for parameter in operation["parameters"].as_array().into_iter().flatten().chain(of_path) {
                    let parameter = table::resolve(&document, parameter);
                    let name = parameter["name"].as_str().unwrap();
                    // The first is --tenant; the other is for the vendor's own pages.
                    let of_client = matches!(name, "X-IBM-Tenant-ID" | "requestInitiatorType");
                    if !of_client && !command.parameters.iter().any(|known| known.name == name) {
                        missing.insert(format!("{id}: {name}"));
                    }
                }
                let body = table::resolve(&document, &operation["requestBody"]);
                for media in body["content"].as_object().into_iter().flat_map(|content| content.values()) {
                    let schema = table::resolve(&document, &media["schema"]);
                    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
                        let kind = table::resolve(&document, member)["type"].as_str();
                        let is_scalar = matches!(kind, Some("string" | "integer" | "number" | "boolean"));
                        let has_flag = |it: &&Command| it.parameters.iter().any(|known| known.name == name);
                        let stands_for = |it: &&Command| it.fixed.iter().find(|(member, _)| member == name);
                        if let Some(values) = of_it.iter().map(stands_for).collect::<Option<Vec<_>>>() {
                            // Where commands stand for its values, there is one for each.
                            let listed = table::resolve(&document, member)["enum"].as_array().unwrap().iter();
                            let there: BTreeSet<&str> = values.into_iter().map(|(_, text)| *text).collect();
                            assert_eq!(there, listed.map(|value| value.as_str().unwrap()).collect(), "{id}");
                            continue;
                        }
                        // Of a list that belongs to one of the commands, the flag is there.
                        let reached = if is_scalar {
                            of_it.iter().all(has_flag)
                        } else {
                            of_it.len() == 1 || of_it.iter().any(has_flag)
                        };
                        if !reached && member["readOnly"] != true {
                            missing.insert(format!("{id}: body member {name}"));
                        }
                    }
                }
            }
        }
        assert!(missing.is_empty(), "out of reach: {missing:#?}");
        let reached: BTreeSet<_> = api.commands().map(|(_, command)| command.operation).collect();
        assert_eq!(reached.len(), operations);
    }
}

#[test]
fn every_flag_has_help_and_every_command_an_example() {
    for (service, _) in SERVICES {
        let clap = built(service);
        for (resource, command) in table::api(service).commands() {
            let name = format!("{} {}", resource.name, command.verb);
            let clap = verb(&clap, resource.name, command);
            assert!(clap.get_about().is_some_and(|about| !about.to_string().is_empty()), "{name}");
            let after = clap.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                after.contains("Example")
                    && after.contains(&format!("strongroom {} {name}", table::api(service).name)),
                "{name}: {after}"
            );
            let silent: Vec<&Arg> = clap
                .get_arguments()
                .filter(|argument| argument.get_help().is_none_or(|help| help.to_string().trim().is_empty()))
                .collect();
            assert!(silent.is_empty(), "{name}: {silent:?}");
            for parameter in command.parameters {
                let argument = clap.get_arguments().find(|argument| argument.get_id() == parameter.flag);
                let argument = argument.unwrap_or_else(|| panic!("{name}: {}", parameter.flag));
                assert_eq!(
                    argument.is_positional(),
                    parameter.place == Place::Path,
                    "{name}: {}",
                    parameter.flag
                );
            }
        }
    }
}

#[test]
fn flags_of_every_command_are_reserved() {
    let reserved: BTreeSet<&str> = include_str!("reserved.in").lines().collect();
    for (service, _) in SERVICES {
        let clap = built(service);
        for (resource, command) in table::api(service).commands() {
            for argument in verb(&clap, resource.name, command).get_arguments() {
                let id = argument.get_id().as_str();
                let of_table = command.parameters.iter().any(|parameter| parameter.flag == id);
                if let (false, Some(long)) = (of_table, argument.get_long()) {
                    assert!(reserved.contains(long), "--{long} is missing in reserved.in");
                }
            }
        }
    }
}

#[test]
fn every_skeleton_is_a_body_that_fits() {
    for (service, _) in SERVICES {
        let document = table::document(service).unwrap();
        for (resource, command) in table::api(service).commands() {
            let Some(body) = command.body else { continue };
            let name = format!("{} {}", resource.name, command.verb);
            let media = document.pointer(body.pointer).unwrap();
            let schema =
                Schema::compile(document, &media["schema"], Unknown::Forbidden, Direction::Request).unwrap();
            let text = skeleton::commented(document, media, command.fixed);
            let sources: Sources = [("skeleton.yaml".to_owned(), text.clone())].into_iter().collect();
            assert!(sources.findings("skeleton.yaml").is_empty(), "{name}:\n{text}");
            let commented = sources.value("skeleton.yaml").unwrap_or_else(|| serde_json::json!({}));
            let mistakes = schema.check(&commented);
            assert!(mistakes.is_empty(), "{name}: {mistakes:#?}\n{text}");
            let mistakes = schema.check(&skeleton::bare(document, media, command.fixed));
            assert!(mistakes.is_empty(), "{name} as JSON: {mistakes:#?}");
        }
    }
}
