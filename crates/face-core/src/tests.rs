//! A small API served from a small document.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse as _, Response};
use contract::{Contract, Operation};
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{Api, Call, Handler, Refusal, Routes};

struct Pets;

impl Api for Pets {
    type Caller = String;
    type Error = Refusal;

    async fn authenticate(&self, _: &Operation, headers: &HeaderMap) -> Result<String, Refusal> {
        match headers.get("x-user") {
            Some(user) => Ok(String::from_utf8_lossy(user.as_bytes()).into_owned()),
            None => Err(Refusal::new(StatusCode::UNAUTHORIZED, "who are you?")),
        }
    }

    fn handler(&self, operation: &str) -> Option<Handler<Self>> {
        match operation {
            "feedPet" => Some(Arc::new(|_, call| Box::pin(feed(call)))),
            "losePet" => Some(Arc::new(|_, _| Box::pin(async { panic!("lost") }))),
            "lieAboutPet" => Some(Arc::new(|_, _| {
                Box::pin(async { Ok(axum::Json(json!({"legs": "four"})).into_response()) })
            })),
            _ => None,
        }
    }

    fn respond(&self, error: Refusal) -> Response {
        (error.status, error.message).into_response()
    }

    fn loosen(&self, _: &Operation, query: &mut String, _: &mut Option<Value>) {
        *query = query.replace("limit=&", "");
    }
}

async fn feed(call: Call<String>) -> Result<Response, Refusal> {
    let name: String = call.required("name")?;
    let limit: Option<i64> = call.parameter("limit")?;
    let body: Value = call.body()?;
    Ok(format!("{} feeds {name} {limit:?} {body}", call.caller).into_response())
}

fn router(check_answers: bool) -> Router {
    let answers = json!({"200": {"description": "", "content": {"application/json": {"schema":
        {"type": "object", "properties": {"legs": {"type": "integer"}}}}}}});
    let operation = |id: &str| json!({"operationId": id, "responses": answers});
    let document = json!({"openapi": "3.0.3", "servers": [{"url": "/zoo"}], "paths": {
        "/pets/{name}/feed": {
            "parameters": [{"name": "name", "in": "path", "required": true, "schema": {"type": "string"}}],
            "post": {
                "operationId": "feedPet",
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                "requestBody": {"required": true, "content": {"application/json": {"schema":
                    {"type": "object", "required": ["grams"], "properties": {"grams": {"type": "integer"}}}}}},
                "responses": answers,
            },
        },
        "/lost": {"get": operation("losePet")},
        "/lie": {"get": operation("lieAboutPet")},
        "/unserved": {"get": operation("teachPet")},
    }});
    let contract = Arc::new(Contract::new(&document).unwrap());
    let routes = Routes { check_answers, slash_at_the_end: true, largest_body: 100 };
    Router::new().nest("/zoo", routes.build(Arc::new(Pets), contract, "/zoo", &[]))
}

async fn ask(check_answers: bool, method: &str, uri: &str, body: &str) -> (u16, String) {
    let request = Request::builder().method(method).uri(uri).header("x-user", "Ann");
    let response =
        router(check_answers).oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_request_reaches_its_handler() {
    let (status, body) =
        ask(false, "POST", "/zoo/pets/a%20b/feed?limit=3", r#"{"grams": 1, "x": null}"#).await;
    assert_eq!((status, body.as_str()), (200, r#"Ann feeds a b Some(3) {"grams":1}"#));
    let (status, _) = ask(false, "POST", "/zoo/pets/a/feed/?limit=&x=", r#"{"grams": 1}"#).await;
    assert_eq!(status, 200, "a slash at the end, and what loosen mends");
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    for (method, uri, body, status, message) in [
        ("POST", "/zoo/pets/a/feed?limit=x", r#"{"grams": 1}"#, 400, "limit"),
        ("POST", "/zoo/pets/a/feed", "{}", 400, "grams"),
        ("POST", "/zoo/pets/a/feed", "{", 400, "is not JSON"),
        ("POST", "/zoo/pets/a/feed", &format!("{{\"grams\": 1{}}}", " ".repeat(100)), 413, "100 bytes"),
        ("GET", "/zoo/pets/a/feed", "", 405, "/zoo/pets/a/feed does not take GET"),
        ("GET", "/zoo/nowhere", "", 404, "nothing at GET /zoo/nowhere"),
        ("GET", "/zoo/unserved", "", 501, "teachPet"),
        ("GET", "/zoo/lost", "", 500, "the server failed"),
    ] {
        let (got, text) = ask(false, method, uri, body).await;
        assert_eq!(got, status, "{method} {uri} {body}: {text}");
        assert!(text.contains(message), "{method} {uri}: {text}");
    }
}

#[tokio::test]
async fn answers_are_checked_where_that_is_asked_for() {
    assert_eq!(ask(false, "GET", "/zoo/lie", "").await.0, 200);
    let (status, text) = ask(true, "GET", "/zoo/lie", "").await;
    assert_eq!(status, 500);
    assert!(text.contains("legs"), "{text}");
}

#[tokio::test]
async fn strangers_learn_nothing() {
    let request = Request::builder().method("POST").uri("/zoo/pets/a/feed").body(Body::from("{")).unwrap();
    let response = router(false).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}
