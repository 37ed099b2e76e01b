//! What tasks do with entities and backups.

use std::fs;

use engine::{
    BackupFilter, BackupNote, EntityId, FilePath, GroupId, Kind, NewEntity, NewTask, Place, ProbeTarget,
    RestoreOptions, RunState, Task, TaskKind, TaskPlan, TaskState,
};
use jiff::SignedDuration;

use crate::world::{World, backup_of, ours, refused};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_and_confirmed() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    assert_eq!(world.engine.entities(&ours()).await.unwrap(), std::slice::from_ref(&entity));
    let before = world.engine.tasks_modified_at(&ours()).await.unwrap();
    assert_eq!(before, None);

    let asked = world.ask(backup_of(&entity)).await;
    assert_eq!((asked.state, asked.batch), (TaskState::Queued, Some(asked.id.0)));
    assert_eq!(asked.entity, Some(entity.id));
    let task = world.end_of(asked.id).await;
    assert_eq!((task.state, task.reason.as_deref(), task.progress), (TaskState::Succeeded, None, 100.0));
    assert_eq!((task.objects_done, task.objects_total), (Some(2), Some(2)));
    assert!(task.modified_at > asked.modified_at);
    assert!(world.engine.tasks_modified_at(&ours()).await.unwrap() >= Some(task.modified_at));

    let confirmation = world.after(task.id).await;
    assert_eq!((confirmation.plan.kind(), confirmation.batch), (TaskKind::Confirm, task.batch));
    let confirmation = world.end_of(confirmation.id).await;
    assert_eq!(confirmation.state, TaskState::Succeeded, "{confirmation:?}");
    // The files, their folders, and those above them.
    assert!(confirmation.objects_done > Some(3), "{confirmation:?}");

    let run = task.outcome.run.unwrap();
    let backup = world.engine.backup(&ours(), run, entity.id.object).await.unwrap();
    assert_eq!((backup.entity(), backup.object.state), (entity.id, RunState::Succeeded));
    assert_eq!(backup.snapshot.as_ref().map(|snapshot| snapshot.run), Some(run));
    assert_eq!(world.engine.backups(&ours(), &BackupFilter::default()).await.unwrap(), [backup]);
    let samples = world.engine.transfer_samples(&ours(), task.id).await.unwrap();
    assert!(samples.iter().any(|sample| sample.bytes_per_second > 0.0), "{samples:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_protected_with_what_is_there_already() {
    let world = World::new().await;
    let one = world.protect("one").await;
    let two = world.protect("two").await;
    assert_eq!((one.id.object, one.policy), (two.id.object, two.policy));
    let longer = NewEntity { keep_days: 8, ..world.new_entity("three") };
    let three = world.engine.protect_folders(&ours(), longer).await.unwrap();
    assert_ne!(three.policy, one.policy);
    let again = world.engine.protect_folders(&ours(), world.new_entity("one")).await;
    refused(again, Kind::Conflict, "\"one\"");
    let missing = FilePath::from(world.files.path().join("missing").as_path());
    let typo = NewEntity { paths: vec![missing], ..world.new_entity("four") };
    refused(world.engine.protect_folders(&ours(), typo).await, Kind::Invalid, "missing");
    world.engine.remove_entity(&ours(), one.id).await.unwrap();
    refused(world.engine.entity(&ours(), one.id).await, Kind::NotFound, "");
    assert_eq!(world.engine.entities(&ours()).await.unwrap(), [two, three]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_folder_equals_what_was_backed_up() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    let (run, object) = (world.back_up(&entity).await.outcome.run.unwrap(), entity.id.object);
    let target = tempfile::tempdir().unwrap();
    let place = Place::Folder(FilePath::from(target.path()));
    let options = RestoreOptions { overwrite: false, preserve_attributes: true, continue_on_error: false };
    let plan = TaskPlan::Restore { run, object, target: None, place, options };
    let task = world.ask(NewTask::new(plan.clone())).await;
    let task = world.end_of(task.id).await;
    assert_eq!(task.state, TaskState::Succeeded, "{task:?}");
    assert!(task.outcome.recovery.is_some());
    let restored = target.path().join(world.files.path().file_name().unwrap());
    for file in ["file", "folder/other"] {
        let (one, other) = (world.files.path().join(file), restored.join(file));
        assert_eq!(fs::read(one).unwrap(), fs::read(other).unwrap(), "{file}");
    }

    // What could not be done is refused before anything is queued.
    let TaskPlan::Restore { place, .. } = plan else { panic!() };
    let relative = Place::Folder(FilePath::from_bytes(*b"somewhere"));
    let plan = |run, place| TaskPlan::Restore { run, object, target: None, place, options };
    let ask = async |plan| world.engine.create_tasks(&ours(), vec![NewTask::new(plan)]).await;
    refused(ask(plan(run, relative)).await, Kind::Invalid, "must be absolute");
    refused(ask(plan(engine::RunId(99), place)).await, Kind::NotFound, "run 99");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_its_time_goes_when_a_task_says_so() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    let (run, object) = (world.back_up(&entity).await.outcome.run.unwrap(), entity.id.object);
    let kept = world.protect("others").await;
    let kept_run = world.back_up(&kept).await.outcome.run.unwrap();
    world.clock.forward(SignedDuration::from_hours(8 * 24));
    let task = world.ask(NewTask::new(TaskPlan::Expire { entities: vec![entity.id] })).await;
    let task = world.end_of(task.id).await;
    assert_eq!((task.state, task.objects_done), (TaskState::Succeeded, Some(1)), "{task:?}");
    assert!(world.engine.backup(&ours(), run, object).await.unwrap().was_removed());
    assert!(!world.engine.backup(&ours(), kept_run, object).await.unwrap().was_removed());
    let confirm = NewTask::new(TaskPlan::Confirm { run, object });
    refused(world.engine.create_tasks(&ours(), vec![confirm]).await, Kind::Conflict, "was removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_fails_when_the_vault_lost_the_snapshot() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    let (run, object) = (world.back_up(&entity).await.outcome.run.unwrap(), entity.id.object);
    let snapshot = world.engine.backup(&ours(), run, object).await.unwrap().snapshot.unwrap();
    world.vault.forget(&ours(), vec![snapshot.vault_snapshot]).await.unwrap();
    let task = world.ask(NewTask::new(TaskPlan::Confirm { run, object })).await;
    let task = world.end_of(task.id).await;
    assert_eq!(task.state, TaskState::Failed, "{task:?}");
    assert!(task.reason.unwrap().contains("does not hold the snapshot"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_are_looked_at_vaults_tried_and_entities_removed() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    let source = entity.id.object;
    let before = world.engine.source(&ours(), source).await.unwrap().refreshed_at;
    let plans = [
        TaskPlan::Refresh { source },
        TaskPlan::Probe { target: ProbeTarget::Source(source) },
        TaskPlan::Probe { target: ProbeTarget::Vault },
        TaskPlan::RemoveEntity { entity: entity.id },
    ];
    let new = plans.into_iter().map(NewTask::new).collect();
    let tasks: Vec<Task> = world.engine.create_tasks(&ours(), new).await.unwrap();
    assert!(tasks.iter().all(|task| task.batch == Some(tasks[0].id.0)));
    for task in tasks {
        let task = world.end_of(task.id).await;
        assert_eq!(task.state, TaskState::Succeeded, "{task:?}");
    }
    assert!(world.engine.source(&ours(), source).await.unwrap().refreshed_at > before);
    assert_eq!(world.engine.entities(&ours()).await.unwrap(), []);
    let nobody = EntityId { group: GroupId(77), object: source };
    let remove = NewTask::new(TaskPlan::RemoveEntity { entity: nobody });
    refused(world.engine.create_tasks(&ours(), vec![remove]).await, Kind::NotFound, "77");
}

#[tokio::test(flavor = "multi_thread")]
async fn something_is_written_about_a_backup() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    let (run, object) = (world.back_up(&entity).await.outcome.run.unwrap(), entity.id.object);
    let annotate = async |said| world.engine.annotate_backup(&ours(), run, object, said).await;
    let said = BackupNote {
        note: Some(Some("before the move".to_owned())),
        acknowledged: Some(true),
        warnings: Some(vec!["odd".to_owned()]),
    };
    let backup = annotate(said).await.unwrap();
    assert_eq!(backup.object.note.as_deref(), Some("before the move"));
    assert!(backup.object.warnings_acknowledged);
    // Other warnings have not been seen yet; what is not said stays.
    let backup = annotate(BackupNote { warnings: Some(vec![]), ..BackupNote::default() }).await.unwrap();
    assert!(!backup.object.warnings_acknowledged);
    assert_eq!(backup.object.note.as_deref(), Some("before the move"));
    let many = BackupNote { warnings: Some(vec![String::new(); 101]), ..BackupNote::default() };
    refused(annotate(many).await, Kind::Invalid, "at most 100");
    let long = || "x".repeat(10_001);
    let notes = [
        BackupNote { note: Some(Some(long())), ..BackupNote::default() },
        BackupNote { warnings: Some(vec![long()]), ..BackupNote::default() },
    ];
    for long in notes {
        refused(annotate(long).await, Kind::Invalid, "at most 10000 bytes");
    }
    assert!(backup.snapshot.is_some());
}
