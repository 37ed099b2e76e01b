//! Settings from where IBM's SDKs read them, so that nothing around a program changes when it moves from one to the
//! other.
//!
//! The first of these that has a property of the service is used, and it alone:
//!
//! 1. a credentials file: the one that `IBM_CREDENTIALS_FILE` names, or `ibm-credentials.env` in the working folder,
//!    or the one in the home folder; lines of `NAME=value`,
//! 2. the environment.
//!
//! A property that this crate cannot honour is an error and not read over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io};

use client_core::{Error, RetryPolicy};

use crate::{Client, ClientBuilder};

/// What the names of all properties begin with.
const PREFIX: &str = "BACKUP_RECOVERY_";
const FILE_VARIABLE: &str = "IBM_CREDENTIALS_FILE";
const FILE_NAME: &str = "ibm-credentials.env";
/// What IBM's SDKs do when told to repeat and not how often.
const REPEATS: u32 = 4;

impl Client {
    /// A client with the settings that IBM's SDKs would have: from a credentials file or the environment.
    ///
    /// | property | what it says |
    /// | --- | --- |
    /// | `BACKUP_RECOVERY_URL` | where the service is |
    /// | `BACKUP_RECOVERY_TENANT_ID` | the tenant; our own, since the SDKs take it with every call |
    /// | `BACKUP_RECOVERY_AUTH_TYPE` | `iam` (unless set), `bearerToken` or `noAuth` |
    /// | `BACKUP_RECOVERY_APIKEY` | the API key, for `iam` |
    /// | `BACKUP_RECOVERY_AUTH_URL` | where tokens come from, for `iam` |
    /// | `BACKUP_RECOVERY_BEARER_TOKEN` | the token, for `bearerToken` |
    /// | `BACKUP_RECOVERY_ENABLE_RETRIES`, `_MAX_RETRIES`, `_RETRY_INTERVAL` | whether and how often to repeat, and the longest pause in seconds |
    ///
    /// They are taken from the file that `IBM_CREDENTIALS_FILE` names, or from `ibm-credentials.env` in the working
    /// folder or else in the home folder, in lines of `NAME=value`; if none has any of them, from the environment.
    /// The file is read on the calling thread.
    ///
    /// # Errors
    ///
    /// When a property is missing, cannot be read, or asks for what this crate does not do, such as other kinds of
    /// authentication, or certificates that nobody verifies; and as [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }
}

impl ClientBuilder {
    /// Settings from a credentials file or the environment, to be added to. See [`Client::from_env`].
    ///
    /// # Errors
    ///
    /// As [`Client::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        builder(&Place::of_this_process().properties()?)
    }
}

/// The properties of the service by their names without the prefix.
type Properties = BTreeMap<String, String>;

/// Where properties are looked for.
struct Place {
    variables: BTreeMap<String, String>,
    working_folder: Option<PathBuf>,
    home: Option<PathBuf>,
}

impl Place {
    fn of_this_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            variables: env::vars_os().filter_map(text).collect(),
            working_folder: env::current_dir().ok(),
            home: env::home_dir(),
        }
    }

    fn properties(&self) -> Result<Properties, Error> {
        if let Some(path) = self.file() {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            let properties = ours(text.lines().filter_map(pair));
            if !properties.is_empty() {
                return Ok(properties);
            }
        }
        Ok(ours(self.variables.clone()))
    }

    /// The credentials file, if there is one. One that was named must be there.
    fn file(&self) -> Option<PathBuf> {
        if let Some(named) = self.variables.get(FILE_VARIABLE) {
            return Some(named.into());
        }
        [&self.working_folder, &self.home]
            .into_iter()
            .flatten()
            .map(|folder| folder.join(FILE_NAME))
            .find(|path| path.is_file())
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    invalid(format!("the credentials file {} cannot be read: {error}", path.display()))
}

fn ours(all: impl IntoIterator<Item = (String, String)>) -> Properties {
    all.into_iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// The name and value of a line, unless it is empty or a comment.
fn pair(line: &str) -> Option<(String, String)> {
    let (name, value) = line.trim().split_once('=')?;
    (!name.starts_with('#')).then(|| (name.trim().to_owned(), value.trim().to_owned()))
}

fn builder(properties: &Properties) -> Result<ClientBuilder, Error> {
    let get = |name: &str| properties.get(name).map(String::as_str);
    let required = |name: &str| {
        get(name).ok_or_else(|| {
            invalid(format!("{PREFIX}{name} is set neither in a credentials file nor in the environment"))
        })
    };
    for name in ["DISABLE_SSL", "AUTH_DISABLE_SSL"] {
        if flag(name, get(name))? == Some(true) {
            return Err(invalid(format!(
                "{PREFIX}{name} is set: certificates are always verified; name the authority that \
                 issued them with `root_certificates`"
            )));
        }
    }
    let mut builder = Client::builder(required("URL")?);
    if let Some(tenant) = get("TENANT_ID") {
        builder = builder.tenant(tenant);
    }
    match get("AUTH_TYPE").unwrap_or("iam").to_ascii_lowercase().as_str() {
        "iam" => {
            builder = builder.api_key(get("IAM_APIKEY").map_or_else(|| required("APIKEY"), Ok)?);
            if let Some(url) = get("AUTH_URL") {
                builder = builder.iam_url(url);
            }
        }
        "bearertoken" => builder = builder.bearer_token(required("BEARER_TOKEN")?),
        "noauth" => {}
        other => {
            return Err(invalid(format!(
                "{PREFIX}AUTH_TYPE is `{other}`: only `iam`, `bearerToken` and `noAuth` are known here"
            )));
        }
    }
    Ok(match retries(properties)? {
        Some(policy) => builder.retry(policy),
        None => builder,
    })
}

fn retries(properties: &Properties) -> Result<Option<RetryPolicy>, Error> {
    let get = |name: &str| properties.get(name).map(String::as_str);
    let number = |name: &str| -> Result<Option<u32>, Error> {
        let Some(text) = get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| invalid(format!("{PREFIX}{name} is `{text}` and no whole number")))
    };
    let (most, longest) = (number("MAX_RETRIES")?, number("RETRY_INTERVAL")?);
    match flag("ENABLE_RETRIES", get("ENABLE_RETRIES"))? {
        Some(false) => return Ok(Some(RetryPolicy::never())),
        None if most.is_none() && longest.is_none() => return Ok(None),
        _ => {}
    }
    let policy = RetryPolicy::default().max_attempts(most.unwrap_or(REPEATS).saturating_add(1));
    Ok(Some(match longest {
        Some(seconds) => policy.pauses(Duration::from_millis(250), Duration::from_secs(u64::from(seconds))),
        None => policy,
    }))
}

fn flag(name: &str, value: Option<&str>) -> Result<Option<bool>, Error> {
    match value.map(str::to_ascii_lowercase).as_deref() {
        None => Ok(None),
        Some("true" | "1" | "t") => Ok(Some(true)),
        Some("false" | "0" | "f") => Ok(Some(false)),
        Some(_) => Err(invalid(format!("{PREFIX}{name} is neither `true` nor `false`"))),
    }
}

fn invalid(message: String) -> Error {
    Error::invalid("client", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(variables: &[(&str, &str)]) -> Place {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Place { variables: variables.collect(), working_folder: None, home: None }
    }

    fn refusal(variables: &[(&str, &str)]) -> String {
        let properties = place(variables).properties().unwrap();
        builder(&properties).unwrap_err().message().unwrap().to_owned()
    }

    const URL: (&str, &str) = ("BACKUP_RECOVERY_URL", "http://host");
    const KEY: (&str, &str) = ("BACKUP_RECOVERY_APIKEY", "hush");

    #[test]
    fn the_environment_is_read_where_there_is_no_file() {
        let tenant = ("BACKUP_RECOVERY_TENANT_ID", "acme/");
        let properties = place(&[URL, KEY, tenant, ("PATH", "/bin")]).properties().unwrap();
        assert_eq!(properties.keys().collect::<Vec<_>>(), ["APIKEY", "TENANT_ID", "URL"]);
        let client = builder(&properties).unwrap().build().unwrap();
        assert_eq!(client.base_url(), "http://host/v2");
    }

    #[test]
    fn the_first_file_with_a_property_is_used_and_nothing_else() {
        let folders: [_; 3] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
        let write = |number: usize, text: &str| {
            let path = folders[number].path().join(FILE_NAME);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let named = write(0, "# ours\n\n BACKUP_RECOVERY_URL = http://named \nOTHER_URL=http://other\n");
        write(1, "BACKUP_RECOVERY_URL=http://working\r\n");
        write(2, "BACKUP_RECOVERY_URL=http://home?a=b\n");
        let url = |variables: &[(&str, &str)], folders: [Option<&tempfile::TempDir>; 2]| {
            let [working_folder, home] = folders.map(|folder| folder.map(|it| it.path().to_owned()));
            let place = Place { working_folder, home, ..place(variables) };
            place.properties().unwrap()["URL"].clone()
        };
        let both = [Some(&folders[1]), Some(&folders[2])];
        assert_eq!(url(&[URL, (FILE_VARIABLE, &named)], both), "http://named");
        assert_eq!(url(&[URL], both), "http://working");
        assert_eq!(url(&[URL], [None, Some(&folders[2])]), "http://home?a=b");
        write(1, "OTHER_URL=http://other\n");
        assert_eq!(url(&[URL], [Some(&folders[1]), None]), "http://host");
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let error = place(&[URL, (FILE_VARIABLE, "/nowhere/at/all")]).properties().unwrap_err();
        assert!(error.message().unwrap().starts_with("the credentials file /nowhere/at/all cannot be read"));
    }

    #[test]
    fn what_cannot_be_honoured_is_said() {
        let auth = |kind| ("BACKUP_RECOVERY_AUTH_TYPE", kind);
        for (variables, expected) in [
            (vec![KEY], "BACKUP_RECOVERY_URL is set neither"),
            (vec![URL], "BACKUP_RECOVERY_APIKEY is set neither"),
            (vec![URL, auth("bearerToken")], "BACKUP_RECOVERY_BEARER_TOKEN is set neither"),
            (vec![URL, KEY, auth("container")], "BACKUP_RECOVERY_AUTH_TYPE is `container`"),
            (vec![URL, KEY, ("BACKUP_RECOVERY_DISABLE_SSL", "true")], "BACKUP_RECOVERY_DISABLE_SSL is set"),
            (
                vec![URL, KEY, ("BACKUP_RECOVERY_DISABLE_SSL", "maybe")],
                "BACKUP_RECOVERY_DISABLE_SSL is neither",
            ),
            (vec![URL, KEY, ("BACKUP_RECOVERY_MAX_RETRIES", "-1")], "BACKUP_RECOVERY_MAX_RETRIES is `-1`"),
        ] {
            let message = refusal(&variables);
            assert!(message.starts_with(expected), "{message}");
            assert!(!message.contains("hush"), "{message}");
        }
    }

    #[test]
    fn repeating_is_as_the_properties_say() {
        let policy = |variables: &[(&str, &str)]| retries(&place(variables).properties().unwrap()).unwrap();
        assert_eq!(policy(&[]), None);
        let off = ("BACKUP_RECOVERY_ENABLE_RETRIES", "false");
        let most = ("BACKUP_RECOVERY_MAX_RETRIES", "2");
        assert_eq!(policy(&[off, most]), Some(RetryPolicy::never()));
        assert_eq!(policy(&[most]), Some(RetryPolicy::default().max_attempts(3)));
        let on = ("BACKUP_RECOVERY_ENABLE_RETRIES", "True");
        assert_eq!(policy(&[on]), Some(RetryPolicy::default().max_attempts(5)));
    }
}
