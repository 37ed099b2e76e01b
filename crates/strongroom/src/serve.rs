//! `strongroom serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use server::{Config, Origin, Server, TlsFiles};

use crate::failure::Failure;
use crate::interrupt::wait_for_signal;
use crate::output::{complain, say};

/// Run the server.
///
/// It answers the IBM Cloud Backup and Recovery API under /v2, with tokens from /identity/token, and the Storware
/// Backup & Recovery API under /api, for users who log in. The first start makes an API key and a user `admin`
/// with a password and prints them once; later starts never print them again.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom serve --data-dir ./strongroom-data
  strongroom serve --data-dir ./strongroom-data --listen 127.0.0.1:9000 --api-key-file ./api.key
  strongroom serve --data-dir ./strongroom-data --listen 0.0.0.0:8440 --tls-cert cert.pem --tls-key key.pem")]
pub(crate) struct Args {
    /// Where everything is kept; made when it is missing
    #[arg(long, value_name = "DIR", env = "STRONGROOM_DATA_DIR")]
    data_dir: PathBuf,
    /// Where to listen; anything but a loopback address needs TLS or --insecure-http
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8440", env = "STRONGROOM_LISTEN")]
    listen: SocketAddr,
    /// The certificate to show, in PEM, followed by those that lead to a trusted one
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "STRONGROOM_TLS_CERT")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert", env = "STRONGROOM_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// Listen on any address without TLS, as behind a proxy that ends it: keys and tokens travel in the clear
    #[arg(long, conflicts_with = "tls_cert", env = "STRONGROOM_INSECURE_HTTP")]
    insecure_http: bool,
    /// The tenant of the first API key; made up when not given
    #[arg(long, value_name = "ID", env = "STRONGROOM_TENANT")]
    tenant: Option<String>,
    /// A file with an API key to accept; written, for its owner only, when it is missing
    #[arg(long, value_name = "FILE", env = "STRONGROOM_API_KEY_FILE")]
    api_key_file: Option<PathBuf>,
    /// A file with the password of the user `admin`; written, for its owner only, when it is missing
    #[arg(long, value_name = "FILE", env = "STRONGROOM_ADMIN_PASSWORD_FILE")]
    admin_password_file: Option<PathBuf>,
    /// Let pages from this origin use the Storware API in the name of whoever looks at them; repeat it for more
    #[arg(long = "cors-origin", value_name = "URL", env = "STRONGROOM_CORS_ORIGINS", value_delimiter = ',')]
    cors_origins: Vec<Origin>,
    /// How many runs, how many recoveries, and how many tasks to work on at a time
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Let every user of this machine look into mounted backups, as far as the files' modes allow it
    #[arg(long)]
    share_mounts: bool,
    /// Turn answers that do not fit the spec into errors; for tests
    #[arg(long, hide = true, env = "STRONGROOM_CHECK_ANSWERS")]
    check_answers: bool,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let tls = match (args.tls_cert, args.tls_key) {
        (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
        _ => None,
    };
    if tls.is_none() && !args.insecure_http && !args.listen.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "{} can be reached from other machines, and without TLS keys and tokens would travel in the clear: \
             give --tls-cert and --tls-key, or --insecure-http where something else sees to that",
            args.listen
        )));
    }
    let server = Server::start(Config {
        listen: args.listen,
        tls,
        tenant: args.tenant,
        api_key_file: args.api_key_file,
        admin_password_file: args.admin_password_file,
        cors_origins: args.cors_origins,
        jobs_at_once: args.jobs,
        share_mounts: args.share_mounts,
        check_answers: args.check_answers,
        ..Config::on_loopback(args.data_dir)
    })
    .await?;
    say(format_args!("strongroom listens on {}", server.url()));
    say(format_args!("  data folder  {}", server.data_dir().root().display()));
    say(format_args!("  docs         {}/docs", server.url()));
    if let Some(key) = server.first_key() {
        say(format_args!("  tenant       {}", key.record.tenant));
        say(format_args!("  API key      {}", key.secret.expose()));
        say("This key is shown once. `strongroom api-key` makes another.");
    }
    if let Some(new) = server.first_user() {
        say(format_args!("  user         {}", new.user.login));
        say(format_args!("  password     {}", new.password.expose()));
        say("This password is shown once. `strongroom user` sets another, and adds more users.");
    }
    wait_for_signal().await?;
    complain("stopping");
    server.stop().await?;
    Ok(())
}
