//! Where tasks are kept.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::Result;
use crate::{
    NewRecovery, Recovery, Run, Task, TaskChange, TaskDraft, TaskFilter, TaskId, TenantId, TransferSample,
};

/// The part of the catalog that keeps tasks. The rules are those of [`Catalog`](crate::Catalog): each method
/// is one transaction, and what belongs to another tenant is not there.
///
/// Whatever changes a task gives it another `modified_at`: `now`, or a microsecond past the old one where that
/// is later. A change is not compared with what is stored: the engine changes tasks one at a time.
#[async_trait]
pub trait TaskCatalog: Send + Sync + 'static {
    /// Accepts tasks of one tenant, all or none, as one batch.
    async fn insert_tasks(&self, drafts: Vec<TaskDraft>) -> Result<Vec<Task>>;
    /// One task.
    async fn task(&self, tenant: &TenantId, id: TaskId) -> Result<Task>;
    /// The tasks that a filter lets through, the latest first.
    async fn tasks(&self, tenant: &TenantId, filter: &TaskFilter) -> Result<Vec<Task>>;
    /// The tasks of all tenants and nodes that are not final: by priority, the highest first, then the oldest
    /// first.
    async fn open_tasks(&self) -> Result<Vec<Task>>;
    /// Replaces tasks and accepts what comes of each, all or none. [`Kind::NotFound`](crate::Kind::NotFound)
    /// when one of them is gone. The id in what comes of a task is ignored. Where that is its repetition, the
    /// queued tasks that followed the task follow the repetition from now on.
    async fn update_tasks(&self, changes: Vec<TaskChange>, now: Timestamp) -> Result<Vec<Task>>;
    /// Replaces a task together with the run that it begins, whose number is put into its outcome. Errors as
    /// [`Catalog::insert_run`](crate::Catalog::insert_run).
    async fn begin_task_run(&self, task: Task, run: Run, now: Timestamp) -> Result<(Task, Run)>;
    /// The same with a recovery, as [`Catalog::insert_recovery`](crate::Catalog::insert_recovery) without a
    /// unique name.
    async fn begin_task_recovery(
        &self,
        task: Task,
        new: NewRecovery,
        now: Timestamp,
    ) -> Result<(Task, Recovery)>;
    /// Removes tasks with all that was measured of them, and replaces others in the same transaction. Those
    /// that are not there are passed over.
    async fn delete_tasks(
        &self,
        tenant: &TenantId,
        ids: &[TaskId],
        changed: Vec<Task>,
        now: Timestamp,
    ) -> Result<()>;
    /// Removes the tasks of all tenants that ended before `before`, but those that a queued one follows. Says
    /// how many.
    async fn prune_tasks(&self, before: Timestamp, now: Timestamp) -> Result<u64>;
    /// When a task of the tenant was last made, changed or removed; none when there never was one.
    async fn tasks_modified_at(&self, tenant: &TenantId) -> Result<Option<Timestamp>>;
    /// Keeps how fast a task was. Of more than `most`, every second one is dropped.
    async fn add_transfer_sample(
        &self,
        tenant: &TenantId,
        id: TaskId,
        sample: TransferSample,
        most: u32,
    ) -> Result<()>;
    /// How fast a task was, the oldest first.
    async fn transfer_samples(&self, tenant: &TenantId, id: TaskId) -> Result<Vec<TransferSample>>;
}
