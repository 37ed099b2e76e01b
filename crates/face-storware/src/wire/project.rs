//! Projects: which of them an entity belongs to. The engine knows none; this face keeps them with the group.

use engine::Extras;
use serde_json::Value;

/// Under which name this face keeps what only it wants to hear again.
pub(crate) const EXTRAS: &str = "storware";

/// The projects that extras name.
pub(crate) fn projects(extras: &Extras) -> Vec<String> {
    let named = extras.get(EXTRAS).and_then(|own| own["projects"].as_array());
    named.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
