//! How running work is paused, resumed and cancelled.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::ObjectId;
use crate::error::{Error, Kind, Result};

/// The lever on one running job. The engine holds one end; the work calls [`JobControl::checkpoint`] often,
/// at least once for every entry and every block of data, from a thread that may block.
#[derive(Debug, Default)]
pub struct JobControl {
    signal: Mutex<Signal>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Signal {
    #[default]
    Go,
    Pause,
    Cancel,
}

impl JobControl {
    /// Asks the work to end. Final: a cancelled job cannot be resumed.
    pub fn cancel(&self) {
        self.set(|_| Signal::Cancel);
    }

    /// Asks the work to hold.
    pub fn pause(&self) {
        self.set(|now| if now == Signal::Cancel { now } else { Signal::Pause });
    }

    /// Lets held work go on.
    pub fn resume(&self) {
        self.set(|now| if now == Signal::Cancel { now } else { Signal::Go });
    }

    /// Whether the work was asked to end.
    pub fn is_cancelled(&self) -> bool {
        *self.lock() == Signal::Cancel
    }

    /// Whether the work is held.
    pub fn is_paused(&self) -> bool {
        *self.lock() == Signal::Pause
    }

    /// Blocks while the work is held.
    ///
    /// # Errors
    /// [`Kind::Cancelled`] once the work was asked to end.
    pub fn checkpoint(&self) -> Result<()> {
        let mut signal = self.lock();
        while *signal == Signal::Pause {
            signal = self.changed.wait(signal).unwrap_or_else(PoisonError::into_inner);
        }
        match *signal {
            Signal::Cancel => Err(Error::new(Kind::Cancelled, "the work was cancelled")),
            Signal::Go | Signal::Pause => Ok(()),
        }
    }

    fn set(&self, next: impl FnOnce(Signal) -> Signal) {
        let mut signal = self.lock();
        *signal = next(*signal);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Signal> {
        self.signal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The levers on a run: one on the whole of it, and one on each of its objects, which follows the first.
#[derive(Debug, Default)]
pub(crate) struct RunControl {
    whole: Arc<JobControl>,
    objects: Mutex<HashMap<ObjectId, Arc<JobControl>>>,
}

impl RunControl {
    /// Ends the run.
    pub(crate) fn cancel(&self) {
        self.each(JobControl::cancel);
    }

    /// Holds the run.
    pub(crate) fn pause(&self) {
        self.each(JobControl::pause);
    }

    /// Lets the held run go on.
    pub(crate) fn resume(&self) {
        self.each(JobControl::resume);
    }

    /// Ends one object.
    pub(crate) fn cancel_object(&self, object: ObjectId) {
        self.object(object).cancel();
    }

    /// The lever on the whole.
    pub(crate) fn whole(&self) -> Arc<JobControl> {
        Arc::clone(&self.whole)
    }

    /// The lever on one object, made as the whole stands.
    pub(crate) fn object(&self, object: ObjectId) -> Arc<JobControl> {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        let made =
            || Arc::new(JobControl { signal: Mutex::new(*self.whole.lock()), ..JobControl::default() });
        Arc::clone(objects.entry(object).or_insert_with(made))
    }

    fn each(&self, pull: impl Fn(&JobControl)) {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        pull(&self.whole);
        objects.values().for_each(|control| pull(control));
    }
}
