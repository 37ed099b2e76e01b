//! Runs and recoveries take their time; these wait for them.

#[cfg(any(feature = "recoveries", feature = "runs"))]
use client_core::{CallOptions, Error, RetryPolicy, Step, Waiter};

#[cfg(any(feature = "recoveries", feature = "runs"))]
use crate::{Client, types};

/// Where a status leads. One that is not known yet, from a service that is newer than this crate, is waited on.
#[cfg(any(feature = "recoveries", feature = "runs"))]
fn step<S>(status: Option<&types::RunStatus>, state: S) -> Step<S> {
    use types::RunStatus as Status;
    match status {
        Some(Status::Succeeded | Status::SucceededWithWarning) => Step::Done(state),
        Some(Status::Failed | Status::Canceled | Status::Missed | Status::Skipped) => Step::Failed(state),
        _ => Step::Pending(state),
    }
}

/// The waiter repeats by itself.
#[cfg(any(feature = "recoveries", feature = "runs"))]
fn once() -> CallOptions {
    CallOptions::default().retry(RetryPolicy::never())
}

#[cfg(feature = "runs")]
impl Client {
    /// Starts a run of a group and gives what waits for it.
    ///
    /// The service answers with the group alone, so the run is found as the first one that was not there before; its
    /// `id` is `None` until the service lists it. If another run of the group starts at the same moment, by its
    /// schedule or by somebody else, that one may be taken for it.
    ///
    /// ```no_run
    /// # use ibm_backup_recovery::{Client, WaitError, types};
    /// # async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = types::StartRunRequest::new(types::BackupRunType::Regular);
    /// match client.start_run("1:2:3", request).await?.wait().await {
    ///     Ok(run) => println!("{:?} is done", run.id),
    ///     Err(WaitError::Failed(run)) => println!("{:?}", run.local_backup_info.and_then(|it| it.messages)),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// When the run cannot be started, or the runs of the group cannot be listed.
    pub async fn start_run(
        &self,
        group_id: impl Into<types::ProtectionGroupId>,
        request: types::StartRunRequest,
    ) -> Result<Waiter<'static, types::ProtectionGroupRun>, Error> {
        let group_id = group_id.into();
        let ids = |runs: types::ProtectionGroupRunList| -> Vec<types::RunId> {
            runs.runs.unwrap_or_default().into_iter().filter_map(|run| run.id).collect()
        };
        // Of the last hour, by the clock of the service: unless told otherwise it looks back no further.
        let before = ids(self.get_protection_group_runs().id(&group_id).send().await?.into_inner());
        self.create_protection_group_run().id(&group_id).body(request).send().await?;
        let client = self.clone();
        let found = std::sync::Arc::new(std::sync::OnceLock::<types::RunId>::new());
        Ok(Waiter::new(move || {
            let (client, group_id, before) = (client.clone(), group_id.clone(), before.clone());
            let found = std::sync::Arc::clone(&found);
            async move {
                if found.get().is_none() {
                    let list = client.get_protection_group_runs().id(&group_id).with_options(once());
                    let runs = ids(list.send().await?.into_inner());
                    // The newest comes first.
                    match runs.into_iter().rev().find(|id| !before.contains(id)) {
                        Some(id) => _ = found.set(id),
                        None => return Ok(Step::Pending(types::ProtectionGroupRun::default())),
                    }
                }
                let run_id = found.get().cloned().unwrap_or_default();
                look_at_run(&client, &group_id, &run_id).await
            }
        }))
    }

    /// Waits for a run of a group that somebody started, such as its schedule. Its own snapshots count, and copies to elsewhere only where it has none.
    pub fn wait_for_run(
        &self,
        group_id: impl Into<types::ProtectionGroupId>,
        run_id: impl Into<types::RunId>,
    ) -> Waiter<'static, types::ProtectionGroupRun> {
        let (client, group_id, run_id) = (self.clone(), group_id.into(), run_id.into());
        Waiter::new(move || {
            let (client, group_id, run_id) = (client.clone(), group_id.clone(), run_id.clone());
            async move { look_at_run(&client, &group_id, &run_id).await }
        })
    }
}

#[cfg(feature = "runs")]
async fn look_at_run(
    client: &Client,
    group_id: &types::ProtectionGroupId,
    run_id: &types::RunId,
) -> Result<Step<types::ProtectionGroupRun>, Error> {
    let request = client.get_protection_group_run().id(group_id).run_id(run_id).with_options(once());
    let run = request.send().await?.into_inner();
    let archived = || {
        let results = run.archival_info.as_ref()?.archival_target_results.as_ref()?;
        results.iter().find_map(|result| result.status.clone())
    };
    let status = run.local_backup_info.as_ref().and_then(|it| it.status.clone()).or_else(archived);
    Ok(step(status.as_ref(), run))
}

#[cfg(feature = "recoveries")]
impl Client {
    /// Starts a recovery and gives what waits for it.
    ///
    /// ```no_run
    /// # use ibm_backup_recovery::{Client, Step, types};
    /// # async fn example(client: Client, request: types::RecoveryRequest) -> Result<(), Box<dyn std::error::Error>> {
    /// use futures::TryStreamExt as _;
    ///
    /// let mut steps = std::pin::pin!(client.start_recovery(request).await?.watch());
    /// while let Some(step) = steps.try_next().await? {
    ///     println!("{:?}", step.state().status);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// When the recovery cannot be started, or the service gives no id for it.
    pub async fn start_recovery(
        &self,
        request: types::RecoveryRequest,
    ) -> Result<Waiter<'static, types::Recovery>, Error> {
        let recovery = self.create_recovery().body(request).send().await?.into_inner();
        match recovery.id {
            Some(id) => Ok(self.wait_for_recovery(id)),
            None => Err(Error::invalid("createRecovery", "the answer has no id to wait for")),
        }
    }

    /// Waits for a recovery.
    pub fn wait_for_recovery(&self, id: impl Into<types::RecoveryId>) -> Waiter<'static, types::Recovery> {
        let (client, id) = (self.clone(), id.into());
        Waiter::new(move || {
            let (client, id) = (client.clone(), id.clone());
            async move {
                let request = client.get_recovery_by_id().id(id).with_options(once());
                let recovery = request.send().await?.into_inner();
                let status = recovery.status.clone();
                Ok(step(status.as_ref(), recovery))
            }
        })
    }
}
