//! `strongroom completions SHELL`, and what the scripts that it prints ask for on every press of the tab key.
//!
//! A script is a few lines in the shell's language. It calls `strongroom __complete SHELL =WORD [WORD…]` with the word
//! that the cursor is in (behind an equals sign, since some shells drop empty arguments) and the words before it. The
//! answer is a line that says what else may stand there (`-`, `files` or `folders`), and then a line for each
//! candidate: the word, and behind a tab what it is.
//!
//! [`mod@line`] finds out what is being typed, [`names`] asks the server where it is a name, and [`cache`] remembers its
//! answer for the next press.
//!
//! # Why not clap_complete
//!
//! Its engine is declared unstable; it makes every one of our commands on each press, where [`mod@line`] makes those of
//! the line; who completes a value cannot see the rest of the line, which says which server is called; and in Bash it
//! does not find the word again that has a colon in it, as every id of IBM has.

mod cache;
mod line;
mod names;
mod unquote;

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::{Command as Clap, ValueEnum};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::print;

/// The command that the scripts call. It is not among those that help lists, and takes whatever is on the line.
const ASK: &str = "__complete";

/// Complete commands, flags and names when the tab key is pressed.
///
/// Prints a script, which the shell has to read when it starts. Policies, groups, runs, tasks and whatever else has a
/// name are asked of the server that the line would call, which gets a second to answer. No answer, no names: nothing
/// is ever asked of you, and neither is a keyring, so profiles whose secret is in one get no names.
#[derive(clap::Args)]
#[command(after_help = "\
To have it always:
  Bash, in ~/.bashrc
    source <(strongroom completions bash)
  Zsh, in ~/.zshrc, after compinit
    source <(strongroom completions zsh)
  fish, once
    strongroom completions fish > ~/.config/fish/completions/strongroom.fish
  PowerShell, in $PROFILE
    strongroom completions powershell | Out-String | Invoke-Expression

Examples:
  strongroom completions bash
  strongroom completions zsh > ~/.zfunc/_strongroom

Environment:
  XDG_CACHE_HOME  the folder, in place of ~/.cache, where names are kept for ten seconds")]
pub(crate) struct Args {
    /// Which shell reads it
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// The shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// 4 or later; 3.2 shows no descriptions
    Bash,
    /// 5 or later
    Zsh,
    /// 3 or later
    Fish,
    /// 5 or later, on any system
    Powershell,
}

impl Shell {
    fn script(self) -> &'static str {
        match self {
            Self::Bash => include_str!("scripts/strongroom.bash"),
            Self::Zsh => include_str!("scripts/strongroom.zsh"),
            Self::Fish => include_str!("scripts/strongroom.fish"),
            Self::Powershell => include_str!("scripts/strongroom.ps1"),
        }
    }
}

/// Something that can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    word: String,
    /// In a line.
    help: String,
}

impl Candidate {
    fn new(word: impl Into<String>, help: impl ToString) -> Self {
        let help = help.to_string();
        let line = help.lines().next().unwrap_or_default();
        Self { word: word.into(), help: print::one_line(line) }
    }
}

/// What else may stand there, which the shell knows best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Paths {
    #[default]
    None,
    Files,
    Folders,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    print::text(args.shell.script())
}

/// Answers a script, if it is one that asks. A mistake in what it asks is no use to anybody at a prompt.
pub(crate) fn answers(arguments: &[OsString], tree: impl FnOnce() -> Clap) -> Option<Exit> {
    let [_, command, asked @ ..] = arguments else { return None };
    if command != ASK {
        return None;
    }
    let asked: Option<Vec<&str>> = asked.iter().map(|word| word.to_str()).collect();
    let Some([shell, current, before @ ..]) = asked.as_deref() else { return Some(Exit::Usage) };
    let (Ok(shell), Some(current)) = (Shell::from_str(shell, true), current.strip_prefix('=')) else {
        return Some(Exit::Usage);
    };
    // Of Bash come words as they are written.
    let plain = |word: &str| if shell == Shell::Bash { unquote::unquote(word) } else { word.to_owned() };
    let before: Vec<String> = before.iter().map(|word| plain(word)).collect();
    let (paths, candidates) = line::complete(tree(), &before, &plain(current));
    let mut text = match paths {
        Paths::None => "-\n",
        Paths::Files => "files\n",
        Paths::Folders => "folders\n",
    }
    .to_owned();
    for Candidate { word, help } in candidates {
        // What would run in a shell or break its lines is left out.
        if !word.contains(char::is_control) {
            let _ = writeln!(text, "{word}\t{help}");
        }
    }
    // Nobody reads it any more: the prompt has moved on.
    let _ = print::text(&text);
    Some(Exit::Done)
}
