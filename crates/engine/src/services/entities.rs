//! Protected entities: seen through the groups that protect them, made and removed with their groups.

use crate::{
    Engine, Entity, EntityId, Error, Extras, FilePath, Group, GroupRules, InBlackouts, Kind, NewEntity,
    NewSource, ObjectId, PolicyId, PolicyRules, Result, Retention, RetentionUnit, Retry, Root, RunFilter,
    RunState, Selection, Source, TenantId,
};

/// Where this machine answers.
const THIS_MACHINE: &str = "localhost";

impl Engine {
    /// Everything that a tenant protects: each selection of each group that is not deleted, the oldest group
    /// first.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn entities(&self, tenant: &TenantId) -> Result<Vec<Entity>> {
        let groups = self.shared.catalog.groups(tenant).await?;
        let sources = self.shared.catalog.sources(tenant).await?;
        let live = groups.iter().filter(|group| group.deleted_at.is_none());
        Ok(live.flat_map(|group| entities_of(group, &sources)).collect())
    }

    /// One entity.
    ///
    /// # Errors
    /// [`Kind::NotFound`] also when the group is there and does not protect the object any more.
    pub async fn entity(&self, tenant: &TenantId, id: EntityId) -> Result<Entity> {
        let group = self.live_group(tenant, id.group).await?;
        let sources = self.shared.catalog.sources(tenant).await?;
        let found = entities_of(&group, &sources).find(|entity| entity.id == id);
        found.ok_or_else(|| Error::not_found("protected object", format!("{} in {}", id.object, id.group)))
    }

    /// Protects folders of this machine: registers the machine where the tenant does not know it, takes or
    /// makes a policy that starts nothing by itself, and makes a group of that name.
    ///
    /// # Errors
    /// Those of [`Engine::create_group`]: [`Kind::Invalid`] names the path,
    /// [`Kind::Conflict`] is for a name that is taken.
    pub async fn protect_folders(&self, tenant: &TenantId, new: NewEntity) -> Result<Entity> {
        let roots = roots(&new)?;
        if self
            .groups(tenant)
            .await?
            .iter()
            .any(|group| group.deleted_at.is_none() && group.rules.name == new.name)
        {
            // Said before anything is made for it.
            return Err(Error::conflict(format!("there is already a group {:?}", new.name)));
        }
        for root in &roots {
            self.shared.hosts.check_root(THIS_MACHINE, &root.path).await?;
        }
        let policy = self.on_demand_policy(tenant, new.keep_days).await?;
        let object = self.this_machine(tenant).await?.id;
        let rules = GroupRules {
            name: new.name,
            description: None,
            policy,
            selections: vec![Selection { object, roots }],
            excluded_patterns: Vec::new(),
            paused: false,
            start: None,
            ends_at: None,
            in_blackouts: InBlackouts::GoOn,
            extras: new.extras,
        };
        let group = self.create_group(tenant, rules).await?;
        self.entity(tenant, EntityId { group: group.id, object }).await
    }

    /// Protects an entity no longer: takes its object out of the group, and deletes the group with the last
    /// one. Its backups stay until their time is over.
    ///
    /// # Errors
    /// [`Kind::NotFound`], and [`Kind::Conflict`] while a run of its group is going on.
    pub async fn remove_entity(&self, tenant: &TenantId, id: EntityId) -> Result<()> {
        self.entity(tenant, id).await?;
        let group = self.live_group(tenant, id.group).await?;
        let mut rules = group.rules;
        rules.selections.retain(|selection| selection.object != id.object);
        if rules.selections.is_empty() {
            return self.delete_group(tenant, id.group, false).await;
        }
        if let Some(run) = self.open_run(tenant, id.group).await? {
            return Err(Error::conflict(format!(
                "run {run} of the group {:?} has not ended; cancel it or wait for it",
                rules.name
            )));
        }
        self.update_group(tenant, id.group, rules, Some(group.modified_at)).await.map(drop)
    }

    /// The run of a group that has not ended, if there is one.
    pub(crate) async fn open_run(
        &self,
        tenant: &TenantId,
        group: crate::GroupId,
    ) -> Result<Option<crate::RunId>> {
        let states = vec![RunState::Queued, RunState::Running, RunState::Paused, RunState::Cancelling];
        let filter = RunFilter { group: Some(group), states, limit: Some(1), ..RunFilter::default() };
        Ok(self.shared.catalog.runs(tenant, &filter).await?.first().map(|run| run.id))
    }

    /// The source that stands for this machine, registered where it is missing.
    async fn this_machine(&self, tenant: &TenantId) -> Result<Source> {
        let facts = self.shared.hosts.probe(THIS_MACHINE).await?;
        let known = |sources: Vec<Source>| {
            let named = sources.iter().find(|source| source.endpoint.eq_ignore_ascii_case(THIS_MACHINE));
            named.or_else(|| sources.iter().find(|source| source.host.hostname == facts.hostname)).cloned()
        };
        if let Some(source) = known(self.shared.catalog.sources(tenant).await?) {
            return Ok(source);
        }
        let new = NewSource { name: String::new(), endpoint: THIS_MACHINE.to_owned(), extras: Extras::new() };
        match self.register_source(tenant, new).await {
            Err(err) if err.kind() == Kind::Conflict => {
                // Somebody registered it in this moment.
                known(self.shared.catalog.sources(tenant).await?).ok_or(err)
            }
            registered => registered,
        }
    }

    /// A policy that starts nothing by itself and keeps a backup for so many days.
    async fn on_demand_policy(&self, tenant: &TenantId, days: u32) -> Result<PolicyId> {
        let policies = self.shared.catalog.policies(tenant).await?;
        let wanted = on_demand_rules(days);
        // Whatever it is called and whatever faces keep with it.
        let same = policies.iter().find(|policy| {
            let PolicyRules { name, description, extras, .. } = policy.rules.clone();
            policy.rules == PolicyRules { name, description, extras, ..wanted.clone() }
        });
        if let Some(policy) = same {
            return Ok(policy.id);
        }
        let taken = |name: &str| policies.iter().any(|policy| policy.rules.name == name);
        let mut rules = wanted;
        let plain = rules.name.clone();
        let mut count = 1_u32;
        while taken(&rules.name) {
            count += 1;
            rules.name = format!("{plain} ({count})");
        }
        Ok(self.create_policy(tenant, rules).await?.id)
    }
}

fn on_demand_rules(days: u32) -> PolicyRules {
    PolicyRules {
        name: format!("on demand, kept for {days} {}", if days == 1 { "day" } else { "days" }),
        description: None,
        incremental: None,
        full: None,
        fulls: Vec::new(),
        retention: Retention { count: days, unit: RetentionUnit::Days, lock: None },
        extended: Vec::new(),
        blackouts: Vec::new(),
        retry: Retry::default(),
        extras: Extras::new(),
    }
}

/// The paths as roots, each with what is left out below it.
fn roots(new: &NewEntity) -> Result<Vec<Root>> {
    if new.name.trim().is_empty() {
        return Err(Error::invalid("what is protected needs a name"));
    }
    if new.paths.is_empty() {
        return Err(Error::invalid("at least one path must be given to protect"));
    }
    if new.keep_days == 0 {
        return Err(Error::invalid("a backup must be kept for at least one day"));
    }
    if let Some(stray) = new.excluded.iter().find(|path| !new.paths.iter().any(|root| path.is_within(root))) {
        return Err(Error::invalid(format!(
            "the excluded path {stray} does not lie below one of the protected paths"
        )));
    }
    let mut roots: Vec<Root> = Vec::new();
    for path in &new.paths {
        if roots.iter().any(|root| root.path == *path) {
            return Err(Error::invalid(format!("{path} is named twice")));
        }
        let below = |excluded: &&FilePath| excluded.is_within(path);
        let excluded = new.excluded.iter().filter(below).cloned().collect();
        roots.push(Root { path: path.clone(), excluded, one_file_system: false });
    }
    Ok(roots)
}

fn entities_of<'a>(group: &'a Group, sources: &'a [Source]) -> impl Iterator<Item = Entity> + 'a {
    let alone = group.rules.selections.len() == 1;
    group.rules.selections.iter().map(move |selection| {
        let host = source_name(sources, selection.object);
        let name = if alone { group.rules.name.clone() } else { format!("{} ({host})", group.rules.name) };
        Entity {
            id: EntityId { group: group.id, object: selection.object },
            name,
            group_name: group.rules.name.clone(),
            host,
            policy: group.rules.policy,
            roots: selection.roots.clone(),
            paused: group.rules.paused,
            created_at: group.created_at,
            modified_at: group.modified_at,
            extras: group.rules.extras.clone(),
        }
    })
}

fn source_name(sources: &[Source], id: ObjectId) -> String {
    let source = sources.iter().find(|source| source.id == id);
    source.map_or_else(|| id.to_string(), |source| source.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(paths: &[&str], excluded: &[&str]) -> NewEntity {
        let all = |texts: &[&str]| texts.iter().map(|text| FilePath::from_bytes(*text)).collect();
        NewEntity {
            name: "documents".to_owned(),
            paths: all(paths),
            excluded: all(excluded),
            keep_days: 30,
            extras: Extras::new(),
        }
    }

    #[test]
    fn what_is_left_out_goes_with_every_path_above_it() {
        let roots = roots(&new(&["/a", "/a/b", "/c"], &["/a/b/x", "/c/y"])).unwrap();
        let told: Vec<_> = roots.iter().map(|root| format!("{} {:?}", root.path, root.excluded)).collect();
        assert_eq!(told, [r#"/a ["/a/b/x"]"#, r#"/a/b ["/a/b/x"]"#, r#"/c ["/c/y"]"#]);
    }

    #[test]
    fn what_cannot_be_right_is_refused_by_name() {
        for (entity, words) in [
            (new(&[], &[]), "at least one path"),
            (new(&["/a", "/a"], &[]), "/a is named twice"),
            (new(&["/a"], &["/ab"]), "/ab does not lie below"),
            (NewEntity { keep_days: 0, ..new(&["/a"], &[]) }, "at least one day"),
            (NewEntity { name: " ".to_owned(), ..new(&["/a"], &[]) }, "needs a name"),
        ] {
            let err = roots(&entity).unwrap_err();
            assert_eq!(err.kind(), Kind::Invalid);
            assert!(err.message().contains(words), "{err}");
        }
    }
}
