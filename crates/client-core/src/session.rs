//! Sessions: a login that is answered with cookies, which go with every further request.

use std::collections::HashMap;
use std::fmt;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, SET_COOKIE};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::transport::MOST_ERROR_BYTES;
use crate::{Error, ErrorBody, ErrorDetails, ErrorKind, Secret};

/// Named in errors in place of an operation.
const OPERATION: &str = "login";

/// A session, opened when the first request needs it and again when the service refuses it.
///
/// The login is posted once, however many requests wait for it. Every cookie that its answer sets is sent
/// back, whatever its name; later answers may set others or take some away. Attributes such as `Path` and
/// `Domain` are read over: the cookies go to the service that set them and nowhere else.
pub struct Session {
    http: reqwest::Client,
    url: String,
    /// The JSON that opens the session.
    login: Secret,
    details: fn(&[u8]) -> ErrorDetails,
    held: Mutex<Option<Cookies>>,
}

impl Session {
    /// A session that is opened by posting `login` as JSON to `url`. Nothing is sent yet. A refusal is read
    /// as an `E`.
    ///
    /// # Errors
    ///
    /// When `login` cannot be written as JSON.
    pub fn new<E: ErrorBody>(
        http: reqwest::Client,
        url: impl Into<String>,
        login: &impl Serialize,
    ) -> Result<Self, Error> {
        let login = serde_json::to_string(login)
            .map_err(|_| Error::invalid(OPERATION, "the login cannot be written as JSON"))?;
        let details =
            |body: &[u8]| serde_json::from_slice::<E>(body).map(E::into_details).unwrap_or_default();
        Ok(Self { http, url: url.into(), login: Secret::new(login), details, held: Mutex::new(None) })
    }

    /// The cookies to send now. Opens the session if there is none.
    pub(crate) async fn cookies(&self) -> Result<Secret, Error> {
        let mut held = self.held.lock().await;
        match held.as_ref() {
            Some(current) => Ok(current.header()),
            None => Ok(held.insert(self.open().await?).header()),
        }
    }

    /// Opens the session again unless another caller has done so since `refused` was sent.
    pub(crate) async fn replacement(&self, refused: &Secret) -> Result<Secret, Error> {
        let mut held = self.held.lock().await;
        if let Some(current) = held.as_ref()
            && current.header() != *refused
        {
            return Ok(current.header());
        }
        *held = None;
        Ok(held.insert(self.open().await?).header())
    }

    /// Takes over the cookies of an answer, unless the session is another by now.
    pub(crate) async fn answered(&self, sent: &Secret, headers: &HeaderMap) {
        if !headers.contains_key(SET_COOKIE) {
            return;
        }
        let mut held = self.held.lock().await;
        if let Some(current) = held.as_mut()
            && current.header() == *sent
        {
            current.update(headers);
            // Without a cookie left the next request would be nobody's.
            if current.0.is_empty() {
                *held = None;
            }
        }
    }

    /// `text` without anything that the login says.
    fn hidden_in(&self, text: String) -> String {
        let said: HashMap<String, Value> = serde_json::from_str(self.login.expose()).unwrap_or_default();
        // A text of a letter or two is no secret, and would leave nothing of a message.
        let texts = said.values().filter_map(Value::as_str).filter(|text| text.len() > 3);
        texts.fold(text, |text, secret| Secret::new(secret).hidden_in(&text))
    }

    async fn open(&self) -> Result<Cookies, Error> {
        let request = self
            .http
            .post(&self.url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(self.login.expose().to_owned());
        let mut response = request.send().await.map_err(unreachable_service)?;
        let status = response.status();
        if !status.is_success() {
            let mut body = Vec::new();
            while body.len() < MOST_ERROR_BYTES {
                let Ok(Some(chunk)) = response.chunk().await else { break };
                body.extend_from_slice(&chunk);
            }
            let details = (self.details)(&body);
            // A refusal may repeat what it refuses.
            let hide = |text: String| self.hidden_in(text);
            let details = ErrorDetails::new(
                details.code.map(hide),
                details.message.map(hide),
                details.reference.map(hide),
            );
            return Err(refusal(status, details));
        }
        let mut cookies = Cookies::default();
        cookies.update(response.headers());
        if cookies.0.is_empty() {
            let message = Some("the answer to the login sets no cookie".to_owned());
            return Err(refusal(status, ErrorDetails::new(None, message, None)));
        }
        tracing::debug!(cookies = cookies.0.len(), "opened a session");
        Ok(cookies)
    }
}

fn unreachable_service(error: reqwest::Error) -> Error {
    // A login can be repeated, whatever its method.
    Error::http(OPERATION, error).with(|inner| inner.repeatable = true)
}

fn refusal(status: StatusCode, details: ErrorDetails) -> Error {
    Error::new(ErrorKind::Login, OPERATION).with(|inner| {
        inner.status = Some(status);
        inner.details = details;
    })
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").finish_non_exhaustive()
    }
}

/// Names and values, in the order in which they were first set.
#[derive(Default)]
struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// Sets, replaces and removes what the headers of an answer say.
    fn update(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = line.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { continue };
            let (name, value) = (name.trim(), value.trim());
            if parts.any(ends_it) {
                self.0.retain(|(known, _)| known != name);
            } else if let Some(known) = self.0.iter_mut().find(|(known, _)| known == name) {
                value.clone_into(&mut known.1);
            } else {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// The value of the header `Cookie`.
    fn header(&self) -> Secret {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Secret::new(pairs.join("; "))
    }
}

/// Whether an attribute takes the cookie away: a life that is over. Dates other than the one that everybody
/// writes for "never" are not read; a session that has ended is answered with 401 anyway.
fn ends_it(attribute: &str) -> bool {
    let Some((name, value)) = attribute.split_once('=') else { return false };
    match name.trim().to_ascii_lowercase().as_str() {
        "max-age" => value.trim().parse::<i64>().is_ok_and(|seconds| seconds <= 0),
        "expires" => value.contains("1970"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn header_after(lines: &[&'static str]) -> String {
        let mut cookies = Cookies::default();
        for line in lines {
            let mut headers = HeaderMap::new();
            headers.append(SET_COOKIE, HeaderValue::from_static(line));
            cookies.update(&headers);
        }
        cookies.header().expose().to_owned()
    }

    #[test]
    fn cookies_are_sent_back_by_name_and_value() {
        assert_eq!(header_after(&["A=1; Path=/api; HttpOnly", " B = x=y ;Secure"]), "A=1; B=x=y");
        assert_eq!(header_after(&["A=1", "B=2", "A=3; Max-Age=60"]), "A=3; B=2");
        assert_eq!(header_after(&["no cookie"]), "");
    }

    #[test]
    fn a_cookie_whose_life_is_over_is_forgotten() {
        assert_eq!(header_after(&["A=1", "B=2", "A=; Max-Age=0"]), "B=2");
        assert_eq!(header_after(&["A=1", "A=; expires=Thu, 01 Jan 1970 00:00:00 GMT"]), "");
    }
}
