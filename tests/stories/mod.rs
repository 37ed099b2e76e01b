//! What people set out to do, each over several commands: the binary against the real server, with exit code and both
//! outputs as they see them.

mod first_backup;
mod first_policy;
mod hurry;
mod ledger;
mod lost_letter;
mod morning_round;
mod overwritten_letter;
mod rotten_disk;
mod watching;
mod what_changed;
mod whole_folder;
