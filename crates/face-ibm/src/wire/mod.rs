//! Between the wire's terms and the engine's: pure functions, no calls.

mod ids;

pub(crate) use ids::WireIds;
