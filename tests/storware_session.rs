//! Who may use the Storware API: sessions, roles, projects, and pages of other sites.

use std::fs;

use reqwest::header::{HeaderMap, ORIGIN, RETRY_AFTER, SET_COOKIE};
use serde_json::{Value, json};
use server::{Config, Role};
use storware_backup_recovery::Error;
use storware_backup_recovery::types::{NameAndGuid, WarningAcknowledgementRequest};

use crate::support::{TestClock, TestServer, adopt, http};

/// Logs in by hand. Answers with the status, the headers and the body.
async fn log_in(server: &TestServer, login: &str, password: &str) -> (u16, HeaderMap, Value) {
    let body = json!({"login": login, "password": password});
    let sent = http().post(format!("{}/api/session/login", server.url)).json(&body).send().await.unwrap();
    let (status, headers) = (sent.status().as_u16(), sent.headers().clone());
    (status, headers, sent.json().await.unwrap())
}

fn status<T: std::fmt::Debug>(result: Result<T, Error>) -> u16 {
    result.unwrap_err().status().unwrap().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begins_with_a_login_and_ends_with_a_logout() {
    let server = TestServer::start().await;
    let (code, headers, user) = log_in(&server, "admin", &server.password).await;
    assert_eq!(code, 200, "{user}");
    assert_eq!(user["requester"]["name"], "admin");
    assert!(user["privileges"].as_array().unwrap().iter().any(|privilege| privilege["name"] == "MANAGE"));
    let cookie = headers[SET_COOKIE].to_str().unwrap().to_owned();
    let (session, attributes) = cookie.split_once(';').unwrap();
    assert!(session.starts_with("JSESSIONID=") && session.len() > 40, "{session}");
    assert_eq!(attributes, " Path=/api; HttpOnly; SameSite=Lax", "no other site, and TLS where there is TLS");

    let ask = async |method: reqwest::Method, path: &str, cookie: Option<&str>| {
        let mut request = http().request(method, format!("{}/api{path}", server.url));
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.text().await.unwrap())
    };
    use reqwest::Method;
    assert_eq!(ask(Method::GET, "/session", Some(session)).await.0, 200);
    assert_eq!(ask(Method::GET, "/session/", Some(session)).await.0, 200, "with a slash at the end");
    for nobody in [None, Some("JSESSIONID=made-up"), Some("JSESSIONID=")] {
        let (status, _, body) = ask(Method::GET, "/session/user", nobody).await;
        assert_eq!(status, 401);
        assert!(body.contains("log in"), "{body}");
    }
    let (status, headers, _) = ask(Method::POST, "/session/logout", Some(session)).await;
    assert!((200..300).contains(&status), "{status}");
    assert!(headers[SET_COOKIE].to_str().unwrap().contains("JSESSIONID=; Path=/api; HttpOnly; Max-Age=0"));
    assert_eq!(ask(Method::GET, "/session", Some(session)).await.0, 401, "the session has ended");
    let (status, _, body) = ask(Method::GET, "/nowhere", Some(session)).await;
    assert_eq!(status, 404);
    assert!(body.contains(r#"{"message":"there is nothing at GET /api/nowhere"#), "{body}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_logs_in_by_itself_and_again() {
    let server = TestServer::start().await;
    let client = server.storware();
    client.check_session().send().await.unwrap();
    let user = client.get_session_user().send().await.unwrap().into_inner();
    assert_eq!(user.requester.unwrap().name.as_deref(), Some("admin"));
    client.logout().send().await.unwrap();
    client.check_session().send().await.unwrap();
    let wrong = server.storware_as("admin", "not the password");
    assert_eq!(status(wrong.check_session().send().await), 400);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_has_to_wait() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::start_with_clock(clock.clone()).await;
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(log_in(&server, "admin", "a guess").await);
    }
    let codes: Vec<_> = answers.iter().map(|(code, _, _)| *code).collect();
    assert_eq!((codes.first(), codes.last()), (Some(&400), Some(&429)), "{codes:?}");
    let (_, headers, body) = answers.pop().unwrap();
    let seconds: i64 = headers[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
    let message = body["message"].as_str().unwrap();
    assert!(message.contains(&format!("try again in {seconds} s")), "{message}");
    assert_eq!(log_in(&server, "admin", &server.password).await.0, 429, "even with the right one");
    clock.forward_hours(1);
    let (code, _, user) = log_in(&server, "admin", &server.password).await;
    assert_eq!(code, 200);
    assert!(user["lastFailedLogin"].is_i64(), "{user}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_see_what_they_may() {
    let users = [("vera", Role::Viewer), ("rita", Role::RestoreOperator), ("otto", Role::Operator)];
    let server = TestServer::start_with_users(&users.map(|(login, role)| (login, role, None, None))).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "content").unwrap();
    server.protect("documents", dir.path(), &[]).await;
    adopt(&server, "documents").await.back_up().await;
    let guid = server.storware().list_backups().send().await.unwrap().into_inner()[0].guid.clone();

    let [vera, rita, otto] = users.map(|(login, _)| server.storware_as(login, &format!("{login}{login}")));
    for client in [&vera, &rita, &otto] {
        assert_eq!(client.list_backups().send().await.unwrap().len(), 1);
        assert_eq!(client.get_backup_for_restore().guid(&guid).send().await.unwrap().guid, guid);
    }
    assert_eq!(vera.get_backup().guid(&guid).send().await.unwrap().guid, guid);
    assert_eq!(status(rita.get_backup().guid(&guid).send().await), 403);
    let note = || storware_backup_recovery::types::UpdateBackupDescriptionRequest::new("seen");
    for client in [&vera, &rita] {
        let refused = client.update_backup_description().guid(&guid).body(note()).send().await.unwrap_err();
        assert_eq!(refused.status().unwrap().as_u16(), 403);
        assert!(refused.message().unwrap().contains("its role is"), "{refused}");
    }
    let noted = otto.update_backup_description().guid(&guid).body(note()).send().await.unwrap();
    assert_eq!(noted.description.as_deref(), Some("seen"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_are_kept_apart() {
    let red: Option<&[&str]> = Some(&["red"]);
    let users = [("ruth", Role::Administrator, None, red), ("victor", Role::Viewer, None, red)];
    let server = TestServer::start_with_users(&users).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "content").unwrap();
    for (name, projects) in [("of red", &["red"][..]), ("of blue", &["blue", "green"]), ("of nobody", &[])] {
        server.protect(name, dir.path(), projects).await;
        adopt(&server, name).await.back_up().await;
    }
    let (all, ruth) = (server.storware(), server.storware_as("ruth", "ruthruth"));
    assert_eq!(all.list_backups().send().await.unwrap().len(), 3);
    let seen = ruth.list_backups().send().await.unwrap().into_inner();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].source_project.as_ref().unwrap().guid, "red");
    let blue = all.list_backups().project_uuid("blue").send().await.unwrap().into_inner().remove(0);
    let of_blue = blue.protected_entity.unwrap();
    assert_eq!(of_blue.name.as_deref(), Some("of blue"));
    let seen_by = |guid: &str| WarningAcknowledgementRequest {
        protected_entities: Some(vec![NameAndGuid::new(guid)]),
        ..Default::default()
    };
    let acknowledge = ruth.update_backups_warnings_acknowledged().body(seen_by(&of_blue.guid));
    assert_eq!(status(acknowledge.send().await), 404);
    assert_eq!(status(ruth.get_backup().guid(&blue.guid).send().await), 404);
    assert_eq!(ruth.get_backup_for_restore().guid(&blue.guid).send().await.unwrap().guid, blue.guid);
    let victor = server.storware_as("victor", "victorvictor");
    assert_eq!(
        status(victor.get_backup_for_restore().guid(&blue.guid).send().await),
        404,
        "he restores nothing"
    );
    assert_eq!(victor.get_backup_for_restore().guid(&seen[0].guid).send().await.unwrap().guid, seen[0].guid);

    // What is protected, with its folders: a path of our own.
    let protected = async |client: &storware_backup_recovery::Client| {
        let sent = client.request(reqwest::Method::GET, "/entities").send().await;
        sent.unwrap().into_inner().as_array().unwrap().clone()
    };
    assert_eq!(protected(&all).await.len(), 3);
    let of_red = protected(&victor).await;
    assert_eq!((of_red.len(), &of_red[0]["name"]), (1, &"of red".into()));
    assert_eq!(of_red[0]["paths"], serde_json::json!([dir.path()]));
    assert_eq!(of_red[0]["guid"], seen[0].protected_entity.as_ref().unwrap().guid.as_str());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_call_when_they_are_allowed_to() {
    let dir = tempfile::tempdir().unwrap();
    let origins = ["https://console.example".parse().unwrap()];
    let config =
        Config { check_answers: true, cors_origins: origins.to_vec(), ..Config::on_loopback(dir.path()) };
    let open = TestServer::start_as(config, None).await;
    let closed = TestServer::start().await;
    let preflight = async |server: &TestServer, origin: &str, path: &str| {
        let url = format!("{}{path}", server.url);
        let request = http().request(reqwest::Method::OPTIONS, url).header(ORIGIN, origin);
        let request = request.header("Access-Control-Request-Method", "PUT");
        request.header("Access-Control-Request-Headers", "content-type").send().await.unwrap()
    };
    let allowed = preflight(&open, "https://console.example", "/api/backups/x/description").await;
    let header = |name: &str| allowed.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(allowed.status().as_u16(), 200);
    assert_eq!(header("access-control-allow-origin").as_deref(), Some("https://console.example"));
    assert_eq!(header("access-control-allow-credentials").as_deref(), Some("true"));
    assert!(header("access-control-allow-methods").unwrap().contains("PUT"));
    assert_eq!(header("access-control-allow-headers").as_deref(), Some("content-type"));

    let others = [
        (&open, "https://elsewhere.example", "/api/backups"),
        (&open, "https://console.example", "/v2/data-protect/policies"),
        (&closed, "https://console.example", "/api/backups"),
    ];
    for (server, origin, path) in others {
        let answer = preflight(server, origin, path).await;
        assert!(answer.headers().get("access-control-allow-origin").is_none(), "{origin} {path}");
    }
    let sent = http().get(format!("{}/api/session", open.url)).header(ORIGIN, "https://console.example");
    let answer = sent.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 401);
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "https://console.example",
        "to read the error"
    );

    // A form needs no leave, and neither does a call without a body.
    let by_form = async |server: &TestServer, origin: &str, path: &str| {
        let request = http().post(format!("{}/api{path}", server.url)).header(ORIGIN, origin);
        request.header("Sec-Fetch-Site", "cross-site").body("{}").send().await.unwrap().status().as_u16()
    };
    for path in ["/session/login", "/session/logout", "/tasks/inventory-sync", "/entities"] {
        assert_eq!(by_form(&open, "https://elsewhere.example", path).await, 403, "{path}");
        assert_eq!(by_form(&closed, "https://console.example", path).await, 403, "{path}");
        assert_ne!(by_form(&open, "https://console.example", path).await, 403, "{path}");
    }
    open.stop().await;
    closed.stop().await;
}
