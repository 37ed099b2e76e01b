//! What files were in the snapshots that are left.

use std::collections::BTreeMap;

use engine::{FilePath, FileVersion, GroupId, ObjectId, Result, SnapshotId, TenantId};
use sqlx::{QueryBuilder, Row as _};

use super::NEVER;
use super::search::entry;
use crate::database::{Database, fault};
use crate::dialect::Db;
use crate::runs::one_of;

/// How many paths one statement names.
const PATHS: usize = 500;

pub(crate) async fn versions(
    database: &Database,
    tenant: &TenantId,
    groups: &[GroupId],
    files: &[(ObjectId, FilePath)],
) -> Result<Vec<FileVersion>> {
    let doing = "reading the versions of files";
    let mut by_object: BTreeMap<ObjectId, Vec<&[u8]>> = BTreeMap::new();
    for (object, path) in files {
        by_object.entry(*object).or_default().push(path.as_bytes());
    }
    let mut found: Vec<FileVersion> = Vec::new();
    let mut transaction = database.read().await?;
    for (object, mut paths) in by_object {
        paths.sort_unstable();
        paths.dedup();
        for paths in paths.chunks(PATHS) {
            let mut query = QueryBuilder::<Db>::new(format!(
                "SELECT f.id, r.group_id, f.path, v.from_snapshot, s.id, v.kind, v.size_bytes, v.modified_us \
                 FROM file f JOIN series r ON r.object_id = f.object_id \
                 JOIN version v ON v.series_id = r.id AND v.file_id = +f.id \
                 JOIN snapshot s ON s.series_id = r.id AND s.id >= v.from_snapshot \
                 AND s.id < coalesce(v.until_snapshot, {NEVER}) WHERE r.tenant = "
            ));
            query.push_bind(tenant.0.clone());
            query.push(" AND f.object_id = ").push_bind(object.0);
            one_of(&mut query, "r.group_id", groups.iter().map(|id| id.0));
            one_of(&mut query, "f.path", paths.iter().copied());
            query.push(" ORDER BY f.path, v.from_snapshot, s.id");
            let rows = query.build().fetch_all(&mut *transaction).await.map_err(fault(doing))?;
            let mut last = None;
            for row in &rows {
                let get = |column: usize| row.try_get::<i64, _>(column).map_err(fault(doing));
                let (version, group, snapshot) =
                    ((get(0)?, get(1)?, get(3)?), GroupId(get(1)?), SnapshotId(get(4)?));
                match found.last_mut().filter(|_| last == Some(version)) {
                    Some(known) => known.snapshots.push(snapshot),
                    None => {
                        let entry = entry(row)?;
                        found.push(FileVersion { object, group, entry, snapshots: vec![snapshot] });
                    }
                }
                last = Some(version);
            }
        }
    }
    Ok(found)
}
