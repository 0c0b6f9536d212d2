//! The counts of a day, as a row holds them.
//!
//! A count has a slot: the quarter of the day, what is counted, and for durations the bucket. A list of counts is a pair of
//! varints for each slot that has any: the distance to the slot before, and the count.

use std::collections::BTreeMap;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A conversation began.
    Began,
    /// It left the backlog: it was closed, or deleted while it was open.
    Ended,
    /// It was answered for the first time, after a time of this bucket.
    Answered(u16),
    /// It was closed, after a time of this bucket.
    Closed(u16),
}

/// Slots of durations of one kind in a quarter; there are fewer buckets.
const WIDTH: u32 = 2_048;
const _: () = assert!(super::histogram::BUCKETS <= WIDTH as usize, "the buckets do not fit");
/// Slots of a quarter: two without durations in the first part.
const SLOTS: u32 = 3 * WIDTH;

fn slot(quarter: u32, what: What) -> u32 {
    quarter * SLOTS
        + match what {
            What::Began => 0,
            What::Ended => 1,
            What::Answered(bucket) => WIDTH + u32::from(bucket),
            What::Closed(bucket) => 2 * WIDTH + u32::from(bucket),
        }
}

/// The quarter and what is counted; none of what no version has written.
fn of_slot(slot: u32) -> Option<(u32, What)> {
    let (quarter, rest) = (slot / SLOTS, slot % SLOTS);
    let bucket = u16::try_from(rest % WIDTH).ok()?;
    let what = match (rest / WIDTH, bucket) {
        (0, 0) => What::Began,
        (0, 1) => What::Ended,
        (1, bucket) => What::Answered(bucket),
        (2, bucket) => What::Closed(bucket),
        _ => return None,
    };
    Some((quarter, what))
}

/// Counts by slot, or what is to be added to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts(BTreeMap<u32, i64>);

impl Counts {
    /// Adds to a count.
    pub(super) fn add(&mut self, quarter: u32, what: What, count: i64) {
        self.add_slot(slot(quarter, what), count);
    }

    fn add_slot(&mut self, slot: u32, count: i64) {
        let counted = self.0.entry(slot).or_insert(0);
        *counted += count;
        if *counted == 0 {
            self.0.remove(&slot);
        }
    }

    /// Adds other counts.
    pub(super) fn join(&mut self, other: &Counts) {
        for (slot, count) in &other.0 {
            self.add_slot(*slot, *count);
        }
    }

    /// The same counts without their quarters.
    pub(super) fn total(&self) -> Counts {
        let mut total = Counts::default();
        for (slot, count) in &self.0 {
            total.add_slot(slot % SLOTS, *count);
        }
        total
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As rows hold them.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let (mut bytes, mut last) = (Vec::new(), 0);
        // What is below zero was counted twice in taking it away; it cannot be written.
        for (slot, count) in self.0.iter().filter(|(_, count)| **count > 0) {
            put(&mut bytes, u64::from(slot - last));
            put(&mut bytes, count.unsigned_abs());
            last = *slot;
        }
        bytes
    }

    /// Those of a row.
    pub(super) fn read(bytes: &[u8]) -> Counts {
        let mut counts = Counts::default();
        slots(bytes, |slot, count| counts.add_slot(slot, count));
        counts
    }
}

/// Gives each count of a row to `each`, with its quarter.
pub(super) fn each(bytes: &[u8], mut each: impl FnMut(u32, What, i64)) {
    slots(bytes, |slot, count| {
        if let Some((quarter, what)) = of_slot(slot) {
            each(quarter, what, count);
        }
    });
}

fn slots(bytes: &[u8], mut each: impl FnMut(u32, i64)) {
    let (mut rest, mut slot) = (bytes.iter(), 0_u64);
    while let (Some(distance), Some(count)) = (take(&mut rest), take(&mut rest)) {
        slot = slot.saturating_add(distance);
        if let (Ok(slot), Ok(count)) = (u32::try_from(slot), i64::try_from(count)) {
            each(slot, count);
        }
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}

fn take<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = bytes.next()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_they_were_written() {
        let all = [
            (0, What::Began, 1),
            (0, What::Ended, 300),
            (0, What::Answered(0), 2),
            (40, What::Closed(1_151), 70_000),
            (95, What::Began, 1),
            (95, What::Answered(7), 5),
        ];
        let mut counts = Counts::default();
        for (quarter, what, count) in all {
            counts.add(quarter, what, count);
        }
        let bytes = counts.bytes();
        assert!(bytes.len() < 24, "{bytes:?}");
        assert_eq!(Counts::read(&bytes), counts);
        let mut found = Vec::new();
        each(&bytes, |quarter, what, count| found.push((quarter, what, count)));
        assert_eq!(found, all);
        let mut total = Vec::new();
        each(&counts.total().bytes(), |quarter, what, count| total.push((quarter, what, count)));
        assert_eq!((total.len(), total[0]), (5, (0, What::Began, 2)));
    }

    #[test]
    fn what_is_taken_away_is_gone() {
        let mut counts = Counts::default();
        counts.add(3, What::Began, 2);
        let mut less = Counts::default();
        less.add(3, What::Began, -2);
        less.add(4, What::Began, -1);
        counts.join(&less);
        assert_eq!(counts.bytes(), Vec::<u8>::new());
    }

    #[test]
    fn damaged_rows_end_where_they_are_damaged() {
        assert_eq!(Counts::read(&[1, 1, 0x80]), Counts::read(&[1, 1]));
        assert_eq!(Counts::read(&[0xff; 40]), Counts::default());
    }
}
