//! Waiting for what a command starts: `--wait`.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::ArgMatches;
use command_table::{Command, Place, Starts};
use ibm_backup_recovery::types::ProtectionGroupId;
use serde_json::Value;
use storware_backup_recovery::types::{TaskDetails, TaskTypeName};

use super::flags;
use super::request::Request;
use crate::connect::Target;
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::output::complain;
use crate::verbs::wait::{Outcome, WaitArgs, WantedRecovery, WantedRun, WantedTask};

/// What a command starts.
pub(super) struct Work<'w> {
    pub(super) starts: Starts,
    pub(super) command: &'static Command,
    pub(super) matches: &'w ArgMatches,
    pub(super) client: &'w Target,
}

/// What it came to, and how it ended: an error for after the first was printed.
type Done = (Value, Result<(), Failure>);

impl Work<'_> {
    /// Sends the request and waits for what it starts.
    pub(super) async fn done(&self, request: Request) -> Result<Done, Failure> {
        let mut interrupts = Interrupts::listen()?;
        let args = WaitArgs::until(self.matches.get_one::<Duration>("timeout").copied());
        match (self.starts, self.client) {
            (Starts::Run, Target::Ibm(client)) => {
                let group = ProtectionGroupId::from(self.first_id());
                let wanted = interrupts.unless(async { Ok(WantedRun::next(client, &group).await?) }).await?;
                request.send().await?;
                let what = "The run";
                let seen = wanted.follow(&mut interrupts, &args, what).await?;
                Ok((json(&seen.run)?, seen.outcome().settle(what)))
            }
            (Starts::Recovery, Target::Ibm(client)) => {
                let answer = request.send().await?.into_inner();
                let Some(id) = answer["id"].as_str() else { return Ok((answer, Ok(()))) };
                let what = "The recovery";
                let wanted = WantedRecovery::known(client, id.into());
                let recovery = wanted.follow(&mut interrupts, &args, what).await?;
                Ok((json(&recovery)?, WantedRecovery::outcome(&recovery).settle(what)))
            }
            (Starts::Task, Target::Storware(client)) => {
                let answer = request.send().await?.into_inner();
                self.tasks(client, &mut interrupts, &args, answer).await
            }
            // No document says so.
            _ => Ok((request.send().await?.into_inner(), Ok(()))),
        }
    }

    /// Waits for each task of an answer and for what follows it. That one failed is told when all have ended.
    async fn tasks(
        &self,
        client: &storware_backup_recovery::Client,
        interrupts: &mut Interrupts,
        args: &WaitArgs,
        answer: Value,
    ) -> Result<Done, Failure> {
        let started: Vec<String> = match &answer {
            Value::Array(tasks) => tasks.iter().filter_map(guid).collect(),
            task => guid(task).into_iter().collect(),
        };
        if started.is_empty() {
            complain("note: nothing was started");
        }
        let mut ended = Vec::new();
        let mut outcome = Ok(());
        for guid in started {
            let what = format!("Task {guid}");
            let wanted = WantedTask::known(client, guid.into());
            match wanted.follow_all(interrupts, args, &what).await {
                Ok(tasks) => ended.extend(tasks),
                Err(failure @ Failure::RunFailed { .. }) => outcome = outcome.and(Err(failure)),
                Err(failure) => return Err(failure),
            }
        }
        let warned = warnings(client, &ended).await?;
        let outcome = match outcome {
            Ok(()) if !warned.is_empty() => Outcome::Warnings(warned).settle("The task"),
            outcome => outcome,
        };
        Ok(match (&answer, ended.first()) {
            (Value::Array(_), _) => (json(&ended)?, outcome),
            (_, Some(first)) => (json(first)?, outcome),
            _ => (answer, outcome),
        })
    }

    /// What the path names first.
    fn first_id(&self) -> String {
        let mut of_path = self.command.parameters.iter().filter(|parameter| parameter.place == Place::Path);
        let first = of_path.next().map(|parameter| flags::given(self.matches, parameter));
        first.and_then(|values| values.into_iter().next()).unwrap_or_default()
    }
}

/// What the backups warn of that tasks made.
async fn warnings(
    client: &storware_backup_recovery::Client,
    tasks: &[TaskDetails],
) -> Result<Vec<String>, Failure> {
    let makes = |task: &&TaskDetails| matches!(task.type_.name, TaskTypeName::Export | TaskTypeName::Store);
    let made = tasks.iter().filter(makes).filter_map(|task| task.backup.as_ref());
    let made: BTreeSet<&str> = made.map(|backup| backup.guid.as_str()).collect();
    let mut warnings = Vec::new();
    for guid in made {
        warnings
            .extend(client.get_backup().guid(guid).send().await?.into_inner().warnings.unwrap_or_default());
    }
    Ok(warnings)
}

/// The schema of what is printed: that of the answer, but for runs, which are answered with their group.
pub(super) fn schema<'d>(document: &'d Value, starts: Starts, pointer: Option<&str>) -> Option<&'d Value> {
    match starts {
        Starts::Run => document.pointer("/components/schemas/ProtectionGroupRun"),
        Starts::Recovery | Starts::Task => document.pointer(pointer?),
    }
}

fn guid(task: &Value) -> Option<String> {
    task["guid"].as_str().map(str::to_owned)
}

fn json(value: &impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::machine("show what came of it", error))
}
