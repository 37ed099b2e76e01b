//! Sources: the machines whose files can be protected.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Extras, ObjectId, TenantId};

/// A registered source. It is also the object at its own root: a host is protected as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its number, which is the number of its root object too.
    pub id: ObjectId,
    /// Who registered it.
    pub tenant: TenantId,
    /// What people call it.
    pub name: String,
    /// Where it answers: a host name or an address.
    pub endpoint: String,
    /// What was found out about it when it was last looked at.
    pub host: HostFacts,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// When `host` was last read.
    pub refreshed_at: Timestamp,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

/// A source about to be registered.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// What people call it; empty means: as the host calls itself.
    pub name: String,
    /// Where it answers.
    pub endpoint: String,
    /// What a face keeps with it.
    pub extras: Extras,
}

/// What a look at a host finds out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HostFacts {
    /// Its own name.
    pub hostname: String,
    /// The operating system's family.
    pub os: OsFamily,
    /// The operating system as it calls itself, such as `Debian GNU/Linux 12 (bookworm)`.
    pub os_name: String,
    /// The kernel's release.
    pub kernel: String,
    /// The mounted volumes that hold files.
    #[serde(default)]
    pub volumes: Vec<Volume>,
}

/// A family of operating systems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OsFamily {
    /// Linux.
    Linux,
    /// macOS.
    MacOs,
    /// Anything else.
    #[default]
    Other,
}

/// A mounted volume of a host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// Where it is mounted.
    pub mount_point: String,
    /// Its file system, such as `ext4`.
    pub file_system: String,
    /// Its size.
    pub total_bytes: u64,
    /// What is in use of it.
    pub used_bytes: u64,
}
