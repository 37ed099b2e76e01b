//! Mounting backups through the Storware API.

use std::fs;
use std::path::{Path, PathBuf};

use storware_backup_recovery::{Client, Error, types};
use tempfile::TempDir;
use types::{MountedBackupModeName, NameAndGuid, TaskStateName, TaskTypeName};

use crate::storware_tasks::{backed_up, only, refused, wait_for};
use crate::support::TestServer;

struct World {
    server: TestServer,
    client: Client,
    backup: NameAndGuid,
    dir: TempDir,
}

/// Whether this machine can mount; says so loudly when it cannot.
fn can_mount() -> bool {
    let can = Path::new("/dev/fuse").exists();
    if !can {
        eprintln!("SKIPPED: there is no /dev/fuse, and without it nothing can be mounted");
    }
    can
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let (client, dir, backup) = backed_up(&server).await;
        Self { server, client, backup, dir }
    }

    fn at(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir(&path).unwrap();
        path
    }

    fn request(&self, at: &Path) -> types::RestoreAndMountTaskRequest {
        let system = types::MountedFileSystemRequest {
            mount_path: Some(at.to_str().unwrap().to_owned()),
            ..Default::default()
        };
        types::RestoreAndMountTaskRequest {
            backup: Some(self.backup.clone()),
            mode: Some(MountedBackupModeName::Auto.into()),
            mounted_file_systems: Some(vec![system]),
            ..Default::default()
        }
    }

    async fn mount(&self, request: types::RestoreAndMountTaskRequest) -> Result<types::TaskDetails, Error> {
        let sent = self.client.create_restore_and_mount_task().body(request).send().await;
        sent.map(|answer| answer.into_inner())
    }

    async fn tasks(&self) -> Vec<types::TaskDetails> {
        self.client.list_tasks_detailed().send().await.unwrap().into_inner()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_mounted_looked_through_and_unmounted() {
    if !can_mount() {
        return;
    }
    let world = World::new().await;
    let at = world.at("mounted");
    let look = world.mount(world.request(&at)).await.unwrap();
    assert_eq!(look.type_.name, TaskTypeName::Restore);
    assert_eq!(look.restore_type.unwrap().name, types::RestoreTypeName::RestoreAndMount);
    let tasks = world.tasks().await;
    let mount = only(&tasks, TaskTypeName::Mount);
    assert_eq!(mount.parent_task.as_ref().unwrap().guid, look.guid);
    assert_eq!(mount.mounted_backup, look.mounted_backup);
    wait_for(&world.client, &look.guid, TaskStateName::Finished).await;
    wait_for(&world.client, &mount.guid, TaskStateName::Finished).await;
    let found = fs::read(find(&at, "letter").unwrap()).unwrap();
    assert_eq!(found, b"Dear all");
    let of_mounts = world.client.list_tasks().mounted_backup_assigned(true).send().await.unwrap();
    assert_eq!(of_mounts.len(), 2);

    let mounted = look.mounted_backup.unwrap();
    let again =
        types::MountTaskRequest { mounted_backup: Some(mounted.clone()), unknown_fields: Default::default() };
    refused(world.client.create_mount_task().body(again.clone()).send().await, 409, "mounted already");
    refused(world.mount(world.request(&at)).await, 400, "");
    let end = types::UnmountTaskRequest { mounted_backup: Some(mounted), unknown_fields: Default::default() };
    let unmount = world.client.create_unmount_task().body(end.clone()).send().await.unwrap();
    wait_for(&world.client, &unmount.guid, TaskStateName::Finished).await;
    assert_eq!(fs::read_dir(&at).unwrap().count(), 0);
    refused(world.client.create_unmount_task().body(end).send().await, 409, "not mounted");

    let anew = world.client.create_mount_task().body(again).send().await.unwrap().into_inner();
    wait_for(&world.client, &anew.guid, TaskStateName::Finished).await;
    assert!(find(&at, "letter").is_some());
    let end =
        types::UnmountTaskRequest { mounted_backup: anew.mounted_backup, unknown_fields: Default::default() };
    let unmount = world.client.create_unmount_task().body(end).send().await.unwrap();
    wait_for(&world.client, &unmount.guid, TaskStateName::Finished).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_mounted_is_refused() {
    if !can_mount() {
        return;
    }
    let world = World::new().await;
    let at = world.at("mounted");
    let asked = || world.request(&at);
    let iscsi =
        types::RestoreAndMountTaskRequest { mode: Some(MountedBackupModeName::Iscsi.into()), ..asked() };
    refused(world.mount(iscsi).await, 422, "iSCSI");
    let clients = types::RestoreAndMountTaskRequest { allowed_clients: Some(vec!["iqn".into()]), ..asked() };
    refused(world.mount(clients).await, 422, "allowedClients");
    let span = types::RestoreAndMountTaskRequest { unmount_time: Some(0.into()), ..asked() };
    refused(world.mount(span).await, 400, "unmountTime");
    let nothing = types::RestoreAndMountTaskRequest { backup: None, ..asked() };
    refused(world.mount(nothing).await, 400, "backup");
    let relative = world.request(Path::new("somewhere"));
    refused(world.mount(relative).await, 400, "mountedFileSystems.0.mountPath");
    let twice = types::RestoreAndMountTaskRequest {
        mounted_file_systems: asked().mounted_file_systems.map(|one| [one.clone(), one].concat()),
        ..asked()
    };
    refused(world.mount(twice).await, 422, "one folder");
    let none = types::MountTaskRequest {
        mounted_backup: Some(NameAndGuid::new("none")),
        unknown_fields: Default::default(),
    };
    refused(world.client.create_mount_task().body(none).send().await, 404, "mounted backup");
    let tasks = world.tasks().await;
    assert!(tasks.iter().all(|task| task.type_.name != TaskTypeName::Mount), "{tasks:?}");
}

/// A mount that does not come about lets its snapshot go: the same folder can be asked for again.
#[tokio::test(flavor = "multi_thread")]
async fn a_mount_that_is_cancelled_is_given_up() {
    if !can_mount() {
        return;
    }
    let world = World::new().await;
    let at = world.at("mounted");
    world.mount(world.request(&at)).await.unwrap();
    let tasks = world.tasks().await;
    let mount = only(&tasks, TaskTypeName::Mount).clone();
    world.client.delete_all_finished_and_queued_tasks().send().await.unwrap();
    // Whatever of the two had begun is cancelled, and what hung is taken down.
    for task in world.tasks().await {
        world.client.delete_task().guid(task.guid).send().await.unwrap();
    }
    let mut unmounted = types::UnmountTaskRequest {
        mounted_backup: mount.mounted_backup,
        unknown_fields: Default::default(),
    };
    for _ in 0..600 {
        let sent = world.client.create_unmount_task().body(unmounted.clone()).send().await;
        match sent {
            Err(error) if error.to_string().contains("not mounted") => {
                unmounted.mounted_backup = None;
                break;
            }
            _ => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
    assert_eq!(unmounted.mounted_backup, None, "it is still mounted");
    let next = world.mount(world.request(&at)).await.unwrap();
    wait_for(&world.client, &next.guid, TaskStateName::Finished).await;
    let tasks = world.tasks().await;
    let mount = tasks
        .iter()
        .find(|task| task.type_.name == TaskTypeName::Mount && task.mounted_backup == next.mounted_backup);
    wait_for(&world.client, &mount.unwrap().guid, TaskStateName::Finished).await;
    assert!(find(&at, "letter").is_some());
    // It would go on hanging.
    world.server.stop().await;
}

/// The first file of a name below a folder.
fn find(below: &Path, name: &str) -> Option<PathBuf> {
    fs::read_dir(below).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { find(&path, name) } else { path.ends_with(name).then_some(path) }
    })
}
