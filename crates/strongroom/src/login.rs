//! `strongroom login` and `strongroom logout`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use client_core::RetryPolicy;
use ibm_backup_recovery as ibm;
use serde_json::json;
use storware_backup_recovery as storware;
use strongroom_profile::{
    Connection, Kind, Layers, Profile, Profiles, Secret, SecretPlace, Secrets, Surroundings, variables,
};

use crate::connect::{ConnectArgs, Target, secret_in};
use crate::failure::Failure;
use crate::output::complain;
use crate::print::Output;
use crate::prompt;

/// Keep a server, and what proves who you are, as a profile.
///
/// Asks for what is not given as a flag, tries it against the server, and keeps it: the settings in a file that you may
/// edit, the API key or password in the keyring of this machine. Where there is no keyring it goes into a file that
/// only you can read, and login says so.
///
/// A profile that is there already is changed: what is not given stays as it is, as long as the server is the same.
/// Secrets are never taken from the command line, where other users of the machine could see them.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom login
  strongroom login --profile work --url https://me.us-east.backup-recovery.cloud.ibm.com --tenant 79mle1bk3m/
  strongroom login --profile tape --kind storware --url https://backup.example:8181 --login ada
  pass show ibm | strongroom login --profile work --api-key-stdin
  strongroom login --url http://127.0.0.1:8440 --tenant acme/ --api-key-file ./api.key

Environment:
  STRONGROOM_CONFIG   the file of the profiles, in place of ~/.config/strongroom/config.toml
  STRONGROOM_KEYRING  auto: the keyring if there is one, else a file; file or off: always a file; only: never a file")]
pub(crate) struct Args {
    #[command(flatten)]
    connect: ConnectArgs,
    /// The API that the server speaks
    #[arg(long, value_enum)]
    kind: Option<KindName>,
    /// Read the API key from standard input
    #[arg(long, conflicts_with_all = ["api_key_file", "password_file", "password_stdin"])]
    api_key_stdin: bool,
    /// Read the password from standard input
    #[arg(long, conflicts_with_all = ["api_key_file", "password_file"])]
    password_stdin: bool,
    /// Keep it without asking the server whether it is right
    #[arg(long)]
    no_check: bool,
    /// Make this the default profile; the first one is it anyway
    #[arg(long = "use")]
    make_default: bool,
    #[command(flatten)]
    output: Output,
}

/// Forget the API key or password of a profile.
///
/// The settings stay; `strongroom login` asks for nothing but the secret again, and `strongroom profile remove` removes
/// them too. The key or password itself stays valid: take it back where it came from.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  strongroom logout
  strongroom logout work")]
pub(crate) struct LogoutArgs {
    /// Whose; that of the default profile when not given
    #[arg(value_name = "PROFILE")]
    profile: Option<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum KindName {
    /// IBM Cloud Backup and Recovery: an API key and a tenant
    Ibm,
    /// Storware Backup & Recovery: a login and a password
    Storware,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Ibm => Self::Ibm,
            KindName::Storware => Self::Storware,
        }
    }
}

pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    let view = args.output.view()?;
    let surroundings = Surroundings::of_this_process();
    // What is wrong with it should be said before anything is asked.
    let secrets = Secrets::of(&surroundings)?;
    let path = surroundings.config_file()?;
    let profiles = Profiles::load(&path)?;
    let named = args.connect.profile.as_deref().or_else(|| surroundings.variable(variables::PROFILE));
    let known = named.and_then(|name| profiles.config().profiles.get(name));
    let kind = kind(&args, known)?;
    let name = match named {
        Some(name) => name.to_owned(),
        None if prompt::is_answered() => prompt::line("Name of the profile", Some(kind.as_str()))?,
        None => kind.as_str().to_owned(),
    };
    let known = profiles.config().profiles.get(&name).filter(|known| known.kind == kind);
    let mut profile = settings(&args.connect, kind, known)?;
    let secret = secret(&args, kind, &profile)?;
    // Also what is not tried should be usable.
    let layers = Layers::of_login(&profile, &secret, &path, &surroundings);
    let connection = layers.resolve(&secrets)?;
    if !args.no_check {
        check(&connection).await.inspect_err(advise)?;
    }
    let before = known.and_then(|known| known.secret_in);
    let (stored, is_default) = Profiles::update(&path, |profiles| {
        // First the profile, so that what is wrong with it leaves no secret behind.
        profiles.set(&name, profile.clone())?;
        let stored = secrets.put(&name, &secret)?;
        profile.secret_in = Some(stored.place);
        profiles.set(&name, profile.clone())?;
        if args.make_default || profiles.config().default_profile.is_none() {
            profiles.set_default(&name)?;
        }
        Ok((stored, profiles.config().default_profile.as_deref() == Some(&name)))
    })?;
    if before == Some(SecretPlace::Keyring) && stored.place == SecretPlace::File {
        // The older one is of no use any more. That it cannot be removed was said when it was written.
        let _ = secrets.remove(&name, SecretPlace::Keyring);
    }
    let place = match stored.place {
        SecretPlace::Keyring => "the keyring of this machine".to_owned(),
        SecretPlace::File => format!("{}, which only you can read", secrets.file().path().display()),
    };
    if let Some(why) = &stored.instead {
        complain(format_args!("note: {why}; the secret is in {place}"));
    }
    let done = if args.no_check { "kept" } else { "logged in" };
    let words = format!(
        "{done}: {}\n  profile   {name}{}\n  settings  {}\n  secret    in {place}\n",
        profile.url,
        if is_default { ", the default" } else { "" },
        path.display()
    );
    let told = json!({
        "profile": name,
        "kind": kind.as_str(),
        "url": profile.url,
        "checked": !args.no_check,
        "default": is_default,
        "secretIn": stored.place.as_str(),
        "config": path,
    });
    view.tell(&told, &words)
}

pub(crate) fn logout(args: &LogoutArgs) -> Result<(), Failure> {
    let view = args.output.view()?;
    let surroundings = Surroundings::of_this_process();
    let secrets = Secrets::of(&surroundings)?;
    let path = surroundings.config_file()?;
    let name = crate::profile::name_or_default(args.profile.as_deref(), &surroundings)?;
    let was = Profiles::update(&path, |profiles| {
        let mut profile = profiles.get(&name)?.clone();
        let Some(place) = profile.secret_in.take() else { return Ok(false) };
        let was = secrets.remove(&name, place)?;
        profiles.set(&name, profile)?;
        Ok(was)
    })?;
    let mut words = String::new();
    if was {
        words = format!("forgot the secret of the profile `{name}`; its settings are still there\n");
    } else {
        complain(format_args!("note: there was no secret of the profile `{name}`"));
    }
    view.tell(&json!({"profile": name, "forgotten": was}), &words)
}

/// The API: as given, as the profile has it, as the other flags imply, or as somebody says.
fn kind(args: &Args, known: Option<&Profile>) -> Result<Kind, Failure> {
    let flags = &args.connect;
    let ibm = flags.tenant.is_some()
        || flags.iam_url.is_some()
        || flags.api_key_file.is_some()
        || args.api_key_stdin;
    let storware = flags.login.is_some() || flags.password_file.is_some() || args.password_stdin;
    let kind = match (args.kind, known, ibm, storware) {
        (Some(kind), ..) => kind.into(),
        (None, Some(known), ..) => known.kind,
        (_, _, true, false) => Kind::Ibm,
        (_, _, false, true) => Kind::Storware,
        _ if prompt::is_answered() => loop {
            match prompt::line("API of the server, ibm or storware", Some("ibm"))?.parse() {
                Ok(kind) => break kind,
                Err(said) => complain(said),
            }
        },
        _ => return Err(missing("the API of the server", "--kind")),
    };
    if (kind == Kind::Ibm && storware) || (kind == Kind::Storware && ibm) {
        let needs = if kind == Kind::Ibm { "an API key and a tenant" } else { "a login and a password" };
        return Err(Failure::Usage(format!(
            "a server of {kind} wants {needs}: the flags are those of the other API"
        )));
    }
    Ok(kind)
}

/// The profile as the flags, what is known of it, and somebody at the terminal say.
fn settings(flags: &ConnectArgs, kind: Kind, known: Option<&Profile>) -> Result<Profile, Failure> {
    let usual = known.map(|known| known.url.as_str());
    let url = given(flags.url.as_deref(), usual, "URL of the server", "--url", None)?;
    // What is known of another server is of no use for this one.
    let known = known.filter(|known| known.url.trim_end_matches('/') == url.trim_end_matches('/'));
    let mut profile = known.cloned().unwrap_or_else(|| Profile::new(kind, &url));
    profile.url.clone_from(&url);
    match kind {
        Kind::Ibm => {
            if flags.iam_url.is_some() {
                profile.iam_url.clone_from(&flags.iam_url);
            } else if known.is_none() && !is_ibm(&url) {
                // A server elsewhere gives its own tokens, as `strongroom serve` does. A key for it is none for IBM.
                profile.iam_url =
                    Some(given(None, None, "URL that tokens come from", "--iam-url", Some(&origin(&url)))?);
            }
            let tenant = profile.tenant.take();
            profile.tenant =
                Some(given(flags.tenant.as_deref(), tenant.as_deref(), "Tenant", "--tenant", None)?);
        }
        Kind::Storware => {
            let login = profile.login.take();
            profile.login = Some(given(flags.login.as_deref(), login.as_deref(), "Login", "--login", None)?);
        }
    }
    if let Some(file) = &flags.ca_file {
        profile.ca_file = Some(absolute(file)?);
    }
    if let Some(file) = &flags.client_certificate {
        profile.client_certificate = Some(absolute(file)?);
    }
    if flags.proxy.is_some() {
        profile.proxy.clone_from(&flags.proxy);
    }
    profile.insecure_http |= flags.insecure_http;
    Ok(profile)
}

/// A setting: as given, as known, as somebody at the terminal says, or what is usual.
fn given(
    flag: Option<&str>,
    known: Option<&str>,
    question: &str,
    name: &str,
    usual: Option<&str>,
) -> Result<String, Failure> {
    match (flag.or(known), usual) {
        (Some(value), _) => Ok(value.to_owned()),
        (None, usual) if prompt::is_answered() => prompt::line(question, usual),
        (None, Some(usual)) => Ok(usual.to_owned()),
        (None, None) => Err(missing(&format!("the {}", lower(question)), name)),
    }
}

fn lower(question: &str) -> String {
    if question.starts_with("URL") { question.to_owned() } else { question.to_lowercase() }
}

fn missing(what: &str, flag: &str) -> Failure {
    Failure::Usage(format!("{what} is not given: give it with {flag}; there is no terminal to ask at"))
}

/// The secret: from a file, piped in, or typed.
fn secret(args: &Args, kind: Kind, profile: &Profile) -> Result<Secret, Failure> {
    let (file, is_piped, flags) = match kind {
        Kind::Ibm => (&args.connect.api_key_file, args.api_key_stdin, ["--api-key-stdin", "--api-key-file"]),
        Kind::Storware => {
            (&args.connect.password_file, args.password_stdin, ["--password-stdin", "--password-file"])
        }
    };
    let [stdin_flag, file_flag] = flags;
    match file {
        Some(file) => secret_in(file),
        None if is_piped => prompt::piped(stdin_flag),
        None if prompt::is_answered() => prompt::hidden(&match kind {
            Kind::Ibm => "API key".to_owned(),
            Kind::Storware => format!("Password of {}", profile.login.as_deref().unwrap_or_default()),
        }),
        None => Err(missing("the secret", &format!("{stdin_flag} or {file_flag}"))),
    }
}

/// Whether the server knows who calls, which has to be clear soon.
async fn check(connection: &Connection) -> Result<(), Failure> {
    let patience = Duration::from_secs(30);
    let target = match connection.kind {
        Kind::Ibm => {
            let builder = ibm::ClientBuilder::from_connection(connection).timeout(patience);
            Target::Ibm(builder.retry(RetryPolicy::never()).build()?)
        }
        Kind::Storware => {
            let builder = storware::ClientBuilder::from_connection(connection).timeout(patience);
            Target::Storware(builder.retry(RetryPolicy::never()).build()?)
        }
    };
    target.try_out().await
}

/// Says what the caller can do about a login that failed.
fn advise(failure: &Failure) {
    complain("note: nothing was kept; --no-check keeps it without asking the server");
    let said = failure.to_string();
    for (member, flag) in [("root_certificates", "--ca-file"), ("client_certificate", "--client-certificate")]
    {
        if said.contains(member) {
            complain(format_args!("note: {flag} names a file for `{member}`"));
        }
    }
}

/// Whether a server is one of IBM's, whose tokens come from IBM.
fn is_ibm(url: &str) -> bool {
    let host = reqwest::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| host.ends_with(".cloud.ibm.com"))
}

fn origin(url: &str) -> String {
    reqwest::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

/// A path that means the same from everywhere.
fn absolute(file: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(file).map_err(|error| Failure::machine(format!("find {}", file.display()), error))
}
