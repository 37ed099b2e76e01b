//! Searching objects.

use std::collections::BTreeMap;

use engine::{FoundObject, SnapshotFilter, TakenSnapshot};
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

/// The size of a page when nobody says.
const DEFAULT_PAGE: i64 = 100;
/// The largest page.
const LARGEST_PAGE: i64 = 1000;

pub(crate) async fn search(call: Call) -> Result<Answer, ApiError> {
    let wanted = WantedObjects::read(&call)?;
    let is_protected: Option<bool> = call.parameter("isProtected")?;
    let is_deleted: Option<bool> = call.parameter("isDeleted")?;
    // The old flag adds what is deleted, which is there anyway unless it says no.
    let without_deleted = call.parameter::<bool>("includeDeletedObjects")? == Some(false);
    let states: Vec<types::RunStatus> = call.list("lastRunStatusList")?;
    let nothing = on_what_is_not_here(&call)?;
    let limit: i64 = call.parameter("count")?.unwrap_or(DEFAULT_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        let reason = format!("must lie between 1 and {LARGEST_PAGE}, not {limit}");
        return Err(ApiError::invalid("count", reason));
    }
    let after = match call.parameter::<String>("paginationCookie")? {
        None => i64::MIN,
        Some(cookie) => cookie
            .parse()
            .map_err(|_| ApiError::invalid("paginationCookie", "is not one that this server gave"))?,
    };
    let policies = call.engine.policies(&call.tenant).await?;
    let mut found = if nothing { Vec::new() } else { call.engine.objects(&call.tenant).await? };
    found.retain(|object| {
        wanted.takes(&call, object)
            && is_protected.is_none_or(|wanted| wanted == object.is_protected())
            && match is_deleted {
                Some(wanted) => wanted == object.source.is_none(),
                None => !(without_deleted && object.source.is_none()),
            }
            && wire::run_states(&states).is_some_and(|states| {
                states.is_empty() || object.last_state.is_some_and(|state| states.contains(&state))
            })
    });
    let total = found.len();
    found.retain(|object| object.id.0 > after);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_last = found.len() <= limit;
    found.truncate(limit);
    let cookie = found.last().filter(|_| !is_last).map(|object| object.id.to_string());
    let objects =
        found.iter().map(|object| wire::found_object(&call.ids, &call.tenant.0, object, &policies)).collect();
    Answer::ok(&types::ObjectSearchResponse {
        objects: Some(objects),
        pagination_cookie: cookie,
        count: Some(total as i64),
        unknown_fields: Default::default(),
    })
}

pub(crate) async fn search_protected(call: Call) -> Result<Answer, ApiError> {
    let wanted = WantedObjects::read(&call)?;
    let runs: Vec<i64> = call.list("runInstanceIds")?;
    let most = match call.parameter::<i64>("subResultSize")? {
        None => usize::MAX,
        Some(most) => usize::try_from(most)
            .map_err(|_| ApiError::invalid("subResultSize", format!("must not be negative: {most}")))?,
    };
    let actions: Vec<types::RecoveryAction> = call.list("snapshotActions")?;
    let possible = [types::RecoveryAction::RecoverFiles, types::RecoveryAction::DownloadFilesAndFolders];
    let key: Option<types::Environment> = call.parameter("objectActionKey")?;
    let nothing = call.flag("cdpProtectedOnly")?
        || (!actions.is_empty() && !possible.iter().any(|action| actions.contains(action)))
        || key.is_some_and(|key| key != types::Environment::Physical)
        || wanted.names_no_group(&call);
    let time = |name: &str| {
        let usecs: Option<types::UnixMicros> = call.parameter(name)?;
        usecs.map(|usecs| wire::from_usecs(name, usecs)).transpose()
    };
    let filter = SnapshotFilter {
        groups: wanted.groups.iter().filter_map(|id| call.ids.parse_group(id).ok()).collect(),
        from: time("filterSnapshotFromUsecs")?,
        until: time("filterSnapshotToUsecs")?,
        ..SnapshotFilter::default()
    };
    let taken = match (nothing, runs.is_empty()) {
        (true, _) => Vec::new(),
        (false, true) => call.engine.latest_snapshots(&call.tenant, &filter).await?,
        // Of these runs, not of those of them that happen to be the latest.
        (false, false) => latest_of(&runs, call.engine.restore_points(&call.tenant, &filter).await?),
    };
    let objects = call.engine.objects(&call.tenant).await?;
    let found: Vec<_> = objects
        .iter()
        .filter(|object| wanted.takes(&call, object))
        .filter_map(|object| {
            let own: Vec<_> = taken.iter().filter(|taken| taken.snapshot.object == object.id).collect();
            (!own.is_empty()).then_some((object, own))
        })
        .collect();
    let total = found.len() as i64;
    let mut groups = BTreeMap::new();
    let mut shown = Vec::new();
    for (object, snapshots) in found.into_iter().take(most) {
        let object = wire::protected_object(&call.ids, object, &snapshots);
        for info in object.latest_snapshots_info.iter().flatten() {
            groups.insert(info.protection_group_id.clone(), info.protection_group_name.clone());
        }
        shown.push(object);
    }
    let groups = groups.into_iter().map(|(protection_group_id, protection_group_name)| {
        types::ProtectionGroupIdentifier {
            protection_group_id,
            protection_group_name,
            unknown_fields: Default::default(),
        }
    });
    Answer::ok(&types::ProtectedObjectSearchResponse {
        objects: Some(shown),
        metadata: Some(types::ProtectedObjectSearchMetadata {
            unique_protection_group_identifiers: Some(groups.collect()),
            unknown_fields: Default::default(),
        }),
        num_results: Some(total),
        unknown_fields: Default::default(),
    })
}

/// The latest of each object and group among the snapshots of some runs; `taken` has the latest first.
fn latest_of(runs: &[i64], taken: Vec<TakenSnapshot>) -> Vec<TakenSnapshot> {
    let mut latest = BTreeMap::new();
    for taken in taken.into_iter().filter(|taken| runs.contains(&taken.run.id.0)) {
        latest.entry((taken.snapshot.object, taken.snapshot.group)).or_insert(taken);
    }
    latest.into_values().collect()
}

/// The filters that both searches have.
struct WantedObjects {
    name: String,
    environments: Vec<types::Environment>,
    groups: Vec<types::ProtectionGroupId>,
    objects: Vec<i64>,
    sources: Vec<i64>,
    systems: Vec<types::OsType>,
}

impl WantedObjects {
    fn read(call: &Call) -> Result<Self, ApiError> {
        Ok(Self {
            name: call.parameter::<String>("searchString")?.unwrap_or_default().to_lowercase(),
            environments: call.list("environments")?,
            groups: call.list("protectionGroupIds")?,
            objects: call.list("objectIds")?,
            sources: call.list("sourceIds")?,
            systems: call.list("osTypes")?,
        })
    }

    /// Whether groups are wanted and none of them can be here.
    fn names_no_group(&self, call: &Call) -> bool {
        !self.groups.is_empty() && self.groups.iter().all(|id| call.ids.parse_group(id).is_err())
    }

    fn takes(&self, call: &Call, object: &FoundObject) -> bool {
        let name = object.name.to_lowercase();
        let is_named = match self.name.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name.contains(&self.name),
        };
        let system = object.source.as_ref().and_then(|source| wire::source_object(source).os_type);
        let is_in_group =
            object.protections.iter().any(|one| self.groups.contains(&call.ids.group(one.group.id)));
        let among = |ids: &[i64]| ids.is_empty() || ids.contains(&object.id.0);
        is_named
            && (self.environments.is_empty() || self.environments.contains(&types::Environment::Physical))
            && (self.groups.is_empty() || is_in_group)
            // A host is one object and its own source.
            && among(&self.objects)
            && among(&self.sources)
            && (self.systems.is_empty() || system.is_some_and(|system| self.systems.contains(&system)))
    }
}

/// Whether a filter of the object search is on something that nothing here has: tags, UUIDs, other clusters,
/// other ways of protection.
fn on_what_is_not_here(call: &Call) -> Result<bool, ApiError> {
    if !call.list::<String>("externalFilters")?.is_empty() {
        return Err(ApiError::unsupported(
            "externalFilters",
            "the words of these filters are not documented, so this server cannot honour them",
        ));
    }
    let mut nothing = call.parameter::<String>("tagSearchName")?.is_some_and(|name| !name.is_empty());
    for name in [
        "sourceUuids",
        "mustHaveTagIds",
        "mightHaveTagIds",
        "mustHaveSnapshotTagIds",
        "mightHaveSnapshotTagIds",
        "tagNames",
        "tagTypes",
        "tagCategories",
        "tagSubCategories",
    ] {
        nothing |= !call.list::<String>(name)?.is_empty();
    }
    let kinds: Vec<types::ObjectProtectionType> = call.list("protectionTypes")?;
    nothing |= !kinds.is_empty() && !kinds.contains(&types::ObjectProtectionType::File);
    let clusters: Vec<String> = call.list("clusterIdentifiers")?;
    let own = format!("{}:{}", call.ids.cluster_id(), call.ids.incarnation_id());
    nothing |= !clusters.is_empty() && !clusters.contains(&own);
    Ok(nothing)
}
