//! A server in the test's own process.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

use ibm_backup_recovery as ibm;
use server::{Accounts, Config, NewLogin, Role, Server};
use storware_backup_recovery as storware;

use crate::host::Host;
use crate::{TestServerBuilder, TestTenant, TestUser};

/// The login of the first user.
const ADMIN: &str = "admin";

/// A real server on a free loopback port, with everything in a temporary folder.
///
/// It runs on threads of its own, so a test may use any runtime, and block. Dropped, it stops and removes its folder
/// without being waited for; [`stop`](Self::stop) waits.
pub struct TestServer {
    url: String,
    first: TestTenant,
    admin: TestUser,
    data_dir: PathBuf,
    accounts: Accounts,
    host: Host,
}

impl TestServer {
    /// Starts a server with one tenant, a key of it, and the user `admin`. When this returns, it answers.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// Settings of a server.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder::new()
    }

    pub(crate) async fn start_as(mut builder: TestServerBuilder) -> Self {
        let (data_dir, folder) = match builder.data_dir.take() {
            Some(data_dir) => (data_dir, None),
            None => match tempfile::Builder::new().prefix("strongroom-test-").tempdir() {
                Ok(folder) => (folder.path().to_owned(), Some(folder)),
                Err(error) => panic!("the test server has no temporary folder: {error}"),
            },
        };
        let mut config = Config::on_loopback(&data_dir);
        // Files, so that both are the same after a restart.
        config.api_key_file = Some(data_dir.join("api.key"));
        config.admin_password_file = Some(data_dir.join("admin.password"));
        builder.change(&mut config);
        let (key_file, password_file) = (config.api_key_file.clone(), config.admin_password_file.clone());
        let seen = |server: &Server| (server.url(), server.accounts());
        let (host, (url, accounts)) = done("start", Host::start(config, folder, seen).await);
        let of_first = accounts.clone();
        let tenant = host.run(async move { of_first.first_tenant().await }).await;
        let tenant = done("tell its tenant", tenant).0;
        let first = TestTenant { url: url.clone(), id: tenant, api_key: read(key_file.as_deref()) };
        let password = read(password_file.as_deref());
        let admin = TestUser { url: url.clone(), login: ADMIN.to_owned(), password };
        Self { url, first, admin, data_dir, accounts, host }
    }

    /// Where it listens, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The id of the first tenant. The slash at its end belongs to it.
    #[must_use]
    pub fn tenant(&self) -> &str {
        self.first.id()
    }

    /// The API key of the first tenant.
    #[must_use]
    pub fn api_key(&self) -> &str {
        self.first.api_key()
    }

    /// The password of the user `admin`, who belongs to the first tenant.
    #[must_use]
    pub fn admin_password(&self) -> &str {
        self.admin.password()
    }

    /// A client of the IBM API for the first tenant.
    #[must_use]
    pub fn ibm_client(&self) -> ibm::Client {
        self.first.ibm_client()
    }

    /// A client of the Storware API, which logs in as `admin`.
    #[must_use]
    pub fn storware_client(&self) -> storware::Client {
        self.admin.storware_client()
    }

    /// The environment variables that `ibm_backup_recovery::Client::from_env` and IBM's SDKs read, for code that
    /// runs as a process of its own.
    #[must_use]
    pub fn ibm_env(&self) -> [(&'static str, String); 4] {
        self.first.ibm_env()
    }

    /// The environment variables that `storware_backup_recovery::Client::from_env` reads, for code that runs as a
    /// process of its own.
    #[must_use]
    pub fn storware_env(&self) -> [(&'static str, String); 3] {
        self.admin.storware_env()
    }

    /// Adds a tenant, which sees nothing of the others. `id` is like `other/`; the slash belongs to it.
    ///
    /// # Panics
    /// When the id cannot be one.
    pub async fn add_tenant(&self, id: &str) -> TestTenant {
        let (accounts, tenant) = (self.accounts.clone(), Some(id.to_owned()));
        let made = self.host.run(async move { accounts.create_api_key(tenant, "test").await }).await;
        let key = done("add a tenant", made);
        TestTenant {
            url: self.url.clone(),
            id: key.record.tenant.0.clone(),
            api_key: key.secret.expose().to_owned(),
        }
    }

    /// Adds a user to the first tenant, with a password that is made up.
    ///
    /// # Panics
    /// When the login is taken or cannot be one.
    pub async fn add_user(&self, login: &str, role: Role) -> TestUser {
        let new =
            NewLogin { login: login.to_owned(), role, tenant: None, projects: None, password_file: None };
        self.add_login(new).await
    }

    /// Adds a user of any tenant, confined to projects or not.
    ///
    /// # Panics
    /// When the login is taken or cannot be one.
    pub async fn add_login(&self, new: NewLogin) -> TestUser {
        let accounts = self.accounts.clone();
        let added = self.host.run(async move { accounts.add_user(new).await }).await;
        let added = done("add a user", added);
        TestUser {
            url: self.url.clone(),
            login: added.user.login,
            password: added.password.expose().to_owned(),
        }
    }

    /// Stops in order, and waits for it: running work is ended and written down, mounts are taken down, and a
    /// temporary folder is removed.
    ///
    /// # Panics
    /// When the server had broken off before.
    pub async fn stop(self) {
        done("stop", self.host.stop().await);
    }
}

impl fmt::Debug for TestServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TestServer").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What came of something that the server was to do.
fn done<T>(what: &str, outcome: Result<T, String>) -> T {
    outcome.unwrap_or_else(|error| panic!("the test server could not {what}: {error}"))
}

/// The secret in a file, without the end of its line.
fn read(file: Option<&Path>) -> String {
    let text = file.map(fs::read_to_string).unwrap_or_else(|| Ok(String::new()));
    done("keep its secrets", text.map_err(|error| error.to_string())).trim_end().to_owned()
}
