//! `strongroom profile`.

use clap::{Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use serde_json::{Value, json};
use strongroom_profile::{Error, Profile, Profiles, SCHEMA, SecretPlace, Secrets, Surroundings, variables};

use crate::failure::Failure;
use crate::output::{complain, say};

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
  ${EDITOR:-vi} \"$(strongroom profile path)\"")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the profiles; the default one is marked.
    List(List),
    /// Make a profile the default one.
    Use(Name),
    /// Show a profile, and where its secret is.
    Show(Show),
    /// Remove a profile and its secret.
    Remove(Name),
    /// Print the JSON Schema of the file, for editors.
    Schema,
    /// Print where the file is.
    Path,
}

#[derive(clap::Args)]
struct List {
    /// How to print them
    #[arg(short, long = "output", value_name = "FORM", value_enum, default_value_t)]
    form: Form,
}

#[derive(clap::Args)]
struct Show {
    /// Which; the default one when not given
    #[arg(value_name = "PROFILE")]
    name: Option<String>,
    /// How to print it
    #[arg(short, long = "output", value_name = "FORM", value_enum, default_value_t)]
    form: Form,
}

#[derive(clap::Args)]
struct Name {
    /// Which
    #[arg(value_name = "PROFILE")]
    name: String,
}

/// The forms of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

pub(crate) fn run(args: Args) -> Result<(), Failure> {
    let surroundings = Surroundings::of_this_process();
    let path = surroundings.config_file()?;
    match args.command {
        Command::List(args) => list(&load(&surroundings)?, args.form),
        Command::Show(args) => {
            let name = name_or_default(args.name.as_deref(), &surroundings)?;
            show(&load(&surroundings)?, &name, args.form)?;
        }
        Command::Use(args) => {
            Profiles::update(&path, |profiles| profiles.set_default(&args.name))?;
            say(format_args!("`{}` is the default profile", args.name));
        }
        Command::Remove(args) => remove(&args.name, &surroundings)?,
        Command::Schema => say(SCHEMA.trim_end()),
        Command::Path => say(path.display()),
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

fn list(profiles: &Profiles, form: Form) {
    let config = profiles.config();
    let is_default = |name: &str| config.default_profile.as_deref() == Some(name);
    if form == Form::Json {
        let all: Vec<Value> =
            config.profiles.iter().map(|(name, profile)| as_json(name, profile, is_default(name))).collect();
        say(format_args!("{:#}", Value::from(all)));
        return;
    }
    if config.profiles.is_empty() {
        complain("note: there are no profiles; `strongroom login` makes one");
        return;
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
    say(table.trim_fmt());
}

fn show(profiles: &Profiles, name: &str, form: Form) -> Result<(), Failure> {
    let profile = profiles.get(name)?;
    let is_default = profiles.config().default_profile.as_deref() == Some(name);
    if form == Form::Json {
        say(format_args!("{:#}", as_json(name, profile, is_default)));
        return Ok(());
    }
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
    for (member, value) in rows {
        if let Some(value) = value {
            say(format_args!("{member:<18}  {value}"));
        }
    }
    Ok(())
}

fn remove(name: &str, surroundings: &Surroundings) -> Result<(), Failure> {
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
    say(format_args!("removed the profile `{name}`"));
    Ok(())
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
