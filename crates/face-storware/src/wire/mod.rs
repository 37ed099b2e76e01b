//! Between the API's words and the engine's: pure conversions.

mod backup;
mod backup_statistics;
mod guid;
mod project;
pub(crate) mod reference;
mod role;
pub(crate) mod task;
pub(crate) mod task_words;
mod time;

pub(crate) use backup::{
    BackupWords, ENTITY_TYPE, VAULT_NAME, backup_size, backup_status, backup_type, has_location, sees,
};
pub(crate) use backup_statistics::{Timeline, reads};
pub(crate) use guid::{BackupKey, Guids};
pub(crate) use project::{EXTRAS, projects};
pub(crate) use role::{privileges, role_word};
pub(crate) use time::{from_millis, millis};
