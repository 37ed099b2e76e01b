//! With the Storware API: a protected entity, an export of it and the store that follows.

use client_core::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use storware_backup_recovery::Client;
use storware_backup_recovery::types::{self, BackupTypeName, NameAndGuid, ProtectedEntityId, TaskStateName};

use super::place::{self, Machine};
use super::{BackupArgs, Done, Ended, Piece, Plan};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;
use crate::verbs::wait::{Outcome, WantedTask};

/// A path of ours beside the document: what is protected.
const ENTITIES: &str = "/entities";

/// What is protected, as a server of ours tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Protection {
    guid: String,
    name: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    excluded_paths: Vec<String>,
}

pub(super) async fn back_up(
    client: &Client,
    args: &BackupArgs,
    interrupts: &mut Interrupts,
) -> Result<Ended, Failure> {
    refuse(args)?;
    let plan = interrupts.unless(prepare(client, args)).await?;
    let Some(entity) = plan.group.id.clone().filter(|_| !args.dry_run) else {
        return Ok(Ended { plan, done: Done::planned(), outcome: Outcome::Succeeded });
    };
    let entity = ProtectedEntityId::from(entity);
    let what = format!("The backup of {}", plan.group.name);
    let open = interrupts.unless(open_task(client, &entity)).await?;
    let task = match open {
        Some(task) if args.join => {
            complain("a backup of the entity goes on already; waiting for that one");
            task
        }
        Some(task) => {
            return Err(Failure::Conflict(format!(
                "task {task} backs up {} already; wait for it with --join, or cancel it with `strongroom storware \
                 tasks cancel-running`",
                plan.group.name
            )));
        }
        None => interrupts.unless(start(client, args, &entity)).await?,
    };
    if !args.wait.waits() {
        complain(format_args!("started; to look at it: strongroom storware tasks get {task}"));
        let done = Done { run: Some(task.into()), ..Done::started() };
        return Ok(Ended { plan, done, outcome: Outcome::Succeeded });
    }
    let wanted = WantedTask::known(client, task);
    let tasks = wanted.follow_all(interrupts, &args.wait, &what).await?;
    let (done, outcome) = interrupts.unless(done(client, &entity, &tasks)).await?;
    Ok(Ended { plan, done, outcome })
}

/// What this API has no means for, before anything is sent.
fn refuse(args: &BackupArgs) -> Result<(), Failure> {
    let refused = if args.policy.is_some() {
        "--policy: Storware's API has no policies; a server of ours keeps backups of a new entity for 30 days"
    } else if args.source.is_some() {
        "--source: with Storware the machine is that of the entity; name the entity with --name"
    } else {
        return Ok(());
    };
    Err(Failure::Usage(refused.to_owned()))
}

/// Finds or makes the entity.
async fn prepare(client: &Client, args: &BackupArgs) -> Result<Plan, Failure> {
    let is_local = place::is_loopback(client.base_url());
    let machine = if is_local { Machine::This } else { Machine::Other };
    let paths = place::paths(&args.dirs, machine)?;
    let known = match client.request(Method::GET, ENTITIES).operation("entities").send().await {
        Ok(answer) => {
            let known: Vec<Protection> = serde_json::from_value(answer.into_inner())
                .map_err(|error| Failure::machine("read what is protected", error))?;
            Some(known)
        }
        Err(error) if matches!(error.status().map(|status| status.as_u16()), Some(404 | 405)) => None,
        Err(error) => return Err(error.into()),
    };
    let Some(known) = known else { return vendors(client, args, paths).await };
    let group = match fitting(&known, &paths, args)? {
        Some(entity) => Piece { id: Some(entity.guid.clone()), name: entity.name.clone(), is_new: false },
        None => {
            let taken = |name: &String| known.iter().any(|entity| entity.name == *name);
            let name = match &args.name {
                Some(name) => name.clone(),
                None => place::names(&paths).into_iter().find(|name| !taken(name)).ok_or_else(|| {
                    Failure::Conflict("every name that fits is taken; give one with --name".to_owned())
                })?,
            };
            make(client, args, name, &paths).await?
        }
    };
    let host = known.iter().find(|entity| Some(&entity.guid) == group.id.as_ref()).map(|it| it.host.clone());
    args.tell("entity", &group, if group.is_new { "its backups are kept 30 days" } else { "" });
    let source = host.map(|name| Piece { id: None, name, is_new: false });
    Ok(Plan { source, policy: None, group, paths, excluded: args.exclude.clone() })
}

/// A vendor's server knows entities by agents and hypervisors, and cannot be told of a folder.
async fn vendors(client: &Client, args: &BackupArgs, paths: Vec<String>) -> Result<Plan, Failure> {
    let Some(name) = &args.name else {
        return Err(Failure::Usage(
            "this server cannot be told to protect a folder: its agents and platforms bring what is protected. Give \
             the name of an entity that it has with --name, as `strongroom storware entities list` shows it"
                .to_owned(),
        ));
    };
    let entities = client.list_protected_entities().send().await?.into_inner();
    let Some(entity) = entities.into_iter().find(|entity| entity.name == *name) else {
        return Err(Failure::NotFound(format!(
            "this server has no entity {name:?}, and cannot be told to protect a folder; `strongroom storware \
             entities list` shows what it has"
        )));
    };
    complain(format_args!(
        "note: what {name} consists of is set at the server; it is backed up whole, not only what is named here"
    ));
    let group = Piece { id: Some(entity.guid.into()), name: name.clone(), is_new: false };
    args.tell("entity", &group, "");
    Ok(Plan { source: None, policy: None, group, paths, excluded: Vec::new() })
}

fn fitting<'k>(
    known: &'k [Protection],
    paths: &[String],
    args: &BackupArgs,
) -> Result<Option<&'k Protection>, Failure> {
    let fits = |entity: &&Protection| {
        place::is_same(paths, entity.paths.iter().map(String::as_str))
            && (args.exclude.is_empty()
                || place::is_same(&args.exclude, entity.excluded_paths.iter().map(String::as_str)))
    };
    let Some(name) = &args.name else { return Ok(known.iter().find(fits)) };
    let named = known.iter().find(|entity| entity.name == *name);
    match named {
        Some(entity) if fits(&entity) => Ok(Some(entity)),
        Some(_) => Err(Failure::Conflict(format!(
            "the entity {name:?} is there and backs up something else; choose another --name"
        ))),
        None => Ok(None),
    }
}

async fn make(client: &Client, args: &BackupArgs, name: String, paths: &[String]) -> Result<Piece, Failure> {
    if args.dry_run {
        return Ok(Piece { id: None, name, is_new: true });
    }
    let body = json!({"name": name, "paths": paths, "excludedPaths": args.exclude});
    let request = client.request(Method::POST, ENTITIES).operation("protect").body(body);
    let made: Value = request.send().await?.into_inner();
    Ok(Piece { id: made["guid"].as_str().map(str::to_owned), name, is_new: true })
}

/// The task that backs the entity up already, if there is one.
async fn open_task(client: &Client, entity: &ProtectedEntityId) -> Result<Option<types::TaskId>, Failure> {
    use types::TaskTypeName::{Export, Store};
    let call = client.list_tasks().protected_entity(entity);
    let tasks = call.states([TaskStateName::Queued, TaskStateName::Running]).send().await?.into_inner();
    Ok(tasks.into_iter().find(|task| matches!(task.type_.name, Export | Store)).map(|task| task.guid))
}

/// Queues an export: a full one where there is nothing to build on.
async fn start(
    client: &Client,
    args: &BackupArgs,
    entity: &ProtectedEntityId,
) -> Result<types::TaskId, Failure> {
    let is_first = client.list_backups().protected_entity(entity).size(1).send().await?.is_empty();
    let kind = if args.full || is_first { BackupTypeName::Full } else { BackupTypeName::Incremental };
    let body = types::ExportTaskRequest::new()
        .with_backup_type(types::BackupType::new(kind))
        .with_protected_entities([NameAndGuid::new(entity.as_str())]);
    let tasks = client.create_export_tasks().body(body).send().await?.into_inner();
    tasks.into_iter().next().map(|task| task.guid).ok_or_else(|| Failure::RunFailed {
        what: "The backup".to_owned(),
        reason: "the server accepted it and made no task".to_owned(),
    })
}

/// What the tasks came to.
async fn done(
    client: &Client,
    entity: &ProtectedEntityId,
    tasks: &[types::TaskDetails],
) -> Result<(Done, Outcome), Failure> {
    let backups = client.list_backups().protected_entity(entity).send().await?.into_inner();
    let of_task = tasks.iter().find_map(|task| task.backup.as_ref()).map(|backup| &backup.guid);
    let found = backups.iter().find(|row| of_task.is_some_and(|guid| row.guid.as_str() == guid.as_str()));
    let row = found.or(backups.first());
    let at = |millis: Option<types::UnixMillis>| Timestamp::from_millisecond(millis?.get()).ok();
    let read = match row {
        Some(row) => bytes_read(client, entity, row.guid.as_str()).await,
        None => None,
    };
    let number = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let warnings = row.map(|row| row.warnings.clone()).unwrap_or_default();
    let done = Done {
        status: if warnings.is_empty() { "succeeded" } else { "warnings" },
        kind: row.and_then(|row| match row.type_.name {
            BackupTypeName::Full => Some("full"),
            BackupTypeName::Incremental => Some("incremental"),
            _ => None,
        }),
        run: tasks.first().map(|task| String::from(&task.guid)),
        snapshot: row.map(|row| String::from(&row.guid)),
        files: row.and_then(|row| number(row.effective_backup_objects_count)),
        bytes_read: read,
        bytes_stored: row.and_then(|row| number(row.effective_backup_size.map(i64::from))),
        warnings: warnings.clone(),
        ..Done::default()
    };
    let started = tasks.iter().filter_map(|task| at(task.start_time)).min();
    let ended = tasks.iter().filter_map(|task| at(task.finish_time)).max();
    let is_warned = row.is_some_and(|row| row.warnings_present) || !warnings.is_empty();
    let outcome = if is_warned { Outcome::Warnings(warnings) } else { Outcome::Succeeded };
    Ok((done.between(started, ended), outcome))
}

/// How many bytes a backup read. Not every server tells.
async fn bytes_read(client: &Client, entity: &ProtectedEntityId, backup: &str) -> Option<u64> {
    let entity = NameAndGuid::new(entity.as_str());
    let query = types::TransferRateQueryParameters::new().with_protected_entity(entity);
    let call = client.query_backup_transfer_rates().task_type(types::TaskTypeName::Export);
    let rates = call.body(query).send().await.ok()?;
    rates.iter().find(|rate| rate["backup"]["guid"] == backup).and_then(|rate| rate["size"].as_u64())
}
