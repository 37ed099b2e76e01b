//! Searching the files of all snapshots.

use engine::{
    Error, FileCursor, FileEntry, FileHit, FilePage, FilePath, FileQuery, GroupId, ObjectId, Result,
    SnapshotId, TenantId,
};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _};

use super::pattern::Pattern;
use super::{NEVER, kind_number, kind_of_number};
use crate::database::{Database, fault};
use crate::dialect::{self, Db, Row};
use crate::runs::one_of;

/// No name is as long; the database refuses patterns that are much longer.
const LONGEST_PATTERN: usize = 4_096;

/// With `groups`, a file shows as the latest snapshot *of these groups* that holds it.
pub(crate) async fn search(database: &Database, tenant: &TenantId, query: &FileQuery) -> Result<FilePage> {
    let doing = "searching files";
    let pattern = Pattern::parse(&query.name);
    if pattern.as_ref().is_some_and(|pattern| pattern.like.len() > LONGEST_PATTERN) {
        return Ok(FilePage::default());
    }
    // Both in one transaction: the count and the page are of the same state.
    let mut transaction = database.read().await?;
    let total = match query.after {
        Some(after) => after.total,
        None => {
            let total: i64 = count(tenant, query, pattern.as_ref())
                .build_query_scalar()
                .fetch_one(&mut *transaction)
                .await
                .map_err(fault(doing))?;
            u64::try_from(total).unwrap_or(0)
        }
    };
    let after = query.after.map_or(0, |after| after.file);

    let mut page = QueryBuilder::new(
        "SELECT h.id, h.object_id, h.path, s.group_id, s.id, v.kind, v.size_bytes, v.modified_us",
    );
    push_hits(&mut page, tenant, query, pattern.as_ref(), Some(after));
    // One more than wanted tells whether there is a next page.
    page.push(" ORDER BY h.id LIMIT ").push_bind(i64::from(query.limit) + 1);
    let mut rows = page.build().fetch_all(&mut *transaction).await.map_err(fault(doing))?;

    let wanted = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let mut hits = Vec::with_capacity(rows.len());
    let mut last = after;
    for row in &rows {
        let (file, hit) = hit(row)?;
        last = file;
        hits.push(hit);
    }
    Ok(FilePage { hits, total, next: more.then_some(FileCursor { file: last, total }) })
}

/// How many files a query finds, over all pages.
fn count(tenant: &TenantId, query: &FileQuery, pattern: Option<&Pattern>) -> QueryBuilder<Db> {
    let mut sql = QueryBuilder::new("SELECT count(*)");
    if !query.kinds.is_empty() {
        push_hits(&mut sql, tenant, query, pattern, None);
        return sql;
    }
    // Any snapshot at all will do; which one is the latest costs more to find out.
    sql.push(" FROM file f");
    push_conditions(&mut sql, tenant, query, pattern, None);
    sql.push(
        " AND EXISTS (SELECT 1 FROM series r JOIN version v ON v.series_id = r.id AND v.file_id = +f.id \
         WHERE r.object_id = f.object_id AND r.tenant = ",
    );
    sql.push_bind(tenant.0.clone());
    one_of(&mut sql, "r.group_id", query.groups.iter().map(|id| id.0));
    sql.push(format_args!(
        " AND EXISTS (SELECT 1 FROM snapshot x WHERE x.series_id = r.id \
         AND x.id >= v.from_snapshot AND x.id < coalesce(v.until_snapshot, {NEVER})))"
    ));
    sql
}

/// `FROM` and `WHERE` of what a query finds, on a page past `after` or on all of them: files `h`, the latest
/// snapshot `s` that holds each, and the version `v` that it was there.
fn push_hits(
    sql: &mut QueryBuilder<Db>,
    tenant: &TenantId,
    query: &FileQuery,
    pattern: Option<&Pattern>,
    after: Option<i64>,
) {
    // Of each version the latest snapshot that shows it; of these, over all groups, the latest.
    sql.push(format_args!(
        " FROM (SELECT f.id, f.object_id, f.path, (SELECT s.id FROM series r \
         JOIN version v ON v.series_id = r.id AND v.file_id = f.id \
         JOIN snapshot s ON s.id = (SELECT max(x.id) FROM snapshot x WHERE x.series_id = r.id \
         AND x.id >= v.from_snapshot AND x.id < coalesce(v.until_snapshot, {NEVER})) \
         WHERE r.object_id = f.object_id AND r.tenant = "
    ));
    sql.push_bind(tenant.0.clone());
    one_of(sql, "r.group_id", query.groups.iter().map(|id| id.0));
    sql.push(" ORDER BY s.taken_us DESC, s.id DESC LIMIT 1) AS snapshot_id FROM file f");
    push_conditions(sql, tenant, query, pattern, after);
    // The sign keeps the planner from searching `v` by the condition on `after`.
    sql.push(format_args!(
        ") h JOIN snapshot s ON s.id = h.snapshot_id \
         JOIN version v ON v.series_id = s.series_id AND v.file_id = +h.id \
         AND v.from_snapshot <= s.id AND s.id < coalesce(v.until_snapshot, {NEVER}) WHERE 1 = 1"
    ));
    one_of(sql, "v.kind", query.kinds.iter().map(|kind| kind_number(*kind)));
}

/// `WHERE` of what can be said of a file `f` without its versions.
fn push_conditions(
    sql: &mut QueryBuilder<Db>,
    tenant: &TenantId,
    query: &FileQuery,
    pattern: Option<&Pattern>,
    after: Option<i64>,
) {
    // A page is read in the order of ids and ends early: hence the sum, which is not in the index of paths.
    let object = if after.is_some() { "f.object_id + 0" } else { "f.object_id" };
    sql.push(format_args!(" WHERE {object} IN (SELECT r.object_id FROM series r WHERE r.tenant = "));
    sql.push_bind(tenant.0.clone());
    one_of(sql, "r.group_id", query.groups.iter().map(|id| id.0));
    one_of(sql, "r.object_id", query.objects.iter().map(|id| id.0));
    sql.push(")");
    if let Some(after) = after {
        sql.push(" AND f.id > ").push_bind(after);
    }
    if let Some(pattern) = pattern {
        if let Some(trigrams) = dialect::trigram_expression(&pattern.runs) {
            sql.push(dialect::NAME_INDEX).push_bind(trigrams).push(")");
        }
        sql.push(" AND f.name LIKE ").push_bind(pattern.like.clone()).push(" ESCAPE '\\'");
    }
}

/// A row of the answer, with the number of its file.
fn hit(row: &Row) -> Result<(i64, FileHit)> {
    let get = |column: usize| row.try_get::<i64, _>(column).map_err(fault("reading a hit"));
    let hit = FileHit {
        object: ObjectId(get(1)?),
        group: GroupId(get(3)?),
        entry: entry(row)?,
        snapshot: SnapshotId(get(4)?),
    };
    Ok((get(0)?, hit))
}

/// What a row says of a file: its path in the third column, kind, size and time in the last three of eight.
pub(super) fn entry(row: &Row) -> Result<FileEntry> {
    let get = |column: usize| row.try_get::<i64, _>(column).map_err(fault("reading a file"));
    let path: Vec<u8> = row.try_get(2).map_err(fault("reading a file"))?;
    let modified_us: Option<i64> = row.try_get(7).map_err(fault("reading a file"))?;
    let modified_at = modified_us
        .map(Timestamp::from_microsecond)
        .transpose()
        .map_err(|error| Error::internal("an entry of the catalog cannot be understood", error))?;
    Ok(FileEntry {
        path: FilePath::from_bytes(path),
        kind: kind_of_number(get(5)?)?,
        size_bytes: u64::try_from(get(6)?).unwrap_or(0),
        modified_at,
    })
}
