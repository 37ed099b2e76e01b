//! Protection groups.

use jiff::Timestamp;

use crate::{Engine, Error, Group, GroupId, GroupRules, Result, TenantId};

impl Engine {
    /// Makes a group. Every protected root must exist and be readable now, so that a typing mistake is
    /// noticed by the one who makes it and not by the first run.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), naming the root or rule;
    /// [`Kind::NotFound`](crate::Kind::NotFound) when the policy or an object is not there;
    /// [`Kind::Conflict`](crate::Kind::Conflict) when the name is taken.
    pub async fn create_group(&self, tenant: &TenantId, rules: GroupRules) -> Result<Group> {
        self.check_group(tenant, &rules, &[]).await?;
        self.shared.catalog.insert_group(tenant, rules, self.shared.clock.now()).await
    }

    /// One group; a deleted one only while snapshots of it are left.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn group(&self, tenant: &TenantId, id: GroupId) -> Result<Group> {
        self.shared.catalog.group(tenant, id).await
    }

    /// All groups of a tenant, deleted ones with snapshots left included.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn groups(&self, tenant: &TenantId) -> Result<Vec<Group>> {
        self.shared.catalog.groups(tenant).await
    }

    /// Replaces what a group says. Roots that the group had before are not looked at again: a folder that is
    /// missing today does not stand in the way of changing something else.
    ///
    /// # Errors
    /// Those of [`Engine::create_group`] and [`Engine::update_policy`].
    pub async fn update_group(
        &self,
        tenant: &TenantId,
        id: GroupId,
        rules: GroupRules,
        expected: Option<Timestamp>,
    ) -> Result<Group> {
        let before = self.live_group(tenant, id).await?;
        let known: Vec<_> = before
            .rules
            .selections
            .iter()
            .flat_map(|selection| selection.roots.iter().map(move |root| (selection.object, &root.path)))
            .collect();
        self.check_group(tenant, &rules, &known).await?;
        self.shared.catalog.update_group(tenant, id, rules, expected, self.shared.clock.now()).await
    }

    /// Deletes a group; with `delete_snapshots` its snapshots too, also those that an earlier deletion left.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) while a run of
    /// it is going on, or when a snapshot that is to be deleted is held or locked.
    pub async fn delete_group(&self, tenant: &TenantId, id: GroupId, delete_snapshots: bool) -> Result<()> {
        let now = self.shared.clock.now();
        let keeping = self.shared.keeping.write().await;
        let gone = self.shared.catalog.delete_group(tenant, id, delete_snapshots, now).await?;
        drop(keeping);
        if gone.is_empty() {
            return Ok(());
        }
        if let Err(err) = self.shared.vault.forget(tenant, gone).await {
            // The catalog has already forgotten them: what is left in the vault costs space and nothing else,
            // and the keeper will find it.
            tracing::warn!(group = id.0, error = %err, "snapshots of a deleted group are left in the vault");
        }
        self.shared.urgent.prune_soon(tenant);
        Ok(())
    }

    /// Refuses what cannot be among the [`GroupRules::excluded_patterns`].
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), with the pattern and the reason.
    pub fn check_pattern(&self, pattern: &str) -> Result<()> {
        self.shared.vault.check_pattern(pattern)
    }

    /// A group that is not deleted.
    pub(crate) async fn live_group(&self, tenant: &TenantId, id: GroupId) -> Result<Group> {
        let group = self.shared.catalog.group(tenant, id).await?;
        if group.deleted_at.is_some() {
            return Err(Error::not_found("protection group", id));
        }
        Ok(group)
    }

    async fn check_group(
        &self,
        tenant: &TenantId,
        rules: &GroupRules,
        known: &[(crate::ObjectId, &crate::FilePath)],
    ) -> Result<()> {
        if rules.name.trim().is_empty() {
            return Err(Error::invalid("a protection group needs a name"));
        }
        if rules.selections.is_empty() {
            return Err(Error::invalid("a protection group needs at least one object"));
        }
        if let Some(start) = &rules.start {
            start.check()?;
        }
        for pattern in &rules.excluded_patterns {
            self.check_pattern(pattern)?;
        }
        self.shared.catalog.policy(tenant, rules.policy).await?;
        for (at, selection) in rules.selections.iter().enumerate() {
            let source = self.shared.catalog.source(tenant, selection.object).await?;
            if rules.selections[..at].iter().any(|other| other.object == selection.object) {
                return Err(Error::invalid(format!("object {} is selected twice", selection.object)));
            }
            if selection.roots.is_empty() {
                return Err(Error::invalid(format!("object {} needs at least one path", selection.object)));
            }
            for root in &selection.roots {
                let private = &self.shared.places.private;
                if let Some(ours) = private.iter().find(|ours| root.path.as_path().starts_with(ours)) {
                    return Err(Error::invalid(format!(
                        "{} belongs to this server ({}) and is never backed up by it",
                        root.path,
                        ours.display()
                    )));
                }
                if !known.contains(&(selection.object, &root.path)) {
                    self.shared.hosts.check_root(&source.endpoint, &root.path).await?;
                }
                if let Some(excluded) = root.excluded.iter().find(|path| !path.is_within(&root.path)) {
                    return Err(Error::invalid(format!(
                        "the excluded path {excluded} does not lie below the protected path {}",
                        root.path
                    )));
                }
            }
        }
        Ok(())
    }
}
