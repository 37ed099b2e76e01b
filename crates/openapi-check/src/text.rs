//! Findings for a person at a terminal.

use std::fmt::Write as _;

use crate::excerpt::Excerpts;
use crate::{Diagnostic, Sources};

/// Prints findings for a terminal: rule and message, `file:line:column`, the source line with the place
/// underlined, and the repair. Ends with a line break unless there is nothing to print.
///
/// Lines that are too long for a terminal are cut around the place; tabs become spaces.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut excerpts = Excerpts::new(sources);
    let mut text = String::new();
    for diagnostic in diagnostics {
        if !text.is_empty() {
            text.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = render_one(&mut text, diagnostic, &mut excerpts);
    }
    text
}

fn render_one(text: &mut String, diagnostic: &Diagnostic, excerpts: &mut Excerpts<'_>) -> std::fmt::Result {
    let Diagnostic { rule, severity, location, message, help, .. } = diagnostic;
    writeln!(text, "{}[{rule}]: {}", severity.word(), printable(message))?;
    let number = location.line.to_string();
    let margin = " ".repeat(number.len());
    writeln!(text, "{margin}--> {location}")?;
    if let Some(excerpt) = excerpts.at(location) {
        writeln!(text, "{margin} |\n{number} | {}", excerpt.text)?;
        writeln!(text, "{margin} | {}{}", " ".repeat(excerpt.indent), "^".repeat(excerpt.width))?;
    }
    if let Some(help) = help {
        writeln!(text, "{margin} = help: {}", printable(help))?;
    }
    Ok(())
}

/// The text in one line, and without what would steer the terminal: messages quote documents.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Diagnostic, Location, Sources, render};

    #[test]
    fn a_finding_is_shown_with_its_line() {
        let text = "a: 1\r\n\tb: {c: wrong\u{7}}\r\n";
        let sources: Sources = [("x/a.yaml".to_owned(), text.to_owned())].into_iter().collect();
        let place = |line, column| Location { file: "x/a.yaml".into(), line, column };
        let findings = [
            Diagnostic::error("example", &place(2, 9), "this \"\u{1b}[1m\" is wrong").help("mend it"),
            Diagnostic::warning("unused", &place(12, 1), "this is beyond the end"),
        ];
        assert_eq!(
            render(&findings, &sources),
            "\
error[example]: this \" [1m\" is wrong
 --> x/a.yaml:2:9
  |
2 |     b: {c: wrong\u{fffd}}
  |            ^^^^^^
  = help: mend it

warning[unused]: this is beyond the end
  --> x/a.yaml:12:1
"
        );
        assert_eq!(render(&[], &sources), "");
    }
}
