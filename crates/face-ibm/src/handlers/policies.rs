//! Policies.

use std::collections::HashMap;

use engine::{Group, Policy, PolicyId};
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

pub(crate) async fn create(call: Call) -> Result<Answer, ApiError> {
    let (body, kept) = call.kept_body()?;
    let rules = wire::policy_rules(body, kept)?;
    let policy = call.engine.create_policy(&call.tenant, rules).await?;
    Answer::created(&wire::policy(&call.ids, &policy))
}

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let ids: Vec<types::PolicyId> = call.list("ids")?;
    let names: Vec<String> = call.list("policyNames")?;
    let kinds: Vec<types::PolicyType> = call.list("types")?;
    // `excludeLinkedPolicies` leaves nothing out: no policy here follows a template that is held elsewhere.
    let with_counts = call.flag("includeStats")?;
    let groups = call.engine.groups(&call.tenant).await?;
    let used = uses(&groups);
    let mut policies = Vec::new();
    for policy in call.engine.policies(&call.tenant).await? {
        let mut shown = wire::policy(&call.ids, &policy);
        let (groups, objects) = used.get(&policy.id).copied().unwrap_or_default();
        let wanted = (ids.is_empty() || shown.id.as_ref().is_some_and(|id| ids.contains(id)))
            && (names.is_empty() || names.contains(&shown.name))
            && (kinds.is_empty() || kinds.contains(&types::PolicyType::Regular));
        if !wanted {
            continue;
        }
        if with_counts {
            shown.num_protection_groups = Some(groups);
            shown.num_protected_objects = Some(objects);
        }
        policies.push(shown);
    }
    Answer::ok(&types::ProtectionPolicyList { policies: Some(policies), unknown_fields: Default::default() })
}

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    let policy: Policy = call.engine.policy(&call.tenant, id(&call)?).await?;
    Answer::ok(&wire::policy(&call.ids, &policy))
}

pub(crate) async fn update(call: Call) -> Result<Answer, ApiError> {
    let id = id(&call)?;
    let (body, kept): (types::ProtectionPolicyRequest, _) = call.kept_body()?;
    let expected = body
        .last_modification_time_usecs
        .map(|usecs| wire::from_usecs("lastModificationTimeUsecs", usecs))
        .transpose()?;
    let rules = wire::policy_rules(body, kept)?;
    let policy = call.engine.update_policy(&call.tenant, id, rules, expected).await?;
    Answer::ok(&wire::policy(&call.ids, &policy))
}

pub(crate) async fn delete(call: Call) -> Result<Answer, ApiError> {
    call.engine.delete_policy(&call.tenant, id(&call)?).await?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

fn id(call: &Call) -> Result<PolicyId, ApiError> {
    let id: String = call.required("id")?;
    call.ids.parse_policy(&id)
}

/// How many groups, and how many objects in them, follow each policy.
fn uses(groups: &[Group]) -> HashMap<PolicyId, (i64, i64)> {
    let mut uses = HashMap::new();
    for group in groups.iter().filter(|group| group.deleted_at.is_none()) {
        let (groups, objects) = uses.entry(group.rules.policy).or_insert((0, 0));
        *groups += 1;
        *objects += group.rules.selections.len() as i64;
    }
    uses
}
