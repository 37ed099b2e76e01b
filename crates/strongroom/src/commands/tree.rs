//! Commands for clap, made of the table where they are asked for.

use std::ffi::OsString;

use clap::{Args as _, Command as Clap};
use command_table::{Api, Command, Resource};
use strongroom_profile::Kind as Service;

use super::{api, flags, table};
use crate::connect::ConnectArgs;

/// The commands that call a service.
pub(crate) fn apis() -> [Clap; 3] {
    let of_ibm = Clap::new("ibm")
        .about("Call IBM Cloud Backup and Recovery, or a server that speaks it")
        .after_help("Example:\n  strongroom ibm policies list");
    let of_storware = Clap::new("storware")
        .about("Call Storware Backup & Recovery, or a server that speaks it")
        .after_help("Example:\n  strongroom storware tasks list");
    [
        of_ibm.defer(|clap| resources(clap, Service::Ibm, |clap| verbs(clap, Service::Ibm))),
        of_storware.defer(|clap| resources(clap, Service::Storware, |clap| verbs(clap, Service::Storware))),
        connected(api::command()),
    ]
}

/// Whether errors are to be told as JSON. Known before the command line is read, since that may be the error.
pub(crate) fn wants_json(arguments: &[OsString]) -> bool {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    words.windows(2).any(|pair| matches!(pair, ["-o" | "--output", "json"]))
        || words.iter().any(|word| matches!(*word, "-ojson" | "-o=json" | "--output=json"))
}

fn resources(clap: Clap, service: Service, deferred: fn(Clap) -> Clap) -> Clap {
    let api: &Api = table::api(service);
    let resources = api.resources.iter().map(|resource| resource_command(api, resource).defer(deferred));
    connected(clap.subcommand_required(true).arg_required_else_help(true))
        .subcommand_help_heading("Resources")
        .subcommand_value_name("RESOURCE")
        .subcommands(resources)
}

/// The command with the flags that say which server it calls. What they say about themselves is no help for it.
fn connected(clap: Clap) -> Clap {
    let about = clap.get_about().cloned().unwrap_or_default();
    let long = clap.get_long_about().cloned().unwrap_or_else(|| about.clone());
    ConnectArgs::augment_args(clap).about(about).long_about(long)
}

fn resource_command(api: &Api, resource: &Resource) -> Clap {
    let first = resource.commands.first().map(|command| command.example).unwrap_or_default();
    Clap::new(resource.name)
        .about(resource.about)
        .after_help(format!("Example:\n  strongroom {} {first}", api.name))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("VERB")
        .subcommand_help_heading("Verbs")
}

/// The commands of a resource, whose name is that of `clap`.
fn verbs(clap: Clap, service: Service) -> Clap {
    let api = table::api(service);
    let Some(resource) = api.resource(clap.get_name()) else { return clap };
    clap.subcommands(resource.commands.iter().map(|command| verb(api, command)))
}

fn verb(api: &Api, command: &'static Command) -> Clap {
    let mut about = command.about.to_owned();
    if command.deprecated {
        about.push_str(" (advised against)");
    }
    let mut long = about.clone();
    if !command.description.is_empty() {
        long = format!("{long}\n\n{}", command.description);
    }
    let program = format!("strongroom {}", api.name);
    let mut examples = format!("Example:\n  {program} {}", command.example);
    if command.example.contains("--from-file") {
        let head = command.example.split(" --").next().unwrap_or_default();
        let bare: Vec<&str> = head.split(' ').take(2).collect();
        examples = format!(
            "Examples:\n  {program} {} --generate-skeleton > body.yaml\n  {program} {}",
            bare.join(" "),
            command.example
        );
    }
    let clap = Clap::new(command.verb).about(about).long_about(long).after_help(examples);
    flags::add(clap, command)
}
