//! `strongroom quickstart`: the whole of what Strongroom does, on a folder of the caller's.
//!
//! A server is started in this process, and then everything goes through a generated client over HTTP, as any
//! other program would do it: [`story`] tells it in IBM's API, [`storware`] in Storware's. Nothing is ever written into the folder.

mod compare;
mod place;
mod progress;
mod report;
mod storware;
mod story;
mod survey;

use std::path::PathBuf;

use server::{Config, Server};

use crate::failure::Failure;
use crate::interrupt::wait_for_signal;
use place::Place;
use report::Report;

/// Back a folder up and restore it, step by step, with a server of its own.
///
/// Starts a server on a free loopback port with a fresh data folder and drives it through the generated
/// client: registers this machine, makes a policy and a protection group, backs the folder up twice, searches
/// a file, downloads it, restores everything to another place and compares. Nothing is written into DIR. With
/// `--api storware` it logs in instead, protects the folder, queues tasks that back it up, restore and mount it,
/// and follows them.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom quickstart
  strongroom quickstart ~/Pictures
  strongroom quickstart ~/Pictures --api storware
  strongroom quickstart ~/src --data-dir ./strongroom-data --keep")]
pub(crate) struct Args {
    /// The folder to back up
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Which API tells the story
    #[arg(long, value_enum, default_value_t = Api::Ibm)]
    api: Api,
    /// Where the server keeps its data and the restored copy goes; must be new or empty and outside DIR
    #[arg(long, value_name = "D")]
    data_dir: Option<PathBuf>,
    /// Keep the data and the restored copy; otherwise they are removed at the end
    #[arg(long)]
    keep: bool,
}

/// The APIs that the server speaks.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Api {
    /// IBM Cloud Backup and Recovery
    Ibm,
    /// Storware Backup & Recovery
    Storware,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let folder = place::source_folder(&args.dir)?;
    let mut place = Place::prepare(args.data_dir.as_deref(), &folder)?;
    let told = tell(&folder, &place, &args).await;
    if args.keep {
        place.keep();
    }
    // What happened is worth more than whether the cleaning up worked, so it is told first.
    let cleaned = place.clean_up();
    let report = told?;
    report.print(&folder, &place, args.keep);
    cleaned?;
    match report.differences() {
        0 => Ok(()),
        count => Err(Failure::Step {
            step: "comparing",
            reason: format!("{count} entries of the restored copy differ from the original"),
        }),
    }
}

async fn tell(folder: &std::path::Path, place: &Place, args: &Args) -> Result<Report, Failure> {
    let survey = survey::survey(folder)?;
    place.check_space(&survey)?;
    let server = Server::start(Config::on_loopback(place.data_dir())).await?;
    // The server is stopped in order before anything is removed under it.
    let story = async {
        match args.api {
            Api::Ibm => story::tell(&server, folder, &survey, args.keep).await,
            Api::Storware => storware::tell(&server, folder, args.keep).await,
        }
    };
    let told = tokio::select! {
        told = story => told,
        interrupted = wait_for_signal() => interrupted.and(Err(Failure::Interrupted)),
    };
    let stopped = server.stop().await;
    let report = told?;
    stopped?;
    Ok(report)
}
