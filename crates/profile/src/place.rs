//! What surrounds a process: its environment and folders.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::{Error, variables};

/// What surrounds a process. Tests make their own.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Surroundings {
    /// The environment. An empty value is the same as none.
    pub variables: BTreeMap<String, String>,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// The folder that the process works in.
    pub working_folder: Option<PathBuf>,
}

impl Surroundings {
    /// Those of this process. Variables that are no text are left out.
    #[must_use]
    pub fn of_this_process() -> Self {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self {
            variables: env::vars_os().filter_map(text).collect(),
            home: env::home_dir(),
            working_folder: env::current_dir().ok(),
        }
    }

    /// The value of a variable that is set to something.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The file of the profiles, whether it is there or not.
    ///
    /// # Errors
    ///
    /// When it is not named and there is no home folder.
    pub fn config_file(&self) -> Result<PathBuf, Error> {
        if let Some(named) = self.variable(variables::CONFIG) {
            return Ok(self.absolute(Path::new(named)));
        }
        let variable = if cfg!(windows) { "APPDATA" } else { "XDG_CONFIG_HOME" };
        let named = self.variable(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        let usual = if cfg!(windows) { "AppData/Roaming" } else { ".config" };
        let folder = named.or_else(|| Some(self.home.as_ref()?.join(usual))).ok_or(Error::NoHome)?;
        Ok(folder.join("strongroom").join("config.toml"))
    }

    /// A path that starts at the root, from one that may start at the working folder.
    fn absolute(&self, path: &Path) -> PathBuf {
        self.working_folder.as_ref().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}
