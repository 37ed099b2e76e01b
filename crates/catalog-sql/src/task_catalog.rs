//! The part of the catalog that keeps tasks, each method a line into its file.

use async_trait::async_trait;
use engine::{
    NewRecovery, Recovery, Result, Run, Task, TaskCatalog, TaskChange, TaskDraft, TaskFilter, TaskId,
    TenantId, TransferSample,
};
use jiff::Timestamp;

use crate::{SqlCatalog, tasks};

#[async_trait]
impl TaskCatalog for SqlCatalog {
    async fn insert_tasks(&self, drafts: Vec<TaskDraft>) -> Result<Vec<Task>> {
        tasks::insert(&self.database, drafts).await
    }

    async fn task(&self, tenant: &TenantId, id: TaskId) -> Result<Task> {
        tasks::get(&self.database, tenant, id).await
    }

    async fn tasks(&self, tenant: &TenantId, filter: &TaskFilter) -> Result<Vec<Task>> {
        tasks::list(&self.database, tenant, filter).await
    }

    async fn open_tasks(&self) -> Result<Vec<Task>> {
        tasks::open(&self.database).await
    }

    async fn update_tasks(&self, changes: Vec<TaskChange>, now: Timestamp) -> Result<Vec<Task>> {
        tasks::update(&self.database, changes, now).await
    }

    async fn begin_task_run(&self, task: Task, run: Run, now: Timestamp) -> Result<(Task, Run)> {
        tasks::begin_run(&self.database, task, run, now).await
    }

    async fn begin_task_recovery(
        &self,
        task: Task,
        new: NewRecovery,
        now: Timestamp,
    ) -> Result<(Task, Recovery)> {
        tasks::begin_recovery(&self.database, task, new, now).await
    }

    async fn delete_tasks(
        &self,
        tenant: &TenantId,
        ids: &[TaskId],
        changed: Vec<Task>,
        now: Timestamp,
    ) -> Result<()> {
        tasks::delete(&self.database, tenant, ids, changed, now).await
    }

    async fn prune_tasks(&self, before: Timestamp, now: Timestamp) -> Result<u64> {
        tasks::prune(&self.database, before, now).await
    }

    async fn tasks_modified_at(&self, tenant: &TenantId) -> Result<Option<Timestamp>> {
        tasks::modified_at(&self.database, tenant).await
    }

    async fn add_transfer_sample(
        &self,
        tenant: &TenantId,
        id: TaskId,
        sample: TransferSample,
        most: u32,
    ) -> Result<()> {
        tasks::add_transfer(&self.database, tenant, id, sample, most).await
    }

    async fn transfer_samples(&self, tenant: &TenantId, id: TaskId) -> Result<Vec<TransferSample>> {
        tasks::transfers(&self.database, tenant, id).await
    }
}
