//! Which reads are one statement, as far as they have shown.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::RwLock;

/// So many runs in a row of one statement each, and the next is expected to be another.
const PROOF: u8 = 8;

/// How many times in a row each kind of read was one statement. Such a read needs no transaction to see one snapshot;
/// if it turns out to need more statements after all, it is run again in one.
#[derive(Default)]
pub(crate) struct Lone(RwLock<HashMap<TypeId, AtomicU8>>);

impl Lone {
    /// Whether a read of this kind is likely to be one statement.
    pub(crate) fn expected(&self, kind: TypeId) -> bool {
        self.0.read().get(&kind).is_some_and(|runs| runs.load(Ordering::Relaxed) >= PROOF)
    }

    /// Notes whether one was.
    pub(crate) fn learn(&self, kind: TypeId, lone: bool) {
        if let Some(runs) = self.0.read().get(&kind) {
            let before = runs.load(Ordering::Relaxed);
            let after = if lone { before.saturating_add(1).min(PROOF) } else { 0 };
            if after != before {
                runs.store(after, Ordering::Relaxed);
            }
            return;
        }
        self.0.write().entry(kind).or_default().store(u8::from(lone), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_is_alone_once_it_was_often_enough_until_it_is_not() {
        let (lone, kind) = (Lone::default(), TypeId::of::<u8>());
        for _ in 0..PROOF {
            assert!(!lone.expected(kind));
            lone.learn(kind, true);
        }
        assert!(lone.expected(kind) && !lone.expected(TypeId::of::<u16>()));
        lone.learn(kind, false);
        assert!(!lone.expected(kind));
    }
}
