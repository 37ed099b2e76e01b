//! The file of the profiles: read with places in errors, and changed with everything else in it kept.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml_edit::{Document, DocumentMut, Item, Table, TableLike, value};

use crate::disk::{lock, one_line, place_of, write_atomically};
use crate::{Config, Error, Kind, Profile};

/// The JSON Schema of the file. A test compares it with the types.
pub const SCHEMA: &str = include_str!("../config.schema.json");

/// How the schema is called beside the file.
const SCHEMA_FILE: &str = "config.schema.json";
/// What a new file begins with. Editors that know TOML look for the schema there.
const HEAD: &str = "#:schema ./config.schema.json\n";
/// Members of the file itself, and of a profile. A test compares them with the schema.
const MEMBERS: [&str; 2] = ["default-profile", "profiles"];
const PROFILE_MEMBERS: [&str; 10] = [
    "kind",
    "url",
    "iam-url",
    "tenant",
    "login",
    "ca-file",
    "client-certificate",
    "proxy",
    "insecure-http",
    "secret-in",
];
/// What people would call a secret, with `-` and `_` left out.
const SECRETS: [&str; 7] = ["apikey", "bearertoken", "iamapikey", "key", "passphrase", "password", "token"];

/// The profiles of a file, which need not be there.
#[derive(Clone, Debug)]
pub struct Profiles {
    path: PathBuf,
    config: Config,
    document: DocumentMut,
    unknown: Vec<String>,
    default_at: (usize, usize),
}

impl Profiles {
    /// Reads the file. One that is not there has no profiles.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or does not say what it should.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(Error::File { act: "read", path: path.to_owned(), source }),
        };
        Self::parse(path, text)
    }

    fn parse(path: &Path, text: String) -> Result<Self, Error> {
        let invalid = |message: String, (line, column): (usize, usize)| Error::Invalid {
            path: path.to_owned(),
            line,
            column,
            message,
        };
        let document = Document::parse(text.clone()).map_err(|error| {
            let place = error.span().map_or((1, 1), |span| place_of(&text, &span));
            invalid(one_line(error.message()), place)
        })?;
        let unknown = look_through(document.as_table()).map_err(|(message, span)| {
            invalid(message, span.map_or((1, 1), |span| place_of(&text, &span)))
        })?;
        let unknown = unknown
            .into_iter()
            .map(|(message, span)| {
                let (line, column) = span.map_or((1, 1), |span| place_of(&text, &span));
                format!("{}:{line}:{column}: {message}", path.display())
            })
            .collect();
        let default = document.get("default-profile").and_then(Item::span);
        let default_at = default.map_or((1, 1), |span| place_of(&text, &span));
        let config: Config = toml_edit::de::from_document(document.clone()).map_err(|error| {
            let place = error.span().map_or((1, 1), |span| place_of(&text, &span));
            invalid(one_line(error.message()), place)
        })?;
        Ok(Self { path: path.to_owned(), config, document: document.into_mut(), unknown, default_at })
    }

    /// Changes the file: reads it, lets `change` at it, and writes it. Nobody else who does so comes between.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written, and what `change` fails with.
    pub fn update<T>(path: &Path, change: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|source| Error::File {
            act: "make the folder",
            path: folder.to_owned(),
            source,
        })?;
        let _lock = lock(folder)?;
        let mut profiles = Self::load(path)?;
        let before = profiles.document.to_string();
        let done = change(&mut profiles)?;
        let after = profiles.document.to_string();
        if before != after {
            let head = if before.is_empty() { HEAD } else { "" };
            write_atomically(path, format!("{head}{after}").as_bytes())?;
        }
        let schema = folder.join(SCHEMA_FILE);
        if fs::read_to_string(&schema).ok().as_deref() != Some(SCHEMA) {
            write_atomically(&schema, SCHEMA.as_bytes())?;
        }
        Ok(done)
    }

    /// Where the file is, or would be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file says.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Members that nobody knows here, with their places: other versions may know them, or they are misspelt.
    #[must_use]
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// The profile with this name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn get(&self, name: &str) -> Result<&Profile, Error> {
        self.config
            .profiles
            .get(name)
            .ok_or_else(|| Error::NoSuchProfile { name: name.to_owned(), known: self.names(None) })
    }

    /// The names of the profiles, in order; those of one kind, or all.
    #[must_use]
    pub fn names(&self, kind: Option<Kind>) -> Vec<String> {
        let profiles = self.config.profiles.iter();
        let some = profiles.filter(|(_, profile)| kind.is_none_or(|kind| profile.kind == kind));
        some.map(|(name, _)| name.clone()).collect()
    }

    /// The name of the profile to use for an API: the one that was named, else the default one, else the only one
    /// of this kind.
    ///
    /// # Errors
    ///
    /// When there is no such profile, it is of the other kind, or several could be meant.
    pub fn choose(&self, kind: Kind, named: Option<&str>) -> Result<String, Error> {
        if let Some(name) = named {
            let profile = self.get(name)?;
            if profile.kind != kind {
                let known = self.names(Some(kind));
                return Err(Error::OtherKind {
                    name: name.to_owned(),
                    is: profile.kind,
                    wanted: kind,
                    known,
                });
            }
            return Ok(name.to_owned());
        }
        self.default_for(kind)?.ok_or_else(|| {
            let known = self.names(Some(kind));
            Error::NoDefault { kind: Some(kind), known }
        })
    }

    /// The name of the profile to use for an API when none was named, if there is one.
    ///
    /// # Errors
    ///
    /// When the default profile is not there.
    pub fn default_for(&self, kind: Kind) -> Result<Option<String>, Error> {
        if let Some(default) = self.default_profile()?
            && self.get(default)?.kind == kind
        {
            return Ok(Some(default.to_owned()));
        }
        Ok(match &self.names(Some(kind))[..] {
            [only] => Some(only.clone()),
            _ => None,
        })
    }

    /// The default profile, if the file names one.
    ///
    /// # Errors
    ///
    /// When it names one that is not there.
    pub fn default_profile(&self) -> Result<Option<&str>, Error> {
        let Some(name) = self.config.default_profile.as_deref() else { return Ok(None) };
        match self.get(name) {
            Ok(_) => Ok(Some(name)),
            Err(error) => Err(Error::Invalid {
                path: self.path.clone(),
                line: self.default_at.0,
                column: self.default_at.1,
                message: error.to_string(),
            }),
        }
    }

    /// Adds a profile, or changes the one with this name. Members that are not known here stay.
    ///
    /// # Errors
    ///
    /// When the name would need quotes, or a URL holds a password.
    pub fn set(&mut self, name: &str, profile: Profile) -> Result<(), Error> {
        check_name(name)?;
        for (member, url) in [
            ("url", Some(&profile.url)),
            ("iam-url", profile.iam_url.as_ref()),
            ("proxy", profile.proxy.as_ref()),
        ] {
            if url.is_some_and(|url| has_password(url)) {
                return Err(Error::Refused(password_in(member)));
            }
        }
        let profiles = self.document.entry("profiles").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let Some(profiles) = profiles.as_table_like_mut() else { return Ok(()) };
        let table = profiles.entry(name).or_insert_with(|| Item::Table(Table::new()));
        let Some(table) = table.as_table_like_mut() else { return Ok(()) };
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
        let flag = profile.insecure_http.then_some(true);
        put(table, "kind", Some(profile.kind.as_str().to_owned()));
        put(table, "url", Some(profile.url.clone()));
        put(table, "iam-url", profile.iam_url.clone());
        put(table, "tenant", profile.tenant.clone());
        put(table, "login", profile.login.clone());
        put(table, "ca-file", path(&profile.ca_file));
        put(table, "client-certificate", path(&profile.client_certificate));
        put(table, "proxy", profile.proxy.clone());
        put(table, "insecure-http", flag);
        put(table, "secret-in", profile.secret_in.map(|place| place.as_str().to_owned()));
        self.config.profiles.insert(name.to_owned(), profile);
        Ok(())
    }

    /// Removes a profile, and says what it was. It is no default any more either.
    ///
    /// # Errors
    ///
    /// When there is none with this name.
    pub fn remove(&mut self, name: &str) -> Result<Profile, Error> {
        let was = self.get(name)?.clone();
        if let Some(profiles) = self.document.get_mut("profiles").and_then(Item::as_table_like_mut) {
            profiles.remove(name);
        }
        self.config.profiles.remove(name);
        if self.config.default_profile.as_deref() == Some(name) {
            self.document.remove("default-profile");
            self.config.default_profile = None;
        }
        Ok(was)
    }

    /// Makes this profile the default one.
    ///
    /// # Errors
    ///
    /// When there is none with this name.
    pub fn set_default(&mut self, name: &str) -> Result<(), Error> {
        self.get(name)?;
        put(self.document.as_table_mut(), "default-profile", Some(name.to_owned()));
        self.config.default_profile = Some(name.to_owned());
        Ok(())
    }
}

/// Sets a member, keeping what stands around its value, or removes it.
fn put(table: &mut dyn TableLike, member: &str, to: Option<impl Into<toml_edit::Value>>) {
    let Some(to) = to else {
        table.remove(member);
        return;
    };
    let to: toml_edit::Value = to.into();
    match table.get_mut(member).and_then(Item::as_value_mut) {
        Some(current) if plain(current) == plain(&to) => {}
        Some(current) => {
            let decor = current.decor().clone();
            *current = to;
            *current.decor_mut() = decor;
        }
        None => {
            table.insert(member, value(to));
        }
    }
}

/// A value without what stands around it.
fn plain(value: &toml_edit::Value) -> String {
    value.as_str().map_or_else(|| value.clone().decorated("", "").to_string(), str::to_owned)
}

/// A name that can be typed in a shell and as a bare key.
fn check_name(name: &str) -> Result<(), Error> {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(good) {
        return Err(Error::Refused(format!(
            "`{name}` cannot be the name of a profile: letters, digits, `-` and `_` make one"
        )));
    }
    Ok(())
}

type Noticed = (String, Option<Range<usize>>);

/// Looks for members that nobody knows, and refuses secrets.
fn look_through(root: &Table) -> Result<Vec<Noticed>, Noticed> {
    let mut unknown = Vec::new();
    look_at(root, &MEMBERS, &mut unknown)?;
    let Some(profiles) = root.get("profiles").and_then(Item::as_table_like) else { return Ok(unknown) };
    for (name, item) in profiles.iter() {
        let span = profiles.key(name).and_then(toml_edit::Key::span);
        check_name(name).map_err(|error| (error.to_string(), span))?;
        let Some(profile) = item.as_table_like() else { continue };
        look_at(profile, &PROFILE_MEMBERS, &mut unknown)?;
        for member in ["url", "iam-url", "proxy"] {
            let Some(item) = profile.get(member) else { continue };
            if item.as_str().is_some_and(has_password) {
                return Err((password_in(member), item.span()));
            }
        }
    }
    Ok(unknown)
}

fn look_at(table: &dyn TableLike, known: &[&str], unknown: &mut Vec<Noticed>) -> Result<(), Noticed> {
    for (name, _) in table.iter() {
        if known.contains(&name) {
            continue;
        }
        let span = table.key(name).and_then(toml_edit::Key::span);
        let bare: String = name.chars().filter(|c| *c != '-' && *c != '_').collect();
        if SECRETS.contains(&bare.to_ascii_lowercase().as_str()) {
            return Err((
                format!(
                    "secrets have no place in this file: take `{name}` out, consider it known, and run \
                     `strongroom login`"
                ),
                span,
            ));
        }
        let meant = known.iter().find(|known| known.replace('-', "") == bare.to_ascii_lowercase());
        let meant = meant.map_or_else(String::new, |meant| format!("; is `{meant}` meant?"));
        unknown.push((format!("`{name}` is not known here, and does nothing{meant}"), span));
    }
    Ok(())
}

fn has_password(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url.password().is_some())
}

fn password_in(member: &str) -> String {
    if member == "proxy" {
        "secrets have no place in this file: take the password out of `proxy`, and name the proxy with HTTPS_PROXY in \
         the environment"
            .to_owned()
    } else {
        format!("secrets have no place in this file: take the password out of `{member}`")
    }
}
