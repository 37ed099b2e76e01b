//! Registrations of sources.

use engine::{NewSource, ObjectId};
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

pub(crate) async fn register(call: Call) -> Result<Answer, ApiError> {
    let (body, kept): (types::RegisterSourceRequest, _) = call.kept_body()?;
    let params = physical_host(&body.environment, body.physical_params.as_ref())?;
    let new = NewSource {
        name: body.name.unwrap_or_default(),
        endpoint: params.endpoint.trim().to_owned(),
        extras: wire::remember(kept),
    };
    let source = call.engine.register_source(&call.tenant, new).await?;
    Answer::created(&wire::registration(&source))
}

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let ids: Vec<i64> = call.list("ids")?;
    let sources = call.engine.sources(&call.tenant).await?;
    let registrations = sources
        .iter()
        .filter(|source| ids.is_empty() || ids.contains(&source.id.0))
        .map(wire::registration)
        .collect();
    Answer::ok(&types::SourceRegistrationList {
        registrations: Some(registrations),
        unknown_fields: Default::default(),
    })
}

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    let source = call.engine.source(&call.tenant, id(&call)?).await?;
    Answer::ok(&wire::registration(&source))
}

pub(crate) async fn update(call: Call) -> Result<Answer, ApiError> {
    let (body, kept): (types::UpdateSourceRegistrationRequest, _) = call.kept_body()?;
    let params = physical_host(&body.environment, body.physical_params.as_ref())?;
    let (endpoint, extras) = (Some(params.endpoint.trim().to_owned()), wire::remember(kept));
    let source = call.engine.update_source(&call.tenant, id(&call)?, body.name, endpoint, extras).await?;
    Answer::ok(&wire::registration(&source))
}

/// The patch of this API names an environment and nothing else, so all there is to do is to look again.
pub(crate) async fn patch(call: Call) -> Result<Answer, ApiError> {
    let body: types::PatchSourceRegistrationRequest = call.body()?;
    only_physical(&body.environment)?;
    let source = call.engine.refresh_source(&call.tenant, id(&call)?).await?;
    Answer::ok(&wire::registration(&source))
}

pub(crate) async fn delete(call: Call) -> Result<Answer, ApiError> {
    call.engine.delete_source(&call.tenant, id(&call)?).await?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

pub(crate) async fn refresh(call: Call) -> Result<Answer, ApiError> {
    call.engine.refresh_source(&call.tenant, id(&call)?).await?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

fn id(call: &Call) -> Result<ObjectId, ApiError> {
    call.required("id").map(ObjectId)
}

fn only_physical(environment: &types::Environment) -> Result<(), ApiError> {
    if *environment == types::Environment::Physical {
        return Ok(());
    }
    Err(ApiError::unsupported(
        "environment",
        format!("this server protects files of kPhysical hosts and has no means to reach {environment}"),
    ))
}

fn physical_host<'a>(
    environment: &types::Environment,
    params: Option<&'a types::PhysicalSourceRegistrationParams>,
) -> Result<&'a types::PhysicalSourceRegistrationParams, ApiError> {
    only_physical(environment)?;
    let Some(params) = params else {
        return Err(ApiError::invalid("physicalParams", "is missing, but the environment is kPhysical"));
    };
    if params.host_type == Some(types::OsType::Windows) {
        return Err(ApiError::unsupported("physicalParams.hostType", "this server protects Linux hosts"));
    }
    if params.applications.as_ref().is_some_and(|applications| !applications.is_empty()) {
        return Err(ApiError::unsupported(
            "physicalParams.applications",
            "this server protects files and knows no databases; protect a dump of them",
        ));
    }
    Ok(params)
}
