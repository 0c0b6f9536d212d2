//! Queues of keys that are served in turns.

use std::collections::VecDeque;

use super::{Key, KeyMap};

/// Entries in the order of their arrival within a key; keys are served round-robin.
#[derive(Debug)]
pub(crate) struct Turns<T> {
    /// Never holds an empty queue.
    queues: KeyMap<VecDeque<T>>,
    /// The keys of `queues`, in the order in which they are served.
    order: VecDeque<Key>,
    len: usize,
}

/// The decision about the first entry of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Take it.
    Take,
    /// It waits, but entries of other keys may be served.
    Skip,
    /// It waits, and so do all entries behind it.
    Stop,
}

impl<T> Default for Turns<T> {
    fn default() -> Turns<T> {
        Turns { queues: KeyMap::default(), order: VecDeque::new(), len: 0 }
    }
}

impl<T> Turns<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn len_of(&self, key: Key) -> usize {
        if self.len == 0 {
            return 0;
        }
        self.queues.get(&key).map_or(0, VecDeque::len)
    }

    /// Whether an entry of a key other than these waits.
    pub(crate) fn has_other_than(&self, keys: &[Key]) -> bool {
        self.order.iter().any(|key| !keys.contains(key))
    }

    pub(crate) fn push_back(&mut self, key: Key, entry: T) {
        let order = &mut self.order;
        let queue = self.queues.entry(key).or_insert_with(|| {
            order.push_back(key);
            VecDeque::new()
        });
        queue.push_back(entry);
        self.len += 1;
    }

    /// Returns an entry that was taken but could not be served. It is first again.
    pub(crate) fn push_front(&mut self, key: Key, entry: T) {
        let order = &mut self.order;
        let queue = self.queues.entry(key).or_insert_with(|| {
            order.push_front(key);
            VecDeque::new()
        });
        queue.push_front(entry);
        self.len += 1;
    }

    /// Takes the next entry that `judge` accepts.
    pub(crate) fn take_next(&mut self, mut judge: impl FnMut(Key, &T) -> Verdict) -> Option<(Key, T)> {
        for at in 0..self.order.len() {
            let key = self.order[at];
            let Some(queue) = self.queues.get_mut(&key) else { continue };
            let Some(first) = queue.front() else { continue };
            match judge(key, first) {
                Verdict::Skip => continue,
                Verdict::Stop => return None,
                Verdict::Take => {}
            }
            let Some(entry) = queue.pop_front() else { continue };
            self.len -= 1;
            self.order.remove(at);
            if queue.is_empty() {
                self.queues.remove(&key);
            } else {
                self.order.push_back(key);
            }
            return Some((key, entry));
        }
        None
    }

    /// Removes the first entry of a key that matches. Returns whether there was one.
    pub(crate) fn remove(&mut self, key: Key, matches: impl Fn(&T) -> bool) -> bool {
        let Some(queue) = self.queues.get_mut(&key) else { return false };
        let Some(at) = queue.iter().position(matches) else { return false };
        queue.remove(at);
        self.len -= 1;
        if queue.is_empty() {
            self.queues.remove(&key);
            self.order.retain(|other| *other != key);
        }
        true
    }
}
