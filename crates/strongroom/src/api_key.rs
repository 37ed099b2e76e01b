//! `strongroom api-key`.

use std::path::PathBuf;

use serde_json::json;

use crate::failure::Failure;
use crate::print::Output;

/// Make an API key for a server that is not running.
///
/// The key is printed once and kept as a digest only. Use this when the first key was lost, or for another
/// tenant: what a tenant owns is invisible to every other.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom api-key --data-dir ./strongroom-data --name laptop
  strongroom api-key --data-dir ./strongroom-data --tenant acme/ -o json")]
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
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let view = args.output.view()?;
    let key = server::create_api_key(&args.data_dir, args.tenant, &args.name).await?;
    let (tenant, secret) = (&key.record.tenant, key.secret.expose());
    let words = format!("tenant   {tenant}\nAPI key  {secret}\nThis key is shown once.\n");
    view.tell(&json!({"tenant": tenant.0, "name": args.name, "apiKey": secret}), &words)
}
