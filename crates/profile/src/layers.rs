//! What holds when flags, the environment and profiles speak of the same thing.

use std::fs;
use std::path::{Path, PathBuf};

use client_core::Secret;

use crate::connection::{Connection, Identity};
use crate::server::{check_address, same_server};
use crate::{
    Error, Kind, Profile, Profiles, Proof, Secrets, Settings, Source, Surroundings, environment, variables,
};

/// Where tokens of IBM come from when nobody says otherwise.
const DEFAULT_IAM_URL: &str = "https://iam.cloud.ibm.com";

/// All sources for one call, and which of them goes first.
///
/// # Precedence
///
/// 1. flags,
/// 2. the environment ([`variables`]),
/// 3. the profile that `--profile` or [`variables::PROFILE`] names,
/// 4. without a name, the default profile; where that is for the other API or there is none, the only profile for this
///    API,
/// 5. `ibm-credentials.env`, where IBM's SDKs look for it.
///
/// Each setting is taken from the first that has it. But settings of one server are not mixed with those of another:
/// the first source with a URL says which server is called, and **a source that names another server contributes
/// nothing**, its secret least of all. Neither does a key go to another token service than the one that its source
/// names, nor a password with another login.
///
/// A profile that a flag names and a URL of the environment that is another's are a contradiction, and an error.
#[derive(Debug)]
pub struct Layers {
    kind: Kind,
    /// The first goes first.
    layers: Vec<(Source, Settings)>,
    /// Whether a flag names the profile.
    insists: bool,
    /// The profiles that could be meant, when there are several.
    open: Vec<String>,
}

impl Layers {
    /// All sources: these flags, of which `named` is the profile, and what the surroundings have.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or a profile that is named is not there or of the other kind.
    pub fn gather(
        kind: Kind,
        flags: Settings,
        named: Option<&str>,
        surroundings: &Surroundings,
    ) -> Result<Self, Error> {
        let mut layers = vec![(Source::Flags, flags)];
        layers.push((Source::Environment, environment::settings(kind, surroundings)?));
        let profiles = Profiles::load(&surroundings.config_file()?)?;
        let name = match named.or_else(|| surroundings.variable(variables::PROFILE)) {
            Some(name) => Some(profiles.choose(kind, Some(name))?),
            None => profiles.default_for(kind)?,
        };
        let open = if name.is_none() { profiles.names(Some(kind)) } else { Vec::new() };
        if let Some(name) = name {
            layers.push(of_profile(&profiles, name, surroundings)?);
        }
        if kind == Kind::Ibm {
            layers.extend(environment::credentials_file(surroundings)?);
        }
        Ok(Self { kind, layers, insists: named.is_some(), open })
    }

    /// For which API a call is that could be for either: that of the profile which a flag names, else what the flags
    /// and then the environment speak of, else that of the profile which is used.
    ///
    /// # Errors
    ///
    /// When nothing says, and as [`Layers::gather`].
    pub fn kind_of_call(
        flags: &Settings,
        named: Option<&str>,
        surroundings: &Surroundings,
    ) -> Result<Kind, Error> {
        let profiles = Profiles::load(&surroundings.config_file()?)?;
        if let Some(name) = named {
            return Ok(profiles.get(name)?.kind);
        }
        if flags.tenant.is_some() || flags.iam_url.is_some() || matches!(flags.proof, Some(Proof::ApiKey(_)))
        {
            return Ok(Kind::Ibm);
        }
        if flags.login.is_some() || matches!(flags.proof, Some(Proof::Password(_))) {
            return Ok(Kind::Storware);
        }
        let is_set = |name| surroundings.variable(name).is_some();
        match (is_set(variables::IBM_URL), is_set(variables::STORWARE_URL)) {
            (true, false) => return Ok(Kind::Ibm),
            (false, true) => return Ok(Kind::Storware),
            _ => {}
        }
        let name = match surroundings.variable(variables::PROFILE) {
            Some(name) => Some(name),
            None => profiles.default_profile()?,
        };
        if let Some(name) = name {
            return Ok(profiles.get(name)?.kind);
        }
        match &profiles.names(None)[..] {
            [only] => Ok(profiles.get(only)?.kind),
            [] if environment::credentials_file(surroundings)?.is_some() => Ok(Kind::Ibm),
            [] => Err(Error::Missing(format!(
                "no server is named: run `strongroom login`, or set {} or {} in the environment",
                variables::IBM_URL,
                variables::STORWARE_URL
            ))),
            several => Err(Error::NoDefault { kind: None, known: several.to_vec() }),
        }
    }

    /// A profile and nothing else: the one with this name, or what [`variables::PROFILE`] or the file choose.
    ///
    /// # Errors
    ///
    /// When there is no such profile, it is of the other kind, or the file cannot be read.
    pub fn of_profile(kind: Kind, named: Option<&str>, surroundings: &Surroundings) -> Result<Self, Error> {
        let profiles = Profiles::load(&surroundings.config_file()?)?;
        let name = profiles.choose(kind, named.or_else(|| surroundings.variable(variables::PROFILE)))?;
        let layers = vec![of_profile(&profiles, name, surroundings)?];
        Ok(Self { kind, layers, insists: false, open: Vec::new() })
    }

    /// A profile that is about to be kept in this file, with its secret at hand.
    #[must_use]
    pub fn of_login(profile: &Profile, secret: &Secret, file: &Path, surroundings: &Surroundings) -> Self {
        let mut settings = of_members(profile, file, surroundings);
        settings.proof = Some(match profile.kind {
            Kind::Ibm => Proof::ApiKey(secret.clone()),
            Kind::Storware => Proof::Password(secret.clone()),
        });
        let layers = vec![(Source::Flags, settings)];
        Self { kind: profile.kind, layers, insists: false, open: Vec::new() }
    }

    /// The server that is called, and who says so.
    #[must_use]
    pub fn server(&self) -> Option<(&str, &Source)> {
        self.layers.iter().find_map(|(source, settings)| Some((settings.url.as_deref()?, source)))
    }

    /// Decides, and fetches the secret if it is one that is kept.
    ///
    /// # Errors
    ///
    /// When something that a connection needs is said nowhere, contradicts itself, or cannot be read.
    pub fn resolve(&self, secrets: &Secrets) -> Result<Connection, Error> {
        let Some((url, source)) = self.server() else { return Err(self.no_server()) };
        let (own, others): (Vec<_>, Vec<_>) = self
            .layers
            .iter()
            .partition(|(_, settings)| settings.url.as_deref().is_none_or(|other| same_server(url, other)));
        if self.insists
            && *source == Source::Environment
            && let Some((profile, settings)) = others.iter().find(|(of, _)| matches!(of, Source::Profile(_)))
        {
            return Err(Error::Refused(format!(
                "{profile} is for {}, and {source} names {url}: take the URL out of the environment, or say with --url \
                 which is meant",
                settings.url.as_deref().unwrap_or_default()
            )));
        }
        let insecure = own.iter().any(|(_, settings)| settings.insecure_http);
        check_address(url, insecure)?;
        let first = |get: fn(&Settings) -> Option<&String>| {
            own.iter().find_map(|(_, settings)| get(settings)).cloned()
        };
        let iam_url = first(|settings| settings.iam_url.as_ref());
        let login = first(|settings| settings.login.as_ref());
        let mut aside: Vec<String> = others
            .iter()
            .filter(|(_, settings)| settings.proof.is_some())
            .map(|(of, settings)| {
                format!("that of {of} is for {}", settings.url.as_deref().unwrap_or_default())
            })
            .collect();
        let mut chosen = None;
        for (source, settings) in &own {
            let Some(proof) = &settings.proof else { continue };
            if let Some(why) = self.kept_back(settings, iam_url.as_deref(), login.as_deref()) {
                aside.push(format!("that of {source} is for {why}"));
                continue;
            }
            chosen = Some((source, proof));
            break;
        }
        let identity = match chosen {
            Some((source, proof)) => self.identity(source, proof, login, secrets)?,
            None => return Err(self.no_proof(url, login.as_deref(), &aside)),
        };
        if let (Identity::ApiKey(_), Some(iam_url)) = (&identity, &iam_url) {
            check_address(iam_url, insecure)?;
        }
        let tenant = first(|settings| settings.tenant.as_ref());
        if self.kind == Kind::Ibm && tenant.is_none() {
            return Err(Error::Missing(format!(
                "no tenant is named for {url}: give --tenant, set {}, or write `tenant` into the profile",
                variables::IBM_TENANT
            )));
        }
        let file = |get: fn(&Settings) -> Option<&PathBuf>, what| {
            own.iter().find_map(|(_, settings)| get(settings)).map(|path| read(path, what)).transpose()
        };
        let root_certificates =
            file(|settings| settings.ca_file.as_ref(), "read the certificate authorities in")?;
        let client_certificate =
            file(|settings| settings.client_certificate.as_ref(), "read the client certificate in")?;
        Ok(Connection {
            kind: self.kind,
            url: url.to_owned(),
            iam_url,
            tenant,
            identity,
            root_certificates,
            client_certificate: client_certificate
                .map(|pem| Secret::new(String::from_utf8_lossy(&pem).into_owned())),
            insecure_http: insecure,
            proxy: own.iter().find_map(|(_, settings)| settings.proxy.clone()),
            notes: self.notes(&own),
        })
    }

    /// For whom a source's secret is, when it is not for this token service or this login.
    fn kept_back(&self, settings: &Settings, iam_url: Option<&str>, login: Option<&str>) -> Option<String> {
        // Without a URL it was given for whatever is called.
        settings.url.as_ref()?;
        if matches!(settings.proof, Some(Proof::Nobody | Proof::Bearer(_))) {
            return None;
        }
        match self.kind {
            Kind::Ibm => {
                let theirs = settings.iam_url.as_deref().unwrap_or(DEFAULT_IAM_URL);
                let ours = iam_url.unwrap_or(DEFAULT_IAM_URL);
                (!same_server(theirs, ours)).then(|| format!("tokens of {theirs}"))
            }
            Kind::Storware => {
                let theirs = settings.login.as_deref()?;
                (Some(theirs) != login).then(|| format!("the login `{theirs}`"))
            }
        }
    }

    fn identity(
        &self,
        source: &Source,
        proof: &Proof,
        login: Option<String>,
        secrets: &Secrets,
    ) -> Result<Identity, Error> {
        let secret = match (proof, source) {
            (Proof::Nobody, _) => return Ok(Identity::Anonymous),
            (Proof::Bearer(token), _) => return Ok(Identity::Bearer(token.clone())),
            (Proof::ApiKey(secret) | Proof::Password(secret), _) => secret.clone(),
            (Proof::Kept(place), Source::Profile(name)) => secrets.get(name, *place)?,
            (Proof::Kept(_), _) => return Err(Error::Refused(format!("{source} keeps no secrets"))),
        };
        match (self.kind, login) {
            (Kind::Ibm, _) => Ok(Identity::ApiKey(secret)),
            (Kind::Storware, Some(login)) => Ok(Identity::Login { login, password: secret }),
            (Kind::Storware, None) => Err(Error::Missing(format!(
                "nobody is named who logs in: give --login, set {}, or write `login` into the profile",
                variables::STORWARE_LOGIN
            ))),
        }
    }

    fn no_server(&self) -> Error {
        if !self.open.is_empty() {
            return Error::NoDefault { kind: Some(self.kind), known: self.open.clone() };
        }
        let variable = match self.kind {
            Kind::Ibm => variables::IBM_URL,
            Kind::Storware => variables::STORWARE_URL,
        };
        Error::Missing(format!(
            "no server is named: run `strongroom login`, give --url, or set {variable} in the environment"
        ))
    }

    fn no_proof(&self, url: &str, login: Option<&str>, aside: &[String]) -> Error {
        let (what, flag, variable) = match self.kind {
            Kind::Ibm => ("API key".to_owned(), "--api-key-file", variables::IBM_API_KEY),
            Kind::Storware => (
                login.map_or_else(|| "password".to_owned(), |login| format!("password of `{login}`")),
                "--password-file",
                variables::STORWARE_PASSWORD,
            ),
        };
        let aside = if aside.is_empty() { String::new() } else { format!(" ({})", aside.join("; ")) };
        Error::Missing(format!(
            "there is no {what} for {url}{aside}: run `strongroom login`, give {flag}, or set {variable}"
        ))
    }

    /// What the environment changes about a profile that a flag names.
    fn notes(&self, own: &[&(Source, Settings)]) -> Vec<String> {
        let of = |wanted: fn(&Source) -> bool| {
            own.iter().find(|(source, _)| wanted(source)).map(|(source, settings)| (source, settings))
        };
        let environment = of(|source| *source == Source::Environment);
        let profile = of(|source| matches!(source, Source::Profile(_)));
        let (Some((_, theirs)), Some((profile, ours)), true) = (environment, profile, self.insists) else {
            return Vec::new();
        };
        let members: [(&str, Member); 3] = [
            ("tenant", |settings| settings.tenant.as_ref()),
            ("login", |settings| settings.login.as_ref()),
            ("iam-url", |settings| settings.iam_url.as_ref()),
        ];
        members
            .into_iter()
            .filter(|(_, get)| matches!((get(theirs), get(ours)), (Some(a), Some(b)) if a != b))
            .map(|(member, _)| format!("`{member}` is taken from the environment, and not from {profile}"))
            .collect()
    }
}

/// A setting that is a text.
type Member = fn(&Settings) -> Option<&String>;

/// What a profile says.
fn of_profile(
    profiles: &Profiles,
    name: String,
    surroundings: &Surroundings,
) -> Result<(Source, Settings), Error> {
    let settings = of_members(profiles.get(&name)?, profiles.path(), surroundings);
    Ok((Source::Profile(name), settings))
}

fn of_members(profile: &Profile, file: &Path, surroundings: &Surroundings) -> Settings {
    let folder = file.parent().unwrap_or(Path::new("."));
    let path = |path: &PathBuf| match (path.strip_prefix("~"), &surroundings.home) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => folder.join(path),
    };
    Settings {
        url: Some(profile.url.clone()),
        iam_url: profile.iam_url.clone(),
        tenant: profile.tenant.clone(),
        login: profile.login.clone(),
        proof: profile.secret_in.map(Proof::Kept),
        ca_file: profile.ca_file.as_ref().map(path),
        client_certificate: profile.client_certificate.as_ref().map(path),
        proxy: profile.proxy.as_deref().map(Secret::new),
        insecure_http: profile.insecure_http,
    }
}

fn read(path: &Path, act: &'static str) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::File { act, path: path.to_owned(), source })
}
