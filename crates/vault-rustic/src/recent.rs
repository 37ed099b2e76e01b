//! Remembering what was used last, up to a weight.

use std::collections::{BTreeMap, HashMap};

use engine::FilePath;

/// Values by path. The one that was not used for the longest goes first; the latest stays whatever it weighs.
pub(crate) struct Recent<T> {
    limit: usize,
    weight: usize,
    clock: u64,
    values: HashMap<FilePath, Remembered<T>>,
    by_use: BTreeMap<u64, FilePath>,
}

struct Remembered<T> {
    value: T,
    weight: usize,
    used: u64,
}

impl<T: Clone> Recent<T> {
    /// One that remembers values of this weight in all.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, weight: 0, clock: 0, values: HashMap::new(), by_use: BTreeMap::new() }
    }

    pub(crate) fn get(&mut self, path: &FilePath) -> Option<T> {
        let known = self.values.get_mut(path)?;
        self.clock += 1;
        if let Some(path) = self.by_use.remove(&known.used) {
            self.by_use.insert(self.clock, path);
        }
        known.used = self.clock;
        Some(known.value.clone())
    }

    pub(crate) fn put(&mut self, path: &FilePath, value: T, weight: usize) {
        self.remove(path);
        self.clock += 1;
        self.by_use.insert(self.clock, path.clone());
        self.values.insert(path.clone(), Remembered { value, weight, used: self.clock });
        self.weight = self.weight.saturating_add(weight);
        while self.weight > self.limit && self.values.len() > 1 {
            let Some((_, oldest)) = self.by_use.first_key_value() else { return };
            let oldest = oldest.clone();
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, path: &FilePath) {
        if let Some(known) = self.values.remove(path) {
            self.by_use.remove(&known.used);
            self.weight = self.weight.saturating_sub(known.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> FilePath {
        FilePath::from_bytes(name)
    }

    #[test]
    fn what_was_used_last_stays() {
        let mut recent = Recent::new(10);
        for name in ["/a", "/b", "/c"] {
            recent.put(&path(name), name, 3);
        }
        assert_eq!(recent.get(&path("/a")), Some("/a"));
        recent.put(&path("/d"), "/d", 3);
        let there =
            |recent: &mut Recent<_>| ["/a", "/b", "/c", "/d"].map(|name| recent.get(&path(name)).is_some());
        assert_eq!(there(&mut recent), [true, false, true, true]);
        recent.put(&path("/b"), "/b", 3);
        assert_eq!(there(&mut recent), [false, true, true, true], "the order of the last looks counts");
        recent.put(&path("/huge"), "/huge", 1_000);
        assert_eq!(there(&mut recent), [false; 4]);
        assert_eq!(recent.get(&path("/huge")), Some("/huge"));
        recent.put(&path("/huge"), "smaller", 4);
        recent.put(&path("/a"), "/a", 3);
        assert_eq!(recent.get(&path("/huge")), Some("smaller"), "its old weight is forgotten");
        assert_eq!((recent.weight, recent.by_use.len(), recent.values.len()), (7, 2, 2));
    }
}
