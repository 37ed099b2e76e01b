//! Hearing of saves.
//!
//! Folders are watched and not files, since many editors save by putting another file in the place of the old
//! one. Where the system cannot tell of saves, the folder is looked through again and again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::{Config, Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

/// How long it must be quiet before a save counts as done: editors write in several steps.
pub const QUIET: Duration = Duration::from_millis(60);
/// How long a save is waited for that never ends.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a folder is looked through where the system does not tell.
const POLL: Duration = Duration::from_millis(500);

/// Sends the paths that something happens to below `folder` until the watcher is dropped, and says when it has to
/// poll, and why.
///
/// # Errors
/// When the folder cannot be watched in either way.
pub fn watch(
    folder: &Path,
    poll: bool,
    paths: &Sender<PathBuf>,
) -> notify::Result<(Box<dyn Watcher>, Option<String>)> {
    let told = if poll {
        Err("asked for".to_owned())
    } else {
        native(folder, paths).map_err(|error| error.to_string())
    };
    match told {
        Ok(watcher) => Ok((watcher, None)),
        Err(reason) => Ok((polling(folder, paths)?, Some(reason))),
    }
}

fn native(folder: &Path, paths: &Sender<PathBuf>) -> notify::Result<Box<dyn Watcher>> {
    let mut watcher = RecommendedWatcher::new(handler(folder, paths), Config::default())?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(Box::new(watcher))
}

fn polling(folder: &Path, paths: &Sender<PathBuf>) -> notify::Result<Box<dyn Watcher>> {
    // A save within the resolution of a file system's clock shows in the contents only.
    let config = Config::default().with_poll_interval(POLL).with_compare_contents(true);
    let mut watcher = PollWatcher::new(handler(folder, paths), config)?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(Box::new(watcher))
}

fn handler(folder: &Path, paths: &Sender<PathBuf>) -> impl Fn(notify::Result<Event>) + Send + 'static {
    let (folder, paths) = (folder.to_owned(), paths.clone());
    move |event| {
        // Nobody listens any more once the watch has ended.
        match event {
            // Looking at a file is no save, and we look at all of them after every save.
            Ok(event) if event.kind.is_access() => {}
            Ok(event) if event.need_rescan() => drop(paths.send(folder.clone())),
            Ok(event) => event.paths.into_iter().for_each(|path| drop(paths.send(path))),
            // Whatever was missed, looking at everything finds it.
            Err(_) => drop(paths.send(folder.clone())),
        }
    }
}

/// Waits for a path, and for those that follow it until it is quiet. Nothing when no more can come.
pub fn batch(paths: &Receiver<PathBuf>, quiet: Duration) -> Option<BTreeSet<PathBuf>> {
    let mut batch = BTreeSet::from([paths.recv().ok()?]);
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        match paths.recv_timeout(quiet) {
            Ok(path) => drop(batch.insert(path)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    Some(batch)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn what_comes_at_once_is_one_batch_and_the_end_is_told() {
        let (sender, receiver) = mpsc::channel();
        for path in ["a", "b", "a"] {
            sender.send(PathBuf::from(path)).expect("sends");
        }
        drop(sender);
        let first = batch(&receiver, Duration::from_secs(60)).expect("a batch");
        assert_eq!(first.len(), 2);
        assert!(batch(&receiver, Duration::from_secs(60)).is_none());
    }
}
