//! The arguments and flags of a command.

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command as Clap};
use command_table::{Answer, Command, Kind, Parameter, Place, Repeat};

use crate::verbs::wait;

/// The flags of all that can be given to an operation.
pub(super) fn add(mut clap: Clap, command: &'static Command) -> Clap {
    for parameter in command.parameters {
        clap = clap.arg(argument(parameter));
    }
    if command.body.is_some() {
        clap = clap.args(body_flags());
    }
    clap = clap.arg(dry_run());
    if command.starts.is_some() {
        clap = clap.args(waiting());
    }
    if command.paging.is_some() {
        clap = clap.arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .conflicts_with("limit")
                .help("Fetch the whole list, page by page")
                .help_heading("Output"),
        );
        clap = clap.arg(
            Arg::new("limit")
                .long("limit")
                .value_name("N")
                .value_parser(clap::value_parser!(u64).range(1..))
                .help("Fetch so many entries, page by page")
                .help_heading("Output"),
        );
    }
    match command.answer {
        Answer::Bytes => clap.arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FILE")
                .help("Where to write what comes; `-` is standard output")
                .help_heading("Output"),
        ),
        Answer::Empty | Answer::Json { .. } => clap.args(crate::print::flags("table")),
    }
}

/// The flags of every command that sends a body.
pub(super) fn body_flags() -> [Arg; 3] {
    [
        Arg::new("from-file")
            .long("from-file")
            .value_name("FILE")
            .help("The body as YAML or JSON; `-` is standard input, and flags win over what it says")
            .help_heading("Body"),
        Arg::new("set")
            .long("set")
            .value_name("MEMBER=VALUE")
            .action(ArgAction::Append)
            .help("Set a member of the body by its path, such as a.b[0].c=5; JSON where it is JSON, else a text")
            .help_heading("Body"),
        Arg::new("generate-skeleton")
            .long("generate-skeleton")
            .value_name("FORM")
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("yaml")
            .value_parser(["yaml", "json"])
            .exclusive(true)
            .help("Print a body to fill in, and send nothing")
            .help_heading("Body"),
    ]
}

/// The flags of a command that starts something which ends later.
fn waiting() -> [Arg; 2] {
    [
        Arg::new("wait")
            .long("wait")
            .action(ArgAction::SetTrue)
            .conflicts_with("dry-run")
            .help("Wait until what it starts has ended, and print that; exit codes 6 and 7 say how it ended")
            .help_heading("Waiting"),
        Arg::new("timeout")
            .long("timeout")
            .value_name("DURATION")
            .value_parser(ValueParser::new(wait::duration))
            .requires("wait")
            .help("Wait for so long at most, such as 90s, 30m or 2h; then it goes on by itself (exit code 9)")
            .help_heading("Waiting"),
    ]
}

/// Every command that sends something can show it instead.
pub(super) fn dry_run() -> Arg {
    Arg::new("dry-run")
        .long("dry-run")
        .action(ArgAction::SetTrue)
        .help("Print the request as a command of curl, and send nothing")
}

fn argument(parameter: &'static Parameter) -> Arg {
    let mut help = parameter.help.to_owned();
    if parameter.required && parameter.place == Place::Body {
        help = format!("{} (required)", help.trim_end_matches('.'));
    }
    let short = first_sentence(&help).to_owned();
    let mut argument = Arg::new(parameter.flag)
        .value_name(parameter.value_name)
        .value_parser(value_parser(parameter))
        .help(short)
        .long_help(help);
    if parameter.place == Place::Path {
        return argument.required(true).allow_negative_numbers(parameter.kind == Kind::Integer);
    }
    argument = argument.long(parameter.flag);
    if matches!(parameter.kind, Kind::Integer | Kind::Number) {
        argument = argument.allow_negative_numbers(true);
    }
    if parameter.kind == Kind::Boolean && parameter.repeat == Repeat::Never {
        argument = argument.num_args(0..=1).require_equals(true).default_missing_value("true");
    }
    argument = match parameter.repeat {
        Repeat::Never => argument,
        Repeat::Each => argument.action(ArgAction::Append),
        Repeat::Joined => argument.action(ArgAction::Append).value_delimiter(','),
    };
    match parameter.place {
        Place::Body => argument.help_heading("Body"),
        _ => argument.required(parameter.required),
    }
}

fn value_parser(parameter: &'static Parameter) -> ValueParser {
    match parameter.kind {
        Kind::Boolean => ValueParser::from(["true", "false"]),
        Kind::Integer => ValueParser::new(integer),
        Kind::Number => ValueParser::new(number),
        Kind::Text | Kind::Secret if parameter.values.is_empty() => ValueParser::string(),
        Kind::Text | Kind::Secret => ValueParser::new(Listed(parameter.values)),
    }
}

fn integer(text: &str) -> Result<String, String> {
    text.parse::<i64>().map(|number| number.to_string()).map_err(|_| "it is no whole number".to_owned())
}

fn number(text: &str) -> Result<String, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(text.to_owned()),
        _ => Err("it is no number".to_owned()),
    }
}

/// Values that the document lists. A service may know more, so that others are taken too.
#[derive(Clone)]
struct Listed(&'static [&'static str]);

impl TypedValueParser for Listed {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Clap,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(|value| PossibleValue::new(*value))))
    }
}

/// What was given for a parameter, in its order.
pub(super) fn given(matches: &ArgMatches, parameter: &Parameter) -> Vec<String> {
    matches.get_many::<String>(parameter.flag).into_iter().flatten().cloned().collect()
}

/// The first sentence of a text, without its period.
fn first_sentence(text: &str) -> &str {
    let end = text
        .match_indices(". ")
        .map(|(at, _)| at)
        .find(|at| !text[..*at].ends_with("e.g"))
        .unwrap_or(text.len());
    text[..end].trim_end_matches('.')
}
