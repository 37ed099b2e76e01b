//! Bearer tokens had from an IAM service for an API key.

use std::fmt;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{Error, ErrorKind, Secret};

/// Named in errors in place of an operation.
const OPERATION: &str = "token";
const GRANT_TYPE: &str = "urn:ibm:params:oauth:grant-type:apikey";
/// The life of a token whose answer does not say.
const ASSUMED_LIFE: Duration = Duration::from_secs(600);

/// Tokens of an IAM service for one API key.
///
/// A token is kept until four fifths of its life are over. Then the next caller fetches another while the
/// others wait for it, so that a thousand requests ask for one token.
pub struct IamTokens {
    http: reqwest::Client,
    url: String,
    api_key: Secret,
    held: Mutex<Option<Held>>,
}

/// However long a token is said to live, it is not kept for longer.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);

struct Held {
    token: Secret,
    refresh_at: Instant,
    expires_at: Instant,
}

impl Held {
    /// A token that was asked for at `asked_at` and lives for `life` from then.
    fn new(token: Secret, asked_at: Instant, life: Duration) -> Self {
        let life = life.min(LONGEST_LIFE);
        Self { token, refresh_at: asked_at + life * 4 / 5, expires_at: asked_at + life }
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenRefusal {
    error_code: Option<String>,
    error_message: Option<String>,
}

impl IamTokens {
    /// Tokens from the IAM service at `base_url`, such as `https://iam.cloud.ibm.com`.
    #[must_use]
    pub fn new(http: reqwest::Client, base_url: &str, api_key: Secret) -> Self {
        let url = format!("{}/identity/token", base_url.trim_end_matches('/'));
        Self { http, url, api_key, held: Mutex::new(None) }
    }

    pub(crate) async fn token(&self) -> Result<Secret, Error> {
        let mut held = self.held.lock().await;
        let now = Instant::now();
        if let Some(current) = held.as_ref()
            && now < current.refresh_at
        {
            return Ok(current.token.clone());
        }
        match self.fetch().await {
            Ok(fresh) => Ok(held.insert(fresh).token.clone()),
            // A token that still holds is better than none.
            Err(error) => match held.as_ref() {
                Some(current) if now < current.expires_at => {
                    tracing::warn!(error = %error, "keeping the present token");
                    Ok(current.token.clone())
                }
                _ => Err(error),
            },
        }
    }

    /// Fetches a token unless another caller has replaced `refused` meanwhile.
    pub(crate) async fn replacement(&self, refused: &Secret) -> Result<Secret, Error> {
        let mut held = self.held.lock().await;
        if let Some(current) = held.as_ref()
            && current.token != *refused
        {
            return Ok(current.token.clone());
        }
        *held = None;
        Ok(held.insert(self.fetch().await?).token.clone())
    }

    async fn fetch(&self) -> Result<Held, Error> {
        let asked_at = Instant::now();
        let form = [("grant_type", GRANT_TYPE), ("apikey", self.api_key.expose())];
        let request =
            self.http.post(&self.url).header(reqwest::header::ACCEPT, "application/json").form(&form);
        let response = request.send().await.map_err(unreachable_service)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable_service)?;
        if !status.is_success() {
            return Err(refusal(status, &body, &self.api_key));
        }
        let answer: TokenAnswer = serde_json::from_slice(&body).map_err(|_| {
            // The source would quote the body, and the body holds a token.
            Error::new(ErrorKind::Token, OPERATION).with(|inner| {
                inner.status = Some(status);
                inner.details.message =
                    Some("the answer of the token service has no `access_token`".to_owned());
            })
        })?;
        let life = answer.expires_in.map_or(ASSUMED_LIFE, Duration::from_secs);
        tracing::debug!(life_s = life.as_secs(), "fetched a token");
        Ok(Held::new(Secret::new(answer.access_token), asked_at, life))
    }
}

fn unreachable_service(error: reqwest::Error) -> Error {
    // The kind stays that of the exchange: whether to try again is the same question.
    Error::http(OPERATION, error).with(|inner| inner.repeatable = true)
}

/// A service may repeat the key that it refuses.
fn refusal(status: StatusCode, body: &[u8], key: &Secret) -> Error {
    let said: Option<TokenRefusal> = serde_json::from_slice(body).ok();
    Error::new(ErrorKind::Token, OPERATION).with(|inner| {
        inner.status = Some(status);
        if let Some(said) = said {
            inner.details.code = said.error_code.map(|text| key.hidden_in(&text));
            inner.details.message = said.error_message.map(|text| key.hidden_in(&text));
        }
    })
}

impl fmt::Debug for IamTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("IamTokens").field("url", &self.url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConnectionOptions;

    /// A source that holds a token of this age and a life of 100 s, and whose service is not there.
    fn held_for(age_s: u64) -> IamTokens {
        let tokens = IamTokens::new(
            ConnectionOptions::default().http_client().unwrap(),
            "http://127.0.0.1:1",
            Secret::new("key"),
        );
        let asked_at = Instant::now().checked_sub(Duration::from_secs(age_s)).unwrap();
        let held = Held::new(Secret::new("held"), asked_at, Duration::from_secs(100));
        IamTokens { held: Mutex::new(Some(held)), ..tokens }
    }

    #[tokio::test]
    async fn a_token_serves_to_its_end_when_no_other_can_be_had() {
        for age_s in [0, 79, 81, 95] {
            assert_eq!(held_for(age_s).token().await.unwrap().expose(), "held", "{age_s}");
        }
        assert_eq!(held_for(101).token().await.unwrap_err().kind(), ErrorKind::Connect);
    }

    #[test]
    fn another_is_fetched_after_four_fifths_of_a_life() {
        let now = Instant::now();
        let held = Held::new(Secret::new("held"), now, Duration::from_secs(100));
        assert_eq!(held.refresh_at - now, Duration::from_secs(80));
    }
}
