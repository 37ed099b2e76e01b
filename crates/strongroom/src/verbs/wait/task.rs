//! Tasks of the Storware API.

use storware_backup_recovery::Client;
use storware_backup_recovery::types::{self, TaskId, TaskStateName, TaskTypeName};

use super::{Outcome, Progress, WaitArgs, follow};
use crate::failure::Failure;
use crate::interrupt::Interrupts;

/// A task that is waited for.
pub(crate) struct WantedTask {
    client: Client,
    guid: TaskId,
}

impl WantedTask {
    /// A task that is there already.
    pub(crate) fn known(client: &Client, guid: TaskId) -> Self {
        Self { client: client.clone(), guid }
    }

    /// Waits for it, as [`follow`] does; `what` begins a sentence.
    pub(crate) async fn follow(
        &self,
        interrupts: &mut Interrupts,
        args: &WaitArgs,
        what: &str,
    ) -> Result<types::TaskDetails, Failure> {
        let again = format!("strongroom storware tasks get {}", self.guid);
        let steps = args.pace(self.client.wait_for_task(self.guid.clone()));
        follow(interrupts, what, steps, look, Self::outcome, async || self.cancel().await, &again).await
    }

    /// The tasks that follow it, as a store follows its export.
    pub(crate) async fn followers(&self) -> Result<Vec<Self>, Failure> {
        let tasks = self.client.list_tasks().parent_task(&self.guid).send().await?.into_inner();
        Ok(tasks.into_iter().map(|task| Self::known(&self.client, task.guid)).collect())
    }

    /// Waits for it and for all that follows it, one after the other. Gives the tasks as they ended.
    pub(crate) async fn follow_all(
        self,
        interrupts: &mut Interrupts,
        args: &WaitArgs,
        what: &str,
    ) -> Result<Vec<types::TaskDetails>, Failure> {
        let mut ended = Vec::new();
        let mut waiting = vec![self];
        while let Some(task) = waiting.pop() {
            ended.push(task.follow(interrupts, args, what).await?);
            waiting.extend(task.followers().await?.into_iter().rev());
        }
        Ok(ended)
    }

    /// How it ended.
    pub(crate) fn outcome(task: &types::TaskDetails) -> Outcome {
        match &task.state.name {
            TaskStateName::Finished => Outcome::Succeeded,
            TaskStateName::Cancelled => Outcome::Canceled,
            state => {
                let told = task.status_info.clone().filter(|told| !told.is_empty());
                Outcome::Failed(told.unwrap_or_else(|| format!("its state is {state}")))
            }
        }
    }

    async fn cancel(&self) -> Result<(), Failure> {
        let task = self.client.get_task().guid(&self.guid).send().await?.into_inner();
        if task.state.name == TaskStateName::Queued {
            // Only what runs can be canceled.
            self.client.delete_task().guid(&self.guid).send().await?;
        } else {
            let tasks = [types::SelectedTask::new(&self.guid)];
            self.client.cancel_running_tasks().body(tasks).send().await?;
        }
        Ok(())
    }
}

fn look(task: &types::TaskDetails) -> Progress {
    let count = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    let state = match (&task.state.name, &task.type_.name) {
        (TaskStateName::Queued, _) => "waiting to begin".to_owned(),
        (_, TaskTypeName::Export) => "reading".to_owned(),
        (_, TaskTypeName::Store) => "storing".to_owned(),
        (_, kind) => kind.to_string().to_lowercase().replace('_', " "),
    };
    Progress {
        percent: task.progress.filter(|_| task.state.name != TaskStateName::Queued),
        files: count(task.processed_object_count),
        total_files: count(task.total_object_count),
        state: Some(state),
        ..Progress::default()
    }
}
