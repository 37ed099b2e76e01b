//! What has to hold of every command, also of those that are not written yet.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::{Arg, Command as Clap, CommandFactory as _};

use crate::{Cli, front};

/// All commands, with everything made that is made late.
fn tree() -> Clap {
    let mut tree = front::page(Cli::command());
    tree.build();
    tree
}

/// Every command that people see, with how it is called, the program first.
fn commands(tree: &Clap) -> Vec<(String, &Clap)> {
    fn walk<'c>(name: String, clap: &'c Clap, found: &mut Vec<(String, &'c Clap)>) {
        let inner = clap.get_subcommands().filter(|inner| !inner.is_hide_set() && inner.get_name() != "help");
        for inner in inner {
            walk(format!("{name} {}", inner.get_name()), inner, found);
        }
        found.push((name, clap));
    }
    let mut found = Vec::new();
    walk("strongroom".to_owned(), tree, &mut found);
    found
}

/// All that the help of a command says.
fn help(clap: &Clap) -> String {
    clap.clone().render_long_help().to_string()
}

/// The lines below `Example:` or `Examples:`.
fn examples(clap: &Clap) -> Vec<String> {
    let after = clap.get_after_help().or(clap.get_after_long_help()).map(ToString::to_string);
    let after = after.unwrap_or_default();
    let below = after.lines().skip_while(|line| !matches!(*line, "Example:" | "Examples:")).skip(1);
    below.take_while(|line| line.starts_with(' ')).map(|line| line.trim().to_owned()).collect()
}

/// The calls of `strongroom` in a line of a shell, each as its words.
fn calls(line: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find("strongroom ") {
        let is_word = rest[..at].chars().next_back().is_none_or(|before| " (".contains(before));
        let call = &rest[at..];
        // Up to what ends a command, outside of quotes.
        let mut quote = None;
        let end = call.char_indices().find(|(_, c)| {
            match (quote, *c) {
                (None, '\'' | '"') => quote = Some(*c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
            quote.is_none() && "|><&;)#".contains(*c)
        });
        let end = end.map_or(call.len(), |(at, _)| at);
        if is_word {
            calls.push(shell_words::split(&call[..end]).unwrap());
        }
        rest = &call[end..];
    }
    calls
}

fn parse(words: &[String]) -> Result<(), clap::Error> {
    front::page(Cli::command()).try_get_matches_from(words).map(|_| ())
}

#[test]
fn every_command_says_what_it_is_for_and_shows_an_example_that_works() {
    let tree = tree();
    let mut wrong = Vec::new();
    for (name, clap) in commands(&tree) {
        let about = clap.get_about().map(ToString::to_string).unwrap_or_default();
        if about.is_empty() || about.contains('\n') {
            wrong.push(format!("{name}: what it is for takes one line, and not {about:?}"));
        }
        if name == "strongroom" {
            continue;
        }
        let examples = examples(clap);
        let own =
            examples.iter().flat_map(|line| calls(line)).filter(|call| call.join(" ").starts_with(&name));
        if own.count() == 0 {
            wrong.push(format!("{name}: no example of it, in {examples:?}"));
        }
        for line in &examples {
            for call in calls(line) {
                if let Err(error) = parse(&call) {
                    wrong.push(format!("{name}: {line}\n{error}"));
                }
                let query = call.iter().skip_while(|word| *word != "--query").nth(1);
                if let Some(Err(error)) = query.map(|query| jmespath::compile(query)) {
                    wrong.push(format!("{name}: {line}\n{error}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_call_in_the_readme_works() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let mut is_shell = false;
    let mut found = 0;
    for line in readme.lines() {
        if line.starts_with("```") {
            is_shell = line == "```sh" && !is_shell;
        } else if is_shell {
            let line = line.split(" #").next().unwrap_or_default();
            let line = line.replace("cargo run -- ", "strongroom ").replace("[DIR]", "DIR");
            for call in calls(&line) {
                found += 1;
                parse(&call).unwrap_or_else(|error| panic!("{line}\n{error}"));
            }
        }
    }
    assert!(found > 5, "{found} calls");
}

#[test]
fn every_flag_says_what_it_is_for() {
    let tree = tree();
    for (name, clap) in commands(&tree) {
        let silent: Vec<&Arg> = clap
            .get_arguments()
            .filter(|argument| argument.get_help().is_none_or(|help| help.to_string().trim().is_empty()))
            .collect();
        assert!(silent.is_empty(), "{name}: {silent:?}");
    }
}

#[test]
fn every_command_is_in_a_group_of_the_front_page() {
    let page = help(&tree());
    assert!(!page.contains("Others:"), "{page}");
    let tree = tree();
    for clap in tree.get_subcommands() {
        let line = format!("\n  {:<12} ", clap.get_name());
        assert_eq!(page.matches(&line).count(), 1, "{}\n{page}", clap.get_name());
    }
    assert!(page.lines().all(|line| line.chars().count() <= 80), "{page}");
}

/// The names in quotes behind these words in our sources.
fn quoted_behind(words: &str, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            quoted_behind(words, &path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("ratchets.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let behind = text.split(words).skip(1).filter_map(|behind| behind.split('"').next());
            found.extend(behind.map(str::to_owned));
        }
    }
}

#[test]
fn every_environment_variable_is_in_a_help() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut variables = BTreeSet::new();
    for words in ["env::var(\"", "env::var_os(\"", "env = \""] {
        quoted_behind(words, &sources, &mut variables);
    }
    let profile = fs::read_to_string(sources.join("../../profile/src/variables.rs")).unwrap();
    let declared = profile.split(": &str = \"").skip(1).filter_map(|behind| behind.split('"').next());
    variables.extend(declared.map(str::to_owned));
    assert!(variables.len() > 20, "{variables:?}");
    let tree = tree();
    let all: String = commands(&tree).into_iter().map(|(_, clap)| help(clap)).collect();
    // Of the tests, and not for people.
    variables.remove("STRONGROOM_CHECK_ANSWERS");
    variables.remove("CARGO_MANIFEST_DIR");
    let untold: Vec<String> = variables.into_iter().filter(|name| !all.contains(name.as_str())).collect();
    assert!(untold.is_empty(), "no help says what they do: {untold:?}");
}

#[test]
fn what_is_mistyped_gets_a_suggestion() {
    for (line, meant) in [
        ("profle list", "'profile'"),
        ("ibm polices list", "'policies'"),
        ("ibm policies lst", "'list'"),
        ("storware taks list", "'tasks'"),
        ("profile shwo", "'show'"),
        ("ibm policies list --tpes Regular", "'--types'"),
        ("ibm policies list --profil work", "'--profile'"),
        ("login --tenent t/", "'--tenant'"),
        ("ibm policies list -o jsno", "'json'"),
        ("ibm policies list --color alwys", "'always'"),
        ("user add ada --role operater --data-dir d", "'operator'"),
        ("completions zshh", "'zsh'"),
        ("exit-code", "'exit-codes'"),
    ] {
        let words = shell_words::split(&format!("strongroom {line}")).unwrap();
        let said = parse(&words).unwrap_err().to_string();
        assert!(said.contains("similar") && said.contains(meant), "{line}: {said}");
    }
}
