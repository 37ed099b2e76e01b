//! Mounts: a backup that hangs in the file system as a folder, to be looked through and copied from.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Extras, MountId, ObjectId, RunId, SnapshotId, TenantId};

/// A mount.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mount {
    /// Its number.
    pub id: MountId,
    /// Who owns it.
    pub tenant: TenantId,
    /// The run that made the backup.
    pub run: RunId,
    /// The object of that run.
    pub object: ObjectId,
    /// The snapshot that is shown. It stays for as long as the mount [is in use](MountState::is_in_use).
    pub snapshot: SnapshotId,
    /// The folder that was asked for; none leaves the choice to the server.
    #[serde(default, with = "path_as_text")]
    pub wanted_path: Option<PathBuf>,
    /// Where it hangs; none while it does not.
    #[serde(default, with = "path_as_text")]
    pub path: Option<PathBuf>,
    /// How far it is.
    pub state: MountState,
    /// When it is unmounted without being asked; none means never.
    #[serde(default)]
    pub unmount_at: Option<Timestamp>,
    /// Why it is as it is, where that needs saying.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was last mounted.
    #[serde(default)]
    pub mounted_at: Option<Timestamp>,
    /// When it was unmounted.
    #[serde(default)]
    pub unmounted_at: Option<Timestamp>,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

/// A mount that is asked for.
#[derive(Clone, Debug)]
pub struct NewMount {
    /// The run that made the backup.
    pub run: RunId,
    /// The object of that run.
    pub object: ObjectId,
    /// An empty folder of the server's machine to hang it in, by absolute path; none leaves the choice to the
    /// server.
    pub path: Option<PathBuf>,
    /// When it is to be unmounted without being asked; none means never.
    pub unmount_at: Option<Timestamp>,
    /// What a face keeps with it.
    pub extras: Extras,
}

/// How far a mount is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MountState {
    /// Accepted, not mounted yet.
    Requested,
    /// It hangs at its path. Stays so over a restart of the server, which mounts it again.
    Mounted,
    /// It was unmounted.
    Unmounted,
    /// It could not be mounted. It may be tried again.
    Failed,
}

impl MountState {
    /// Whether the snapshot must stay for it.
    pub fn is_in_use(self) -> bool {
        matches!(self, Self::Requested | Self::Mounted)
    }
}

/// A path of this machine in the text form that loses nothing.
mod path_as_text {
    use std::path::PathBuf;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::FilePath;

    pub(super) fn serialize<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
        path.as_deref().map(FilePath::from).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PathBuf>, D::Error> {
        let path = Option::<FilePath>::deserialize(deserializer)?;
        Ok(path.map(|path| path.as_path().to_owned()))
    }
}
