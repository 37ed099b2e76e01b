//! The session cookie.

use engine::Engine;
use http::header::{COOKIE, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};

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

/// Refuses what a page of another site has its visitor's browser do, unless it comes from one of these origins.
/// A browser asks beforehand about most such calls and is told no, but not about all: a form needs no leave.
/// Browsers say where a call comes from; other clients have no visitors, and do not.
pub(crate) fn check_site(
    method: &Method,
    headers: &HeaderMap,
    allowed: &[HeaderValue],
) -> Result<(), ApiError> {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let is_own = matches!(site, None | Some(b"same-origin" | b"none"));
    if method.is_safe() || is_own || headers.get(ORIGIN).is_some_and(|origin| allowed.contains(origin)) {
        return Ok(());
    }
    Err(ApiError::forbidden("this was sent by a page of another site, which may not use the API"))
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
    fn pages_of_other_sites_change_nothing() {
        let ours = [HeaderValue::from_static("https://console.example")];
        let is_let_in = |method: &Method, site: Option<&'static str>, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            let named = [(http::HeaderName::from_static("sec-fetch-site"), site), (ORIGIN, origin)];
            for (name, value) in named {
                headers.extend(value.map(|value| (name, HeaderValue::from_static(value))));
            }
            check_site(method, &headers, &ours).is_ok()
        };
        let (post, get) = (Method::POST, Method::GET);
        for site in ["cross-site", "same-site", "unheard-of"] {
            assert!(!is_let_in(&post, Some(site), Some("https://evil.example")), "{site}");
            assert!(!is_let_in(&post, Some(site), None), "{site}");
            assert!(is_let_in(&post, Some(site), Some("https://console.example")), "{site}");
            assert!(is_let_in(&get, Some(site), Some("https://evil.example")), "{site}: CORS sees to it");
        }
        for site in [None, Some("same-origin"), Some("none")] {
            assert!(is_let_in(&post, site, None), "{site:?}");
        }
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
