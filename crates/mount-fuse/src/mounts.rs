//! The port: mounting, unmounting, and what a process that died left behind.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use engine::{Error, Kind, MountJob, Mounts, Result, Unmounting};
use fuser::{BackgroundSession, Config, MountOption, Session, SessionACL};
use rustix::fs::statfs;
use rustix::io::Errno;
use rustix::mount::{UnmountFlags, unmount};
use rustix::process::{getegid, geteuid};

use crate::Access;
use crate::filesystem::TreeFilesystem;
use crate::mount_table::{self, SOURCE};

/// Through what the kernel is spoken to.
const DEVICE: &str = "/dev/fuse";
/// What mounts for those who may not, the newer one first.
const HELPERS: [&str; 2] = ["fusermount3", "fusermount"];
/// Where the system keeps its programs, its settings and its view of itself: what hangs there would be obeyed.
const SYSTEM: [&str; 12] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/sbin",
    "/sys",
    "/usr",
    "/var/spool",
];
/// How many questions of the kernel are answered at a time for one mount.
const THREADS: usize = 4;
/// How long to wait for the last answers of a mount that was taken away.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Mounts through FUSE, on Linux.
#[derive(Debug)]
pub struct FuseMounts {
    access: Access,
    /// What this process has mounted, by where.
    sessions: Mutex<HashMap<PathBuf, BackgroundSession>>,
}

impl FuseMounts {
    /// Mounts for these users.
    pub fn new(access: Access) -> Self {
        Self { access, sessions: Mutex::default() }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<PathBuf, BackgroundSession>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn config(&self, job: &MountJob) -> Config {
        let mut config = Config::default();
        config.mount_options = vec![
            MountOption::FSName(format!("{SOURCE}{}", job.id)),
            MountOption::RO,
            MountOption::NoSuid,
            MountOption::NoDev,
            MountOption::NoExec,
            MountOption::NoAtime,
            MountOption::DefaultPermissions,
        ];
        config.acl = match self.access {
            Access::Server => SessionACL::Owner,
            Access::Everybody => SessionACL::All,
        };
        config.n_threads = Some(THREADS);
        config
    }
}

impl Mounts for FuseMounts {
    fn available(&self) -> Result<()> {
        let unsupported = |reason: String| {
            Error::new(Kind::Unsupported, format!("backups cannot be mounted on this machine: {reason}"))
        };
        File::options().read(true).write(true).open(DEVICE).map_err(|error| {
            unsupported(match error.kind() {
                io::ErrorKind::NotFound => format!("there is no {DEVICE}; load the kernel's module fuse"),
                _ => format!("{DEVICE} cannot be opened: {error}"),
            })
        })?;
        if !geteuid().is_root() && helper().is_none() {
            return Err(unsupported(
                "only root mounts without fusermount3; install the package fuse3".to_owned(),
            ));
        }
        Ok(())
    }

    fn check(&self, at: &Path) -> Result<PathBuf> {
        let refused = |why: &str| Error::invalid(format!("cannot mount at {}: {why}", at.display()));
        if !at.is_absolute() {
            return Err(refused("the path must be absolute"));
        }
        let path = at.canonicalize().map_err(|error| refused(&error.to_string()))?;
        if let Some(system) = SYSTEM.iter().find(|system| path.starts_with(system)) {
            return Err(refused(&format!("{system} belongs to the system")));
        }
        if let Some(why) = unusable(&path)? {
            return Err(refused(&why));
        }
        Ok(path)
    }

    fn mount(&self, job: MountJob) -> Result<()> {
        self.available()?;
        self.clean(&job.at)?;
        if let Some(why) = unusable(&job.at)? {
            return Err(Error::conflict(format!("cannot mount at {}: {why}", job.at.display())));
        }
        let failed = |error: io::Error| {
            let kind = match error.kind() {
                io::ErrorKind::PermissionDenied => Kind::Forbidden,
                _ => Kind::Internal,
            };
            let told = error.to_string();
            Error::new(kind, format!("cannot mount at {}: {}", job.at.display(), told.trim()))
                .with_source(error)
        };
        let config = self.config(&job);
        let owner = (geteuid().as_raw(), getegid().as_raw());
        let filesystem = TreeFilesystem::new(job.tree.clone(), owner);
        let session = Session::new(filesystem, &job.at, &config).and_then(Session::spawn).map_err(failed)?;
        self.sessions().insert(job.at.clone(), session);
        Ok(())
    }

    fn unmount(&self, at: &Path) -> Result<Unmounting> {
        let mut sessions = self.sessions();
        take_away(at)?;
        let Some(session) = sessions.remove(at) else { return Ok(Unmounting::Complete) };
        let begun = Instant::now();
        while !session.guard.is_finished() {
            if begun.elapsed() > LAST_ANSWERS {
                // It ends when the last program closes the last file.
                return Ok(Unmounting::StillOpen);
            }
            thread::sleep(Duration::from_millis(5));
        }
        if let Err(error) = session.join() {
            tracing::warn!(path = %at.display(), error = %error, "a mount had broken off");
        }
        Ok(Unmounting::Complete)
    }

    fn clean(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let mut cleaned = Vec::new();
        let mut mounted = mounted()?;
        // What was mounted last comes off first.
        mounted.reverse();
        for mount in mounted {
            if mount.is_ours && mount.at.starts_with(folder) && is_dead(&mount.at) {
                take_away(&mount.at)?;
                self.sessions().remove(&mount.at);
                cleaned.push(mount.at);
            }
        }
        Ok(cleaned)
    }
}

/// Why nothing can be mounted at a folder; none when it can.
fn unusable(at: &Path) -> Result<Option<String>> {
    if mounted()?.iter().any(|mount| mount.at == at) {
        return Ok(Some("something is mounted there already".to_owned()));
    }
    Ok(match fs::read_dir(at).map(|mut entries| entries.next().is_some()) {
        Ok(false) => None,
        Ok(true) => Some("the folder is not empty".to_owned()),
        Err(error) => Some(error.to_string()),
    })
}

fn mounted() -> Result<Vec<mount_table::Mounted>> {
    mount_table::read().map_err(|error| Error::internal("the system does not tell what is mounted", error))
}

/// Whether the process that served a mount is gone.
fn is_dead(at: &Path) -> bool {
    // The kernel remembers attributes, but never this.
    statfs(at).is_err_and(|error| error == Errno::NOTCONN)
}

/// Unmounts what of ours is mounted at a folder, from under programs where it must be.
fn take_away(at: &Path) -> Result<()> {
    let failed = |error: &dyn std::fmt::Display| {
        let words = format!("cannot unmount {}: {error}", at.display());
        Error::internal(words.clone(), words)
    };
    loop {
        let mounted = mounted()?;
        // The last one covers those before it.
        if !mounted.iter().rev().find(|mount| mount.at == at).is_some_and(|mount| mount.is_ours) {
            return Ok(());
        }
        let done = match unmount(at, UnmountFlags::NOFOLLOW) {
            Err(Errno::BUSY) => unmount(at, UnmountFlags::NOFOLLOW | UnmountFlags::DETACH),
            done => done,
        };
        match done {
            Ok(()) => {}
            Err(Errno::PERM) => ask_helper(at).map_err(|error| failed(&error))?,
            Err(error) => return Err(failed(&error)),
        }
    }
}

/// Has somebody unmount who may.
fn ask_helper(at: &Path) -> io::Result<()> {
    let helper = helper().ok_or_else(|| io::Error::other("fusermount3 is missing"))?;
    let output = Command::new(helper).args(["-u", "-z", "--"]).arg(at).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

/// What mounts and unmounts for those who may not.
fn helper() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    HELPERS.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}
