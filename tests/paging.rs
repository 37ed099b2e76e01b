//! Lists in pages, from a service that plays a script: the real one gives no cookies for so little.

use client_testing::{Asked, Server, json};
use serde_json::{Value, json};

use crate::support::{Shell, TestServer};

/// A page of the objects that were found.
fn objects(names: &[&str], cookie: Option<&str>) -> String {
    let objects: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
    json!({"objects": objects, "paginationCookie": cookie, "count": names.len()}).to_string()
}

/// The same of the files.
fn files(names: &[&str], cookie: &str) -> String {
    let files: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
    json!({"objectType": "Files", "files": files, "paginationCookie": cookie}).to_string()
}

/// A home that leads to a service, which asks nobody who they are.
async fn shell(service: &Server) -> Shell {
    Shell::bare(TestServer::start().await)
        .with("BACKUP_RECOVERY_URL", &service.url)
        .with("BACKUP_RECOVERY_AUTH_TYPE", "noauth")
        .with("BACKUP_RECOVERY_TENANT_ID", "t/")
}

fn names(answer: &Value, list: &str) -> Vec<String> {
    answer[list].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

/// The cookies that were sent in queries.
fn cookies(service: &Server) -> Vec<Option<String>> {
    let cookie = |asked: &Asked| {
        let (_, rest) = asked.query.split_once("paginationCookie=")?;
        Some(rest.split('&').next().unwrap_or_default().to_owned())
    };
    service.asked().iter().map(cookie).collect()
}

const OBJECTS: &str = "ibm search objects --search-string a";

#[tokio::test]
async fn a_page_says_that_there_is_more() {
    let service = Server::start([json(200, &objects(&["a", "b"], Some("one/+")))]).await;
    let ended = shell(&service).await.run(&format!("{OBJECTS} -o csv --query objects[].name")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    a
    b
    --- stderr
    note: these are 2; --all fetches the rest
    ");
    assert_eq!(cookies(&service), [None]);
}

#[tokio::test]
async fn all_of_a_list_comes_page_by_page() {
    let pages = [
        json(200, &objects(&["a", "b"], Some("one/+"))),
        json(200, &objects(&["c"], Some("two"))),
        json(200, &objects(&["d"], None)),
    ];
    let service = Server::start(pages).await;
    let answer = shell(&service).await.json(&format!("{OBJECTS} --all")).await;
    assert_eq!(names(&answer, "objects"), ["a", "b", "c", "d"]);
    // A cookie that leads nowhere is not shown, and what the caller asked for goes with every page.
    assert_eq!(answer.get("paginationCookie"), None);
    assert_eq!(cookies(&service), [None, Some("one%2F%2B".to_owned()), Some("two".to_owned())]);
    assert!(service.asked().iter().all(|asked| asked.query.contains("searchString=a")));
}

#[tokio::test]
async fn no_more_pages_are_fetched_than_are_wanted() {
    let page = |cookie| json(200, &objects(&["a", "b"], Some(cookie)));
    let service = Server::start([page("one"), page("two"), page("three")]).await;
    let answer = shell(&service).await.json(&format!("{OBJECTS} --limit 3")).await;
    assert_eq!(names(&answer, "objects"), ["a", "b", "a"]);
    assert_eq!(cookies(&service), [None, Some("one".to_owned())]);
}

#[tokio::test]
async fn a_service_that_goes_in_circles_is_left() {
    // The same cookie again, a page without entries, and a refusal on the way.
    let page = |names: &[&str], cookie| json(200, &objects(names, Some(cookie)));
    let service = Server::start([page(&["a"], "one"), page(&["b"], "one"), page(&["c"], "one")]).await;
    let answer = shell(&service).await.json(&format!("{OBJECTS} --all")).await;
    assert_eq!(names(&answer, "objects"), ["a", "b"]);

    let service = Server::start([page(&["a"], "one"), page(&[], "two"), page(&["c"], "three")]).await;
    let answer = shell(&service).await.json(&format!("{OBJECTS} --all")).await;
    assert_eq!(names(&answer, "objects"), ["a"]);

    let refusal = json(400, r#"{"errorCode": "X", "message": "the cookie is too old"}"#);
    let service = Server::start([page(&["a"], "one"), refusal]).await;
    let ended = shell(&service).await.run(&format!("{OBJECTS} --all")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    error: searchObjects: the service refused (400 Bad Request): the cookie is too old [X]
    ");
}

#[tokio::test]
async fn cookies_go_in_circles_of_two_no_longer_than_in_those_of_one() {
    let page = |name, cookie| json(200, &objects(&[name], Some(cookie)));
    let pages = [page("a", "one"), page("b", "two"), page("c", "one"), page("d", "two")];
    let service = Server::start(pages).await;
    let answer = shell(&service).await.json(&format!("{OBJECTS} --all")).await;
    assert_eq!(names(&answer, "objects"), ["a", "b", "c"]);
}

#[tokio::test]
async fn cookies_of_a_body_go_into_the_body() {
    let pages = [json(200, &files(&["a"], "one")), json(200, &files(&["b", "c"], "")), json(200, "{}")];
    let service = Server::start(pages).await;
    let line = "ibm search indexed-objects --object-type Files --set fileParams.searchString=letter --all";
    let answer = shell(&service).await.json(line).await;
    assert_eq!(names(&answer, "files"), ["a", "b", "c"]);
    let bodies: Vec<Value> =
        service.asked().iter().map(|asked| serde_json::from_str(asked.text()).unwrap()).collect();
    let first = json!({"objectType": "Files", "fileParams": {"searchString": "letter"}});
    let mut second = first.clone();
    second["paginationCookie"] = "one".into();
    assert_eq!(bodies, [first, second]);
}

#[tokio::test]
async fn what_is_no_list_is_shown_as_it_is() {
    for body in ["{}", "[]", r#"{"objects": null}"#, r#"{"objects": {"a": 1}, "paginationCookie": "one"}"#] {
        let service = Server::start([json(200, body), json(200, body)]).await;
        let ended = shell(&service).await.run(&format!("{OBJECTS} --all")).await;
        assert_eq!(ended.code, 0, "{body}: {}", ended.stderr);
    }
}
