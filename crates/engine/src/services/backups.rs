//! Backups: runs and snapshots seen one object at a time.

use std::collections::HashMap;

use crate::{
    Backup, BackupFilter, BackupNote, BackupStats, Engine, Error, ObjectId, ObjectRun, Result, Run,
    RunFilter, RunId, Snapshot, SnapshotFilter, TenantId,
};

/// The greatest number of bytes of what people and nodes write about a backup: all lists of backups read it.
const LONGEST_TEXT: usize = 10_000;

impl Engine {
    /// The backups that a filter lets through, the latest first, with live figures.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn backups(&self, tenant: &TenantId, filter: &BackupFilter) -> Result<Vec<Backup>> {
        let runs = RunFilter {
            group: filter.group,
            run: filter.run,
            from: filter.from,
            until: filter.until,
            ..RunFilter::default()
        };
        let snapshots = SnapshotFilter {
            object: filter.object,
            groups: filter.group.into_iter().collect(),
            run: filter.run,
            from: filter.from,
            until: filter.until,
            ..SnapshotFilter::default()
        };
        // The runs first: a snapshot that is completed in between is then still found.
        let runs = self.runs(tenant, &runs).await?;
        let snapshots = self.shared.catalog.snapshots(tenant, &snapshots).await?;
        let mut left: HashMap<(RunId, ObjectId), Snapshot> =
            snapshots.into_iter().map(|snapshot| ((snapshot.run, snapshot.object), snapshot)).collect();
        let mut backups = Vec::new();
        for run in &runs {
            let wanted = |object: &&ObjectRun| filter.object.is_none_or(|id| id == object.object);
            for object in run.objects.iter().filter(wanted) {
                let snapshot = left.remove(&(run.id, object.object));
                backups.push(backup(run, object.clone(), snapshot));
            }
        }
        Ok(backups)
    }

    /// One backup, with live figures.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the run, and for an object that it does not back up.
    pub async fn backup(&self, tenant: &TenantId, run: RunId, object: ObjectId) -> Result<Backup> {
        let filter = BackupFilter { run: Some(run), object: Some(object), ..BackupFilter::default() };
        let found = self.backups(tenant, &filter).await?.into_iter().next();
        found.ok_or_else(|| Error::not_found("backup", format!("of object {object} in run {run}")))
    }

    /// Writes something about a backup that has ended.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound); [`Kind::Conflict`](crate::Kind::Conflict) while its run is
    /// going on; [`Kind::Invalid`](crate::Kind::Invalid) for more warnings than a backup keeps.
    pub async fn annotate_backup(
        &self,
        tenant: &TenantId,
        run: RunId,
        object: ObjectId,
        said: BackupNote,
    ) -> Result<Backup> {
        if said.warnings.as_ref().is_some_and(|warnings| warnings.len() > BackupStats::WARNINGS_KEPT) {
            return Err(Error::invalid(format!(
                "a backup keeps at most {} warnings",
                BackupStats::WARNINGS_KEPT
            )));
        }
        let texts = said.note.iter().flatten().chain(said.warnings.iter().flatten());
        if texts.into_iter().any(|text| text.len() > LONGEST_TEXT) {
            return Err(Error::invalid(format!(
                "a note or a warning of a backup has at most {LONGEST_TEXT} bytes"
            )));
        }
        // Whoever deletes snapshots writes into runs that have ended too.
        let keeping = self.shared.keeping.write().await;
        let mut changed = self.shared.catalog.run(tenant, run).await?;
        if !changed.state.is_final() {
            return Err(Error::conflict(format!(
                "run {run} has not ended; something can be written about its backups when it has"
            )));
        }
        let about = changed.objects.iter_mut().find(|candidate| candidate.object == object);
        let Some(about) = about else {
            return Err(Error::not_found("backup", format!("of object {object} in run {run}")));
        };
        about.annotate(said);
        self.shared.catalog.update_run(&changed).await?;
        drop(keeping);
        self.backup(tenant, run, object).await
    }
}

impl ObjectRun {
    fn annotate(&mut self, said: BackupNote) {
        if let Some(note) = said.note {
            self.note = note;
        }
        if let Some(warnings) = said.warnings {
            // Nobody has seen these yet, unless it is said in the same breath.
            self.warnings_acknowledged &= warnings == self.warnings;
            self.warnings = warnings;
        }
        if let Some(acknowledged) = said.acknowledged {
            self.warnings_acknowledged = acknowledged;
        }
    }
}

fn backup(run: &Run, object: ObjectRun, snapshot: Option<Snapshot>) -> Backup {
    Backup {
        run: run.id,
        group: run.group,
        group_name: run.group_name.clone(),
        policy: run.policy,
        kind: run.kind,
        trigger: run.trigger,
        queued_at: run.queued_at,
        object,
        snapshot,
        extras: run.extras.clone(),
    }
}
