//! Searching what snapshots hold.

use std::collections::HashMap;

use engine::{FilePage, FileQuery, ObjectId};
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

/// The size of a page when nobody says.
const DEFAULT_PAGE: i64 = 100;
/// The largest page.
const LARGEST_PAGE: i64 = 1000;

pub(crate) async fn indexed(call: Call) -> Result<Answer, ApiError> {
    let body: types::IndexedSearchRequest = call.body()?;
    let page = match query(&call, &body)? {
        Some(query) => call.engine.files(&call.tenant, &query).await?,
        None => FilePage::default(),
    };
    let sources: HashMap<_, _> =
        call.engine.sources(&call.tenant).await?.into_iter().map(|source| (source.id, source)).collect();
    let groups: HashMap<_, _> =
        call.engine.groups(&call.tenant).await?.into_iter().map(|group| (group.id, group)).collect();
    let policies: HashMap<_, _> =
        call.engine.policies(&call.tenant).await?.into_iter().map(|policy| (policy.id, policy)).collect();
    let files = page
        .hits
        .iter()
        .map(|hit| {
            let group = groups.get(&hit.group);
            let policy = group.and_then(|group| policies.get(&group.rules.policy));
            wire::indexed_file(&call.ids, hit, sources.get(&hit.object), group, policy)
        })
        .collect();
    Answer::ok(&types::IndexedSearchResponse {
        object_type: Some(body.object_type),
        count: Some(i64::try_from(page.total).unwrap_or(i64::MAX)),
        pagination_cookie: page.next.map(wire::file_cookie),
        files: Some(files),
        ..types::IndexedSearchResponse::default()
    })
}

/// The engine's query; none when nothing can match: this server indexes files and has no tags.
fn query(call: &Call, body: &types::IndexedSearchRequest) -> Result<Option<FileQuery>, ApiError> {
    let tagged = [
        &body.tags,
        &body.snapshot_tags,
        &body.must_have_tag_ids,
        &body.might_have_tag_ids,
        &body.must_have_snapshot_tag_ids,
        &body.might_have_snapshot_tag_ids,
    ];
    if body.object_type != types::IndexedObjectType::Files
        || tagged.into_iter().flatten().any(|tags| !tags.is_empty())
        || body.storage_domain_ids.as_ref().is_some_and(|ids| !ids.is_empty())
        // There are no tenants below another: any but the caller's own has nothing to show.
        || body.tenant_id.as_ref().is_some_and(|tenant| *tenant != call.tenant.0)
    {
        return Ok(None);
    }
    let params = body.file_params.clone().unwrap_or_default();
    let limit = body.count.unwrap_or(DEFAULT_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        return Err(ApiError::invalid(
            "count",
            format!("must lie between 1 and {LARGEST_PAGE}, not {limit}"),
        ));
    }
    let after = body
        .pagination_cookie
        .as_ref()
        .map(|cookie| {
            wire::parse_file_cookie(cookie)
                .ok_or_else(|| ApiError::invalid("paginationCookie", "is not one that this server gave"))
        })
        .transpose()?;
    let group_ids = body.protection_group_ids.as_deref().unwrap_or_default();
    let groups: Vec<_> = group_ids.iter().filter_map(|id| call.ids.parse_group(id).ok()).collect();
    let environments = params.source_environments.as_deref().unwrap_or_default();
    use types::FileSearchParamsSourceEnvironmentsItem as Environment;
    let elsewhere = !environments.is_empty()
        && !environments.contains(&Environment::Physical)
        && !environments.contains(&Environment::PhysicalFiles);
    let wanted_kinds = params.types.as_deref().unwrap_or_default();
    let kinds = wire::file_kinds(wanted_kinds);
    if (!group_ids.is_empty() && groups.is_empty())
        || elsewhere
        || (!wanted_kinds.is_empty() && kinds.is_empty())
    {
        return Ok(None);
    }
    // A host is one object and its own source, so both lists name the same things; both must hold.
    let (sources, objects) = (params.source_ids.unwrap_or_default(), params.object_ids.unwrap_or_default());
    let sources: Vec<_> = sources.into_iter().map(|id| ObjectId(id.get())).collect();
    let objects: Vec<_> = objects.into_iter().map(|id| ObjectId(id.get())).collect();
    let ids: Vec<_> = match (sources.is_empty(), objects.is_empty()) {
        (true, _) => objects.clone(),
        (_, true) => sources.clone(),
        _ => sources.iter().filter(|id| objects.contains(id)).copied().collect(),
    };
    if ids.is_empty() && !(sources.is_empty() && objects.is_empty()) {
        return Ok(None);
    }
    Ok(Some(FileQuery {
        name: params.search_string.unwrap_or_default(),
        kinds,
        objects: ids,
        groups,
        after,
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
    }))
}
