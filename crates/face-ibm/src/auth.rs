//! Who calls: a bearer token and a tenant that belong together.

use engine::{Engine, TenantId};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};

use crate::error::ApiError;

/// Names the tenant of a call.
const TENANT_HEADER: &str = "x-ibm-tenant-id";

/// The tenant that a call may act for.
pub(crate) async fn tenant(engine: &Engine, headers: &HeaderMap) -> Result<TenantId, ApiError> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(token) = token else {
        return Err(unauthorized(
            "the header Authorization must carry a bearer token; get one from /identity/token",
        ));
    };
    let Some(caller) = engine.authenticate(token).await? else {
        return Err(unauthorized("the token is unknown or has run out; get a new one from /identity/token"));
    };
    let tenant = headers.get(TENANT_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if tenant.is_empty() {
        return Err(ApiError::invalid(
            "header X-IBM-Tenant-ID",
            "is missing; it names the tenant of the call",
        ));
    }
    if tenant != caller.tenant.0 {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "Forbidden",
            format!(
                "the token does not speak for the tenant {tenant:?} (the slash at the end belongs to the id)"
            ),
        ));
    }
    Ok(caller.tenant)
}

fn unauthorized(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "Unauthorized", message)
}
