//! Learns which reads run a single statement.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};

use parking_lot::RwLock;

/// After this many consecutive runs of a single statement, the next run is expected to be one too.
const PROOF: u8 = 8;

/// For each kind of read, how many consecutive runs were a single statement. Such a read needs no transaction to see
/// one snapshot. If it needs more statements after all, it is run again in a transaction.
#[derive(Default)]
pub(crate) struct Lone(RwLock<HashMap<TypeId, AtomicU8>>);

impl Lone {
    /// Returns whether a read of this kind is expected to run a single statement.
    pub(crate) fn expected(&self, kind: TypeId) -> bool {
        self.0.read().get(&kind).is_some_and(|runs| runs.load(Ordering::Relaxed) >= PROOF)
    }

    /// Records whether a read of this kind ran a single statement.
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
