//! Tasks that bring something back: as files, and as a folder to look through.

use std::path::Path;
use std::sync::Arc;

use axum::response::Response;
use engine::{Backup, Follows, Mount, MountState, NewMount, NewTask, Place, RestoreOptions, Task, TaskPlan};
use face_core::Call;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storware_backup_recovery::types::{self, MountedBackupModeName, NameAndGuid};

use crate::answer;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::{self, BackupKey, task, task_words};

pub(crate) async fn restore(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::RestoreTaskRequest = call.body()?;
    let backup = asked.backup.ok_or_else(|| ApiError::invalid("backup", "is missing"))?;
    let node = asked.node.map(|node| desk.node(&node.guid)).transpose()?.flatten();
    let folder = asked.restore_path.filter(|path| !path.is_empty()).ok_or_else(|| {
        ApiError::invalid("restorePath", "is missing; name the folder of the node that the files go to")
    })?;
    check_absolute("restorePath", &folder)?;
    let backup = desk.backup(desk.caller.guids.parse_backup(&backup.guid)?).await?;
    let Ok(folder) = folder.parse();
    let plan = TaskPlan::Restore {
        run: backup.run,
        object: backup.object.object,
        target: None,
        place: Place::Folder(folder),
        // The request cannot say that anything may be replaced.
        options: RestoreOptions { overwrite: false, preserve_attributes: true, continue_on_error: false },
    };
    let new = NewTask { node, extras: kept(&desk, &backup), ..NewTask::new(plan) };
    first(&desk, desk.create(vec![new]).await?)
}

pub(crate) async fn restore_and_mount(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::RestoreAndMountTaskRequest = call.body()?;
    check_mode(asked.mode.as_ref().map(|mode| &mode.name))?;
    if asked.allowed_clients.as_ref().is_some_and(|clients| !clients.is_empty()) {
        return Err(ApiError::unsupported("allowedClients", "an iSCSI target would be needed for them"));
    }
    if asked.mounted_disks.as_ref().is_some_and(|disks| !disks.is_empty()) {
        return Err(ApiError::unsupported("mountedDisks", "backups of files of a host have no disks"));
    }
    if asked.node.as_ref().map(|node| desk.node(&node.guid)).transpose()?.flatten().is_some() {
        return Err(ApiError::unsupported(
            "node",
            "an outside node would need a way to the vault; the built-in one can mount",
        ));
    }
    let path = mount_path(asked.mounted_file_systems.as_deref().unwrap_or_default())?;
    let unmount_at = asked.unmount_time.map(|span| unmount_at(span.get(), face.engine.now())).transpose()?;
    let backup = desk.backup(key(&desk, asked.backup, asked.backup_location)?).await?;
    let new = NewMount {
        run: backup.run,
        object: backup.object.object,
        path: path.map(Into::into),
        unmount_at,
        extras: engine::Extras::new(),
    };
    begin_mount(&desk, &backup, new).await
}

pub(crate) async fn mount(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::MountTaskRequest = call.body()?;
    let (mount, backup) = mounted(&desk, asked.mounted_backup).await?;
    let state = |words: &str| ApiError::from(engine::Error::conflict(format!("the backup {words}")));
    match mount.state {
        MountState::Mounted => Err(state("is mounted already")),
        MountState::Requested => Err(state("is about to be mounted already")),
        MountState::Failed => {
            let task = of_mount(&desk, &backup, TaskPlan::Mount { mount: mount.id });
            first(&desk, desk.create(vec![task]).await?)
        }
        // What was unmounted stays so; the same is mounted anew. For how long was said of the first time only.
        MountState::Unmounted => {
            let Mount { run, object, wanted_path, extras, .. } = mount;
            let new = NewMount { run, object, path: wanted_path, unmount_at: None, extras };
            let mount = desk.engine.create_mount(desk.tenant(), new).await?;
            let task = of_mount(&desk, &backup, TaskPlan::Mount { mount: mount.id });
            let made = desk.create(vec![task]).await;
            first(&desk, released_unless(&desk, mount.id, made).await?)
        }
    }
}

pub(crate) async fn unmount(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::UnmountTaskRequest = call.body()?;
    let (mount, backup) = mounted(&desk, asked.mounted_backup).await?;
    if !mount.state.is_in_use() {
        return Err(engine::Error::conflict("the backup is not mounted").into());
    }
    let task = of_mount(&desk, &backup, TaskPlan::Unmount { mount: mount.id });
    first(&desk, desk.create(vec![task]).await?)
}

/// Asks for a mount, and makes its two tasks: a look whether the backup is whole, and the mount.
async fn begin_mount(desk: &Desk<'_>, backup: &Backup, new: NewMount) -> Result<Response, ApiError> {
    let mount = desk.engine.create_mount(desk.tenant(), new).await?;
    let mut extras = kept(desk, backup);
    if let Some(Value::Object(own)) = extras.get_mut(wire::EXTRAS) {
        own.insert(task_words::BEFORE_MOUNT.to_owned(), json!(true));
        own.insert(task::keeps::MOUNT.to_owned(), json!(mount.id.0));
    }
    let look = TaskPlan::Confirm { run: backup.run, object: backup.object.object };
    let look = NewTask { extras, ..NewTask::new(look) };
    let hang = NewTask {
        follows: Some(Follows::Earlier(0)),
        ..of_mount(desk, backup, TaskPlan::Mount { mount: mount.id })
    };
    let made = desk.create(vec![look, hang]).await;
    first(desk, released_unless(desk, mount.id, made).await?)
}

/// Gives up a mount whose tasks were not made: it would keep its snapshot for ever.
async fn released_unless(
    desk: &Desk<'_>,
    mount: engine::MountId,
    made: Result<Vec<Task>, ApiError>,
) -> Result<Vec<Task>, ApiError> {
    if made.is_err() {
        desk.engine.unmount(desk.tenant(), mount).await?;
    }
    made
}

fn of_mount(desk: &Desk<'_>, backup: &Backup, plan: TaskPlan) -> NewTask {
    NewTask { entity: Some(backup.entity()), extras: kept(desk, backup), ..NewTask::new(plan) }
}

fn kept(desk: &Desk<'_>, backup: &Backup) -> engine::Extras {
    let entity = desk.names.entities.get(&backup.entity());
    desk.kept_of(backup.group, entity.map_or(&backup.group_name, |entity| &entity.name))
}

/// Answers with the first of these tasks: it is the one that was asked for.
fn first(desk: &Desk<'_>, tasks: Vec<Task>) -> Result<Response, ApiError> {
    match tasks.first() {
        Some(task) => answer::created(&desk.details(task)),
        None => Err(face_core::Refusal::internal("task", "none was made").into()),
    }
}

async fn mounted(desk: &Desk<'_>, reference: Option<NameAndGuid>) -> Result<(Mount, Backup), ApiError> {
    let reference = reference.ok_or_else(|| ApiError::invalid("mountedBackup", "is missing"))?;
    desk.mount(&reference.guid).await
}

/// Which backup a request means: by itself, or by the one copy that there is of it.
fn key(
    desk: &Desk<'_>,
    backup: Option<NameAndGuid>,
    location: Option<types::SelectedBackupLocation>,
) -> Result<BackupKey, ApiError> {
    let guids = desk.caller.guids;
    let named = backup.map(|backup| guids.parse_backup(&backup.guid)).transpose()?;
    let located = location.map(|location| guids.parse_backup_location(&location.guid)).transpose()?;
    match (named, located) {
        (Some(named), Some(located)) if named != located => {
            Err(ApiError::invalid("backupLocation", "is a copy of another backup than the one in backup"))
        }
        (Some(key), _) | (None, Some(key)) => Ok(key),
        (None, None) => Err(ApiError::invalid("backup", "is missing, and so is backupLocation")),
    }
}

fn check_mode(mode: Option<&MountedBackupModeName>) -> Result<(), ApiError> {
    let needed = match mode {
        None | Some(MountedBackupModeName::Auto | MountedBackupModeName::Manual) => return Ok(()),
        Some(MountedBackupModeName::Iscsi) => "an iSCSI target would be needed for it",
        Some(MountedBackupModeName::InstantRestore) => "a hypervisor would be needed for it",
        Some(_) => "only AUTO and MANUAL mean a folder to look through",
    };
    Err(ApiError::unsupported("mode", needed))
}

/// The one folder that is asked for; none leaves the choice to the server.
fn mount_path(chosen: &[types::MountedFileSystemRequest]) -> Result<Option<String>, ApiError> {
    let mut chosen = chosen.iter().enumerate().filter(|(_, system)| system.selected != Some(false));
    let Some((at, system)) = chosen.next() else { return Ok(None) };
    if chosen.next().is_some() {
        return Err(ApiError::unsupported(
            "mountedFileSystems",
            "all that a backup of files holds hangs in one folder; name one",
        ));
    }
    let path = system.mount_path.clone().filter(|path| !path.is_empty());
    if let Some(path) = &path {
        check_absolute(&format!("mountedFileSystems.{at}.mountPath"), path)?;
    }
    Ok(path)
}

fn check_absolute(member: &str, path: &str) -> Result<(), ApiError> {
    match Path::new(path).is_absolute() {
        true => Ok(()),
        false => Err(ApiError::invalid(member, format!("must be an absolute path, not {path:?}"))),
    }
}

/// When a mount is over that is to last for so many milliseconds.
fn unmount_at(span: i64, now: Timestamp) -> Result<Timestamp, ApiError> {
    if span <= 0 {
        return Err(ApiError::invalid("unmountTime", "is a span of time, and longer than none"));
    }
    now.checked_add(SignedDuration::from_millis(span))
        .map_err(|_| ApiError::invalid("unmountTime", "is too long"))
}
