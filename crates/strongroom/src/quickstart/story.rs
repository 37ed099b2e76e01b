//! The steps, each through the generated client.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ibm_backup_recovery::{Client, Error, types};
use indicatif::{BinaryBytes, HumanCount};
use server::Server;

use super::progress::{Step, bar};
use super::report::{Report, Row};
use super::survey::Survey;
use crate::bar::Progress;
use crate::failure::Failure;
use crate::output::say;

/// How many steps there are.
const STEPS: usize = 10;
/// How often the server is asked how far it is.
const POLL: Duration = Duration::from_millis(100);
/// The size of a chunk of a download; the API takes up to 8 MiB.
const CHUNK: u64 = 1 << 20;

/// Tells the whole story against `server`.
pub(super) async fn tell(
    server: &Server,
    folder: &Path,
    survey: &Survey,
    keep: bool,
) -> Result<Report, Failure> {
    let key = server.first_key().ok_or_else(|| Failure::Step {
        step: "starting",
        reason: "the data folder has an API key already; quickstart needs a fresh one".to_owned(),
    })?;
    let url = format!("http://{}", server.address());
    say(format_args!(
        "A server listens on {url} and keeps its data in {}",
        server.data_dir().root().display()
    ));
    let client = Client::builder(&url)
        .iam_url(&url)
        .api_key(key.secret.expose())
        .tenant(&key.record.tenant.0)
        .build()
        .map_err(|err| failed("connecting", &err))?;
    let restored = server.data_dir().restored();
    let mut story = Story { client, folder, restored, report: Report::default() };
    if keep {
        story.report.repository = Some(server.repository(&key.record.tenant)?);
    }

    story.get_token().await?;
    let object = story.register().await?;
    let policy = story.create_policy().await?;
    let group = story.create_group(&policy, object).await?;
    let first = story.back_up(5, "first backup", "Backing the folder up", &group, None).await?;
    story.back_up(6, "second backup", "Backing it up again, unchanged", &group, Some(&first)).await?;
    let snapshot = story.latest_snapshot(object).await?;
    match &survey.sample {
        Some(sample) => {
            story.search(sample).await?;
            story.download(&snapshot, sample).await?;
        }
        None => {
            Step::begin(7, STEPS, "Searching a file").end("the folder holds no file to search for");
            Step::begin(8, STEPS, "Downloading a file").end("the folder holds no file to download");
        }
    }
    story.restore(object, &snapshot).await?;
    story.compare();
    Ok(story.report)
}

struct Story<'a> {
    client: Client,
    folder: &'a Path,
    restored: PathBuf,
    report: Report,
}

impl Story<'_> {
    /// The client gets a token by itself with its first call; this makes it visible.
    async fn get_token(&self) -> Result<(), Failure> {
        let step = Step::begin(1, STEPS, "Getting an access token for the API key");
        self.client.get_protection_policies().send().await.map_err(|err| failed("getting a token", &err))?;
        step.end("got one, good for an hour");
        Ok(())
    }

    async fn register(&self) -> Result<i64, Failure> {
        let step = Step::begin(2, STEPS, "Registering this machine as a physical source");
        let request = types::RegisterSourceRequest::new(types::Environment::Physical)
            .with_physical_params(types::PhysicalSourceRegistrationParams::new("localhost"));
        let sent = self.client.register_protection_source().body(request).send().await;
        let registration = sent.map_err(|err| failed("registering", &err))?;
        let id = registration.id.ok_or_else(|| lacks("registering", "id"))?;
        step.end(&format!("it is source {id}, called {}", registration.name.as_deref().unwrap_or("?")));
        Ok(id.get())
    }

    async fn create_policy(&self) -> Result<types::PolicyId, Failure> {
        let step = Step::begin(3, STEPS, "Creating a policy: incremental every day, kept for three weeks");
        let schedule = types::BackupSchedule::new(types::BackupScheduleUnit::Days)
            .with_day_schedule(types::DaySchedule::new(1));
        let regular = types::RegularBackupPolicy::new()
            .with_incremental(types::IncrementalBackupPolicy::new(schedule))
            .with_retention(types::Retention::new(3, types::RetentionUnit::Weeks));
        let backup = types::BackupPolicy::new(regular);
        let request = types::ProtectionPolicyRequest::new(backup, "Daily, three weeks");
        let sent = self.client.create_protection_policy().body(request).send().await;
        let policy = sent.map_err(|err| failed("creating the policy", &err))?;
        let id = policy.id.clone().ok_or_else(|| lacks("creating the policy", "id"))?;
        step.end(&format!("it is policy {id}"));
        Ok(id)
    }

    async fn create_group(&self, policy: &str, object: i64) -> Result<types::ProtectionGroupId, Failure> {
        let what = format!("Creating a protection group for {}", shown(self.folder));
        let step = Step::begin(4, STEPS, &what);
        let path = types::PhysicalFileBackupPath::new(path_text::to_text(self.folder.as_os_str().as_bytes()));
        let object = types::PhysicalFileProtectionGroupObject::new(object).with_file_paths([path]);
        let files = types::PhysicalFileProtectionGroupParams::new([object]);
        let physical = types::PhysicalProtectionGroupParams::new(
            types::PhysicalProtectionGroupParamsProtectionType::File,
        )
        .with_file_protection_type_params(files);
        let request = types::ProtectionGroupRequest::new(types::Environment::Physical, "Quickstart", policy)
            .with_physical_params(physical);
        let sent = self.client.create_protection_group().body(request).send().await;
        let group = sent.map_err(|err| failed("creating the group", &err))?;
        let id = group.id.clone().ok_or_else(|| lacks("creating the group", "id"))?;
        step.end(&format!("it is group {id}"));
        Ok(id)
    }

    /// Starts a run and waits for it. Answers with its id.
    async fn back_up(
        &mut self,
        number: usize,
        name: &'static str,
        what: &str,
        group: &str,
        earlier: Option<&str>,
    ) -> Result<types::RunId, Failure> {
        let step = Step::begin(number, STEPS, what);
        let request = types::StartRunRequest::new(types::BackupRunType::Regular);
        let sent = self.client.create_protection_group_run().id(group).body(request).send().await;
        sent.map_err(|err| failed("starting the run", &err))?;
        let mut bar = bar();
        let (run, info) = loop {
            let (run, info) = self.latest_run(group).await?;
            let stats = info.stats.clone().unwrap_or_default();
            bar.show(&Progress {
                bytes: Some(count(stats.bytes_read)),
                total_bytes: Some(count(stats.logical_size_bytes)),
                files: Some(count(info.backup_file_count)),
                total_files: Some(count(info.total_file_count)),
                ..Progress::default()
            });
            let is_other = run.id.as_deref() != earlier;
            if is_other && run.local_backup_info.as_ref().is_some_and(|info| info.end_time_usecs.is_some()) {
                break (run, info);
            }
            tokio::time::sleep(POLL).await;
        };
        bar.clear();
        let summary = run.local_backup_info.clone().unwrap_or_default();
        let stats = info.stats.unwrap_or_default();
        let (files, read, stored) =
            (count(info.total_file_count), count(stats.bytes_read), count(stats.bytes_written));
        match summary.status {
            Some(types::RunStatus::Succeeded) => {}
            Some(types::RunStatus::SucceededWithWarning) => {
                self.report.warnings = info.warnings.unwrap_or_default();
            }
            status => {
                let state = status.map(|status| status.to_string()).unwrap_or_default();
                let reason = format!("{state}: {}", summary.messages.unwrap_or_default().join("; "));
                return Err(Failure::Step { step: "the backup", reason });
            }
        }
        let took = step.end(&format!(
            "{} files, {} read, {} stored",
            HumanCount(files),
            BinaryBytes(read),
            BinaryBytes(stored)
        ));
        self.report.rows.push(Row {
            step: name,
            files: Some(files),
            bytes_read: Some(read),
            bytes_stored: Some(stored),
            took,
        });
        run.id.ok_or_else(|| lacks("the backup", "id"))
    }

    /// The latest run of the group, and what it did for its only object.
    async fn latest_run(
        &self,
        group: &str,
    ) -> Result<(types::ProtectionGroupRun, types::SnapshotInfo), Failure> {
        let call = self.client.get_protection_group_runs().id(group).num_runs(1).include_object_details(true);
        let runs = call.send().await.map_err(|err| failed("following the run", &err))?;
        let runs = runs.into_inner().runs.unwrap_or_default();
        let run = runs.into_iter().next().ok_or_else(|| lacks("following the run", "runs"))?;
        let object = run.objects.as_ref().and_then(|objects| objects.first());
        let info = object
            .and_then(|object| object.local_snapshot_info.as_ref())
            .and_then(|info| info.snapshot_info.clone())
            .unwrap_or_default();
        Ok((run, info))
    }

    async fn latest_snapshot(&self, object: i64) -> Result<types::SnapshotId, Failure> {
        let sent = self.client.get_object_snapshots().id(object).send().await;
        let snapshots = sent.map_err(|err| failed("listing snapshots", &err))?;
        let latest =
            snapshots.snapshots.iter().flatten().max_by_key(|snapshot| snapshot.run_start_time_usecs);
        latest.and_then(|snapshot| snapshot.id.clone()).ok_or_else(|| lacks("listing snapshots", "snapshots"))
    }

    /// Searches the sample by its name, through all pages until it is found.
    async fn search(&mut self, sample: &Path) -> Result<(), Failure> {
        let name = shown(Path::new(sample.file_name().unwrap_or(sample.as_os_str())));
        let folder = shown(sample.parent().unwrap_or(Path::new("/")));
        let step = Step::begin(7, STEPS, &format!("Searching a file by its name, {name:?}"));
        let params = types::FileSearchParams::new().with_search_string(&name);
        let mut request =
            types::IndexedSearchRequest::new(types::IndexedObjectType::Files).with_file_params(params);
        let total = loop {
            let sent = self.client.search_indexed_objects().body(request.clone()).send().await;
            let page = sent.map_err(|err| failed("searching", &err))?.into_inner();
            let is_it = |file: &types::IndexedFile| {
                file.name.as_deref() == Some(&name) && file.path.as_deref() == Some(&folder)
            };
            if page.files.iter().flatten().any(is_it) {
                break count(page.count);
            }
            let Some(cookie) = page.pagination_cookie else {
                return Err(Failure::Step { step: "searching", reason: format!("{name:?} was not found") });
            };
            request = request.with_pagination_cookie(cookie);
        };
        let took = step.end(&format!("found in {folder}, one of {} with such a name", HumanCount(total)));
        self.report.rows.push(Row { step: "search", files: Some(total), took, ..Row::default() });
        Ok(())
    }

    /// Downloads the sample chunk by chunk, and holds every chunk against the original.
    async fn download(&mut self, snapshot: &str, sample: &Path) -> Result<(), Failure> {
        let step = Step::begin(8, STEPS, &format!("Downloading it in chunks of {}", BinaryBytes(CHUNK)));
        let cannot = |err| Failure::machine(format!("read {}", shown(sample)), err);
        let mut original = File::open(sample).map_err(cannot)?;
        let size = original.metadata().map_err(cannot)?.len();
        let mut bar = bar();
        let (mut offset, mut chunks, mut is_equal) = (0, 0_u64, true);
        while offset < size {
            let call = self.client.download_indexed_file().snapshots_id(snapshot);
            let call = call.file_path(shown(sample)).start_offset(offset as i64).length(CHUNK as i64);
            let body = call.send().await.map_err(|err| failed("downloading", &err))?.into_inner();
            let chunk = body.collect().await.map_err(|err| failed("downloading", &err))?;
            if chunk.is_empty() {
                break;
            }
            let mut expected = vec![0; chunk.len()];
            is_equal &= original.read_exact(&mut expected).is_ok() && expected == chunk;
            offset += chunk.len() as u64;
            chunks += 1;
            bar.show(&Progress { bytes: Some(offset), total_bytes: Some(size), ..Progress::default() });
        }
        bar.clear();
        if !is_equal || offset != size {
            let reason = format!("{} is not what was backed up; did it change meanwhile?", shown(sample));
            return Err(Failure::Step { step: "downloading", reason });
        }
        let noun = if chunks == 1 { "chunk" } else { "chunks" };
        let took = step.end(&format!("{} in {chunks} {noun}, equal to the original", BinaryBytes(size)));
        self.report.rows.push(Row {
            step: "download",
            files: Some(1),
            bytes_read: Some(size),
            took,
            ..Row::default()
        });
        Ok(())
    }

    async fn restore(&mut self, object: i64, snapshot: &str) -> Result<(), Failure> {
        let step = Step::begin(9, STEPS, &format!("Restoring everything into {}", shown(&self.restored)));
        let target = types::PhysicalFilesTarget::new(types::RecoverTarget::new(object))
            .with_restore_to_original_paths(false)
            .with_alternate_restore_directory(shown(&self.restored))
            .with_preserve_attributes(true);
        let files = types::RecoverPhysicalFilesParams::new(
            [types::RecoverPath::new(shown(self.folder))],
            types::RecoverPhysicalFilesParamsTargetEnvironment::Physical,
        )
        .with_physical_target_params(target);
        let physical = types::RecoverPhysicalParams::new(
            [types::RecoverSnapshotParams::new(snapshot)],
            types::RecoverPhysicalParamsRecoveryAction::RecoverFiles,
        )
        .with_recover_file_and_folder_params(files);
        let request = types::RecoveryRequest::new("Quickstart", types::Environment::Physical)
            .with_physical_params(physical);
        let sent = self.client.create_recovery().body(request).send().await;
        let id = sent.map_err(|err| failed("restoring", &err))?.into_inner().id;
        let id = id.ok_or_else(|| lacks("restoring", "id"))?;
        let mut bar = bar();
        let recovery = loop {
            let sent = self.client.get_recovery_by_id().id(&id).send().await;
            let recovery = sent.map_err(|err| failed("following the recovery", &err))?.into_inner();
            let (done, total) = restored_bytes(&recovery);
            bar.show(&Progress { bytes: Some(done), total_bytes: Some(total), ..Progress::default() });
            if recovery.end_time_usecs.is_some() {
                break recovery;
            }
            tokio::time::sleep(POLL).await;
        };
        bar.clear();
        let messages = recovery.messages.clone().unwrap_or_default();
        match recovery.status {
            Some(types::RunStatus::Succeeded) => {}
            Some(types::RunStatus::SucceededWithWarning) => self.report.warnings.extend(messages),
            status => {
                let state = status.map(|status| status.to_string()).unwrap_or_default();
                return Err(Failure::Step {
                    step: "restoring",
                    reason: format!("{state}: {}", messages.join("; ")),
                });
            }
        }
        let (bytes, _) = restored_bytes(&recovery);
        let took = step.end(&format!("{} written", BinaryBytes(bytes)));
        let files = self.report.rows.first().and_then(|row| row.files);
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
        let step = Step::begin(10, STEPS, "Comparing every file with the original");
        self.report.compare(step, self.folder, below(&self.restored, self.folder));
    }
}

fn restored_bytes(recovery: &types::Recovery) -> (u64, u64) {
    let object = recovery.physical_params.as_ref().and_then(|params| params.objects.first());
    let total =
        object.and_then(|object| object.object_info.as_ref()).and_then(|info| info.logical_size_bytes);
    (count(object.and_then(|object| object.bytes_restored)), count(total))
}

pub(super) fn count(number: Option<impl Into<i64>>) -> u64 {
    number.and_then(|number| u64::try_from(number.into()).ok()).unwrap_or(0)
}

/// Where the copy of a folder lies that was restored into another.
pub(super) fn below(restored: &Path, folder: &Path) -> PathBuf {
    folder.file_name().map_or_else(|| restored.to_owned(), |name| restored.join(name))
}

pub(super) fn shown(path: &Path) -> String {
    path_text::to_text(path.as_os_str().as_bytes())
}

pub(super) fn failed(step: &'static str, err: &Error) -> Failure {
    let mut reason = err.to_string();
    let mut source = std::error::Error::source(err);
    while let Some(cause) = source {
        reason.push_str(": ");
        reason.push_str(&cause.to_string());
        source = cause.source();
    }
    Failure::Step { step, reason }
}

pub(super) fn lacks(step: &'static str, member: &str) -> Failure {
    Failure::Step { step, reason: format!("the answer lacks the member {member}") }
}
