//! Keys and users of a server that is running.

use engine::{Engine, NewApiKey, TenantId};

use crate::users::NewLogin;
use crate::{Error, NewPassword, first_key, first_user, users};

/// Makes keys and users while a server runs. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    engine: Engine,
}

impl Accounts {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine }
    }

    /// The tenant of the first API key.
    ///
    /// # Errors
    /// When the catalog cannot be read, or the key is gone.
    pub async fn first_tenant(&self) -> Result<TenantId, Error> {
        let tenant = first_user::first_tenant(&self.engine).await?;
        Ok(tenant.ok_or_else(|| engine::Error::internal("there is no tenant", "there is no API key"))?)
    }

    /// Makes an API key of a tenant; none makes up a new one.
    ///
    /// # Errors
    /// When the tenant's id cannot be one.
    pub async fn create_api_key(&self, tenant: Option<String>, name: &str) -> Result<NewApiKey, Error> {
        let tenant = match tenant {
            Some(tenant) => TenantId(tenant),
            None => first_key::make_up_tenant()?,
        };
        Ok(self.engine.create_api_key(&tenant, name).await?)
    }

    /// Adds a user. Answers with the password too, which was made up or lies in the file.
    ///
    /// # Errors
    /// What [`Engine::create_user`] refuses.
    pub async fn add_user(&self, new: NewLogin) -> Result<NewPassword, Error> {
        users::add(&self.engine, new).await
    }
}
