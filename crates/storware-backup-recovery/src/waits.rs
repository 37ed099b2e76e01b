//! Tasks take their time; this waits for them.

#[cfg(feature = "tasks")]
use client_core::{CallOptions, RetryPolicy, Step, Waiter};

#[cfg(feature = "tasks")]
use crate::{Client, types};

#[cfg(feature = "tasks")]
impl Client {
    /// Waits for a task to finish. One that fails or is cancelled is [`WaitError::Failed`](crate::WaitError::Failed);
    /// one that finishes with warnings is not.
    ///
    /// ```no_run
    /// # use storware_backup_recovery::{Client, WaitError, types};
    /// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// match client.wait_for_task("4f1c").wait().await {
    ///     Ok(task) => println!("{} is done", task.guid),
    ///     Err(WaitError::Failed(task)) => println!("{} is {}", task.guid, task.state.name),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn wait_for_task(&self, guid: impl Into<types::TaskId>) -> Waiter<'static, types::TaskDetails> {
        let (client, guid) = (self.clone(), guid.into());
        Waiter::new(move || {
            let (client, guid) = (client.clone(), guid.clone());
            async move {
                // The waiter repeats by itself.
                let once = CallOptions::default().retry(RetryPolicy::never());
                let task = client.get_task().guid(guid).with_options(once).send().await?.into_inner();
                Ok(match task.state.name {
                    types::TaskStateName::Finished => Step::Done(task),
                    types::TaskStateName::Failed | types::TaskStateName::Cancelled => Step::Failed(task),
                    // So is a state that is not known yet, of a server that is newer than this crate.
                    _ => Step::Pending(task),
                })
            }
        })
    }
}
