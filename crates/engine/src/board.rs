//! The work that is going on right now: its levers and its live figures.
//!
//! Figures change many times a second and are worth nothing after a crash, so they never go to the catalog.
//! A run or recovery that is being worked on lives here, and its worker and the calls that pause or cancel it
//! change it through the same lock: neither overwrites what the other wrote.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::control::RunControl;
use crate::worker::Slot;
use crate::{
    BackupStats, JobControl, ObjectId, Progress, Recovery, RecoveryId, RestoreStats, Run, RunId, TenantId,
};

/// Everything that is being worked on.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) runs: Shelf<RunId, LiveRun>,
    pub(crate) recoveries: Shelf<RecoveryId, LiveRecovery>,
    /// Held while a worker puts a run up, and while a run is changed that is not up: so neither misses the
    /// other.
    pub(crate) claims: tokio::sync::Mutex<()>,
    /// Set when the worker stops: what is put up after that is to end at once.
    is_closed: AtomicBool,
}

impl Board {
    /// Asks everything to end, and everything that is yet to be put up.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.runs.each(|live| live.control.cancel());
        self.recoveries.each(|live| live.control.cancel());
    }

    /// Whether a run of this tenant is held in the middle of reading.
    pub(crate) fn holds_a_run_of(&self, tenant: &TenantId) -> bool {
        let is_held = |live: &LiveRun| {
            live.tenant == *tenant && live.control.whole().is_paused() && live.reading.load(Ordering::SeqCst)
        };
        let mut held = false;
        self.runs.each(|live| held |= is_held(live));
        held
    }

    /// Puts a run up; none when it is up already.
    pub(crate) fn put_run(&self, run: Run, slot: Arc<Slot>) -> Option<Up<'_, RunId, LiveRun>> {
        let up = self.runs.put(run.id, LiveRun::new(run, slot))?;
        if self.is_closed.load(Ordering::SeqCst) {
            up.thing.control.cancel();
        }
        Some(up)
    }

    /// Puts a recovery up; none when it is up already.
    pub(crate) fn put_recovery(&self, recovery: Recovery) -> Option<Up<'_, RecoveryId, LiveRecovery>> {
        let up = self.recoveries.put(recovery.id, LiveRecovery::new(recovery))?;
        if self.is_closed.load(Ordering::SeqCst) {
            up.thing.control.cancel();
        }
        Some(up)
    }
}

/// A run that is being worked on.
#[derive(Debug)]
pub(crate) struct LiveRun {
    /// The run as last written to the catalog; held while it is changed and written.
    pub(crate) run: tokio::sync::Mutex<Run>,
    pub(crate) tenant: TenantId,
    pub(crate) control: RunControl,
    /// Set while a finished backup is made visible: it is too late then to hold or end it.
    pub(crate) publishing: AtomicBool,
    /// Set while an object is read into the vault, of which the run has a share then.
    pub(crate) reading: AtomicBool,
    figures: Mutex<HashMap<ObjectId, BackupStats>>,
    slot: Arc<Slot>,
    /// When it was held: from, and until where it goes on again.
    holds: Mutex<Vec<(Timestamp, Option<Timestamp>)>>,
}

impl LiveRun {
    fn new(run: Run, slot: Arc<Slot>) -> Self {
        Self {
            tenant: run.tenant.clone(),
            run: tokio::sync::Mutex::new(run),
            control: RunControl::default(),
            publishing: AtomicBool::new(false),
            reading: AtomicBool::new(false),
            figures: Mutex::default(),
            slot,
            holds: Mutex::default(),
        }
    }

    /// Holds the work, and lets another job have its place: a run may be held for days. When it is resumed,
    /// there is one more job at work than there are places, until one of them ends.
    pub(crate) fn pause(&self, now: Timestamp) {
        self.control.pause();
        self.slot.give_up();
        self.holds.lock().unwrap_or_else(PoisonError::into_inner).push((now, None));
    }

    /// Lets the held work go on.
    pub(crate) fn resume(&self, now: Timestamp) {
        let mut holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, until)) = holds.last_mut() {
            until.get_or_insert(now);
        }
        drop(holds);
        self.control.resume();
    }

    /// How long it has worked since `start`, the times when it was held not counted.
    pub(crate) fn worked(&self, start: Timestamp, now: Timestamp) -> SignedDuration {
        let holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        let held = holds.iter().filter_map(|(from, until)| {
            let (from, until) = ((*from).max(start), until.unwrap_or(now));
            (until > from).then(|| until.duration_since(from))
        });
        now.duration_since(start) - held.sum::<SignedDuration>()
    }

    /// The live figures of one object.
    pub(crate) fn figures(&self, object: ObjectId) -> Option<BackupStats> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner).get(&object).copied()
    }

    /// Puts the live figures into the run's objects.
    pub(crate) fn overlay(&self, run: &mut Run) {
        let figures = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        for object in &mut run.objects {
            if let Some(stats) = figures.get(&object.object).filter(|_| !object.state.is_final()) {
                object.stats = *stats;
            }
        }
    }
}

/// Where one object's backup reports to.
pub(crate) struct ObjectProgress {
    pub(crate) live: Arc<LiveRun>,
    pub(crate) object: ObjectId,
}

impl Progress<BackupStats> for ObjectProgress {
    fn update(&self, stats: &BackupStats) {
        let mut figures = self.live.figures.lock().unwrap_or_else(PoisonError::into_inner);
        figures.insert(self.object, *stats);
    }
}

/// A recovery that is being worked on.
#[derive(Debug)]
pub(crate) struct LiveRecovery {
    /// The recovery as last written to the catalog; held while it is changed and written.
    pub(crate) recovery: tokio::sync::Mutex<Recovery>,
    pub(crate) control: Arc<JobControl>,
    figures: Mutex<RestoreStats>,
}

impl LiveRecovery {
    fn new(recovery: Recovery) -> Self {
        Self {
            recovery: tokio::sync::Mutex::new(recovery),
            control: Arc::default(),
            figures: Mutex::default(),
        }
    }

    /// Puts the live figures into the recovery.
    pub(crate) fn overlay(&self, recovery: &mut Recovery) {
        if !recovery.state.is_final() {
            recovery.stats = *self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Where a recovery's writer reports to.
pub(crate) struct RecoveryProgress(pub(crate) Arc<LiveRecovery>);

impl Progress<RestoreStats> for RecoveryProgress {
    fn update(&self, stats: &RestoreStats) {
        *self.0.figures.lock().unwrap_or_else(PoisonError::into_inner) = *stats;
    }
}

/// Live things by their id.
#[derive(Debug)]
pub(crate) struct Shelf<K, T>(Mutex<HashMap<K, Arc<T>>>);

impl<K, T> Default for Shelf<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Copy + Eq + Hash, T> Shelf<K, T> {
    pub(crate) fn get(&self, id: K) -> Option<Arc<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub(crate) fn each(&self, act: impl FnMut(&Arc<T>)) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(act);
    }

    /// Puts a thing up; it comes down when the guard is dropped. None when the place is taken: somebody is
    /// at work on it.
    fn put(&self, id: K, thing: T) -> Option<Up<'_, K, T>> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id) {
            Entry::Occupied(_) => None,
            Entry::Vacant(place) => {
                let thing = Arc::clone(place.insert(Arc::new(thing)));
                Some(Up { shelf: self, id, thing })
            }
        }
    }
}

/// A thing that is up.
pub(crate) struct Up<'a, K: Copy + Eq + Hash, T> {
    shelf: &'a Shelf<K, T>,
    id: K,
    pub(crate) thing: Arc<T>,
}

impl<K: Copy + Eq + Hash, T> Drop for Up<'_, K, T> {
    fn drop(&mut self) {
        self.shelf.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
