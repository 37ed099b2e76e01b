use std::collections::{BTreeMap, BTreeSet};

use engine::{Catalog, FileEntry, FileKind, FilePath, FileQuery, Group, Kind, SnapshotId};
use tokio::sync::mpsc;

use crate::database::{count, direct};
use crate::world::{World, at, completed, file, new_source, ours, refused, sent, theirs};

/// A world with a source and a group of it.
async fn protected() -> (World, Group) {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    (world, group)
}

#[tokio::test]
async fn a_file_shows_as_the_latest_snapshot_that_holds_it() {
    let (mut world, group) = protected().await;
    let same = || file("/data/same", 1);
    let first = world.back_up(&group, 1, vec![same(), file("/data/grows", 1), file("/data/gone", 1)]).await;
    let second = world.back_up(&group, 2, vec![same(), file("/data/grows", 2), file("/data/new", 1)]).await;
    let third = world.back_up(&group, 3, vec![same(), file("/data/gone", 9), file("/data/grows", 2)]).await;
    assert!(first.id < second.id && second.id < third.id);
    world.reopen().await;
    let line = |path: &str, size, snapshot: &engine::Snapshot| (path.to_owned(), size, snapshot.id);
    let mut found = world.found("").await;
    found.sort();
    let expected = [
        line("/data/gone", 9, &third),
        line("/data/grows", 2, &third),
        line("/data/new", 1, &second),
        line("/data/same", 1, &third),
    ];
    assert_eq!(found, expected);

    // Whatever snapshot goes, a file shows as what is left has it.
    let forget = async |id: SnapshotId| {
        let sql = "DELETE FROM snapshot WHERE id = $1";
        sqlx::query(sql).bind(id.0).execute(&mut direct(&world).await).await.unwrap();
    };
    forget(third.id).await;
    let mut found = world.found("").await;
    found.sort();
    let expected = [
        line("/data/gone", 1, &first),
        line("/data/grows", 2, &second),
        line("/data/new", 1, &second),
        line("/data/same", 1, &second),
    ];
    assert_eq!(found, expected);
    forget(second.id).await;
    let mut found = world.found("").await;
    found.sort();
    let expected =
        [line("/data/gone", 1, &first), line("/data/grows", 1, &first), line("/data/same", 1, &first)];
    assert_eq!(found, expected);
    forget(first.id).await;
    assert_eq!(world.found("").await, []);
}

#[tokio::test]
async fn a_version_names_the_snapshots_that_show_it() {
    let (world, group) = protected().await;
    let other = world.group("other", &[group.rules.selections[0].object]).await;
    let first = world.back_up(&group, 1, vec![file("/data/grows", 1), file("/data/gone", 1)]).await;
    let second = world.back_up(&group, 2, vec![file("/data/grows", 1)]).await;
    let third = world.back_up(&group, 3, vec![file("/data/grows", 2), file("/data/gone", 9)]).await;
    let elsewhere = world.back_up(&other, 4, vec![file("/data/grows", 1)]).await;
    let object = first.object;
    let ask = async |tenant: &engine::TenantId, groups: &[engine::GroupId], paths: &[&str]| {
        let files: Vec<_> = paths.iter().map(|path| (object, FilePath::from_bytes(*path))).collect();
        let found = world.catalog.file_versions(tenant, groups, &files).await.unwrap();
        let line =
            |one: engine::FileVersion| (one.entry.path.to_string(), one.entry.size_bytes, one.snapshots);
        found.into_iter().map(line).collect::<Vec<_>>()
    };
    let line = |path: &str, size, snapshots: &[&engine::Snapshot]| {
        (path.to_owned(), size, snapshots.iter().map(|snapshot| snapshot.id).collect::<Vec<_>>())
    };
    let mut all = ask(&ours(), &[], &["/data/grows", "/data/gone", "/data/never", "/data/grows"]).await;
    all.sort();
    assert_eq!(
        all,
        [
            line("/data/gone", 1, &[&first]),
            line("/data/gone", 9, &[&third]),
            line("/data/grows", 1, &[&first, &second]),
            line("/data/grows", 1, &[&elsewhere]),
            line("/data/grows", 2, &[&third]),
        ]
    );
    assert_eq!(ask(&ours(), &[other.id], &["/data/grows"]).await, [line("/data/grows", 1, &[&elsewhere])]);
    assert_eq!(ask(&theirs(), &[], &["/data/grows"]).await, []);
    assert_eq!(ask(&ours(), &[], &[]).await, []);
}

#[tokio::test]
async fn every_kind_of_change_makes_a_version_and_nothing_else_does() {
    let (world, group) = protected().await;
    let entry = || file("/data/a", 7);
    let mut at_other_time = entry();
    at_other_time.modified_at = None;
    let mut of_other_kind = at_other_time.clone();
    of_other_kind.kind = FileKind::Symlink;
    let mut of_other_size = of_other_kind.clone();
    of_other_size.size_bytes = u64::MAX >> 1;
    let steps =
        [entry(), entry(), at_other_time.clone(), of_other_kind, of_other_size.clone(), of_other_size];
    for ((second, step), versions) in (1..).zip(steps).zip([1, 1, 2, 3, 4, 4]) {
        let others = (0..50).map(|number| file(format!("/data/other-{number}"), 1));
        let snapshot = world.back_up(&group, second, others.chain([step.clone()]).collect()).await;
        let page = world.search(FileQuery { name: "?".into(), limit: 9, ..FileQuery::default() }).await;
        assert_eq!((&page.hits[0].entry, page.hits[0].snapshot), (&step, snapshot.id));
        assert_eq!(count(&world, "version").await, 50 + versions);
    }
    assert_eq!(count(&world, "file").await, 51);
}

#[tokio::test]
async fn odd_names_are_kept_to_the_byte() {
    let (world, group) = protected().await;
    let paths: Vec<&[u8]> = vec![
        b"/",
        b"/data/plain",
        b"/data/\"quoted\" 'twice'",
        b"/data/100%_[done]*?",
        b"/data/new\nline",
        b"/data/latin-\xe9",
        b"/data/\xff\xfe\x80",
        b"/data/back\\slash\\x41",
        "/data/Grüße ΟΔΟΣ İ 😀".as_bytes(),
        b"/data/ ",
        b"/data/a/",
        b"relative",
        b"",
    ];
    let files: Vec<FileEntry> = paths.iter().map(|path| file(path, 1)).collect();
    for second in [1, 2] {
        world.back_up(&group, second, files.clone()).await;
        let page = world.find("").await;
        let mut found: Vec<&[u8]> = page.hits.iter().map(|hit| hit.entry.path.as_bytes()).collect();
        let mut expected = paths.clone();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
    assert_eq!(count(&world, "version").await, paths.len() as i64, "an odd name was taken for another");
}

#[tokio::test]
async fn two_groups_of_an_object_make_one_hit() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let one = world.group("one", &[source.id]).await;
    let two = world.group("two", &[source.id]).await;
    let late = world.back_up(&one, 20, vec![file("/data/a", 1)]).await;
    // Completed after it, but taken before it.
    let early = world.back_up(&two, 10, vec![file("/data/a", 2), file("/data/b", 2)]).await;
    let hits = async |groups: Vec<engine::GroupId>| {
        let page = world.search(FileQuery { groups, limit: 9, ..FileQuery::default() }).await;
        assert_eq!(page.total, page.hits.len() as u64);
        let line = |hit: &engine::FileHit| (hit.group, hit.entry.size_bytes, hit.snapshot);
        page.hits.iter().map(line).collect::<Vec<_>>()
    };
    let (by_one, by_two) = ((one.id, 1, late.id), (two.id, 2, early.id));
    assert_eq!(hits(vec![]).await, [by_one, by_two]);
    assert_eq!(hits(vec![one.id]).await, [by_one]);
    assert_eq!(hits(vec![two.id]).await, [by_two, by_two]);
    assert_eq!(hits(vec![two.id, one.id]).await, [by_one, by_two]);
    world.catalog.delete_group(&ours(), one.id, true, at(30)).await.unwrap();
    assert_eq!(hits(vec![]).await, [by_two, by_two]);
    assert_eq!(hits(vec![one.id]).await, []);
}

#[tokio::test]
async fn another_tenants_files_are_not_found() {
    let (world, group) = protected().await;
    world.back_up(&group, 1, vec![file("/data/letter", 1)]).await;
    let their_source = new_source("theirs", "10.0.0.1");
    world.catalog.insert_source(&theirs(), their_source, engine::HostFacts::default(), at(1)).await.unwrap();
    let object = group.rules.selections[0].object;
    for (name, objects, groups) in
        [("", vec![], vec![]), ("letter", vec![object], vec![]), ("l", vec![], vec![group.id])]
    {
        let query = FileQuery { name: name.into(), objects, groups, limit: 9, ..FileQuery::default() };
        assert_eq!(world.search(query.clone()).await.total, 1);
        let page = world.catalog.files(&theirs(), &query).await.unwrap();
        assert_eq!((page.hits, page.total, page.next), (vec![], 0, None));
    }
}

#[tokio::test]
async fn nothing_shows_of_a_snapshot_that_is_not_complete() {
    let (mut world, group) = protected().await;
    let before = world.back_up(&group, 1, vec![file("/data/old", 1)]).await;
    let run = world.run(&group, 2).await;
    let object = run.objects[0].object;

    let (sender, receiver) = mpsc::channel(1);
    let catalog = world.catalog.clone();
    let staging_run = run.clone();
    let staging =
        tokio::spawn(
            async move { catalog.complete_object(staging_run, completed(object, "v"), receiver).await },
        );
    for batch in 0..5 {
        let files = (0..2_000).map(|number| file(format!("/data/new-{batch}-{number}"), 1)).collect();
        sender.send(files).await.unwrap();
    }
    // The channel holds one batch: by now others were staged, and nobody is kept from writing meanwhile.
    assert!(count(&world, "version").await > 1);
    world.policy("made meanwhile").await;
    assert_eq!(world.found("").await, [("/data/old".to_owned(), 1, before.id)]);
    assert_eq!(world.catalog.run(&ours(), run.id).await.unwrap(), run);

    staging.abort();
    assert!(staging.await.unwrap_err().is_cancelled());
    assert_eq!(world.found("").await, [("/data/old".to_owned(), 1, before.id)]);
    world.reopen().await;
    assert_eq!(world.found("").await, [("/data/old".to_owned(), 1, before.id)]);

    // The next attempt sweeps what this one left, also where no file of it comes again.
    let files = vec![file("/data/old", 1), file("/data/new-0-0", 5)];
    let (run, snapshot) =
        world.catalog.complete_object(run, completed(object, "v"), sent(vec![files])).await.unwrap();
    world.end(run).await;
    let expected = [("/data/old".to_owned(), 1, snapshot.id), ("/data/new-0-0".to_owned(), 5, snapshot.id)];
    assert_eq!(world.found("").await, expected);
    assert_eq!((count(&world, "file").await, count(&world, "version").await), (2, 2));
}

#[tokio::test]
async fn of_two_attempts_the_later_one_completes() {
    let (world, group) = protected().await;
    let run = world.run(&group, 1).await;
    let object = run.objects[0].object;
    let (sender, receiver) = mpsc::channel(1);
    let catalog = world.catalog.clone();
    let stalled_run = run.clone();
    let stalled =
        tokio::spawn(
            async move { catalog.complete_object(stalled_run, completed(object, "v1"), receiver).await },
        );
    for _ in 0..3 {
        sender
            .send((0..2_000).map(|number| file(format!("/data/stalled-{number}"), 1)).collect())
            .await
            .unwrap();
    }
    let files = vec![file("/data/a", 1)];
    let (run, snapshot) =
        world.catalog.complete_object(run, completed(object, "v2"), sent(vec![files])).await.unwrap();
    drop(sender);
    refused(stalled.await.unwrap(), Kind::Conflict, "another attempt");
    assert_eq!(world.found("").await, [("/data/a".to_owned(), 1, snapshot.id)]);
    assert_eq!(world.catalog.run(&ours(), run.id).await.unwrap(), run);
    assert_eq!(count(&world, "version").await, 1);
}

#[tokio::test]
async fn a_snapshot_is_not_compared_with_one_that_goes_meanwhile() {
    let (world, group) = protected().await;
    world.back_up(&group, 1, vec![file("/data/a", 1)]).await;
    let run = world.run(&group, 2).await;
    let object = run.objects[0].object;
    let (sender, receiver) = mpsc::channel(1);
    let catalog = world.catalog.clone();
    let staging_run = run.clone();
    let staging =
        tokio::spawn(
            async move { catalog.complete_object(staging_run, completed(object, "v"), receiver).await },
        );
    for _ in 0..3 {
        sender.send(vec![file("/data/a", 1); 2_000]).await.unwrap();
    }
    // A run that was ended over its worker's head.
    world.end(run).await;
    world.catalog.delete_group(&ours(), group.id, true, at(3)).await.unwrap();
    drop(sender);
    refused(staging.await.unwrap(), Kind::Conflict, "deleted meanwhile");
    assert_eq!(world.found("").await, []);
}

#[tokio::test]
async fn forgotten_files_leave_the_database_with_the_next_snapshot() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let one = world.group("one", &[source.id]).await;
    let two = world.group("two", &[source.id]).await;
    let many = (0..4_500).map(|number| file(format!("/data/only-one-{number}"), 1));
    world.back_up(&one, 1, many.chain([file("/data/both", 1)]).collect()).await;
    world.back_up(&two, 2, vec![file("/data/both", 1)]).await;
    assert_eq!(world.find("").await.total, 4_501);
    world.catalog.delete_group(&ours(), one.id, true, at(3)).await.unwrap();
    assert_eq!(world.find("").await.total, 1);
    let last = world.back_up(&two, 4, vec![file("/data/both", 1)]).await;
    assert_eq!((count(&world, "file").await, count(&world, "version").await), (1, 1));
    assert_eq!(world.found("only-one").await, []);
    assert_eq!(world.found("both").await, [("/data/both".to_owned(), 1, last.id)]);
    let mut connection = direct(&world).await;
    sqlx::query("INSERT INTO file_name (file_name, rank) VALUES ('integrity-check', 1)")
        .execute(&mut connection)
        .await
        .expect("the index of names agrees with the names");
}

/// Many snapshots of two groups with files that come, change and go, group deletions and dropped attempts,
/// against a list of what each snapshot held.
#[tokio::test]
async fn the_index_agrees_with_a_plain_list() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let mut dice = Dice(7);
    let mut groups = [world.group("g0", &[source.id]).await, world.group("g1", &[source.id]).await];
    // Of each group the snapshots that are left: their files with sizes.
    let mut held: Vec<Vec<(SnapshotId, BTreeMap<String, u64>)>> = vec![Vec::new(); 2];
    for second in 1..=40 {
        let which = dice.roll(2) as usize;
        if dice.roll(12) == 0 {
            world.catalog.delete_group(&ours(), groups[which].id, true, at(second)).await.unwrap();
            held[which].clear();
            groups[which] = world.group(&format!("g{which}-{second}"), &[source.id]).await;
        }
        let mut files: BTreeMap<String, u64> =
            held[which].last().map(|(_, files)| files.clone()).unwrap_or_default();
        for _ in 0..dice.roll(30) {
            let path = format!("/data/file-{}", dice.roll(60));
            match dice.roll(3) {
                0 => files.remove(&path),
                _ => files.insert(path, dice.roll(3)),
            };
        }
        let entries: Vec<FileEntry> = files.iter().map(|(path, size)| file(path, *size)).collect();
        if dice.roll(4) == 0 {
            let run = world.run(&groups[which], second).await;
            let (sender, receiver) = mpsc::channel(1);
            let object = source.id;
            let catalog = world.catalog.clone();
            let attempt_run = run.clone();
            let attempt = tokio::spawn(async move {
                catalog.complete_object(attempt_run, completed(object, "v"), receiver).await
            });
            // Repeated so that some are staged before the attempt is dropped.
            for _ in 0..3 {
                let altered = entries.iter().map(|entry| FileEntry { size_bytes: 77, ..entry.clone() });
                sender.send(altered.cycle().take(2_000).collect()).await.unwrap();
            }
            attempt.abort();
            assert!(attempt.await.unwrap_err().is_cancelled());
            world.end(run).await;
        }
        let snapshot = world.back_up(&groups[which], second, entries).await;
        held[which].push((snapshot.id, files));

        let mut expected: BTreeMap<&String, (u64, SnapshotId)> = BTreeMap::new();
        let all: BTreeMap<SnapshotId, &BTreeMap<String, u64>> =
            held.iter().flatten().map(|(id, files)| (*id, files)).collect();
        for (id, files) in all {
            expected.extend(files.iter().map(|(path, size)| (path, (*size, id))));
        }
        let mut found = world.found("").await;
        found.sort();
        let expected: Vec<_> =
            expected.into_iter().map(|(path, (size, id))| (path.clone(), size, id)).collect();
        assert_eq!(found, expected, "after snapshot {}", snapshot.id);
    }
    let versions: BTreeSet<_> = held.iter().flatten().flat_map(|(_, files)| files.keys()).collect();
    assert_eq!(count(&world, "file").await, versions.len() as i64, "files were left behind");
}

/// Numbers that look like chance and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[tokio::test]
async fn a_path_that_is_listed_twice_counts_once() {
    let (world, group) = protected().await;
    let run = world.run(&group, 1).await;
    let object = run.objects[0].object;
    let filler = (0..3_000).map(|number| file(format!("/data/filler-{number}"), 1)).collect();
    let batches =
        vec![vec![file("/data/a", 1), file("/data/a", 2)], filler, vec![], vec![file("/data/a", 3)]];
    let complete = world.catalog.complete_object(run, completed(object, "v"), sent(batches)).await;
    let (run, snapshot) = complete.unwrap();
    world.end(run).await;
    let hit = &world.find("a").await.hits[0];
    assert_eq!(hit.entry.path, FilePath::from_bytes(*b"/data/a"));
    assert_eq!((hit.entry.size_bytes, hit.snapshot), (3, snapshot.id));
    assert_eq!(count(&world, "version").await, 3_001);
}
