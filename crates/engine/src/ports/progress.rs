//! How far work is, told while it goes on.

/// Receives the figures of running work: [`BackupStats`](crate::BackupStats) or
/// [`RestoreStats`](crate::RestoreStats).
///
/// Called often and from the working thread: an implementation stores the figures and returns at once.
pub trait Progress<S>: Send + Sync + 'static {
    /// The figures so far. They only grow, totals included: what is found later is added then.
    fn update(&self, stats: &S);
}

/// Forgets everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl<S> Progress<S> for NoProgress {
    fn update(&self, _stats: &S) {}
}
