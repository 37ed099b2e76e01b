//! `cargo xtask recording`: what the README shows of the command line, played with the real binary against a server of
//! its own in a pseudo-terminal, and drawn as an SVG.
//!
//! What differs from run to run (times, ids, the port, the home) is replaced, so that the same commands give the same
//! picture, and CI can see whether it still holds.

mod plain;
mod play;
mod svg;

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::Outcome;

/// What is typed.
const SCRIPT: &str = "crates/strongroom/docs/recording.txt";
/// Where the picture goes.
const PICTURE: &str = "crates/strongroom/docs/recording.svg";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; say whether the picture is what the commands print
    #[arg(long)]
    check: bool,
}

/// Plays the script and draws the picture, or looks whether it holds.
///
/// # Errors
/// When the binary does not build, a command of the script fails, or a file cannot be read or written.
pub(crate) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let script = fs::read_to_string(workspace.join(SCRIPT))?;
    let lines = play::play(&script, workspace)?;
    let new = svg::draw(&lines);
    let picture = workspace.join(PICTURE);
    let old = fs::read_to_string(&picture).unwrap_or_default();
    if old == new {
        writeln!(out, "{PICTURE} shows {} lines, as they are", lines.len())?;
        return Ok(Outcome::Fine);
    }
    if !args.check {
        fs::write(&picture, new)?;
        writeln!(out, "wrote {PICTURE}: {} lines", lines.len())?;
        return Ok(Outcome::Fine);
    }
    let text = |picture: &str| svg::text(picture);
    let diff = similar::TextDiff::from_lines(&text(&old), &text(&new)).unified_diff().to_string();
    writeln!(out, "{diff}\n{PICTURE} is not what the commands print: run `cargo xtask recording`")?;
    Ok(Outcome::Findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_one_of_the_script_and_of_a_size_for_a_readme() {
        let workspace = crate::workspace();
        let picture = fs::read_to_string(workspace.join(PICTURE)).unwrap();
        assert!(picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{picture}");
        assert!(picture.len() < 96 * 1024, "{} bytes", picture.len());
        // Every element that is opened is closed, in order: more an image viewer does not ask for.
        let mut open = Vec::new();
        for tag in picture.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0) {
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if tag.ends_with('/') => {}
                None => open.push(tag.split(' ').next().unwrap()),
            }
        }
        assert_eq!(open, [""; 0]);
        let text = svg::text(&picture);
        let script = fs::read_to_string(workspace.join(SCRIPT)).unwrap();
        for line in play::steps(&script).iter().filter(|step| step.is_shown) {
            assert!(text.contains(&format!("$ {}\n", line.command)), "{}\n{text}", line.command);
        }
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(play::COLUMNS)), "{text}");
    }
}
