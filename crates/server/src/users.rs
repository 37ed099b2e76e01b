//! The users of a server that is not running.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog_sql::SqlCatalog;
use engine::{Engine, Extras, NewUser, Role, Secret, SystemClock, TenantId, User};

use crate::server::open;
use crate::{DataDir, Error, NewPassword, first_user, password};

/// A user to be added.
#[derive(Clone, Debug)]
pub struct NewLogin {
    /// What it logs in with.
    pub login: String,
    /// What it may do.
    pub role: Role,
    /// Whose user it is; none means the tenant of the first API key.
    pub tenant: Option<String>,
    /// The projects it is confined to; none means all.
    pub projects: Option<Vec<String>>,
    /// A file with its password; a missing one is written with a new password. None makes one up.
    pub password_file: Option<PathBuf>,
}

/// Adds a user in the data folder of a server that is not running. Answers with the password too, which was
/// made up or lies in the file.
///
/// # Errors
/// [`Error::InUse`] while a server runs on it, [`Error::NeverStarted`] when none ever did, and what
/// [`Engine::create_user`] refuses.
pub async fn add_user(data_dir: &Path, new: NewLogin) -> Result<NewPassword, Error> {
    let opened = Opened::open(data_dir).await?;
    if new.tenant.is_none() && first_user::first_tenant(&opened.engine).await?.is_none() {
        return Err(Error::NeverStarted { path: data_dir.to_owned() });
    }
    let added = add(&opened.engine, new).await;
    opened.close().await;
    added
}

/// Adds a user, by default to the tenant of the first API key.
pub(crate) async fn add(engine: &Engine, new: NewLogin) -> Result<NewPassword, Error> {
    let tenant = match new.tenant {
        Some(tenant) => TenantId(tenant),
        None => first_user::first_tenant(engine).await?.ok_or_else(|| {
            engine::Error::internal("a user has no tenant", "there is no API key, though one was made")
        })?,
    };
    let password = choose(new.password_file.as_deref())?;
    let new = NewUser { login: new.login, role: new.role, scope: new.projects, extras: Extras::new() };
    let user = engine.create_user(&tenant, new, password.expose()).await?;
    Ok(NewPassword { user, password })
}

/// The users in the data folder of a server that is not running, of all tenants, the oldest first.
///
/// # Errors
/// [`Error::InUse`], [`Error::NeverStarted`].
pub async fn users(data_dir: &Path) -> Result<Vec<User>, Error> {
    let opened = Opened::open(data_dir).await?;
    let users = opened.engine.all_users().await?;
    opened.close().await;
    Ok(users)
}

/// Gives a user another password, from a file or made up as in [`add_user`], and ends its sessions.
///
/// # Errors
/// [`Error::InUse`], [`Error::NeverStarted`], and when there is no such user.
pub async fn set_user_password(
    data_dir: &Path,
    login: &str,
    password_file: Option<&Path>,
) -> Result<NewPassword, Error> {
    let opened = Opened::open(data_dir).await?;
    let user = opened.user(login).await?;
    let password = choose(password_file)?;
    opened.engine.set_password(&user.tenant, user.id, password.expose()).await?;
    opened.close().await;
    Ok(NewPassword { user, password })
}

/// Removes a user and its sessions.
///
/// # Errors
/// [`Error::InUse`], [`Error::NeverStarted`], when there is no such user, and what [`Engine::delete_user`]
/// refuses.
pub async fn remove_user(data_dir: &Path, login: &str) -> Result<User, Error> {
    let opened = Opened::open(data_dir).await?;
    let user = opened.user(login).await?;
    opened.engine.delete_user(&user.tenant, user.id).await?;
    opened.close().await;
    Ok(user)
}

fn choose(file: Option<&Path>) -> Result<Secret, Error> {
    match file {
        Some(file) => password::in_file(file),
        None => Ok(Secret::random_password()?),
    }
}

/// A data folder that no server runs on.
struct Opened {
    engine: Engine,
    catalog: Arc<SqlCatalog>,
    // Keeps servers out while this lives.
    _data_dir: DataDir,
}

impl Opened {
    async fn open(path: &Path) -> Result<Self, Error> {
        if !DataDir::is_used(path) {
            return Err(Error::NeverStarted { path: path.to_owned() });
        }
        let data_dir = DataDir::open(path)?;
        let (engine, catalog, _) = open(&data_dir, Arc::new(SystemClock), false).await?;
        Ok(Self { engine, catalog, _data_dir: data_dir })
    }

    async fn user(&self, login: &str) -> Result<User, Error> {
        let users = self.engine.all_users().await?;
        let user = users.into_iter().find(|user| user.login == login);
        Ok(user.ok_or_else(|| engine::Error::not_found("user", format!("{login:?}")))?)
    }

    async fn close(self) {
        self.catalog.close().await;
    }
}

#[cfg(test)]
mod tests;
