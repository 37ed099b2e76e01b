//! `strongroom profile`.

use clap::Subcommand;
use comfy_table::{Table, presets};
use serde_json::{Value, json};
use strongroom_profile::{Error, Profile, Profiles, SCHEMA, SecretPlace, Secrets, Surroundings, variables};

use crate::connect::ConnectArgs;
use crate::failure::Failure;
use crate::output::{complain, say};
use crate::print::{Output, View};

/// List, show, choose and remove profiles.
///
/// A profile is a server and as whom to call it, made by `strongroom login`. Commands use the one that --profile or
/// STRONGROOM_PROFILE names, else the default one. A flag goes before the environment, which goes before a profile.
/// Settings are in a file that you may edit, secrets in the keyring.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom profile list
  strongroom profile use work
  strongroom profile show -o json
  strongroom profile check --profile work
  ${EDITOR:-vi} \"$(strongroom profile path)\"

Environment:
  STRONGROOM_PROFILE             the profile to use
  STRONGROOM_CONFIG              the file of the profiles, see `strongroom profile path`
  XDG_CONFIG_HOME                the folder in place of ~/.config
  STRONGROOM_KEYRING             auto, file, off or only, see `login --help`
  STRONGROOM_CA_FILE             a PEM file with more authorities to trust
  STRONGROOM_CLIENT_CERTIFICATE  a PEM file with a certificate and its key
  BACKUP_RECOVERY_URL            where the server of IBM's API is
  BACKUP_RECOVERY_TENANT_ID      the tenant
  BACKUP_RECOVERY_APIKEY         the API key; also BACKUP_RECOVERY_IAM_APIKEY
  BACKUP_RECOVERY_AUTH_URL       where tokens come from
  BACKUP_RECOVERY_AUTH_TYPE      iam, bearerToken or noAuth
  BACKUP_RECOVERY_BEARER_TOKEN   a token that somebody else keeps fresh, for bearerToken
  IBM_CREDENTIALS_FILE           the file of IBM's SDKs, in place of ibm-credentials.env
  STORWARE_URL                   where the server of Storware's API is
  STORWARE_LOGIN                 who logs in
  STORWARE_PASSWORD              with which password")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Use(Use),
    Show(Show),
    Check(Box<Check>),
    Remove(Remove),
    Schema(Schema),
    Path(Path),
}

/// List the profiles; the default one is marked.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom profile list
  strongroom profile list -o json --query '[].name'")]
struct List {
    #[command(flatten)]
    output: Output,
}

/// Make a profile the default one.
///
/// It is used wherever neither --profile nor STRONGROOM_PROFILE names another.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  strongroom profile use work")]
struct Use {
    /// Which
    #[arg(value_name = "PROFILE")]
    name: String,
    #[command(flatten)]
    output: Output,
}

/// Show a profile, and where its secret is.
///
/// The secret itself is never shown.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom profile show
  strongroom profile show work -o yaml")]
struct Show {
    /// Which; the default one when not given
    #[arg(value_name = "PROFILE")]
    name: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// Try the server that commands would call, as whom they would call it.
///
/// Makes one call that changes nothing. Exit code 3 says that the server does not know the key or password, 8 that
/// there is no answer.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom profile check
  strongroom profile check --profile work")]
struct Check {
    #[command(flatten)]
    connect: ConnectArgs,
    #[command(flatten)]
    output: Output,
}

/// Remove a profile and its secret.
///
/// The API key or password stays valid: take it back where it came from.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  strongroom profile remove work")]
struct Remove {
    /// Which
    #[arg(value_name = "PROFILE")]
    name: String,
    #[command(flatten)]
    output: Output,
}

/// Print the JSON Schema of the file, for editors.
///
/// It lies beside the file as well, which names it in its first line; so editors find it without being told.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  strongroom profile schema > config.schema.json")]
struct Schema {}

/// Print where the file is.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom profile path
  ${EDITOR:-vi} \"$(strongroom profile path)\"")]
struct Path {
    #[command(flatten)]
    output: Output,
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let surroundings = Surroundings::of_this_process();
    let path = surroundings.config_file()?;
    match args.command {
        Command::List(args) => list(&load(&surroundings)?, &args.output.view()?)?,
        Command::Show(args) => {
            let name = name_or_default(args.name.as_deref(), &surroundings)?;
            show(&load(&surroundings)?, &name, &args.output.view()?)?;
        }
        Command::Use(args) => {
            let view = args.output.view()?;
            Profiles::update(&path, |profiles| profiles.set_default(&args.name))?;
            let words = format!("`{}` is the default profile\n", args.name);
            view.tell(&json!({"profile": args.name, "default": true}), &words)?;
        }
        Command::Check(args) => {
            let view = args.output.view()?;
            let target = args.connect.target()?;
            target.try_out().await?;
            let words = format!("works: {}\n", target.url());
            view.tell(&json!({"url": target.url(), "works": true}), &words)?;
        }
        Command::Remove(args) => remove(&args.name, &surroundings, &args.output.view()?)?,
        Command::Schema(_) => say(SCHEMA.trim_end()),
        Command::Path(args) => {
            args.output.view()?.tell(&json!({"path": path}), &format!("{}\n", path.display()))?;
        }
    }
    Ok(())
}

/// The profile that is meant: the one that was named, or the environment names, or the default one.
pub(crate) fn name_or_default(named: Option<&str>, surroundings: &Surroundings) -> Result<String, Failure> {
    let profiles = Profiles::load(&surroundings.config_file()?)?;
    if let Some(name) = named.or_else(|| surroundings.variable(variables::PROFILE)) {
        profiles.get(name)?;
        return Ok(name.to_owned());
    }
    if let Some(name) = profiles.default_profile()? {
        return Ok(name.to_owned());
    }
    Err(match profiles.names(None) {
        none if none.is_empty() => {
            Failure::Usage("there are no profiles; `strongroom login` makes one".to_owned())
        }
        known => Error::NoDefault { kind: None, known }.into(),
    })
}

/// The profiles, with what is odd about the file said on standard error.
fn load(surroundings: &Surroundings) -> Result<Profiles, Failure> {
    let profiles = Profiles::load(&surroundings.config_file()?)?;
    for odd in profiles.unknown() {
        complain(format_args!("note: {odd}"));
    }
    Ok(profiles)
}

fn list(profiles: &Profiles, view: &View) -> Result<(), Failure> {
    let config = profiles.config();
    let is_default = |name: &str| config.default_profile.as_deref() == Some(name);
    let all: Vec<Value> =
        config.profiles.iter().map(|(name, profile)| as_json(name, profile, is_default(name))).collect();
    if all.is_empty() && view.is_of_words() {
        complain("note: there are no profiles; `strongroom login` makes one");
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["profile", "default", "kind", "url", "as", "secret"]);
    for (name, profile) in &config.profiles {
        let default = if is_default(name) { "yes" } else { "" };
        let secret = profile.secret_in.map_or("none", SecretPlace::as_str);
        let of = profile.tenant.as_deref().or(profile.login.as_deref()).unwrap_or_default();
        table.add_row([name.as_str(), default, profile.kind.as_str(), &profile.url, of, secret]);
    }
    view.tell(&Value::from(all), &format!("{}\n", table.trim_fmt()))
}

fn show(profiles: &Profiles, name: &str, view: &View) -> Result<(), Failure> {
    let profile = profiles.get(name)?;
    let is_default = profiles.config().default_profile.as_deref() == Some(name);
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let mut rows: Vec<(&str, Option<String>)> = vec![
        ("profile", Some(format!("{name}{}", if is_default { ", the default" } else { "" }))),
        ("kind", Some(profile.kind.to_string())),
        ("url", Some(profile.url.clone())),
        ("iam-url", profile.iam_url.clone()),
        ("tenant", profile.tenant.clone()),
        ("login", profile.login.clone()),
        ("ca-file", path(&profile.ca_file)),
        ("client-certificate", path(&profile.client_certificate)),
        ("proxy", profile.proxy.clone()),
        ("insecure-http", profile.insecure_http.then(|| "true".to_owned())),
    ];
    let secret = profile
        .secret_in
        .map_or_else(|| "none; `strongroom login` asks for one".to_owned(), |place| format!("in {place}"));
    rows.push(("secret", Some(secret)));
    let lines = rows.into_iter().filter_map(|(member, value)| Some(format!("{member:<18}  {}\n", value?)));
    view.tell(&as_json(name, profile, is_default), &lines.collect::<String>())
}

fn remove(name: &str, surroundings: &Surroundings, view: &View) -> Result<(), Failure> {
    let secrets = Secrets::of(surroundings)?;
    let left = Profiles::update(&surroundings.config_file()?, |profiles| {
        let left = match profiles.get(name)?.secret_in.map(|place| secrets.remove(name, place)) {
            // Nobody has to keep a profile because its keyring is elsewhere.
            Some(Err(Error::Keyring(why))) => Some(why),
            Some(Err(other)) => return Err(other),
            Some(Ok(_)) | None => None,
        };
        profiles.remove(name)?;
        Ok(left)
    })?;
    if let Some(why) = left {
        complain(format_args!("note: its secret is still in the keyring, which cannot be used: {why}"));
    }
    let removed = json!({"profile": name, "removed": true});
    view.tell(&removed, &format!("removed the profile `{name}`\n"))
}

/// A profile for programs: its members as in the file, in their way of writing.
fn as_json(name: &str, profile: &Profile, is_default: bool) -> Value {
    json!({
        "name": name,
        "default": is_default,
        "kind": profile.kind.as_str(),
        "url": profile.url,
        "iamUrl": profile.iam_url,
        "tenant": profile.tenant,
        "login": profile.login,
        "caFile": profile.ca_file,
        "clientCertificate": profile.client_certificate,
        "proxy": profile.proxy,
        "insecureHttp": profile.insecure_http,
        "secretIn": profile.secret_in.map(SecretPlace::as_str),
    })
}
