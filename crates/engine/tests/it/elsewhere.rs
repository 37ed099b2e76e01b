//! The parts of the catalog that the work of runs, schedules and the keeper does not ask: tasks, users and
//! mounts. Nothing is mounted here.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use engine::{
    Extras, Mount, MountCatalog, MountId, MountJob, Mounts, NewMount, NewRecovery, NewUser, NodeId,
    PasswordHash, Recovery, Result, Role, Run, SecretDigest, SnapshotId, Task, TaskCatalog, TaskChange,
    TaskDraft, TaskFilter, TaskId, TaskNode, TenantId, TransferSample, Unmounting, User, UserCatalog, UserId,
};
use jiff::Timestamp;

use crate::catalog::FakeCatalog;
use crate::vault::unused;

#[async_trait]
impl TaskCatalog for FakeCatalog {
    async fn insert_tasks(&self, _: Vec<TaskDraft>) -> Result<Vec<Task>> {
        Err(unused())
    }

    async fn task(&self, _: &TenantId, _: TaskId) -> Result<Task> {
        Err(unused())
    }

    async fn tasks(&self, _: &TenantId, _: &TaskFilter) -> Result<Vec<Task>> {
        Err(unused())
    }

    async fn open_tasks(&self) -> Result<Vec<Task>> {
        Ok(Vec::new())
    }

    async fn update_tasks(&self, _: Vec<TaskChange>, _: Timestamp) -> Result<Vec<Task>> {
        Err(unused())
    }

    async fn begin_task_run(&self, _: Task, _: Run, _: Timestamp) -> Result<(Task, Run)> {
        Err(unused())
    }

    async fn begin_task_recovery(&self, _: Task, _: NewRecovery, _: Timestamp) -> Result<(Task, Recovery)> {
        Err(unused())
    }

    async fn delete_tasks(&self, _: &TenantId, _: &[TaskId], _: Vec<Task>, _: Timestamp) -> Result<()> {
        Err(unused())
    }

    async fn prune_tasks(&self, _: Timestamp, _: Timestamp) -> Result<u64> {
        Err(unused())
    }

    async fn tasks_modified_at(&self, _: &TenantId) -> Result<Option<Timestamp>> {
        Err(unused())
    }

    async fn add_transfer_sample(&self, _: &TenantId, _: TaskId, _: TransferSample, _: u32) -> Result<()> {
        Err(unused())
    }

    async fn transfer_samples(&self, _: &TenantId, _: TaskId) -> Result<Vec<TransferSample>> {
        Err(unused())
    }
}

#[async_trait]
impl UserCatalog for FakeCatalog {
    async fn insert_user(&self, _: &TenantId, _: NewUser, _: &PasswordHash, _: Timestamp) -> Result<User> {
        Err(unused())
    }

    async fn user(&self, _: &TenantId, _: UserId) -> Result<User> {
        Err(unused())
    }

    async fn users(&self, _: Option<&TenantId>) -> Result<Vec<User>> {
        Err(unused())
    }

    async fn user_by_login(&self, _: &str) -> Result<Option<(User, PasswordHash)>> {
        Err(unused())
    }

    async fn change_user_role(
        &self,
        _: &TenantId,
        _: UserId,
        _: Role,
        _: Option<Vec<String>>,
    ) -> Result<User> {
        Err(unused())
    }

    async fn set_user_extras(&self, _: &TenantId, _: UserId, _: Extras) -> Result<User> {
        Err(unused())
    }

    async fn set_password(&self, _: &TenantId, _: UserId, _: &PasswordHash) -> Result<()> {
        Err(unused())
    }

    async fn delete_user(&self, _: &TenantId, _: UserId) -> Result<()> {
        Err(unused())
    }

    async fn note_failed_login(&self, _: UserId, _: Timestamp) -> Result<()> {
        Err(unused())
    }

    async fn insert_session(
        &self,
        _: UserId,
        _: &PasswordHash,
        _: SecretDigest,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<Option<User>> {
        Err(unused())
    }

    async fn session(&self, _: SecretDigest, _: Timestamp) -> Result<Option<User>> {
        Err(unused())
    }

    async fn delete_session(&self, _: SecretDigest) -> Result<()> {
        Err(unused())
    }

    async fn built_in_node(&self, _: &TenantId, _: Timestamp) -> Result<TaskNode> {
        Err(unused())
    }

    async fn insert_node(
        &self,
        _: &TenantId,
        _: &str,
        _: Extras,
        _: &str,
        _: &PasswordHash,
        _: Timestamp,
    ) -> Result<(TaskNode, User)> {
        Err(unused())
    }

    async fn node(&self, _: &TenantId, _: NodeId) -> Result<TaskNode> {
        Err(unused())
    }

    async fn nodes(&self, _: &TenantId) -> Result<Vec<TaskNode>> {
        Err(unused())
    }

    async fn touch_node(&self, _: &TenantId, _: NodeId, _: Timestamp) -> Result<TaskNode> {
        Err(unused())
    }

    async fn set_node_extras(&self, _: &TenantId, _: NodeId, _: Extras) -> Result<TaskNode> {
        Err(unused())
    }

    async fn delete_node(&self, _: &TenantId, _: NodeId) -> Result<()> {
        Err(unused())
    }
}

#[async_trait]
impl MountCatalog for FakeCatalog {
    async fn insert_mount(&self, _: &TenantId, _: NewMount, _: SnapshotId, _: Timestamp) -> Result<Mount> {
        Err(unused())
    }

    async fn mount(&self, _: &TenantId, _: MountId) -> Result<Mount> {
        Err(unused())
    }

    async fn mounts(&self, _: &TenantId) -> Result<Vec<Mount>> {
        Err(unused())
    }

    async fn mounts_in_use(&self) -> Result<Vec<Mount>> {
        Ok(Vec::new())
    }

    async fn update_mount(&self, _: &Mount) -> Result<()> {
        Err(unused())
    }
}

/// Nobody mounts anything here.
#[derive(Debug)]
pub(crate) struct NoMounts;

impl Mounts for NoMounts {
    fn available(&self) -> Result<()> {
        Err(unused())
    }

    fn check(&self, _: &Path) -> Result<PathBuf> {
        Err(unused())
    }

    fn mount(&self, _: MountJob) -> Result<()> {
        Err(unused())
    }

    fn unmount(&self, _: &Path) -> Result<Unmounting> {
        Err(unused())
    }

    fn clean(&self, _: &Path) -> Result<Vec<PathBuf>> {
        Err(unused())
    }
}
