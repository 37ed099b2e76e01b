//! The objects of a tenant: what is protected, what is not, and what is left of those that are gone.

use std::collections::{BTreeMap, HashMap};

use crate::{
    Engine, Group, GroupId, ObjectId, ObjectRun, Result, Run, RunFilter, RunState, Snapshot, SnapshotFilter,
    Source, TenantId,
};

/// An object: a registered source, or one that is not registered any more but has snapshots left.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundObject {
    /// Its number.
    pub id: ObjectId,
    /// What people call it, or called it when it was last backed up.
    pub name: String,
    /// The source; none when it was deleted.
    pub source: Option<Source>,
    /// The groups that protect it, and those that are left with snapshots of it.
    pub protections: Vec<Protection>,
    /// What became of the last backup of it.
    pub last_state: Option<RunState>,
    /// How large it was when it was last backed up.
    pub size_bytes: Option<u64>,
}

/// What a group does for an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Protection {
    /// The group.
    pub group: Group,
    /// Whether it protects the object now; else it only has snapshots of it.
    pub is_active: bool,
    /// What became of the group's last backup of the object.
    pub last_state: Option<RunState>,
}

/// A snapshot, and how it was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct TakenSnapshot {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The run that took it.
    pub run: Run,
}

impl FoundObject {
    /// Whether a group protects it now.
    pub fn is_protected(&self) -> bool {
        self.protections.iter().any(|protection| protection.is_active)
    }
}

impl TakenSnapshot {
    /// What the run did for the object of the snapshot.
    pub fn object(&self) -> Option<&ObjectRun> {
        self.run.objects.iter().find(|object| object.object == self.snapshot.object)
    }
}

impl Engine {
    /// All objects, by number.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn objects(&self, tenant: &TenantId) -> Result<Vec<FoundObject>> {
        let catalog = &self.shared.catalog;
        let groups = catalog.groups(tenant).await?;
        let snapshots = catalog.snapshots(tenant, &SnapshotFilter::default()).await?;
        let mut objects: BTreeMap<ObjectId, FoundObject> = BTreeMap::new();
        for source in catalog.sources(tenant).await? {
            let (id, name) = (source.id, source.name.clone());
            objects.insert(id, FoundObject { source: Some(source), ..unknown(id, name) });
        }
        for snapshot in &snapshots {
            objects.entry(snapshot.object).or_insert_with(|| unknown(snapshot.object, String::new()));
        }
        let mut latest: HashMap<ObjectId, Run> = HashMap::new();
        for group in groups {
            let is_active =
                |id| group.deleted_at.is_none() && group.rules.selections.iter().any(|one| one.object == id);
            let concerned: Vec<_> = objects
                .keys()
                .copied()
                .filter(|id| {
                    is_active(*id) || snapshots.iter().any(|one| one.object == *id && one.group == group.id)
                })
                .collect();
            let last = self.last_runs(tenant, group.id, &concerned).await?;
            for id in concerned {
                let last = last.get(&id);
                if let Some(run) = last
                    && latest.get(&id).is_none_or(|other| other.queued_at < run.queued_at)
                {
                    latest.insert(id, run.clone());
                }
                if let Some(object) = objects.get_mut(&id) {
                    let last_state = last.and_then(|run| of(run, id)).map(|one| one.state);
                    let protection =
                        Protection { group: group.clone(), is_active: is_active(id), last_state };
                    object.protections.push(protection);
                }
            }
        }
        for (id, object) in &mut objects {
            if let Some(last) = latest.get(id).and_then(|run| of(run, *id)) {
                object.last_state = Some(last.state);
                object.size_bytes = last.snapshot.map(|_| last.stats.bytes_total);
                if object.source.is_none() {
                    object.name.clone_from(&last.name);
                }
            }
        }
        Ok(objects.into_values().collect())
    }

    /// The latest of the snapshots that a filter lets through, one for each object and group, by object.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn latest_snapshots(
        &self,
        tenant: &TenantId,
        filter: &SnapshotFilter,
    ) -> Result<Vec<TakenSnapshot>> {
        let mut latest: BTreeMap<(ObjectId, GroupId), Snapshot> = BTreeMap::new();
        for snapshot in self.shared.catalog.snapshots(tenant, filter).await? {
            latest.entry((snapshot.object, snapshot.group)).or_insert(snapshot);
        }
        self.with_runs(tenant, latest.into_values()).await
    }

    /// The points in time to which objects can be restored, with the runs that took them, the latest first.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn restore_points(
        &self,
        tenant: &TenantId,
        filter: &SnapshotFilter,
    ) -> Result<Vec<TakenSnapshot>> {
        let snapshots = self.shared.catalog.snapshots(tenant, filter).await?;
        self.with_runs(tenant, snapshots).await
    }

    async fn with_runs(
        &self,
        tenant: &TenantId,
        snapshots: impl IntoIterator<Item = Snapshot>,
    ) -> Result<Vec<TakenSnapshot>> {
        let mut found = Vec::new();
        for snapshot in snapshots {
            let run = self.shared.catalog.run(tenant, snapshot.run).await?;
            found.push(TakenSnapshot { snapshot, run });
        }
        Ok(found)
    }

    /// The last run of a group for each of these objects. Most often it is the same run.
    async fn last_runs(
        &self,
        tenant: &TenantId,
        group: GroupId,
        objects: &[ObjectId],
    ) -> Result<HashMap<ObjectId, Run>> {
        let mut last = HashMap::new();
        for limit in [Some(1), None] {
            let filter = RunFilter { group: Some(group), limit, ..RunFilter::default() };
            for run in self.shared.catalog.runs(tenant, &filter).await? {
                for id in objects {
                    if !last.contains_key(id) && of(&run, *id).is_some() {
                        last.insert(*id, run.clone());
                    }
                }
            }
            if last.len() == objects.len() {
                break;
            }
        }
        Ok(last)
    }
}

fn unknown(id: ObjectId, name: String) -> FoundObject {
    FoundObject { id, name, source: None, protections: Vec::new(), last_state: None, size_bytes: None }
}

fn of(run: &Run, id: ObjectId) -> Option<&ObjectRun> {
    run.objects.iter().find(|object| object.object == id)
}
