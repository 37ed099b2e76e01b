//! What became of a run.

use crate::{Run, RunState};

/// What became of a run, from what became of its objects: one failure fails it, one warning taints it. A
/// cancellation cancels it, unless only some objects were cancelled by name and others are complete.
pub(super) fn verdict(run: &Run) -> (RunState, Option<String>) {
    let first = |state| run.objects.iter().find(|object| object.state == state);
    if let Some(failed) = first(RunState::Failed) {
        let reason = failed.reason.clone().unwrap_or_default();
        return (RunState::Failed, Some(format!("{}: {reason}", failed.name)));
    }
    if let Some(cancelled) = first(RunState::Cancelled) {
        let is_done = |state| matches!(state, RunState::Succeeded | RunState::SucceededWithWarnings);
        if run.state != RunState::Cancelling && run.objects.iter().any(|object| is_done(object.state)) {
            return (RunState::SucceededWithWarnings, Some(format!("{}: cancelled", cancelled.name)));
        }
        return (RunState::Cancelled, None);
    }
    if let Some(tainted) = first(RunState::SucceededWithWarnings) {
        let count = tainted.stats.files_unreadable.max(tainted.warnings.len() as u64);
        let first = tainted.warnings.first().map(String::as_str).unwrap_or_default();
        let reason = format!("{}: {count} warnings, the first: {first}", tainted.name);
        return (RunState::SucceededWithWarnings, Some(reason));
    }
    (RunState::Succeeded, None)
}
