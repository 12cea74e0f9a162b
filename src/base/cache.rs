//! A least-recently-used cache with a budget of bytes.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Keeps what was used last, up to a budget of bytes.
///
/// A value that is alone larger than the budget is kept until the next one comes: what is on screen must be
/// somewhere.
#[derive(Debug)]
pub struct ByteCache<K, V> {
    entries: HashMap<K, Entry<V>>,
    by_age: BTreeMap<u64, K>,
    next_age: u64,
    num_bytes: usize,
    budget_bytes: usize,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    num_bytes: usize,
    age: u64,
}

impl<K: Clone + Eq + Hash, V> ByteCache<K, V> {
    /// An empty cache that keeps at most `budget_bytes`.
    pub fn new(budget_bytes: usize) -> Self {
        Self { entries: HashMap::new(), by_age: BTreeMap::new(), next_age: 0, num_bytes: 0, budget_bytes }
    }

    /// Puts a value in, as the one used last, and drops what no longer fits.
    pub fn insert(&mut self, key: K, value: V, num_bytes: usize) {
        self.remove(&key);
        let age = self.take_age();
        self.by_age.insert(age, key.clone());
        self.entries.insert(key, Entry { value, num_bytes, age });
        self.num_bytes += num_bytes;
        self.shrink();
    }

    /// The value, which becomes the one used last.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        let age = self.take_age();
        let entry = self.entries.get_mut(key)?;
        self.by_age.remove(&entry.age);
        self.by_age.insert(age, key.clone());
        entry.age = age;
        Some(&entry.value)
    }

    /// Whether the key is there; does not count as a use.
    pub fn contains(&self, key: &K) -> bool {
        self.entries.contains_key(key)
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let entry = self.entries.remove(key)?;
        self.by_age.remove(&entry.age);
        self.num_bytes -= entry.num_bytes;
        Some(entry.value)
    }

    /// Drops what is not to be kept.
    pub fn retain(&mut self, is_kept: impl Fn(&K) -> bool) {
        let dropped: Vec<K> = self.entries.keys().filter(|key| !is_kept(key)).cloned().collect();
        for key in &dropped {
            self.remove(key);
        }
    }

    /// Drops everything.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.by_age.clear();
        self.num_bytes = 0;
    }

    /// Changes the budget, and drops what no longer fits.
    pub fn set_budget_bytes(&mut self, budget_bytes: usize) {
        self.budget_bytes = budget_bytes;
        self.shrink();
    }

    /// Bytes held now.
    pub fn num_bytes(&self) -> usize {
        self.num_bytes
    }

    /// Values held now.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn take_age(&mut self) -> u64 {
        self.next_age += 1;
        self.next_age
    }

    fn shrink(&mut self) {
        while self.num_bytes > self.budget_bytes && self.entries.len() > 1 {
            let Some((_, key)) = self.by_age.pop_first() else { return };
            if let Some(entry) = self.entries.remove(&key) {
                self.num_bytes -= entry.num_bytes;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_within_the_budget_and_drops_the_least_recently_used() {
        let mut cache = ByteCache::new(100);
        for key in 0..10 {
            cache.insert(key, key, 20);
            cache.get(&0);
        }
        assert_eq!(cache.num_bytes(), 100);
        assert!(cache.contains(&0), "used after every insertion");
        assert!(!cache.contains(&1));
        assert!(cache.contains(&9));
    }

    #[test]
    fn a_value_over_the_budget_is_kept_alone() {
        let mut cache = ByteCache::new(100);
        cache.insert("small", (), 10);
        cache.insert("huge", (), 1000);
        assert!(cache.contains(&"huge") && !cache.contains(&"small"));
        cache.insert("next", (), 10);
        assert!(!cache.contains(&"huge"));
        assert_eq!(cache.num_bytes(), 10);
    }

    #[test]
    fn replacing_a_value_counts_its_bytes_once() {
        let mut cache = ByteCache::new(100);
        cache.insert("a", 1, 60);
        cache.insert("a", 2, 30);
        assert_eq!((cache.num_bytes(), cache.len(), cache.get(&"a")), (30, 1, Some(&2)));
        cache.insert("b", 3, 40);
        cache.retain(|key| *key == "b");
        assert_eq!((cache.num_bytes(), cache.len()), (40, 1));
        cache.clear();
        assert!(cache.is_empty());
    }
}
