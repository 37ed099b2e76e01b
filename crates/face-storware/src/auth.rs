//! The session cookie.

use engine::Engine;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::wire::Guids;

/// The cookie that carries a session.
pub(crate) const COOKIE_NAME: &str = "JSESSIONID";

/// Who calls, by the session that the request carries.
pub(crate) async fn caller(engine: &Engine, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let Some(token) = token(headers) else {
        return Err(ApiError::unauthorized("nobody is logged in; log in with POST /api/session/login"));
    };
    let Some(user) = engine.session(&token).await? else {
        return Err(ApiError::unauthorized(
            "the session has ended; log in again with POST /api/session/login",
        ));
    };
    let guids = Guids::new(engine.installation(), &user.tenant);
    Ok(Caller { user, guids, session: token })
}

fn token(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE_NAME && !value.is_empty())
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

/// How cookies are set: what other sites' pages may do with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Pages of this site, over whatever the server speaks.
    SameSite {
        /// Whether the server speaks HTTPS, and browsers are told to send the cookie over nothing else.
        secure: bool,
    },
    /// Pages of other sites too; browsers only allow it over HTTPS.
    AnySite,
}

/// The header that gives a session to the client.
pub(crate) fn given(token: &str, reach: Reach) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{COOKIE_NAME}={token}; Path=/api; HttpOnly{}", attributes(reach))).ok()
}

/// The header that takes it away again.
pub(crate) fn taken(reach: Reach) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{COOKIE_NAME}=; Path=/api; HttpOnly; Max-Age=0{}", attributes(reach))).ok()
}

fn attributes(reach: Reach) -> &'static str {
    match reach {
        Reach::SameSite { secure: false } => "; SameSite=Lax",
        Reach::SameSite { secure: true } => "; SameSite=Lax; Secure",
        Reach::AnySite => "; SameSite=None; Secure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        assert_eq!(token(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("theme=dark; JSESSIONID=abc-1; x"));
        assert_eq!(token(&headers).as_deref(), Some("abc-1"));
        headers.insert(COOKIE, HeaderValue::from_static("JSESSIONID=; XJSESSIONID=abc"));
        assert_eq!(token(&headers), None);
    }

    #[test]
    fn cookies_reach_no_further_than_they_must() {
        let given = |reach| given("t", reach).unwrap().to_str().unwrap().to_owned();
        assert_eq!(
            given(Reach::SameSite { secure: false }),
            "JSESSIONID=t; Path=/api; HttpOnly; SameSite=Lax"
        );
        assert!(given(Reach::SameSite { secure: true }).ends_with("; SameSite=Lax; Secure"));
        assert!(given(Reach::AnySite).ends_with("; SameSite=None; Secure"));
    }
}
