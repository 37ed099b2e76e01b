//! What is being typed on a line: a command, a flag, or a value of which argument.

use clap::{Arg, ArgAction, ArgMatches, Command as Clap, ValueHint};

use super::names::{self, Wanted};
use super::{Candidate, Paths};

/// What may stand at the end of a line of words, behind the name of the program.
pub(super) fn complete(tree: Clap, before: &[String], current: &str) -> (Paths, Vec<Candidate>) {
    // `help` takes commands and nothing else.
    if let Some(("help", commands)) = before.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        let (tree, _) = made(tree, commands);
        let place = Place::at(&tree, commands);
        let others = place.command.get_subcommands().filter(|clap| clap.get_name() != "help");
        return (Paths::None, subcommands(others, current));
    }
    let (tree, matches) = made(tree, before);
    let place = Place::at(&tree, before);
    let (paths, mut candidates) = place.complete(before, current, &matches);
    candidates.dedup_by(|one, other| one.word == other.word);
    (paths, candidates)
}

/// The commands of the line, which clap makes while it reads it, and what it reads: the line may be wrong or end too
/// soon.
fn made(tree: Clap, words: &[String]) -> (Clap, ArgMatches) {
    let mut tree = tree.ignore_errors(true);
    let program = tree.get_name().to_owned();
    let line = std::iter::once(program).chain(words.iter().cloned());
    // What cannot be read all the same is a call for help or for the version.
    let matches = tree.try_get_matches_from_mut(line).unwrap_or_default();
    (tree, matches)
}

/// Where on the line the cursor is.
struct Place<'c> {
    /// The commands, from the program on.
    path: Vec<&'c str>,
    command: &'c Clap,
    /// Arguments without a flag so far.
    arguments: usize,
    /// The flag whose value comes next.
    flag: Option<&'c Arg>,
    /// Behind `--` there are no more flags.
    is_escaped: bool,
}

impl<'c> Place<'c> {
    fn at(tree: &'c Clap, words: &[String]) -> Self {
        let mut place = Self { path: Vec::new(), command: tree, arguments: 0, flag: None, is_escaped: false };
        for word in words {
            place.pass(word);
        }
        place
    }

    fn pass(&mut self, word: &str) {
        if self.flag.take().is_some() {
            return;
        }
        if !self.is_escaped {
            if word == "--" {
                self.is_escaped = true;
                return;
            }
            if let Some(long) = word.strip_prefix("--") {
                let flag = if long.contains('=') { None } else { self.long(long) };
                self.flag = flag.filter(|flag| wants_word(flag));
                return;
            }
            if word.len() > 1 && word.starts_with('-') {
                self.flag = self
                    .short(word)
                    .filter(|(flag, rest)| rest.is_empty() && wants_word(flag))
                    .map(|(flag, _)| flag);
                return;
            }
            if self.arguments == 0
                && let Some(command) = self.command.find_subcommand(word)
            {
                self.path.push(command.get_name());
                self.command = command;
                return;
            }
        }
        self.arguments += 1;
    }

    fn long(&self, name: &str) -> Option<&'c Arg> {
        self.command.get_arguments().find(|flag| flag.get_long() == Some(name))
    }

    /// The first flag of `-abVALUE` that takes a value, and the value.
    fn short<'w>(&self, word: &'w str) -> Option<(&'c Arg, &'w str)> {
        word.char_indices().skip(1).find_map(|(at, letter)| {
            let flag = self.command.get_arguments().find(|flag| flag.get_short() == Some(letter))?;
            takes_value(flag).then(|| (flag, &word[at + letter.len_utf8()..]))
        })
    }

    fn complete(&self, before: &[String], current: &str, matches: &ArgMatches) -> (Paths, Vec<Candidate>) {
        let value = |argument: &Arg, prefix: &str, typed: &str| {
            let wanted = Wanted { path: &self.path, argument, matches };
            values(&wanted, prefix, typed)
        };
        if let Some(flag) = self.flag {
            return value(flag, "", current);
        }
        if !self.is_escaped {
            if let Some((name, typed)) = current.split_once('=').filter(|_| current.starts_with("--")) {
                return match self.long(&name[2..]) {
                    Some(flag) if takes_value(flag) => value(flag, &format!("{name}="), typed),
                    _ => (Paths::None, Vec::new()),
                };
            }
            if current.starts_with('-') {
                if let Some((flag, typed)) = self.short(current).filter(|_| !current.starts_with("--")) {
                    let typed = typed.strip_prefix('=').unwrap_or(typed);
                    return value(flag, &current[..current.len() - typed.len()], typed);
                }
                return (Paths::None, self.flags(before, current));
            }
        }
        let mut found = Vec::new();
        if self.arguments == 0 && !self.is_escaped {
            found = subcommands(self.command.get_subcommands(), current);
        }
        let mut paths = Paths::None;
        let argument = self.argument();
        if let Some(argument) = argument {
            let (kind, names) = value(argument, "", current);
            paths = kind;
            found.extend(names);
        }
        // Where a word has to come, flags would only seem to be an answer.
        if found.is_empty() && argument.is_none() && current.is_empty() && !self.is_escaped {
            found = self.flags(before, current);
        }
        (paths, found)
    }

    /// The argument that comes next; the last one may be there several times.
    fn argument(&self) -> Option<&'c Arg> {
        let mut known: Vec<&Arg> = self.command.get_positionals().collect();
        known.sort_by_key(|argument| argument.get_index());
        known.get(self.arguments).or_else(|| known.last().filter(|last| repeats(last))).copied()
    }

    /// The flags that begin so and are not there yet.
    fn flags(&self, before: &[String], typed: &str) -> Vec<Candidate> {
        let is_given = |flag: &str| {
            before.iter().any(|word| word.split_once('=').map_or(word.as_str(), |(name, _)| name) == flag)
        };
        let mut found = Vec::new();
        for flag in self.command.get_arguments().filter(|flag| !flag.is_hide_set()) {
            let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
            let long = flag.get_long().map(|long| format!("--{long}"));
            let short = flag.get_short().map(|short| format!("-{short}"));
            let is_there = [&long, &short].into_iter().flatten().any(|name| is_given(name));
            if is_there && !repeats(flag) {
                continue;
            }
            match (long, short) {
                (Some(long), _) if long.starts_with(typed) => found.push(Candidate::new(long, help)),
                (None, Some(short)) if short.starts_with(typed) => found.push(Candidate::new(short, help)),
                _ => {}
            }
        }
        // What they do themselves goes before what they all do.
        found.sort_by_key(|flag| matches!(flag.word.as_str(), "--help" | "--version"));
        found
    }
}

fn subcommands<'c>(commands: impl Iterator<Item = &'c Clap>, typed: &str) -> Vec<Candidate> {
    let shown = commands.filter(|clap| !clap.is_hide_set() && clap.get_name().starts_with(typed));
    shown
        .map(|clap| {
            let about = clap.get_about().map(ToString::to_string).unwrap_or_default();
            Candidate::new(clap.get_name(), about.trim_end_matches('.'))
        })
        .collect()
}

/// The values of an argument that begin so, each with what stands before it in its word.
fn values(wanted: &Wanted<'_>, prefix: &str, typed: &str) -> (Paths, Vec<Candidate>) {
    let argument = wanted.argument;
    // Of several the last is meant.
    let (first, typed) = match argument.get_value_delimiter().and_then(|at| typed.rfind(at)) {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let prefixed = |mut found: Vec<Candidate>, are_names: bool| -> Vec<Candidate> {
        let begins = |one: &Candidate| one.word.starts_with(typed);
        if !are_names || found.iter().any(begins) {
            found.retain(begins);
        } else {
            // People know the name of what goes by an id: where just one thing is called so, its id is meant.
            found.retain(|one| one.help.starts_with(typed));
            found.truncate(if found.len() == 1 { 1 } else { 0 });
        }
        found
            .into_iter()
            .map(|one| Candidate { word: format!("{prefix}{first}{}", one.word), ..one })
            .collect()
    };
    if let Some(listed) = argument.get_value_parser().possible_values() {
        let shown = listed.filter(|value| !value.is_hide_set());
        let listed = shown.map(|value| {
            Candidate::new(value.get_name(), value.get_help().map(ToString::to_string).unwrap_or_default())
        });
        return (Paths::None, prefixed(listed.collect(), false));
    }
    match paths(argument) {
        Paths::None => (Paths::None, prefixed(names::of(wanted), true)),
        paths => (paths, Vec::new()),
    }
}

/// Whether a path is wanted. The hint says so for those that are made of types, and what stands for the value for
/// others.
fn paths(argument: &Arg) -> Paths {
    let stands_for = argument.get_value_names().and_then(|names| names.first()).map(|name| name.as_str());
    match (argument.get_value_hint(), stands_for) {
        (ValueHint::DirPath, _) | (_, Some("DIR" | "FOLDER")) => Paths::Folders,
        (ValueHint::AnyPath | ValueHint::FilePath, _) | (_, Some("FILE")) => Paths::Files,
        _ => Paths::None,
    }
}

fn takes_value(argument: &Arg) -> bool {
    argument.get_num_args().map_or_else(|| argument.get_action().takes_values(), |range| range.takes_values())
}

/// Whether the next word is its value.
fn wants_word(flag: &Arg) -> bool {
    takes_value(flag) && !flag.is_require_equals_set()
}

fn repeats(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Append | ArgAction::Count)
        || argument.get_num_args().is_some_and(|range| range.max_values() > 1)
}
