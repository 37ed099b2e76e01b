//! The same story in the words of the Storware API: somebody logs in, tasks are queued and followed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use client_core::ConnectionOptions;
use indicatif::{BinaryBytes, HumanCount};
use serde_json::{Value, json};
use server::Server;
use storware_backup_recovery::types::{self, BackupTypeName, NameAndGuid, TaskStateName};
use storware_backup_recovery::{Client, Error};

use super::compare::compare;
use super::progress::{Step, bar};
use super::report::{Report, Row};
use super::story::{below, count, failed, lacks, shown};
use crate::bar::Progress;
use crate::failure::Failure;
use crate::output::say;

/// How many steps there are.
const STEPS: usize = 10;
/// How often the server is asked how far it is.
const POLL: Duration = Duration::from_millis(100);

/// Tells the whole story against `server`.
pub(super) async fn tell(server: &Server, folder: &Path, keep: bool) -> Result<Report, Failure> {
    let admin = server.first_user().ok_or_else(|| Failure::Step {
        step: "starting",
        reason: "the data folder has an administrator already; quickstart needs a fresh one".to_owned(),
    })?;
    let url = server.url();
    say(format_args!(
        "A server listens on {url} and keeps its data in {}",
        server.data_dir().root().display()
    ));
    let (login, password) = (admin.user.login.clone(), admin.password.expose().to_owned());
    let client = Client::builder(&url).login(&login, password.as_str()).build();
    let client = client.map_err(|err| failed("connecting", &err))?;
    let restored = server.data_dir().restored();
    let report = Report { flags: " --api storware", ..Report::default() };
    let mut story = Story { client, url, login, password, folder, restored, report };
    if keep {
        story.report.repository = Some(server.repository(&admin.user.tenant)?);
    }

    story.log_in().await?;
    let entity = story.protect().await?;
    story.look_again(&entity).await?;
    let (full, incremental) = (BackupTypeName::Full, BackupTypeName::Incremental);
    story.back_up(4, "first backup", "Backing the folder up", &entity, full).await?;
    let what = "Backing it up again, unchanged";
    let backup = story.back_up(5, "second backup", what, &entity, incremental).await?;
    story.list(&entity).await?;
    story.restore(&backup).await?;
    story.compare();
    story.mount(&backup).await?;
    story.clean_up(&entity, keep).await?;
    Ok(story.report)
}

struct Story<'a> {
    client: Client,
    url: String,
    login: String,
    password: String,
    folder: &'a Path,
    restored: PathBuf,
    report: Report,
}

/// What is protected.
struct Entity {
    guid: String,
    manager: String,
    host: String,
}

impl Story<'_> {
    /// The client logs in by itself with its first call; this makes it visible.
    async fn log_in(&self) -> Result<(), Failure> {
        let step = Step::begin(1, STEPS, &format!("Logging in as {:?}", self.login));
        let sent = self.client.get_session_user().send().await;
        let user = sent.map_err(|err| failed("logging in", &err))?;
        step.end(&format!("in, with {} privileges", user.privileges.len()));
        Ok(())
    }

    async fn protect(&self) -> Result<Entity, Failure> {
        let step = Step::begin(2, STEPS, &format!("Protecting {}", shown(self.folder)));
        let body = json!({"name": "Quickstart", "paths": [shown(self.folder)], "keepDays": 21});
        let entity = self.own("POST", "/entities", Some(body)).await?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let found = (text(&entity["guid"]), text(&entity["hypervisorManager"]["guid"]));
        let (Some(guid), Some(manager)) = found else { return Err(lacks("protecting", "guid")) };
        let host = text(&entity["host"]).unwrap_or_default();
        step.end(&format!("it is entity {guid}, on {host}"));
        Ok(Entity { guid, manager, host })
    }

    async fn look_again(&self, entity: &Entity) -> Result<(), Failure> {
        let step = Step::begin(3, STEPS, "Looking at the machine again: an inventory synchronization");
        let body = types::InventorySyncTaskRequest::new()
            .with_hypervisor_managers([NameAndGuid::new(&entity.manager)]);
        let sent = self.client.create_inventory_sync_tasks().body(body).send().await;
        let tasks = sent.map_err(|err| failed("looking at the machine", &err))?.into_inner();
        for task in tasks {
            self.follow("looking at the machine", task, "looked at").await?;
        }
        step.end(&format!("{} answers", entity.host));
        Ok(())
    }

    /// Queues an export and waits until what it made is stored. Answers with the backup's row.
    async fn back_up(
        &mut self,
        number: usize,
        name: &'static str,
        what: &str,
        entity: &Entity,
        kind: BackupTypeName,
    ) -> Result<types::BackupListRecord, Failure> {
        let step = Step::begin(number, STEPS, what);
        let body = types::ExportTaskRequest::new()
            .with_backup_type(types::BackupType::new(kind))
            .with_protected_entities([NameAndGuid::new(&entity.guid)]);
        let sent = self.client.create_export_tasks().body(body).send().await;
        let tasks = sent.map_err(|err| failed("the backup", &err))?.into_inner();
        let task = tasks.into_iter().next().ok_or_else(|| lacks("the backup", "[0]"))?;
        let export = self.follow("the backup", task, "read").await?;
        self.follow_next("the backup", &export, "looked at").await?;
        let row = self.backups(entity).await?.into_iter().next().ok_or_else(|| lacks("the backup", "[0]"))?;
        let read = self.bytes_read(entity, &row.guid).await?;
        let (files, stored) = (count(row.effective_backup_objects_count), count(row.effective_backup_size));
        let took = step.end(&format!(
            "{} files, {} read, {} stored",
            HumanCount(files),
            BinaryBytes(read),
            BinaryBytes(stored)
        ));
        self.report.warnings.clone_from(&row.warnings);
        self.report.rows.push(Row {
            step: name,
            files: Some(files),
            bytes_read: Some(read),
            bytes_stored: Some(stored),
            took,
        });
        Ok(row)
    }

    async fn list(&mut self, entity: &Entity) -> Result<(), Failure> {
        let step = Step::begin(6, STEPS, "Listing its backups");
        let backups = self.backups(entity).await?;
        let one = |row: &types::BackupListRecord| {
            format!("{} {} of {}", row.type_.name, row.status.name, BinaryBytes(count(Some(row.size))))
        };
        let told: Vec<_> = backups.iter().map(one).collect();
        step.end(&told.join(", "));
        Ok(())
    }

    async fn restore(&mut self, backup: &types::BackupListRecord) -> Result<(), Failure> {
        let what = format!("Restoring everything into {}", shown(&self.restored));
        let step = Step::begin(7, STEPS, &what);
        let body = types::RestoreTaskRequest::new()
            .with_backup(NameAndGuid::new(&backup.guid))
            .with_restore_path(shown(&self.restored));
        let sent = self.client.create_restore_task().body(body).send().await;
        let task = sent.map_err(|err| failed("restoring", &err))?.into_inner();
        self.follow("restoring", task, "written").await?;
        let bytes = count(Some(backup.size));
        let took = step.end(&format!("{} written", BinaryBytes(bytes)));
        let files = backup.effective_backup_objects_count.map(|files| count(Some(files)));
        self.report.rows.push(Row {
            step: "restore",
            files,
            bytes_read: Some(bytes),
            took,
            ..Row::default()
        });
        Ok(())
    }

    fn compare(&mut self) {
        let step = Step::begin(8, STEPS, "Comparing every file with the original");
        self.report.compare(step, self.folder, below(&self.restored, self.folder));
    }

    /// Mounts the backup, compares what hangs there, and unmounts it. Where nothing can be mounted, says why.
    async fn mount(&mut self, backup: &types::BackupListRecord) -> Result<(), Failure> {
        let step =
            Step::begin(9, STEPS, "Mounting the backup as a folder, comparing that too, and unmounting it");
        let at = tempfile::Builder::new().prefix("strongroom-mount-").tempdir();
        let at = at.map_err(|err| Failure::machine("make a folder to mount at", err))?;
        let place = types::MountedFileSystemRequest::new().with_mount_path(shown(at.path()));
        let body = types::RestoreAndMountTaskRequest::new()
            .with_mode(types::MountedBackupModeName::Auto)
            .with_backup(NameAndGuid::new(&backup.guid))
            .with_mounted_file_systems([place]);
        let look = match self.client.create_restore_and_mount_task().body(body).send().await {
            Ok(task) => task.into_inner(),
            Err(err) if err.status().is_some_and(|status| status.as_u16() == 422) => {
                step.end(&format!("left out: {}", err.message().unwrap_or("nothing can be mounted here")));
                return Ok(());
            }
            Err(err) => return Err(failed("mounting", &err)),
        };
        let look = self.follow("mounting", look, "looked at").await?;
        let mounted = self.follow_next("mounting", &look, "mounted").await?;
        let hanging = at.path().join(self.folder.strip_prefix("/").unwrap_or(self.folder));
        let comparison = compare(self.folder, &hanging);
        let mount = mounted.mounted_backup.ok_or_else(|| lacks("mounting", "mountedBackup"))?;
        let body = types::UnmountTaskRequest::new().with_mounted_backup(NameAndGuid::new(&mount.guid));
        let sent = self.client.create_unmount_task().body(body).send().await;
        let task = sent.map_err(|err| failed("unmounting", &err))?.into_inner();
        self.follow("unmounting", task, "unmounted").await?;
        let took = step.end(&comparison.in_words());
        self.report.rows.push(Row { step: "mount", files: Some(comparison.equal), took, ..Row::default() });
        self.report.comparison.different.extend(comparison.different);
        Ok(())
    }

    async fn clean_up(&self, entity: &Entity, keep: bool) -> Result<(), Failure> {
        let step = Step::begin(10, STEPS, "Cleaning up: the tasks that have ended, and what is protected");
        let sent = self.client.delete_all_finished_tasks().send().await;
        sent.map_err(|err| failed("cleaning up", &err))?;
        if keep {
            step.end("the tasks are gone; the folder stays protected, for you to go on");
            return Ok(());
        }
        self.own("DELETE", &format!("/entities/{}", entity.guid), None).await?;
        step.end("the tasks are gone, and the folder is protected no longer");
        Ok(())
    }

    /// The backups of the entity, the latest first.
    async fn backups(&self, entity: &Entity) -> Result<Vec<types::BackupListRecord>, Failure> {
        let sent = self.client.list_backups().protected_entity(&entity.guid).send().await;
        Ok(sent.map_err(|err| failed("listing backups", &err))?.into_inner())
    }

    /// How many bytes a backup read from files.
    async fn bytes_read(&self, entity: &Entity, backup: &str) -> Result<u64, Failure> {
        let query =
            types::TransferRateQueryParameters::new().with_protected_entity(NameAndGuid::new(&entity.guid));
        let call = self.client.query_backup_transfer_rates().task_type(types::TaskTypeName::Export);
        let rates = call.body(query).send().await.map_err(|err| failed("the backup", &err))?;
        let rate = rates.iter().find(|rate| rate["backup"]["guid"] == backup);
        Ok(rate.and_then(|rate| rate["size"].as_u64()).unwrap_or(0))
    }

    /// Waits for a task, and gives it as it ended.
    async fn follow(
        &self,
        step: &'static str,
        task: types::TaskDetails,
        noun: &'static str,
    ) -> Result<types::TaskDetails, Failure> {
        let guid = task.guid;
        let mut bar = bar();
        loop {
            let sent = self.client.get_task().guid(&guid).send().await;
            let task = sent.map_err(|err| failed(step, &err))?.into_inner();
            bar.show(&Progress {
                percent: Some(task.progress.unwrap_or(0.0)),
                files: Some(count(task.processed_object_count)),
                state: Some(noun.to_owned()),
                ..Progress::default()
            });
            match task.state.name {
                TaskStateName::Queued | TaskStateName::Running => tokio::time::sleep(POLL).await,
                TaskStateName::Finished => {
                    bar.clear();
                    return Ok(task);
                }
                state => {
                    bar.clear();
                    let reason = format!("{state}: {}", task.status_info.unwrap_or_default());
                    return Err(Failure::Step { step, reason });
                }
            }
        }
    }

    /// Waits for the task that follows another.
    async fn follow_next(
        &self,
        step: &'static str,
        task: &types::TaskDetails,
        noun: &'static str,
    ) -> Result<types::TaskDetails, Failure> {
        let told = |err: Error| failed(step, &err);
        let tasks = self.client.list_tasks().parent_task(&task.guid).send().await.map_err(told)?;
        let next = tasks.first().ok_or_else(|| lacks(step, "[0]"))?.guid.clone();
        let next = self.client.get_task().guid(next).send().await.map_err(told)?.into_inner();
        self.follow(step, next, noun).await
    }

    /// Calls one of the paths that this server adds to the API, for which there is no generated method.
    async fn own(&self, method: &'static str, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        const STEP: &str = "protecting";
        let unreachable = |err: reqwest::Error| Failure::Step { step: STEP, reason: err.to_string() };
        let http = ConnectionOptions::default().http_client().map_err(|err| failed(STEP, &err))?;
        let login = json!({"login": self.login, "password": self.password});
        let sent = http.post(format!("{}/api/session/login", self.url)).json(&login).send().await;
        let answer = sent.map_err(unreachable)?;
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        let method = if method == "POST" { reqwest::Method::POST } else { reqwest::Method::DELETE };
        let mut request = http.request(method, format!("{}/api{path}", self.url)).header("cookie", cookie);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(unreachable)?;
        let is_success = answer.status().is_success();
        let bytes = answer.bytes().await.map_err(unreachable)?;
        let told: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if is_success {
            return Ok(told);
        }
        let reason = told["message"].as_str().unwrap_or("the server refused").to_owned();
        Err(Failure::Step { step: STEP, reason })
    }
}
