//! A large file: the client in parallel ranges, beside curl and one stream of reqwest. All three are processes, of
//! which the time from start to end is measured, and the memory. What arrives is counted and dropped.

use std::cell::RefCell;
use std::env;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tokio::runtime::Builder;

use crate::Context;
use crate::calls::{Hand, client};
use crate::measure::{Cost, cost};
use crate::report::{Figure, Row, Unit};
use crate::samples::{Turn, alternate};

/// The path that the client asks for.
const PATH: &str = "/data-protect/snapshots/1:2:3/download-file";
const CURL: &str = "curl";
/// The most of the time of curl that ours is to take.
const GOAL: f64 = 1.2;

/// How the client process downloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Way {
    Ours,
    Stream,
}

pub(crate) fn run(context: &Context) -> io::Result<Vec<Row>> {
    let (size, rounds): (u64, _) = if context.quick { (64 << 20, 1) } else { (1 << 30, 9) };
    let server = Server::start(size)?;
    let this = env::current_exe()?;
    let fetch = |way: &str| {
        let mut command = Command::new(&this);
        command.args(["fetch", way, &server.url]);
        command
    };
    let mut curl = Command::new(CURL);
    curl.args([
        "--silent",
        "--fail",
        "--noproxy",
        "*",
        "--output",
        "/dev/null",
        "--write-out",
        "%{size_download}",
    ]);
    curl.arg(format!("{}/v2{PATH}", server.url));
    let mut missing = None;
    let mut commands = vec![("", fetch("ours")), ("reqwest, one stream", fetch("stream"))];
    if Command::new(CURL).arg("--version").output().is_ok_and(|output| output.status.success()) {
        commands.insert(1, (CURL, curl));
    } else {
        missing = Some(format!("{CURL} is not installed: there is nothing to hold the download against."));
    }

    let costs = vec![RefCell::new(Vec::new()); commands.len()];
    let turn = |(command, costs): (&Command, &RefCell<Vec<Cost>>)| {
        let (cost, output) = cost(command, &context.folder)?;
        let got = String::from_utf8_lossy(&output.stdout).trim().parse::<u64>().map_err(io::Error::other)?;
        if got != size {
            return Err(io::Error::other(format!("{command:?} has got {got} bytes of {size}")));
        }
        costs.borrow_mut().push(cost);
        Ok(cost.wall())
    };
    let turn = &turn;
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for ((_, command), costs) in commands.iter().zip(&costs) {
        turns.push(Box::new(move || turn((command, costs))));
    }
    let samples = alternate(rounds, &mut turns)?;
    drop(turns);
    let times: Vec<_> = samples.iter().map(Figure::median).collect();
    let memory: Vec<_> = costs.iter().map(|costs| most(&costs.borrow())).collect();
    let mut rows = Vec::new();
    for (what, figures) in [("time", times), ("memory", memory)] {
        for ((peer, _), theirs) in commands.iter().zip(&figures).skip(1) {
            rows.push(Row {
                what: format!("download of {} MiB, {what}", size >> 20),
                ours: figures.first().copied(),
                peer: (*peer).to_owned(),
                theirs: Some(*theirs),
                goal: (*peer == CURL && what == "time").then_some(GOAL),
                note: None,
            });
        }
    }
    if let Some(row) = rows.first_mut() {
        row.note = missing;
    }
    Ok(rows)
}

/// The most memory that any of the runs took.
fn most(costs: &[Cost]) -> Figure {
    Figure::once(costs.iter().map(|cost| cost.memory).fold(f64::NAN, f64::max), Unit::Bytes)
}

/// The client process: downloads and prints how many bytes it has got.
///
/// # Errors
/// When the download fails.
pub(crate) fn fetch(way: Way, url: &str) -> io::Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let got = runtime.block_on(async {
        match way {
            Way::Ours => {
                let download = client(url)?.download_file("1:2:3", "/a/file");
                download.write_to(&mut tokio::io::sink()).await.map_err(io::Error::other)
            }
            Way::Stream => {
                let hand = Hand::new(url).map_err(io::Error::other)?;
                let mut answer = hand.get(PATH).send().await.map_err(io::Error::other)?;
                let mut got = 0;
                while let Some(chunk) = answer.chunk().await.map_err(io::Error::other)? {
                    got += chunk.len() as u64;
                }
                Ok(got)
            }
        }
    })?;
    println!("{got}");
    Ok(())
}

/// The server, in a process of its own so that its memory is not taken for ours.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(size: u64) -> io::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("serve").arg(size.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut url = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut url)?;
        }
        Ok(Self { child, url: url.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its input does; how changes nothing.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
