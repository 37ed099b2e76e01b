//! `strongroom cat`: a file of a snapshot, on standard output.

use std::io::{self, IsTerminal as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use clap::{ArgMatches, Args as _, Command as Clap};
use client_core::DownloadError;
use tokio::io::{AsyncWrite, Stdout};

use super::{files, snapshot};
use crate::connect::{ConnectArgs, Target};
use crate::failure::Failure;

const ABOUT: &str = "Print a file of a snapshot";

const LONG: &str = "\
Print a file of a snapshot, as it was backed up.

SNAPSHOT is `latest`, an id or its beginning, or the name of a group for its latest; PATH is the whole path of the file. \
The bytes come as they are, several parts at a time, and are not kept in memory. A terminal gets text only.";

const EXAMPLES: &str = "\
Examples:
  strongroom cat latest /home/ada/letter.txt
  strongroom cat documents:/srv/dump.sql.gz | gunzip | less";

#[derive(clap::Args)]
struct CatArgs {
    /// Which snapshot, and the file in it: SNAPSHOT or SNAPSHOT:PATH
    #[arg(id = "SNAPSHOT", value_name = "SNAPSHOT[:PATH]")]
    snapshot: String,
    /// The file in it
    #[arg(value_name = "PATH")]
    path: Option<String>,
}

pub(super) fn command() -> Clap {
    let clap = CatArgs::augment_args(Clap::new("cat"));
    ConnectArgs::augment_args(clap).about(ABOUT).long_about(LONG).after_help(EXAMPLES)
}

pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let args: CatArgs = files::arguments(matches)?;
    let (text, path) = files::place(&args.snapshot, args.path.as_deref())?;
    let path =
        path.ok_or_else(|| Failure::Usage("say which file: strongroom cat SNAPSHOT PATH".to_owned()))?;
    let target = files::arguments::<ConnectArgs>(matches)?.target()?;
    let snapshot = snapshot::find(&target, &text).await?;
    let mut download = files::content(&target, &snapshot, &path);
    match files::entry(&target, &snapshot.id, &path).await? {
        Some(entry) if !entry.is_file() => {
            return Err(Failure::Usage(format!(
                "{path} is a {}, not a file; `strongroom ls` lists a folder, `strongroom download` brings it here",
                entry.kind
            )));
        }
        Some(entry) => download = download.size(entry.size.unwrap_or(0)),
        None if matches!(target, Target::Storware(_)) => {
            return Err(files::refused(&target, "give a file of a backup"));
        }
        None => {}
    }
    let mut out = Out { stdout: tokio::io::stdout(), looks: io::stdout().is_terminal() };
    match download.write_to(&mut out).await {
        Ok(_) => Ok(()),
        // That nobody reads it any more is no error.
        Err(DownloadError::Write { error, .. }) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(DownloadError::Write { error, .. }) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Failure::Usage(format!(
                "{path} is no text for a terminal: lead it into a program, or use `strongroom download`"
            )))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Why a download ended too soon.
pub(super) fn failed(error: DownloadError) -> Failure {
    match error {
        DownloadError::Call { error, .. } => Failure::Call(error),
        DownloadError::Write { error, .. } => Failure::machine("write what was downloaded", error),
        other => Failure::Step { step: "the download", reason: other.to_string() },
    }
}

/// Standard output, which takes text only where it is a terminal.
struct Out {
    stdout: Stdout,
    looks: bool,
}

impl AsyncWrite for Out {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.looks && !is_text(bytes) {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Pin::new(&mut this.stdout).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stdout).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stdout).poll_shutdown(context)
    }
}

/// Whether bytes can do nothing to a terminal but be read there. A letter may be cut at either end.
fn is_text(bytes: &[u8]) -> bool {
    let is_harmless = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    bytes.utf8_chunks().all(|chunk| {
        let at_edge = std::ptr::eq(chunk.invalid().as_ptr_range().end, bytes.as_ptr_range().end);
        chunk.valid().chars().all(is_harmless) && (chunk.invalid().is_empty() || at_edge)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_from_what_is_none() {
        for text in ["", "Dear reader\n", "ü\tß\r\n"] {
            assert!(is_text(text.as_bytes()), "{text:?}");
        }
        assert!(is_text(&"naïve".as_bytes()[..3]), "a letter may be cut");
        for bytes in [&b"\0"[..], b"a\x1b[2J", b"\xff\xfe\x00a", b"\x7fELF"] {
            assert!(!is_text(bytes), "{bytes:?}");
        }
    }
}
