use engine::{
    Catalog, Extras, FilePath, Kind, Mount, MountCatalog, MountId, MountState, NewMount, Snapshot, SnapshotId,
};

use crate::world::{NOBODY, World, at, ours, refused, theirs};

fn new_mount(snapshot: &Snapshot, path: Option<&str>) -> NewMount {
    NewMount {
        run: snapshot.run,
        object: snapshot.object,
        path: path.map(Into::into),
        unmount_at: Some(at(50)),
        extras: Extras::new(),
    }
}

/// A catalog with one snapshot.
async fn world() -> (World, Snapshot) {
    let world = World::new().await;
    let host = world.source("host").await;
    let group = world.group("files", &[host.id]).await;
    let snapshot = world.back_up(&group, 1, vec![]).await;
    (world, snapshot)
}

async fn insert(world: &World, snapshot: &Snapshot, path: Option<&str>) -> engine::Result<Mount> {
    world.catalog.insert_mount(&ours(), new_mount(snapshot, path), snapshot.id, at(5)).await
}

#[tokio::test]
async fn a_mount_comes_back_as_it_was_kept() {
    let (mut world, snapshot) = world().await;
    let mut made = insert(&world, &snapshot, Some("/mnt/gr\u{fc}n")).await.unwrap();
    assert_eq!((made.state, made.created_at, made.snapshot), (MountState::Requested, at(5), snapshot.id));
    world.reopen().await;
    assert_eq!(world.catalog.mount(&ours(), made.id).await.unwrap(), made);
    made.state = MountState::Mounted;
    // No text, as a data folder may be.
    made.path = Some(FilePath::from_bytes(*b"/mnt/\xff").as_path().to_owned());
    world.catalog.update_mount(&made).await.unwrap();
    assert_eq!(world.catalog.mounts_in_use().await.unwrap(), std::slice::from_ref(&made));
    let other = insert(&world, &snapshot, None).await.unwrap();
    assert_eq!(world.catalog.mounts(&ours()).await.unwrap(), [other, made.clone()]);

    refused(world.catalog.mount(&theirs(), made.id).await, Kind::NotFound, "mount 1");
    refused(world.catalog.mount(&ours(), MountId(NOBODY)).await, Kind::NotFound, "mount 99999");
    assert_eq!(world.catalog.mounts(&theirs()).await.unwrap(), []);
    let stranger =
        world.catalog.insert_mount(&theirs(), new_mount(&snapshot, None), snapshot.id, at(5)).await;
    refused(stranger, Kind::NotFound, "snapshot");
    made.tenant = theirs();
    assert!(world.catalog.update_mount(&made).await.is_err());
}

#[tokio::test]
async fn a_snapshot_stays_while_a_mount_needs_it() {
    let (world, snapshot) = world().await;
    let mut mount = insert(&world, &snapshot, None).await.unwrap();
    let late = at(2_000_000);
    let expire = async || world.catalog.forget_expired(&ours(), &[snapshot.id], late).await.unwrap();
    for state in [MountState::Requested, MountState::Mounted] {
        mount.state = state;
        world.catalog.update_mount(&mount).await.unwrap();
        assert_eq!(expire().await, Vec::<String>::new());
        refused(world.catalog.forget_snapshots(&ours(), &[snapshot.id]).await, Kind::Conflict, "mount 1");
        let deleted = world.catalog.delete_group(&ours(), snapshot.group, true, at(6)).await;
        refused(deleted, Kind::Conflict, "mount 1");
    }
    mount.state = MountState::Failed;
    world.catalog.update_mount(&mount).await.unwrap();
    assert_eq!(expire().await, std::slice::from_ref(&snapshot.vault_snapshot));
    mount.state = MountState::Requested;
    refused(world.catalog.update_mount(&mount).await, Kind::Conflict, "was removed");
    let gone =
        world.catalog.insert_mount(&ours(), new_mount(&snapshot, None), SnapshotId(NOBODY), at(5)).await;
    refused(gone, Kind::NotFound, "snapshot 99999");
}

#[tokio::test]
async fn a_folder_is_taken_by_one_mount_at_a_time() {
    let (world, snapshot) = world().await;
    let mut first = insert(&world, &snapshot, Some("/mnt/one")).await.unwrap();
    insert(&world, &snapshot, Some("/mnt/two")).await.unwrap();
    refused(insert(&world, &snapshot, Some("/mnt/one")).await, Kind::Conflict, "/mnt/one is taken");
    first.state = MountState::Unmounted;
    world.catalog.update_mount(&first).await.unwrap();
    insert(&world, &snapshot, Some("/mnt/one")).await.unwrap();
    first.state = MountState::Requested;
    refused(world.catalog.update_mount(&first).await, Kind::Conflict, "/mnt/one is taken");
}
