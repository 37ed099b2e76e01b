//! The vault through the engine's port, on real files.

mod control;
mod crash;
mod damage;
mod fixture;
mod full_disk;
mod incremental;
mod prune;
mod restic;
mod round_trip;
mod selection;
mod tenants;
mod trouble;
