//! Snapshots of objects.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use ibm_backup_recovery::{Client, types};

use super::Snapshot;
use crate::failure::Failure;

/// How many objects or groups are asked for at a time.
const AT_A_TIME: usize = 8;
/// How many objects a page has.
const PAGE: i64 = 1000;

/// Every snapshot of every object, in no order.
pub(super) async fn snapshots(client: &Client) -> Result<Vec<Snapshot>, Failure> {
    let objects = async {
        let found: Result<Vec<_>, _> = client.search_objects().count(PAGE).items().try_collect().await;
        let ids: HashSet<i64> = found?.iter().filter_map(|object| object.id).map(|id| id.get()).collect();
        let lists = stream::iter(ids).map(|id| async move {
            match client.get_object_snapshots().id(id).send().await {
                Ok(list) => Ok(list.into_inner().snapshots.unwrap_or_default()),
                // It is gone since, or never had any.
                Err(error) if error.status().is_some_and(|status| status.as_u16() == 404) => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        });
        lists.buffer_unordered(AT_A_TIME).try_concat().await
    };
    let groups = async { Ok(client.get_protection_groups().send().await?.into_inner()) };
    let (found, groups) = tokio::try_join!(objects, groups)?;
    let paths = paths(&groups);
    Ok(found.into_iter().filter_map(|snapshot| shown(snapshot, &paths)).collect())
}

/// Which folders and files a group backs up of an object.
type Paths = HashMap<(String, i64), Vec<String>>;

/// What groups back up now. Of what they backed up when a snapshot was taken the API says nothing.
fn paths(groups: &types::ProtectionGroupList) -> Paths {
    let mut paths = Paths::new();
    for group in groups.protection_groups.iter().flatten() {
        let files =
            group.physical_params.as_ref().and_then(|params| params.file_protection_type_params.as_ref());
        for object in files.iter().flat_map(|files| &files.objects) {
            let included = object.file_paths.iter().flatten().map(|path| path.included_path.clone());
            let Some(id) = &group.id else { continue };
            paths.insert((id.to_string(), object.id.get()), included.collect());
        }
    }
    paths
}

fn shown(snapshot: types::ObjectSnapshot, paths: &Paths) -> Option<Snapshot> {
    let taken = snapshot.snapshot_timestamp_usecs.or(snapshot.run_start_time_usecs);
    let object = snapshot.object_id.map(|id| id.get());
    let group_id = snapshot.protection_group_id.map(|id| id.to_string());
    let protected = group_id.clone().zip(object).and_then(|key| paths.get(&key).cloned());
    Some(Snapshot {
        id: snapshot.id?.to_string(),
        short_id: String::new(),
        time: moment(taken).unwrap_or_default(),
        group: snapshot.protection_group_name,
        group_id,
        source: snapshot.object_name,
        source_id: object.map(|id| id.to_string()),
        paths: protected.unwrap_or_default(),
        kind: snapshot.run_type.map(|kind| match kind {
            types::BackupRunType::Regular => "incremental".to_owned(),
            types::BackupRunType::Full => "full".to_owned(),
            other => other.to_string(),
        }),
        size: None,
        files: None,
        expires: moment(snapshot.expiry_time_usecs),
        locked: snapshot.has_data_lock == Some(true) || snapshot.on_legal_hold == Some(true),
        run_id: snapshot.protection_group_run_id.map(|id| id.to_string()),
    })
}

/// Adds to snapshots how large they are, which only the runs know that took them. Where the service does not tell,
/// nothing is added: a list without sizes is better than none.
pub(super) async fn measure(client: &Client, snapshots: &mut [Snapshot]) {
    // Of each group what is wanted, and since when.
    let mut wanted: BTreeMap<String, (jiff::Timestamp, HashSet<String>)> = BTreeMap::new();
    for snapshot in snapshots.iter() {
        let (Some(group), Ok(time)) = (&snapshot.group_id, snapshot.time.parse::<jiff::Timestamp>()) else {
            continue;
        };
        let (since, ids) = wanted.entry(group.clone()).or_insert((time, HashSet::new()));
        *since = (*since).min(time);
        ids.insert(snapshot.id.clone());
    }
    let groups = stream::iter(wanted).map(|(group, (since, ids))| sizes(client, group, since, ids));
    let sizes: HashMap<_, _> = groups.buffer_unordered(AT_A_TIME).concat().await.into_iter().collect();
    for snapshot in snapshots {
        if let Some((size, files)) = sizes.get(&snapshot.id) {
            (snapshot.size, snapshot.files) = (*size, *files);
        }
    }
}

/// Size and files by snapshot.
type Sizes = Vec<(String, (Option<u64>, Option<u64>))>;

async fn sizes(client: &Client, group: String, since: jiff::Timestamp, mut wanted: HashSet<String>) -> Sizes {
    let call = client.get_protection_group_runs().id(group).include_object_details(true);
    let runs = call.start_time_usecs(since.as_microsecond()).items();
    let mut runs = std::pin::pin!(runs);
    let mut sizes = Sizes::new();
    while let Some(run) = runs.next().await {
        let run = match run {
            Ok(run) => run,
            Err(error) => {
                tracing::debug!(%error, "sizes of snapshots are left out");
                break;
            }
        };
        for object in run.objects.into_iter().flatten() {
            let Some(info) = object.local_snapshot_info.and_then(|backup| backup.snapshot_info) else {
                continue;
            };
            let Some(id) = info.snapshot_id.map(|id| id.to_string()) else { continue };
            if wanted.remove(&id) {
                let bytes = info.stats.and_then(|stats| stats.logical_size_bytes).map(|bytes| bytes.get());
                let unsigned = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
                sizes.push((id, (unsigned(bytes), unsigned(info.total_file_count))));
            }
        }
        if wanted.is_empty() {
            break;
        }
    }
    sizes
}

fn moment(time: Option<types::UnixMicros>) -> Option<String> {
    let time = time.map(|time| time.get()).filter(|time| *time > 0)?;
    jiff::Timestamp::from_microsecond(time).ok().map(|time| time.to_string())
}
