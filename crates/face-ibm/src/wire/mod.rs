//! Between the wire's terms and the engine's: pure functions, no calls.

mod agents;
mod connections;
mod connectors;
mod group;
mod ids;
mod object;
mod policy;
mod progress;
mod recovery;
mod run;
mod schedule;
mod search;
mod snapshot;
mod source;
mod time;

pub(crate) use agents::{new_upgrade_task, upgrade_task};
pub(crate) use connections::{connection, connection_extras, connection_id};
pub(crate) use connectors::{connector, connector_id};
pub(crate) use group::{group, group_rules};
pub(crate) use ids::WireIds;
pub(crate) use object::{found_object, protected_object, restore_point};
pub(crate) use policy::{policy, policy_rules};
pub(crate) use progress::{ProgressWanted, run_progress};
pub(crate) use recovery::{
    download_plan, place_plan, plain_path, recovery, recovery_states, restored_snapshot,
};
pub(crate) use run::{run, run_kind, run_kinds, run_states, snapshot_change};
pub(crate) use search::{file_cookie, file_kinds, indexed_file, parse_file_cookie};
pub(crate) use snapshot::object_snapshot;
pub(crate) use source::{registration, remember, source_object};
pub(crate) use time::{from_usecs, usecs};

/// Under which name this face keeps what it wants to say again.
pub(crate) const EXTRAS: &str = "ibm";

/// What `T` knows of what was kept of a thing; the default where nothing readable was.
fn kept<T: serde::de::DeserializeOwned + Default>(extras: &engine::Extras) -> T {
    extras.get(EXTRAS).and_then(|value| face_core::known(value).ok()).unwrap_or_default()
}
