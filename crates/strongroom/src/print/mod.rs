//! What comes back, on standard output: as a table, or as JSON, YAML or CSV.
//!
//! Tables are for people, and change with the terminal and from version to version; programs ask for a form. JSON and
//! YAML are all that the service sent, CSV has the columns of `wide`, under the names of their members.

mod cell;
mod pager;
mod rows;

use std::env;
use std::io::{self, IsTerminal as _, Write as _};

use clap::{Arg, ArgAction, ArgMatches};
use command_table::Column;
use serde_json::Value;

pub(crate) use cell::harmless as in_one_line;

use crate::failure::Failure;
use crate::output::{complain, harmless};

/// The forms of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Table,
    Wide,
    Json,
    Yaml,
    Csv,
}

/// How the caller wants to see an answer.
pub(crate) struct View {
    format: Format,
    query: Option<String>,
    color: bool,
    pager: bool,
}

/// What is known of an answer.
pub(crate) struct Shape<'a> {
    /// The member that holds the entries of a list; empty where the answer itself is one, `None` where it is none.
    pub(crate) list: Option<&'a str>,
    /// What a table of the entries shows; derived from the entries if empty.
    pub(crate) columns: &'a [Column],
    /// The document, and the schema of the answer in it.
    pub(crate) schema: Option<(&'a Value, &'a Value)>,
}

/// The flags of every command that prints an answer.
pub(crate) fn flags(default: &'static str) -> [Arg; 4] {
    [
        Arg::new("output")
            .short('o')
            .long("output")
            .value_name("FORM")
            .value_parser(["table", "wide", "json", "yaml", "csv"])
            .default_value(default)
            .help("How to print what comes back")
            .help_heading("Output"),
        Arg::new("query")
            .long("query")
            .value_name("JMESPATH")
            .help("Print only what this expression picks, see https://jmespath.org")
            .help_heading("Output"),
        Arg::new("color")
            .long("color")
            .value_name("WHEN")
            .value_parser(["auto", "always", "never"])
            .default_value("auto")
            .help("Whether to set off headings; NO_COLOR turns it off too")
            .help_heading("Output"),
        Arg::new("no-pager")
            .long("no-pager")
            .action(ArgAction::SetTrue)
            .help("Print long answers without $PAGER; there is none when piped")
            .help_heading("Output"),
    ]
}

/// The same flags, for a command that is made of a type.
#[derive(Clone, Debug)]
pub(crate) struct Output(ArgMatches);

impl clap::Args for Output {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(flags("table"))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Output {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0 = matches.clone();
        Ok(())
    }
}

impl Output {
    /// What the flags say.
    pub(crate) fn view(&self) -> Result<View, Failure> {
        View::of(&self.0)
    }
}

impl View {
    /// What the flags say.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let is_terminal = io::stdout().is_terminal();
        let is_plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let query = text("query").map(str::to_owned);
        if let Some(query) = &query {
            if query.len() > LONGEST_QUERY || deepest(query) > DEEPEST_QUERY {
                return Err(Failure::Usage(format!(
                    "--query: an expression has at most {LONGEST_QUERY} bytes, and at most {DEEPEST_QUERY} brackets in \
                     each other"
                )));
            }
            jmespath::compile(query)
                .map_err(|error| Failure::Usage(format!("--query: {}", error.to_string().trim())))?;
        }
        Ok(Self {
            format: match text("output") {
                Some("wide") => Format::Wide,
                Some("json") => Format::Json,
                Some("yaml") => Format::Yaml,
                Some("csv") => Format::Csv,
                _ => Format::Table,
            },
            query,
            color: match text("color") {
                Some("always") => true,
                Some("never") => false,
                _ => is_terminal && !is_plain,
            },
            pager: is_terminal && !matches.get_flag("no-pager"),
        })
    }

    /// Prints what a command of our own has to tell: in words, or as data where the caller asks for it.
    pub(crate) fn tell(&self, told: &Value, words: &str) -> Result<(), Failure> {
        if self.is_of_words() {
            return text(words);
        }
        let list = told.is_array().then_some("");
        self.show(told, &Shape { list, columns: &[], schema: None })
    }

    /// Whether people read it.
    pub(crate) fn is_of_words(&self) -> bool {
        matches!(self.format, Format::Table | Format::Wide) && self.query.is_none()
    }

    /// Prints an answer.
    pub(crate) fn show(&self, answer: &Value, shape: &Shape<'_>) -> Result<(), Failure> {
        let picked = match &self.query {
            Some(query) => Some(pick(query, answer)?),
            None => None,
        };
        let (answer, shape) = match &picked {
            Some(picked) => {
                let list = picked.is_array().then_some("");
                (picked, &Shape { list, columns: &[], schema: None })
            }
            None => (answer, shape),
        };
        let text = match self.format {
            Format::Json => json(answer),
            Format::Yaml => openapi_publish::yaml(answer),
            Format::Csv => {
                let text = rows::csv(answer, shape);
                // Programs get what the service sent, a terminal what it can show.
                let lines: Vec<_> = text.split("\r\n").map(harmless).collect();
                if io::stdout().is_terminal() { lines.join("\r\n") } else { text }
            }
            Format::Table | Format::Wide => {
                let wide = self.format == Format::Wide;
                match rows::table(answer, shape, wide, pager::size(), self.color) {
                    Some(table) => table,
                    None => {
                        complain("note: the list is empty");
                        return Ok(());
                    }
                }
            }
        };
        if self.pager && pager::show(&text) { Ok(()) } else { self::text(&text) }
    }
}

/// What a table shows of an entry, each text with the path of its member.
pub(crate) fn in_line<'c>(entry: &Value, columns: &'c [Column]) -> Vec<(&'c str, String)> {
    let text = |column: &Column| cell::human(rows::at(entry, column.path), column.form);
    columns.iter().map(|column| (column.path, text(column))).collect()
}

/// Its reader goes as deep as the expression does, and has no limit of its own.
const LONGEST_QUERY: usize = 4_000;
const DEEPEST_QUERY: usize = 64;

/// At most how many brackets, and operators in front of something, an expression has open at a time.
fn deepest(query: &str) -> usize {
    let (mut open, mut deepest, mut signs) = (0_usize, 0, 0);
    for c in query.chars() {
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            '!' | '&' => signs += 1,
            _ => signs = 0,
        }
        deepest = deepest.max(open + signs);
    }
    deepest
}

/// What a JMESPath expression picks.
fn pick(query: &str, answer: &Value) -> Result<Value, Failure> {
    let failed =
        |error: jmespath::JmespathError| Failure::Usage(format!("--query: {}", error.to_string().trim()));
    let picked = jmespath::compile(query).and_then(|expression| expression.search(answer)).map_err(failed)?;
    serde_json::to_value(&*picked).map_err(|error| Failure::machine("read what --query picks", error))
}

/// JSON for people and programs: indented, with a line break at its end.
pub(crate) fn json(value: &Value) -> String {
    harmless(&format!("{value:#}\n")).into_owned()
}

/// Prints a text. That nobody reads it any more is no error.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    raw(text.as_bytes()).map(|_| ())
}

/// Prints bytes, and says whether there is still somebody who reads.
pub(crate) fn raw(bytes: &[u8]) -> Result<bool, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::machine("write to standard output", error)),
    }
}
