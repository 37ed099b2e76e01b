//! Jobs: the durable queue of slow work.
//!
//! A job is written in the transaction that made it necessary, and claimed under a lease. A lease that ran
//! out belongs to a worker that died; who claims the job then first finds out how far that worker came.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{JobId, RecoveryId, RunId, TenantId};

/// An entry of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// For whom.
    pub tenant: TenantId,
    /// What is to be done.
    pub work: Work,
    /// How often it was claimed, this claim included; more than 1 means that a worker died over it.
    pub attempt: u32,
    /// Until when the claim holds.
    pub lease_until: Timestamp,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Execute a run.
    Run(RunId),
    /// Execute a recovery.
    Recovery(RecoveryId),
}

/// A queue of its own for each kind of work: backups that take hours do not keep a restore waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Runs.
    Runs,
    /// Recoveries.
    Recoveries,
}
