//! A running server.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use catalog_sql::SqlCatalog;
use engine::{
    Catalog, Clock, Engine, Keeper, Mounter, NewApiKey, Places, Ports, Scheduler, SystemClock, TaskRunner,
    TenantId, Worker,
};
use host_local::LocalHost;
use mount_fuse::{Access, FuseMounts};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use vault_rustic::RusticVault;

use crate::door::Door;
use crate::faces::Contracts;
use crate::{Accounts, Config, DataDir, Error, NewPassword, faces, first_key, first_user, tls};

/// How long open connections may take to finish once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A running server. Dropping it leaves it running until the runtime ends; [`Server::stop`] ends it in order.
pub struct Server {
    address: SocketAddr,
    is_tls: bool,
    data_dir: Arc<DataDir>,
    first_key: Option<NewApiKey>,
    first_user: Option<NewPassword>,
    vault: Arc<RusticVault>,
    catalog: Arc<SqlCatalog>,
    stop: watch::Sender<bool>,
    http: JoinHandle<()>,
    worker: JoinHandle<()>,
    keeper: JoinHandle<()>,
    scheduler: JoinHandle<()>,
    mounter: JoinHandle<()>,
    engine: Engine,
    tasks: JoinHandle<()>,
}

impl Server {
    /// Opens everything and begins to serve. When this returns, the server answers.
    ///
    /// # Errors
    /// When the certificate, the data folder, the catalog, the vault or the address cannot be used.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let acceptor = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let is_tls = acceptor.is_some();
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|source| Error::Listen { address: config.listen, source })?;
        let address = listener.local_addr().map_err(Error::Broken)?;
        let contracts = Contracts::load().await?;
        let data_dir = Arc::new(DataDir::open(&config.data_dir)?);
        let (engine, catalog, vault) =
            open(&data_dir, Arc::clone(&config.clock), config.share_mounts).await?;
        engine.release_jobs().await?;
        engine.clean_mounts().await?;
        match engine.mounts_available().await {
            Ok(()) => tracing::info!("backups can be mounted"),
            Err(err) => tracing::info!("{err}"),
        }
        let first_key = first_key::ensure(&engine, &config).await?;
        let first_user = first_user::ensure(&engine, &config).await?;

        let (stop, stopping) = watch::channel(false);
        // Before the first request: it tells mounts that were asked for earlier by their time.
        let mounter = Mounter::new(engine.clone());
        let router = faces::router(&engine, contracts, &config, is_tls);
        let door = Door::new(listener, acceptor, router, config.patience);
        let http = tokio::spawn(door.serve(stopped(stopping.clone())));
        let owner = format!("worker-{}", std::process::id());
        let keeper = tokio::spawn(Keeper::new(engine.clone()).run(stopped(stopping.clone())));
        let scheduler = tokio::spawn(Scheduler::new(engine.clone()).run(stopped(stopping.clone())));
        let mounter = tokio::spawn(mounter.run(stopped(stopping.clone())));
        let tasks = TaskRunner::new(engine.clone(), config.jobs_at_once);
        let tasks = tokio::spawn(tasks.run(stopped(stopping.clone())));
        let worker = Worker::new(engine.clone(), owner, config.jobs_at_once);
        let worker = tokio::spawn(worker.run(stopped(stopping)));
        tracing::info!(%address, is_tls, data_dir = %data_dir.root().display(), "serving");
        Ok(Self {
            address,
            is_tls,
            data_dir,
            first_key,
            first_user,
            vault,
            catalog,
            stop,
            http,
            worker,
            keeper,
            scheduler,
            mounter,
            engine,
            tasks,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients reach it.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.is_tls { "https" } else { "http" }, self.address)
    }

    /// Its data folder.
    pub fn data_dir(&self) -> &DataDir {
        &self.data_dir
    }

    /// The API key that was made because there was none. It cannot be seen again.
    pub fn first_key(&self) -> Option<&NewApiKey> {
        self.first_key.as_ref()
    }

    /// The user that was made because nobody could look after the installation, with its password, which cannot
    /// be seen again. None where the password is in a file.
    pub fn first_user(&self) -> Option<&NewPassword> {
        self.first_user.as_ref()
    }

    /// Its keys and users.
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.engine.clone())
    }

    /// A tenant's repository and the file with its password, for tools that read the format.
    ///
    /// # Errors
    /// When the tenant's id makes no folder name.
    pub fn repository(&self, tenant: &TenantId) -> Result<(PathBuf, PathBuf), Error> {
        Ok(self.vault.repository_hint(tenant)?)
    }

    /// Stops in order: no new connections, running work ended and written down, mounts taken down until the next
    /// start, catalog closed.
    ///
    /// # Errors
    /// When the server had broken off before.
    pub async fn stop(self) -> Result<(), Error> {
        let _ = self.stop.send(true);
        let worker = self.worker.await.map_err(|err| Error::Broken(io::Error::other(err)));
        let keeper = self.keeper.await.map_err(|err| Error::Broken(io::Error::other(err)));
        let scheduler = self.scheduler.await.map_err(|err| Error::Broken(io::Error::other(err)));
        let mounter = self.mounter.await.map_err(|err| Error::Broken(io::Error::other(err)));
        let tasks = self.tasks.await.map_err(|err| Error::Broken(io::Error::other(err)));
        let http = self.http;
        let abort = http.abort_handle();
        let served = match tokio::time::timeout(GRACE, http).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(err)) => Err(Error::Broken(io::Error::other(err))),
            // A client that keeps its connection busy does not keep the server from stopping.
            Err(_) => {
                abort.abort();
                Ok(())
            }
        };
        self.engine.close_mounts().await;
        self.catalog.close().await;
        worker.and(keeper).and(scheduler).and(mounter).and(tasks).and(served)
    }
}

/// Makes an API key in the data folder of a server that is not running.
///
/// # Errors
/// [`Error::InUse`] while a server runs on it.
pub async fn create_api_key(data_dir: &Path, tenant: Option<String>, name: &str) -> Result<NewApiKey, Error> {
    let data_dir = DataDir::open(data_dir)?;
    let (engine, catalog, _) = open(&data_dir, Arc::new(SystemClock), false).await?;
    let tenant = match tenant {
        Some(tenant) => TenantId(tenant),
        None => match engine.api_keys().await?.first() {
            Some(key) => key.tenant.clone(),
            None => first_key::make_up_tenant()?,
        },
    };
    let key = engine.create_api_key(&tenant, name).await?;
    catalog.close().await;
    Ok(key)
}

pub(crate) async fn open(
    data_dir: &DataDir,
    clock: Arc<dyn Clock>,
    share_mounts: bool,
) -> Result<(Engine, Arc<SqlCatalog>, Arc<RusticVault>), Error> {
    let catalog = Arc::new(SqlCatalog::open(&data_dir.catalog()).await?);
    let vault = Arc::new(RusticVault::open(data_dir.vault(), data_dir.secrets())?);
    let ports = Ports {
        catalog: Arc::clone(&catalog) as Arc<dyn Catalog>,
        vault: Arc::clone(&vault) as Arc<dyn engine::Vault>,
        hosts: Arc::new(LocalHost::new()),
        clock,
        mounts: Arc::new(FuseMounts::new(if share_mounts { Access::Everybody } else { Access::Server })),
    };
    let places = Places {
        downloads: data_dir.downloads(),
        mounts: data_dir.mounts(),
        private: vec![data_dir.root().to_owned()],
        restorable: vec![data_dir.restored()],
    };
    Ok((Engine::new(ports, places).await?, catalog, vault))
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    // An error means that the server itself is gone, which is as good a reason to stop.
    let _ = stopping.wait_for(|stop| *stop).await;
}
