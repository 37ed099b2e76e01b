//! `strongroom man`: the manual, a page a command.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Arg, Command as Clap};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::complain;

/// Write the manual, a page for every command.
///
/// The pages are those of section 1, strongroom.1 and one for each command below it, such as
/// strongroom-ibm-policies-list.1. They say what --help says. To read one without installing it: man DIR/strongroom.1
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom man ~/.local/share/man/man1
  strongroom man /tmp/pages && man /tmp/pages/strongroom-ibm-policies-list.1")]
pub(crate) struct Args {
    /// Where they go; made when it is missing, and pages that are there are replaced
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(crate) fn run(args: &Args, tree: Clap) -> Result<(), Failure> {
    let dir = &args.dir;
    fs::create_dir_all(dir).map_err(|error| Failure::machine(format!("make {}", dir.display()), error))?;
    let mut tree = tree.disable_help_subcommand(true);
    tree.build();
    let pages = write(&tree, None, dir)
        .map_err(|error| Failure::machine(format!("write into {}", dir.display()), error))?;
    complain(format_args!("wrote {pages} pages into {}", dir.display()));
    Ok(())
}

/// Writes the pages of a command and of those below it, and counts them.
fn write(clap: &Clap, above: Option<&str>, dir: &Path) -> io::Result<usize> {
    let name = clap.get_display_name().unwrap_or_else(|| clap.get_name());
    fs::write(dir.join(format!("{name}.1")), page(clap, above)?)?;
    let mut pages = 1;
    for inner in clap.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        pages += write(inner, Some(name), dir)?;
    }
    Ok(pages)
}

fn page(clap: &Clap, above: Option<&str>) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let source = concat!("strongroom ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(clap.clone().mut_args(in_a_line)).source(source).manual("Strongroom");
    let name = clap.get_display_name().unwrap_or_else(|| clap.get_name());
    let mut head = Roff::new();
    // Without a date, so that the same commands give the same pages. An empty one would be left out, and the others
    // would move up.
    head.control("TH", [name, "1", " ", source, "Strongroom"]);
    // Long flags leave holes in lines that are stretched.
    head.control("ad", ["l"]);
    head.to_writer(&mut text)?;
    man.render_name_section(&mut text)?;
    synopsis(clap).to_writer(&mut text)?;
    man.render_description_section(&mut text)?;
    if clap.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut text)?;
    }
    if clap.get_subcommands().any(|inner| !inner.is_hide_set()) {
        man.render_subcommands_section(&mut text)?;
    }
    if let Some(after) = clap.get_after_help() {
        sections(&after.to_string()).to_writer(&mut text)?;
    }
    let mut end = Roff::new();
    if above.is_none() {
        end.control("SH", ["EXIT STATUS"]);
        lines(&mut end, Exit::table().lines().map(str::trim_start));
    }
    if let Some(above) = above {
        end.control("SH", ["SEE ALSO"]);
        end.text([bold(above), roman("(1)")]);
    }
    end.to_writer(&mut text)?;
    Ok(text)
}

/// The values of an argument that need no explanation, behind its help.
fn in_a_line(argument: Arg) -> Arg {
    let values = argument.get_possible_values();
    let shown: Vec<&str> =
        values.iter().filter(|value| !value.is_hide_set()).map(PossibleValue::get_name).collect();
    if shown.is_empty() || values.iter().any(|value| value.get_help().is_some()) {
        return argument;
    }
    let listed = format!("[possible values: {}]", shown.join(", "));
    let help = argument.get_long_help().or(argument.get_help()).map(|help| format!("{help} {listed}"));
    argument.hide_possible_values(true).long_help(help.unwrap_or(listed))
}

/// As `Usage:` has it. One that lists every flag would be as long as the page.
fn synopsis(clap: &Clap) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    let usage = clap.clone().render_usage().to_string();
    for (index, form) in usage.trim_start_matches("Usage:").trim().lines().enumerate() {
        if index > 0 {
            roff.control("br", []);
        }
        let name = clap.get_bin_name().unwrap_or_default();
        let form = form.trim();
        match form.strip_prefix(name) {
            Some(rest) => roff.text([bold(name), roman(rest)]),
            None => roff.text([roman(form)]),
        };
    }
    roff
}

/// What stands below the flags: headings, and indented what is to be typed.
fn sections(after: &str) -> Roff {
    let mut roff = Roff::new();
    let mut rest = after.lines().peekable();
    while let Some(line) = rest.next() {
        if line.is_empty() {
            roff.control("PP", []);
        } else if let Some(heading) = line.strip_suffix(':').filter(|_| !line.starts_with(' ')) {
            let mut indented = Vec::new();
            while let Some(line) = rest.next_if(|line| line.starts_with(' ')) {
                indented.push(line.strip_prefix("  ").unwrap_or(line));
            }
            roff.control("SH", [heading.to_uppercase().as_str()]);
            lines(&mut roff, indented.into_iter());
        } else {
            roff.text([roman(line.trim_start())]);
        }
    }
    roff
}

/// Lines that stay as they are.
fn lines<'l>(roff: &mut Roff, lines: impl Iterator<Item = &'l str>) {
    roff.control("nf", []);
    for line in lines {
        roff.text([Inline::Roman(line.to_owned())]);
    }
    roff.control("fi", []);
}
