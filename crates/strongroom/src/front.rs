//! What a new user sees first: the commands in groups, and what is wrong with a command line.

use std::process::ExitCode;

use clap::Command as Clap;
use serde_json::json;

use crate::commands;
use crate::exit::{self, Exit};
use crate::output::complain;
use crate::verbs;

/// The commands in the order in which one needs them. What is in no group comes last.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Begin", &["quickstart", "login", "logout", "profile"]),
    (
        "Every day",
        &[
            "backup",
            "snapshots",
            "ls",
            "find",
            "cat",
            "download",
            "restore",
            "diff",
            "runs",
            "status",
            "policy",
            "check",
        ],
    ),
    ("Everything the services can do", &["ibm", "storware", "api"]),
    ("A server of your own", &["serve", "user", "api-key"]),
    ("Help", &["completions", "man", "exit-codes", "help"]),
    ("Others", &[]),
];

/// Where the page says what commands are for.
const INDENT: usize = 15;

/// All commands, and the page that lists them.
pub(crate) fn page(clap: Clap) -> Clap {
    let clap = clap.subcommands(verbs::commands()).subcommands(commands::apis()).subcommand(exit::command());
    let groups = groups(&clap);
    clap.help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}\n\n\
         `strongroom COMMAND --help` tells more and shows examples.\n"
    ))
}

fn groups(clap: &Clap) -> String {
    let about = |name: &str| -> Option<String> {
        if name == "help" {
            return Some("Print this, or the help of a command".to_owned());
        }
        let command = clap.get_subcommands().find(|command| command.get_name() == name)?;
        Some(
            command.get_about().map(ToString::to_string).unwrap_or_default().trim_end_matches('.').to_owned(),
        )
    };
    let grouped = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let mut text = String::new();
    for (title, names) in GROUPS {
        let others = clap.get_subcommands().filter(|command| !command.is_hide_set()).map(Clap::get_name);
        let others: Vec<&str> = others.filter(|name| names.is_empty() && !grouped(name)).collect();
        let lines = names.iter().copied().chain(others);
        let lines: String =
            lines.filter_map(|name| Some(format!("  {name:<12} {}\n", wrapped(&about(name)?)))).collect();
        if !lines.is_empty() {
            text.push_str(&format!("{title}:\n{lines}\n"));
        }
    }
    // Braces are clap's own in a template.
    text.replace(['{', '}'], "")
}

/// What a command is for, in lines that leave room for its name in a terminal of the usual width.
fn wrapped(about: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in about.split(' ') {
        let more = word.chars().count() + usize::from(width > 0);
        if width > 0 && width + more > 80 - INDENT {
            text.push_str(&format!("\n{:INDENT$}{word}", ""));
            width = more - 1;
        } else {
            if width > 0 {
                text.push(' ');
            }
            text.push_str(word);
            width += more;
        }
    }
    text
}

/// Prints what clap has to say: help that was asked for, or what is wrong.
pub(crate) fn told(told: &clap::Error, as_json: bool) -> ExitCode {
    if !told.use_stderr() {
        // That nobody reads it any more is no error.
        let _ = told.print();
        return Exit::Done.into();
    }
    if as_json {
        let text = told.render().to_string();
        let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        complain(json!({"error": {
            "kind": Exit::Usage.name(), "status": null, "code": null, "message": message,
            "requestId": null, "retryable": false,
        }}));
    } else {
        let _ = told.print();
    }
    Exit::Usage.into()
}
