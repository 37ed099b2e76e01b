//! What a face says of itself.

use axum::response::Response;
use engine::{Engine, GroupId, Snapshot, SnapshotFilter, SnapshotId, TenantId};
use http::{HeaderMap, Method};

/// Who asks.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Whose snapshots.
    pub tenant: TenantId,
    /// The groups whose snapshots the visitor may see; none means all.
    pub groups: Option<Vec<GroupId>>,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// See which files there are.
    Look,
    /// Have what is in them, as a restore would give it.
    Read,
    /// Have all that the tenant stores looked through.
    Check,
}

/// A face that has these paths.
pub trait Door: Send + Sync + 'static {
    /// How the face tells of failures.
    type Error: From<engine::Error> + Send;

    /// The engine behind the face.
    fn engine(&self) -> &Engine;

    /// Lets somebody in, or says why not.
    fn enter(
        &self,
        headers: &HeaderMap,
        wish: Wish,
    ) -> impl Future<Output = Result<Visitor, Self::Error>> + Send;

    /// The snapshot that an id of this face names, if the visitor may see it.
    fn snapshot(
        &self,
        visitor: &Visitor,
        id: &str,
    ) -> impl Future<Output = Result<SnapshotId, Self::Error>> + Send;

    /// How this face calls a snapshot.
    fn id(&self, snapshot: &Snapshot) -> String;

    /// A parameter that cannot be right.
    fn invalid(&self, parameter: &str, reason: &str) -> Self::Error;

    /// A path of these that does not take a method.
    fn wrong_method(&self, path: &str, method: &Method) -> Self::Error;

    /// The answer of a failure.
    fn respond(&self, error: Self::Error) -> Response;
}

impl Visitor {
    /// Lets through what the visitor may see; none when that is nothing.
    pub(crate) fn filter(&self) -> Option<SnapshotFilter> {
        match &self.groups {
            None => Some(SnapshotFilter::default()),
            Some(groups) if groups.is_empty() => None,
            Some(groups) => Some(SnapshotFilter { groups: groups.clone(), ..SnapshotFilter::default() }),
        }
    }
}
