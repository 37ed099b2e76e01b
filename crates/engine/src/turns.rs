//! Whose turn it is at a vault. Backups and reads share it; pruning needs it for itself, and under a load that
//! never ends it would never come to it. So where a prune is overdue, new backups wait for it.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::TenantId;

/// The tenants whose backups wait for a prune.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashSet<TenantId>>);

impl Turns {
    /// Lets no new backup begin.
    pub(crate) fn hold_back(&self, tenant: &TenantId) {
        if self.lock().insert(tenant.clone()) {
            tracing::info!(%tenant, "new backups wait until the vault is pruned, which is overdue");
        }
    }

    /// Lets backups begin again.
    pub(crate) fn let_in(&self, tenant: &TenantId) {
        self.lock().remove(tenant);
    }

    /// Whether a backup has to wait.
    pub(crate) fn is_held_back(&self, tenant: &TenantId) -> bool {
        self.lock().contains(tenant)
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<TenantId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
