//! Who calls a test server.

use ibm_backup_recovery as ibm;
use storware_backup_recovery as storware;

/// A tenant of a test server, with a key of it.
#[derive(Clone)]
pub struct TestTenant {
    pub(crate) url: String,
    pub(crate) id: String,
    pub(crate) api_key: String,
}

impl TestTenant {
    /// Its id, such as `acme/`. The slash belongs to it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// An API key of it.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// A client of the IBM API for it.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn ibm_client(&self) -> ibm::Client {
        let builder = ibm::Client::builder(&self.url).iam_url(&self.url);
        let built = builder.tenant(&self.id).api_key(self.api_key.as_str()).build();
        built.unwrap_or_else(|error| panic!("no client of the test server: {error}"))
    }

    /// The environment variables that `ibm_backup_recovery::Client::from_env` and IBM's SDKs read.
    #[must_use]
    pub fn ibm_env(&self) -> [(&'static str, String); 4] {
        [
            ("BACKUP_RECOVERY_URL", self.url.clone()),
            ("BACKUP_RECOVERY_AUTH_URL", self.url.clone()),
            ("BACKUP_RECOVERY_TENANT_ID", self.id.clone()),
            ("BACKUP_RECOVERY_APIKEY", self.api_key.clone()),
        ]
    }
}

/// A user of a test server.
#[derive(Clone)]
pub struct TestUser {
    pub(crate) url: String,
    pub(crate) login: String,
    pub(crate) password: String,
}

impl TestUser {
    /// What it logs in with.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Its password.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// A client of the Storware API, which logs in as the user.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn storware_client(&self) -> storware::Client {
        let built =
            storware::Client::builder(&self.url).login(self.login.as_str(), self.password.as_str()).build();
        built.unwrap_or_else(|error| panic!("no client of the test server: {error}"))
    }

    /// The environment variables that `storware_backup_recovery::Client::from_env` reads.
    #[must_use]
    pub fn storware_env(&self) -> [(&'static str, String); 3] {
        [
            ("STORWARE_URL", self.url.clone()),
            ("STORWARE_LOGIN", self.login.clone()),
            ("STORWARE_PASSWORD", self.password.clone()),
        ]
    }
}

/// Does not show the key.
impl std::fmt::Debug for TestTenant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TestTenant").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Does not show the password.
impl std::fmt::Debug for TestUser {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TestUser").field("login", &self.login).finish_non_exhaustive()
    }
}
