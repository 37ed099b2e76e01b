//! Policies.

use jiff::Timestamp;

use crate::{Engine, Error, Policy, PolicyId, PolicyRules, Recurrence, Result, Retention, TenantId};

impl Engine {
    /// Makes a policy.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), naming the rule, and
    /// [`Kind::Conflict`](crate::Kind::Conflict) when the name is taken.
    pub async fn create_policy(&self, tenant: &TenantId, rules: PolicyRules) -> Result<Policy> {
        check(&rules)?;
        self.shared.catalog.insert_policy(tenant, rules, self.shared.clock.now()).await
    }

    /// One policy.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn policy(&self, tenant: &TenantId, id: PolicyId) -> Result<Policy> {
        self.shared.catalog.policy(tenant, id).await
    }

    /// All policies of a tenant.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn policies(&self, tenant: &TenantId) -> Result<Vec<Policy>> {
        self.shared.catalog.policies(tenant).await
    }

    /// Replaces what a policy says.
    ///
    /// # Errors
    /// Those of [`Engine::create_policy`], [`Kind::NotFound`](crate::Kind::NotFound), and
    /// [`Kind::Stale`](crate::Kind::Stale) when `expected` is not when the policy was last changed.
    pub async fn update_policy(
        &self,
        tenant: &TenantId,
        id: PolicyId,
        rules: PolicyRules,
        expected: Option<Timestamp>,
    ) -> Result<Policy> {
        check(&rules)?;
        self.shared.catalog.update_policy(tenant, id, rules, expected, self.shared.clock.now()).await
    }

    /// Removes a policy.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) while a group
    /// follows it.
    pub async fn delete_policy(&self, tenant: &TenantId, id: PolicyId) -> Result<()> {
        self.shared.catalog.delete_policy(tenant, id).await
    }
}

fn check(rules: &PolicyRules) -> Result<()> {
    if rules.name.trim().is_empty() {
        return Err(Error::invalid("a policy needs a name"));
    }
    for retention in rules.retentions() {
        check_retention(retention)?;
    }
    if rules.extended.iter().any(|rule| rule.count == 0) {
        return Err(Error::invalid("an extended retention must choose: its frequency is at least 1"));
    }
    for blackout in &rules.blackouts {
        blackout.check()?;
    }
    let fulls = rules.fulls.iter().map(|full| &full.every);
    for recurrence in rules.incremental.iter().chain(&rules.full).chain(fulls) {
        let idle = match recurrence {
            Recurrence::Minutes { count } | Recurrence::Hours { count } | Recurrence::Days { count } => {
                *count == 0
            }
            Recurrence::Week { days } => days.is_empty(),
            Recurrence::Month { .. } | Recurrence::Year { .. } => false,
        };
        if idle {
            return Err(Error::invalid("a schedule must come round: its interval or its days are missing"));
        }
    }
    Ok(())
}

fn check_retention(retention: &Retention) -> Result<()> {
    if retention.count == 0 {
        return Err(Error::invalid("a policy must keep backups for at least one day"));
    }
    match &retention.lock {
        Some(lock) if lock.count == 0 => Err(Error::invalid("a data lock lasts for at least one day")),
        // Else backups would outlive what the policy says, and nobody could see why.
        Some(lock) if lock.days() > retention.days() => Err(Error::invalid(format!(
            "a data lock of {} days is longer than the retention of {} days",
            lock.days(),
            retention.days()
        ))),
        _ => Ok(()),
    }
}
