//! `strongroom api-key`.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::output::say;

/// Make an API key for a server that is not running.
///
/// The key is printed once and kept as a digest only. Use this when the first key was lost, or for another
/// tenant: what a tenant owns is invisible to every other.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  strongroom api-key --data-dir ./strongroom-data --name laptop")]
pub(crate) struct Args {
    /// The server's data folder
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
    /// The tenant; the first key's when not given
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// What to call the key
    #[arg(long, value_name = "NAME", default_value = "made by hand")]
    name: String,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let key = server::create_api_key(&args.data_dir, args.tenant, &args.name).await?;
    say(format_args!("tenant   {}", key.record.tenant));
    say(format_args!("API key  {}", key.secret.expose()));
    say("This key is shown once.");
    Ok(())
}
