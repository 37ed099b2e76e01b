//! The engine: what faces call.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Notify, RwLock};

use crate::board::Board;
use crate::doorkeeper::Doorkeeper;
use crate::keeper::Urgent;
use crate::mounter::Hanging;
use crate::turns::Turns;
use crate::{Catalog, Clock, Hosts, Installation, Mounts, Result, Vault};

/// The engine. Cheap to clone; every clone is the same engine.
///
/// Its methods are grouped by subject: access, sources, policies, groups, runs, snapshots and files,
/// recoveries, connections, connectors, agents, users, nodes, mounts, tasks. Whoever calls has already
/// established for which tenant.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) hosts: Arc<dyn Hosts>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) mounts: Arc<dyn Mounts>,
    pub(crate) places: Places,
    pub(crate) installation: Installation,
    pub(crate) board: Board,
    pub(crate) doorkeeper: Doorkeeper,
    /// Held while a source is read, changed and written.
    pub(crate) sources: tokio::sync::Mutex<()>,
    /// Held while what agents say is read and written together with their upgrade tasks.
    pub(crate) agents: tokio::sync::Mutex<()>,
    /// Held for reading while a snapshot is completed, which must not lose the ones before it meanwhile; for
    /// writing from looking at what keeps snapshots to changing or forgetting them.
    pub(crate) keeping: RwLock<()>,
    /// Rung when there may be a run to execute.
    pub(crate) jobs: Notify,
    /// Held while a task is read, changed and written.
    pub(crate) tasks: tokio::sync::Mutex<()>,
    /// Rung when there may be a task to begin, or to end.
    pub(crate) tasks_rung: Notify,
    /// Rung when there may be a recovery to execute.
    pub(crate) recoveries: Notify,
    /// Vaults whose space somebody waits for.
    pub(crate) urgent: Urgent,
    /// Held while something is mounted or unmounted.
    pub(crate) hanging: tokio::sync::Mutex<Hanging>,
    /// Vaults whose prune is overdue.
    pub(crate) turns: Turns,
}

/// The engine's adapters.
pub struct Ports {
    /// Where everything but file contents is kept.
    pub catalog: Arc<dyn Catalog>,
    /// Where file contents are kept.
    pub vault: Arc<dyn Vault>,
    /// The machines that are protected.
    pub hosts: Arc<dyn Hosts>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What shows snapshots as folders.
    pub mounts: Arc<dyn Mounts>,
}

/// Folders of this installation.
#[derive(Clone, Debug)]
pub struct Places {
    /// Where archives for download are made.
    pub downloads: PathBuf,
    /// Where mounts hang that nobody chose a folder for.
    pub mounts: PathBuf,
    /// Never backed up and never restored into: where catalog, vault and secrets lie.
    pub private: Vec<PathBuf>,
    /// Exceptions from `private` for restores.
    pub restorable: Vec<PathBuf>,
}

impl Engine {
    /// An engine over these adapters.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn new(ports: Ports, places: Places) -> Result<Self> {
        let installation = ports.catalog.installation().await?;
        let Ports { catalog, vault, hosts, clock, mounts } = ports;
        let shared = Shared {
            catalog,
            vault,
            hosts,
            clock,
            mounts,
            places,
            installation,
            board: Board::default(),
            doorkeeper: Doorkeeper::default(),
            sources: tokio::sync::Mutex::default(),
            agents: tokio::sync::Mutex::default(),
            keeping: RwLock::default(),
            jobs: Notify::new(),
            tasks: tokio::sync::Mutex::default(),
            tasks_rung: Notify::new(),
            recoveries: Notify::new(),
            urgent: Urgent::default(),
            hanging: tokio::sync::Mutex::default(),
            turns: Turns::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The present moment, by the engine's clock.
    pub fn now(&self) -> jiff::Timestamp {
        self.shared.clock.now()
    }

    /// Who this installation is.
    pub fn installation(&self) -> Installation {
        self.shared.installation
    }
}
