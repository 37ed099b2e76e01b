//! Protect a folder of this machine, back it up once, and wait until that is done.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example protect_a_folder -- /home/ada/documents
//! ```
//!
//! For the environment see `first_call`. The folder must be on the machine of the server, as it is with
//! `strongroom serve`. While the backup goes on, its status goes to stderr; at the end the example prints:
//!
//! ```text
//! policy Daily
//! group documents protects /home/ada/documents
//! run Succeeded, objects: 1, bytes read: 28
//! ```

use std::path::Path;
use std::pin::pin;

use anyhow::{Context as _, bail};
use futures::TryStreamExt as _;
use ibm_backup_recovery::{Client, Step, types};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("usage: protect_a_folder FOLDER")?;
    let name = Path::new(&folder).file_name().context("the folder has no name")?.to_string_lossy();
    let client = Client::from_env()?;

    // Where the data is: a source is registered once. What is protected is the object that it brings.
    let body = types::RegisterSourceRequest::new(types::Environment::Physical)
        .with_physical_params(types::PhysicalSourceRegistrationParams::new("localhost"));
    let source = client.register_protection_source().body(body).send().await?.into_inner();
    let host = source.source_info.and_then(|host| host.id).context("the source has no object")?;

    // How often, and for how long. Types have `new` with what is required and `with_…` for the rest.
    let schedule = types::BackupSchedule::new(types::BackupScheduleUnit::Days)
        .with_day_schedule(types::DaySchedule::new(1));
    let regular = types::RegularBackupPolicy::new()
        .with_incremental(types::IncrementalBackupPolicy::new(schedule))
        .with_retention(types::Retention::new(3, types::RetentionUnit::Weeks));
    let body = types::ProtectionPolicyRequest::new(types::BackupPolicy::new(regular), "Daily");
    let policy = client.create_protection_policy().body(body).send().await?.into_inner();
    println!("policy {}", policy.name);

    // What: a group joins objects, folders of them, and a policy.
    let path = types::PhysicalFileBackupPath::new(&folder);
    let object = types::PhysicalFileProtectionGroupObject::new(host).with_file_paths([path]);
    let files = types::PhysicalFileProtectionGroupParams::new([object]);
    let kind = types::PhysicalProtectionGroupParamsProtectionType::File;
    let physical = types::PhysicalProtectionGroupParams::new(kind).with_file_protection_type_params(files);
    let policy = policy.id.context("the policy has no id")?;
    let body = types::ProtectionGroupRequest::new(types::Environment::Physical, name, policy)
        .with_physical_params(physical);
    let group = client.create_protection_group().body(body).send().await?.into_inner();
    println!("group {} protects {folder}", group.name.as_deref().unwrap_or_default());

    // A run goes on at the service in its own time. `watch` tells each look at it; `wait` would tell the end alone.
    let id = group.id.context("the group has no id")?;
    let started = client.start_run(id, types::StartRunRequest::new(types::BackupRunType::Full)).await?;
    let mut steps = pin!(started.watch());
    while let Some(step) = steps.try_next().await? {
        let run = step.state().local_backup_info.clone().unwrap_or_default();
        let status = run.status.as_ref().map_or("not listed yet", |status| status.as_str());
        match step {
            Step::Pending(_) => eprintln!("run {status}"),
            Step::Failed(_) => bail!("the run ended as {status}: {:?}", run.messages.unwrap_or_default()),
            Step::Done(_) => {
                let objects = run.successful_objects_count.unwrap_or_default();
                let bytes = run.local_snapshot_stats.and_then(|stats| stats.bytes_read).unwrap_or_default();
                println!("run {status}, objects: {objects}, bytes read: {bytes}");
            }
        }
    }
    Ok(())
}
