//! Snapshots as folders of this machine, through FUSE.
//!
//! On Linux a mount goes through the system call, or through `fusermount3` or `fusermount` where the server may
//! not call it; libfuse is not used. On other systems this crate compiles and says that it cannot mount.
//!
//! - `mounts`: [`FuseMounts`], the port: mounting, unmounting, and what a process that died left behind.
//! - `mount_table`: what the system says is mounted.
//! - `filesystem`: what the kernel asks of a mounted tree. It is for reading only and never changes, which is
//!   why the kernel may remember everything that it is told.
//! - `inodes`: the numbers by which the kernel asks.
//!
//! FUSE could unmount by itself when the server dies, but only for mounts that every user may enter. These are
//! for the server's user alone unless told otherwise, so that dead ones are put away at the next start.

#[cfg(target_os = "linux")]
mod filesystem;
#[cfg(target_os = "linux")]
mod inodes;
#[cfg(target_os = "linux")]
mod mount_table;
#[cfg(target_os = "linux")]
mod mounts;

#[cfg(not(target_os = "linux"))]
#[path = "elsewhere.rs"]
mod mounts;

pub use mounts::FuseMounts;

/// Who may look into what is mounted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// The server's user alone.
    #[default]
    Server,
    /// Every user of the machine, as far as the modes of the files that were backed up allow it. Where the server
    /// does not run as root, `/etc/fuse.conf` must have `user_allow_other`.
    Everybody,
}
