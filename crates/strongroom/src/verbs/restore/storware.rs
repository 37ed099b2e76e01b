//! With a restore task.

use jiff::Timestamp;
use storware_backup_recovery::Client;
use storware_backup_recovery::types::{self, NameAndGuid, TaskId, UnixMillis};

use super::super::wait::{WaitArgs, WantedTask};
use super::{Args, Ended, Restore, Snapshot};
use crate::failure::Failure;
use crate::interrupt::Interrupts;

/// What this API has no means for, before anything is sent.
pub(super) fn refuse(args: &Args) -> Result<(), Failure> {
    let refused = if !args.paths.is_empty() {
        "PATH: Storware's API restores all of a backup; restore it into a folder with --to and take from there, or \
         hang it up to look through with `strongroom storware tasks create-restore-and-mount`"
    } else if args.in_place {
        "--in-place: Storware's API restores into a folder only; name one with --to"
    } else if args.overwrite {
        "--overwrite: Storware's API replaces no files; choose an empty folder with --to"
    } else {
        return Ok(());
    };
    Err(Failure::Usage(refused.to_owned()))
}

/// Queues the task.
pub(super) async fn begin(client: &Client, restore: &Restore) -> Result<TaskId, Failure> {
    let mut body = types::RestoreTaskRequest::new().with_backup(NameAndGuid::new(restore.snapshot.as_str()));
    body.restore_path.clone_from(&restore.to);
    Ok(client.create_restore_task().body(body).send().await?.into_inner().guid)
}

/// Waits for it.
pub(super) async fn follow(
    client: &Client,
    id: TaskId,
    snapshot: &Snapshot,
    interrupts: &mut Interrupts,
    args: &WaitArgs,
    what: &str,
) -> Result<Ended, Failure> {
    let task = WantedTask::known(client, id).follow(interrupts, args, what).await?;
    let outcome = WantedTask::outcome(&task);
    let moment =
        |time: Option<UnixMillis>| time.and_then(|time| Timestamp::from_millisecond(time.get()).ok());
    Ok(Ended {
        // All of it.
        bytes: snapshot.size,
        begun: moment(task.start_time),
        ended: moment(task.finish_time),
        outcome,
    })
}
