//! The first user: without an administrator nobody could log in, so a server makes one and tells the password
//! once.

use engine::{Engine, Extras, NewUser, Role, Secret, TenantId, User};

use crate::{Config, Error, NewPassword, password};

/// What the first user logs in with.
const LOGIN: &str = "admin";

/// Sees to it that somebody can log in. Answers with the user when one was made whose password nobody has
/// seen yet. Called when there is an API key: the first key's tenant is the first user's.
pub(crate) async fn ensure(engine: &Engine, config: &Config) -> Result<Option<NewPassword>, Error> {
    let users = engine.all_users().await?;
    let admin = users.iter().find(|user| user.login == LOGIN);
    if let Some(path) = &config.admin_password_file {
        // Written before it is the user's: when this breaks off in between, the next start goes on.
        let password = password::in_file(path)?;
        match admin {
            Some(admin) => engine.adopt_password(&admin.tenant, admin.id, password.expose()).await?,
            None => {
                create(engine, &password).await?;
            }
        }
        return Ok(None);
    }
    if users.iter().any(|user| user.role == Role::Administrator) {
        return Ok(None);
    }
    if let Some(admin) = admin {
        tracing::warn!(
            tenant = %admin.tenant,
            "there is no administrator, and the login {LOGIN:?} is taken by another user; \
             `strongroom user add` makes an administrator"
        );
        return Ok(None);
    }
    let password = Secret::random_password()?;
    let user = create(engine, &password).await?;
    Ok(Some(NewPassword { user, password }))
}

async fn create(engine: &Engine, password: &Secret) -> Result<User, Error> {
    let tenant = first_tenant(engine).await?.ok_or_else(|| {
        engine::Error::internal("the first user has no tenant", "there is no API key, though one was made")
    })?;
    let new =
        NewUser { login: LOGIN.to_owned(), role: Role::Administrator, scope: None, extras: Extras::new() };
    Ok(engine.create_user(&tenant, new, password.expose()).await?)
}

/// The tenant of the first API key.
pub(crate) async fn first_tenant(engine: &Engine) -> Result<Option<TenantId>, Error> {
    Ok(engine.api_keys().await?.first().map(|key| key.tenant.clone()))
}
