//! Between the API's words and the engine's: pure conversions.

mod guid;
mod project;
pub(crate) mod reference;
mod role;
pub(crate) mod task;
pub(crate) mod task_words;
mod time;

pub(crate) use guid::{BackupKey, Guids};
pub(crate) use project::{EXTRAS, projects};
pub(crate) use role::{privileges, role_word};
pub(crate) use time::{from_millis, millis};
