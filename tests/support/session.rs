//! A session of the Storware API by plain HTTP, as a node or an odd client has it.

use serde_json::{Value, json};

use super::{TestServer, http};

/// Somebody who is logged in.
pub(crate) struct Session {
    http: reqwest::Client,
    url: String,
    cookie: String,
}

impl Session {
    pub(crate) async fn open(server: &TestServer, login: &str, password: &str) -> Self {
        let (http, url) = (http(), format!("{}/api", server.url));
        let login = json!({"login": login, "password": password});
        let sent = http.post(format!("{url}/session/login")).json(&login).send().await.unwrap();
        assert_eq!(sent.status(), 200);
        let cookie = sent.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { http, url, cookie }
    }

    /// Sends a request below `/api`. Answers with the status and the body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request =
            self.http.request(method, format!("{}{path}", self.url)).header("cookie", &self.cookie);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, None).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("PUT", path, Some(body)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("POST", path, Some(body)).await
    }
}
