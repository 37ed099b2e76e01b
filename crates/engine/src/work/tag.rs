//! By what the snapshots of runs are found in the vault.

use crate::{ObjectId, Run, RunId};

/// By what an object's snapshot is found in the vault. The moment is part of it: numbers come again when an
/// older copy of the catalog is put back.
pub(super) fn tag(run: &Run, object: ObjectId) -> String {
    format!("run-{}-{}-object-{object}", run.id, run.queued_at.as_microsecond())
}

/// The run whose tag this is; none for a tag that no run gives.
pub(crate) fn run_of_tag(tag: &str) -> Option<RunId> {
    let (head, object) = tag.strip_prefix("run-")?.split_once("-object-")?;
    let (run, moment) = head.split_once('-')?;
    // Only what is spelt as we spell it.
    let number = |text: &str| text.parse::<i64>().ok().filter(|number| number.to_string() == text);
    let (run, _, _) = (number(run)?, number(moment)?, number(object)?);
    Some(RunId(run))
}
