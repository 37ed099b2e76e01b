//! What workers do, a file a kind of work.

mod archive;
mod keep;
mod recovery;
mod run;
mod tag;
mod task;
mod task_checks;
mod task_follow;
mod verdict;

pub(crate) use recovery::{execute as execute_recovery, write_job};
pub(crate) use run::execute as execute_run;
pub(crate) use tag::run_of_tag;
pub(crate) use task::execute as execute_task;
