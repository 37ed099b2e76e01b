//! How soon the command line is there: `--version` and `--help`, beside other programs that people have at hand.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Context;
use crate::report::{Figure, Row, Unit};
use crate::samples::{Turn, alternate};

/// The peers: restic, which is nearest to what we do, and gh, which has as many commands.
const PEERS: [&str; 2] = ["restic", "gh"];
/// Arguments.
type Words = &'static [&'static str];

/// What is asked: of ours, and of the peers in their words. What is nothing to a peer is left out.
const ASKED: [(&str, Words, [Words; 2]); 3] = [
    ("--version", &["--version"], [&["version"], &["--version"]]),
    ("--help", &["--help"], [&["--help"], &["--help"]]),
    // Of ours one of the commands that are made when they are asked for.
    (
        "--help of a command",
        &["ibm", "policies", "list", "--help"],
        [&["snapshots", "--help"], &["pr", "list", "--help"]],
    ),
];
/// In seconds: nobody waits for it.
const LIMIT: f64 = 0.015;
/// The most of the time of restic that ours is to take.
const GOAL: f64 = 1.0;

pub(crate) fn run(context: &Context) -> io::Result<Vec<Row>> {
    let Some(ours) = &context.program else {
        return Err(io::Error::other("--program says which program is started"));
    };
    let rounds = if context.quick { 5 } else { 200 };
    let there: Vec<bool> = PEERS.iter().map(|peer| is_there(peer)).collect();
    let mut rows = Vec::new();
    for (what, arguments, of_peers) in ASKED {
        let home = context.folder.as_path();
        let mut turns: Vec<Turn<'_>> = vec![Box::new(move || start(ours.as_os_str(), arguments, home))];
        for ((peer, arguments), is_there) in PEERS.iter().zip(of_peers).zip(&there) {
            if *is_there {
                turns.push(Box::new(move || start(OsStr::new(peer), arguments, home)));
            }
        }
        let samples = alternate(rounds, &mut turns)?;
        let mut figures = samples.iter().map(Figure::median);
        let ours = figures.next();
        let row = |peer: &str, theirs, goal, note| Row {
            what: what.to_owned(),
            ours,
            peer: peer.to_owned(),
            theirs,
            goal,
            note,
        };
        rows.push(row("the limit", Some(Figure::once(LIMIT, Unit::Seconds)), Some(1.0), None));
        for (peer, is_there) in PEERS.into_iter().zip(&there) {
            let goal = (peer == "restic").then_some(GOAL);
            let note = (!is_there && rows.len() < PEERS.len() + 1)
                .then(|| format!("{peer} is not installed: there is nothing to hold the start against."));
            rows.push(row(peer, if *is_there { figures.next() } else { None }, goal, note));
        }
    }
    Ok(rows)
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--help").output().is_ok_and(|output| output.status.success())
}

/// Starts a program, whose home is empty, and waits for its end.
fn start(program: &OsStr, arguments: &[&str], home: &Path) -> io::Result<std::time::Duration> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("HOME", home).env_remove("XDG_CONFIG_HOME");
    let begun = Instant::now();
    let status = command.status()?;
    let took = begun.elapsed();
    if status.success() { Ok(took) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}
