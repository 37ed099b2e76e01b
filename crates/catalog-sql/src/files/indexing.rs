//! Completing an object: staging the files of its snapshot, then adding the snapshot.

use std::collections::HashMap;

use engine::{Error, FileEntry, NewObjectSnapshot, ObjectId, Result, Run, Snapshot};
use sqlx::Row as _;
use tokio::sync::mpsc;

use super::series::{self, Staging};
use super::{kind_number, pattern};
use crate::body::micros;
use crate::database::{Database, commit, fault};
use crate::dialect::{Connection, Db, Row};
use crate::{runs, snapshots};

/// How many files one transaction stages: some tens of milliseconds of the write lock.
const CHUNK: usize = 2_000;
/// How many rows one statement carries; a database takes some tens of thousands of values at most.
const ROWS: usize = 500;
/// How many live versions are read at a time.
const PAGE: i64 = 20_000;

pub(crate) async fn complete_object(
    database: &Database,
    mut run: Run,
    new: NewObjectSnapshot,
    mut files: mpsc::Receiver<Vec<FileEntry>>,
) -> Result<(Run, Snapshot)> {
    let Some(object_run) = run.objects.iter_mut().find(|one| one.object == new.object) else {
        return Err(Error::not_found("object", format_args!("{} in run {}", new.object, run.id)));
    };
    let stored = runs::find(&mut *database.read().await?, &run.tenant, run.id).await?;
    if stored.group != run.group {
        return Err(Error::not_found("run", format_args!("{} of the group {}", run.id, run.group)));
    }

    let staging = Staging::begin(database, &run.tenant, new.object, run.group).await?;
    let mut indexing = Indexing { database, staging, object: new.object, unchanged: Vec::new() };
    let mut waiting: Vec<FileEntry> = Vec::new();
    while let Some(batch) = files.recv().await {
        waiting.extend(batch);
        while waiting.len() >= CHUNK {
            let rest = waiting.split_off(CHUNK);
            indexing.stage(&waiting).await?;
            waiting = rest;
        }
    }
    indexing.stage(&waiting).await?;
    let over = indexing.versions_that_end().await?;

    object_run.snapshot = Some(staging.snapshot);
    let snapshot = Snapshot {
        id: staging.snapshot,
        tenant: run.tenant.clone(),
        object: new.object,
        group: run.group,
        run: run.id,
        kind: run.kind,
        taken_at: run.queued_at,
        expires_at: new.expires_at,
        vault_snapshot: new.vault_snapshot,
        roots: new.roots,
        legal_hold: false,
        lock: new.lock,
    };
    let mut transaction = database.write().await?;
    staging.check(&mut transaction).await?;
    snapshots::insert(&mut transaction, staging.series, &snapshot).await?;
    end_versions(&mut transaction, staging, &over).await?;
    staging.finish(&mut transaction).await?;
    runs::replace(&mut transaction, &run).await?;
    commit(transaction).await?;

    // The snapshot is complete whatever becomes of this; what is left over shows nowhere.
    if let Err(error) = series::sweep_all(database).await {
        tracing::warn!(%error, "files of deleted snapshots were not removed from the index");
    }
    Ok((run, snapshot))
}

/// A snapshot's files on their way into the index.
struct Indexing<'a> {
    database: &'a Database,
    staging: Staging,
    object: ObjectId,
    /// The files of the series' latest snapshot that are the same in this one.
    unchanged: Vec<i64>,
}

/// A file as the index knows it.
struct Known {
    file: i64,
    kind: i64,
    size_bytes: i64,
    modified_us: Option<i64>,
}

impl Known {
    fn is(&self, entry: &FileEntry) -> bool {
        self.kind == kind_number(entry.kind)
            && self.size_bytes == column_size(entry)
            && self.modified_us == entry.modified_at.map(micros)
    }
}

impl Indexing<'_> {
    /// Stages some files: notes which are unchanged and writes versions of the others.
    async fn stage(&mut self, entries: &[FileEntry]) -> Result<()> {
        // A listing should not name a path twice; if it does, the last one counts.
        let mut by_path: HashMap<&[u8], &FileEntry> =
            entries.iter().map(|entry| (entry.path.as_bytes(), entry)).collect();
        if self.staging.has_history {
            for (path, known) in self.live(entries).await? {
                if by_path.get(path.as_slice()).is_some_and(|entry| known.is(entry)) {
                    by_path.remove(path.as_slice());
                    self.unchanged.push(known.file);
                }
            }
        }
        if by_path.is_empty() {
            return Ok(());
        }
        let mut changed: Vec<&FileEntry> = by_path.into_values().collect();
        // In the order of the index of paths, which makes its insertion cheaper.
        changed.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        let mut transaction = self.database.write().await?;
        self.staging.check(&mut transaction).await?;
        for rows in changed.chunks(ROWS) {
            self.write_versions(&mut transaction, rows).await?;
        }
        commit(transaction).await
    }

    /// The live versions of these paths before this snapshot.
    async fn live(&self, entries: &[FileEntry]) -> Result<Vec<(Vec<u8>, Known)>> {
        let mut found = Vec::new();
        let mut transaction = self.database.read().await?;
        for rows in entries.chunks(ROWS) {
            let mut query = sqlx::QueryBuilder::<Db>::new(
                "SELECT f.path, f.id, v.kind, v.size_bytes, v.modified_us FROM file f \
                 JOIN version v ON v.file_id = f.id AND v.series_id = ",
            );
            query.push_bind(self.staging.series);
            query.push(" AND v.until_snapshot IS NULL AND v.from_snapshot < ");
            query.push_bind(self.staging.snapshot.0);
            query.push(" WHERE f.object_id = ").push_bind(self.object.0);
            runs::one_of(&mut query, "f.path", rows.iter().map(|entry| entry.path.as_bytes()));
            let rows = query
                .build()
                .fetch_all(&mut *transaction)
                .await
                .map_err(fault("comparing the files of a snapshot"))?;
            for row in &rows {
                found.push(known(row).map_err(fault("comparing the files of a snapshot"))?);
            }
        }
        Ok(found)
    }

    /// Writes a version of each entry, and the file where it is new to the object.
    async fn write_versions(&self, connection: &mut Connection, entries: &[&FileEntry]) -> Result<()> {
        let doing = "indexing the files of a snapshot";
        let mut files: HashMap<Vec<u8>, i64> = HashMap::with_capacity(entries.len());

        let mut insert = sqlx::QueryBuilder::<Db>::new("INSERT INTO file (object_id, path, name) ");
        insert.push_values(entries, |mut row, entry| {
            row.push_bind(self.object.0);
            row.push_bind(entry.path.as_bytes());
            row.push_bind(pattern::fold(&entry.path.name()));
        });
        insert.push(" ON CONFLICT (object_id, path) DO NOTHING RETURNING path, id");
        let made: Vec<(Vec<u8>, i64)> =
            insert.build_query_as().fetch_all(&mut *connection).await.map_err(fault(doing))?;
        files.extend(made);

        let old: Vec<&[u8]> = entries
            .iter()
            .map(|entry| entry.path.as_bytes())
            .filter(|path| !files.contains_key(*path))
            .collect();
        if !old.is_empty() {
            let mut query = sqlx::QueryBuilder::<Db>::new("SELECT path, id FROM file WHERE object_id = ");
            query.push_bind(self.object.0);
            runs::one_of(&mut query, "path", old);
            let there: Vec<(Vec<u8>, i64)> =
                query.build_query_as().fetch_all(&mut *connection).await.map_err(fault(doing))?;
            files.extend(there);
        }

        let mut versions = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(file) = files.get(entry.path.as_bytes()) else {
                return Err(Error::internal(doing, format!("{:?} has no entry", entry.path)));
            };
            versions.push((*file, *entry));
        }
        let mut insert = sqlx::QueryBuilder::<Db>::new(
            "INSERT INTO version (series_id, file_id, from_snapshot, kind, size_bytes, modified_us) ",
        );
        insert.push_values(versions, |mut row, (file, entry)| {
            row.push_bind(self.staging.series);
            row.push_bind(file);
            row.push_bind(self.staging.snapshot.0);
            row.push_bind(kind_number(entry.kind));
            row.push_bind(column_size(entry));
            row.push_bind(entry.modified_at.map(micros));
        });
        // Only when a listing names a path twice.
        insert.push(
            " ON CONFLICT (series_id, file_id, from_snapshot) DO UPDATE SET kind = excluded.kind, \
             size_bytes = excluded.size_bytes, modified_us = excluded.modified_us",
        );
        insert.build().execute(connection).await.map_err(fault(doing))?;
        Ok(())
    }

    /// The files whose live version is over with this snapshot: changed, or no longer there.
    async fn versions_that_end(&mut self) -> Result<Vec<i64>> {
        let mut over = Vec::new();
        if !self.staging.has_history {
            return Ok(over);
        }
        self.unchanged.sort_unstable();
        let mut transaction = self.database.read().await?;
        let mut after = 0_i64;
        loop {
            let page: Vec<i64> = sqlx::query_scalar(
                "SELECT file_id FROM version WHERE series_id = $1 AND file_id > $2 \
                 AND until_snapshot IS NULL AND from_snapshot < $3 ORDER BY file_id LIMIT $4",
            )
            .bind(self.staging.series)
            .bind(after)
            .bind(self.staging.snapshot.0)
            .bind(PAGE)
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("comparing the files of a snapshot"))?;
            let Some(last) = page.last() else {
                return Ok(over);
            };
            after = *last;
            over.extend(page.into_iter().filter(|file| self.unchanged.binary_search(file).is_err()));
        }
    }
}

/// Ends live versions with the snapshot that is being added.
async fn end_versions(connection: &mut Connection, staging: Staging, files: &[i64]) -> Result<()> {
    for rows in files.chunks(ROWS) {
        let mut query = sqlx::QueryBuilder::<Db>::new("UPDATE version SET until_snapshot = ");
        query.push_bind(staging.snapshot.0).push(" WHERE series_id = ").push_bind(staging.series);
        query.push(" AND until_snapshot IS NULL AND from_snapshot < ").push_bind(staging.snapshot.0);
        runs::one_of(&mut query, "file_id", rows.iter().copied());
        query.build().execute(&mut *connection).await.map_err(fault("completing a snapshot"))?;
    }
    Ok(())
}

/// A file and its path, from a row of [`Indexing::live`].
fn known(row: &Row) -> Result<(Vec<u8>, Known), sqlx::Error> {
    let known = Known {
        file: row.try_get(1)?,
        kind: row.try_get(2)?,
        size_bytes: row.try_get(3)?,
        modified_us: row.try_get(4)?,
    };
    Ok((row.try_get(0)?, known))
}

/// A size as the column has it; no file is larger.
fn column_size(entry: &FileEntry) -> i64 {
    i64::try_from(entry.size_bytes).unwrap_or(i64::MAX)
}
