//! Logging in and out.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use engine::{Login, User};
use face_core::Call;
use http::header::{RETRY_AFTER, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};
use storware_backup_recovery::types;

use crate::answer;
use crate::auth;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::{self, Guids};

/// Settings of the vendor's user interface that it keeps with the user; none of its own make sense here.
const LANGUAGE: &str = "en";

pub(crate) async fn login(face: Arc<Face>, call: Call<Option<Caller>>) -> Result<Response, ApiError> {
    let types::LoginRequest { login, password, unknown_fields: _ } = call.body()?;
    match face.engine.login(&login, password.expose()).await? {
        Login::Accepted { session, user } => {
            let guids = Guids::new(face.engine.installation(), &user.tenant);
            let mut response = answer::ok(&shown(&user, &guids))?;
            if let Some(cookie) = auth::given(session.secret.expose(), face.reach) {
                response.headers_mut().insert(SET_COOKIE, cookie);
            }
            Ok(response)
        }
        // 400 and not 401: clients of this API log in again on 401, and would do it for ever.
        Login::Refused => {
            Err(ApiError::new(StatusCode::BAD_REQUEST, "there is no such login, or the password is wrong"))
        }
        Login::Throttled { until } => {
            let seconds = until.duration_since(face.engine.now()).as_secs().max(1);
            let message = format!("too many attempts to log in have failed; try again in {seconds} s");
            let mut response = ApiError::new(StatusCode::TOO_MANY_REQUESTS, message).respond();
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
    }
}

pub(crate) async fn logout(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    face.engine.logout(&call.caller.session).await?;
    let mut response = answer::empty(StatusCode::NO_CONTENT)?;
    if let Some(cookie) = auth::taken(face.reach) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(crate) async fn check(_: Arc<Face>, _: Call<Caller>) -> Result<Response, ApiError> {
    answer::empty(StatusCode::OK)
}

pub(crate) async fn user(_: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    answer::ok(&shown(&call.caller.user, &call.caller.guids))
}

/// What a user is told of itself.
fn shown(user: &User, guids: &Guids) -> Value {
    let privileges: Vec<_> = wire::privileges(user.role)
        .into_iter()
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    let mut shown = BTreeMap::from([
        ("requester", json!({ "guid": guids.user(user.id), "name": user.login })),
        ("language", json!(LANGUAGE)),
        ("privileges", Value::from(privileges)),
    ]);
    if let Some(time) = user.last_login_at {
        shown.insert("lastSuccessfulLogin", json!(wire::millis(time)));
    }
    if let Some(time) = user.last_failed_login_at {
        shown.insert("lastFailedLogin", json!(wire::millis(time)));
    }
    json!(shown)
}
