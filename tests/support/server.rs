//! A server in this process, on a folder of its own.

use std::path::Path;
use std::sync::Arc;

use ibm_backup_recovery::Client;
use serde_json::Value;
use server::{Clock, Config, NewLogin, Role, Server};
use storware_backup_recovery as storware;
use tempfile::TempDir;

/// An HTTP client for requests that the generated client would not send.
pub(crate) fn http() -> reqwest::Client {
    client_core::ConnectionOptions::default().http_client().unwrap()
}

/// A server with everything in a temporary folder, and its first key.
pub(crate) struct TestServer {
    server: Server,
    /// None when the folder belongs to somebody else.
    _dir: Option<TempDir>,
    pub(crate) url: String,
    pub(crate) tenant: String,
    pub(crate) api_key: String,
    /// Of the user `admin`.
    pub(crate) password: String,
}

/// A user to make: its login, its role, another tenant than the first, and the projects it is confined to.
pub(crate) type TestUser<'a> = (&'a str, Role, Option<&'a str>, Option<&'a [&'a str]>);

impl TestServer {
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = Self::start_in(dir.path(), None).await;
        Self { _dir: Some(dir), ..server }
    }

    /// A server whose time a test turns.
    pub(crate) async fn start_with_clock(clock: Arc<dyn Clock>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = Config { check_answers: true, clock, ..Config::on_loopback(dir.path()) };
        let server = Self::start_as(config, None).await;
        Self { _dir: Some(dir), ..server }
    }

    /// A server on a data folder that may have been used before; `known` are the tenant and key of that time.
    pub(crate) async fn start_in(dir: &Path, known: Option<(&str, &str)>) -> Self {
        Self::start_as(Config { check_answers: true, ..Config::on_loopback(dir) }, known).await
    }

    pub(crate) async fn start_as(mut config: Config, known: Option<(&str, &str)>) -> Self {
        // A file, so that the password is the same after a restart.
        let password = config.data_dir.join("admin.password");
        let password = config.admin_password_file.get_or_insert(password).clone();
        let server = Server::start(config).await.unwrap();
        let (tenant, api_key) = match (server.first_key(), known) {
            (Some(key), _) => (key.record.tenant.0.clone(), key.secret.expose().to_owned()),
            (None, Some((tenant, key))) => (tenant.to_owned(), key.to_owned()),
            (None, None) => panic!("the folder was used before, and nobody knows its key"),
        };
        let url = server.url();
        let password = std::fs::read_to_string(password).unwrap().trim_end().to_owned();
        Self { server, _dir: None, url, tenant, api_key, password }
    }

    /// A server, and the client of another tenant of it.
    pub(crate) async fn start_with_stranger() -> (Self, Client) {
        let dir = tempfile::tempdir().unwrap();
        let server = Self::start_in(dir.path(), None).await;
        let known = (server.tenant.clone(), server.api_key.clone());
        server.stop().await;
        let other = server::create_api_key(dir.path(), Some("other/".to_owned()), "other").await.unwrap();
        let server = Self::start_in(dir.path(), Some((&known.0, &known.1))).await;
        let stranger = server.client_for("other/", other.secret.expose());
        (Self { _dir: Some(dir), ..server }, stranger)
    }

    pub(crate) fn client(&self) -> Client {
        self.client_for(&self.tenant, &self.api_key)
    }

    pub(crate) fn client_for(&self, tenant: &str, api_key: &str) -> Client {
        Client::builder(&self.url).iam_url(&self.url).tenant(tenant).api_key(api_key).build().unwrap()
    }

    /// A client of the Storware API, logged in as the administrator.
    pub(crate) fn storware(&self) -> storware::Client {
        self.storware_as("admin", &self.password)
    }

    pub(crate) fn storware_as(&self, login: &str, password: &str) -> storware::Client {
        storware::Client::builder(&self.url).login(login, password).build().unwrap()
    }

    /// A server with more users; of each, the login, the role, the tenant (none is the first) and its projects.
    /// The password is the login, twice.
    pub(crate) async fn start_with_users(users: &[TestUser<'_>]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = Self::start_in(dir.path(), None).await;
        let known = (server.tenant.clone(), server.api_key.clone());
        server.stop().await;
        for (login, role, tenant, projects) in users {
            let file = dir.path().join(format!("{login}.password"));
            std::fs::write(&file, format!("{login}{login}")).unwrap();
            let projects = projects.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            let new = NewLogin {
                login: (*login).to_owned(),
                role: *role,
                tenant: tenant.map(str::to_owned),
                projects,
                password_file: Some(file),
            };
            server::add_user(dir.path(), new).await.unwrap();
        }
        let server = Self::start_in(dir.path(), Some((&known.0, &known.1))).await;
        Self { _dir: Some(dir), ..server }
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.server.data_dir().root()
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await.unwrap();
    }

    /// A token for the first key, fetched by hand.
    pub(crate) async fn token(&self) -> String {
        let form =
            [("grant_type", "urn:ibm:params:oauth:grant-type:apikey"), ("apikey", self.api_key.as_str())];
        let sent = http().post(format!("{}/identity/token", self.url)).form(&form);
        let answer: Value = sent.send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// Sends a request to the Storware API as the administrator, below `/api`. Answers with the status and the body.
    pub(crate) async fn raw_storware(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let login = serde_json::json!({"login": "admin", "password": self.password});
        let sent = http().post(format!("{}/api/session/login", self.url)).json(&login).send().await.unwrap();
        let cookie = sent.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = http().request(method, format!("{}/api{path}", self.url)).header("cookie", cookie);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Protects a folder through the Storware API. Answers with the guid of the entity.
    pub(crate) async fn protect(&self, name: &str, folder: &Path, projects: &[&str]) -> String {
        let body = serde_json::json!({"name": name, "paths": [folder], "projects": projects});
        let (status, entity) = self.raw_storware("POST", "/entities", Some(body)).await;
        assert_eq!(status, 201, "{entity}");
        entity["guid"].as_str().unwrap().to_owned()
    }

    /// Sends a request that the generated client would not send. Answers with the status and the body.
    pub(crate) async fn raw(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = http()
            .request(method, format!("{}/v2{path}", self.url))
            .bearer_auth(self.token().await)
            .header("X-IBM-Tenant-ID", &self.tenant);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }
}
