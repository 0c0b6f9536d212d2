//! The counts of a day, in stored form.
//!
//! A count has a slot: the quarter hour of the day, the measure, and for durations the bucket. Counts are encoded as a
//! pair of varints for each slot that is not zero: the distance to the previous slot, and the count.

use std::collections::BTreeMap;

/// A measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// A conversation began.
    Began,
    /// It left the backlog: it was closed, or deleted while it was open.
    Ended,
    /// It got its first response; the bucket is that of the response time.
    Answered(u16),
    /// It was closed; the bucket is that of the time to close.
    Closed(u16),
}

/// The number of slots per measure and quarter. It exceeds the number of buckets.
const WIDTH: u32 = 2_048;
const _: () = assert!(super::histogram::BUCKETS <= WIDTH as usize, "the buckets do not fit");
/// The number of slots per quarter. The first part holds the two measures without durations.
const SLOTS: u32 = 3 * WIDTH;

fn slot(quarter: u32, measure: Measure) -> u32 {
    quarter * SLOTS
        + match measure {
            Measure::Began => 0,
            Measure::Ended => 1,
            Measure::Answered(bucket) => WIDTH + u32::from(bucket),
            Measure::Closed(bucket) => 2 * WIDTH + u32::from(bucket),
        }
}

/// The quarter and the measure of a slot; `None` for a slot that no release has written.
fn of_slot(slot: u32) -> Option<(u32, Measure)> {
    let (quarter, rest) = (slot / SLOTS, slot % SLOTS);
    let bucket = u16::try_from(rest % WIDTH).ok()?;
    let measure = match (rest / WIDTH, bucket) {
        (0, 0) => Measure::Began,
        (0, 1) => Measure::Ended,
        (1, bucket) => Measure::Answered(bucket),
        (2, bucket) => Measure::Closed(bucket),
        _ => return None,
    };
    Some((quarter, measure))
}

/// Counts by slot, or the changes to add to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts(BTreeMap<u32, i64>);

impl Counts {
    /// Adds to a count.
    pub(super) fn add(&mut self, quarter: u32, measure: Measure, count: i64) {
        self.add_slot(slot(quarter, measure), count);
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

    /// Encodes the counts.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let (mut bytes, mut last) = (Vec::new(), 0);
        // A negative count would mean that something was subtracted twice; it cannot be encoded.
        for (slot, count) in self.0.iter().filter(|(_, count)| **count > 0) {
            write_varint(&mut bytes, u64::from(slot - last));
            write_varint(&mut bytes, count.unsigned_abs());
            last = *slot;
        }
        bytes
    }

    /// Decodes the counts of a row.
    pub(super) fn read(bytes: &[u8]) -> Counts {
        let mut counts = Counts::default();
        slots(bytes, |slot, count| counts.add_slot(slot, count));
        counts
    }
}

/// Calls `each` for each count of a row, with its quarter.
pub(super) fn each(bytes: &[u8], mut each: impl FnMut(u32, Measure, i64)) {
    slots(bytes, |slot, count| {
        if let Some((quarter, measure)) = of_slot(slot) {
            each(quarter, measure, count);
        }
    });
}

fn slots(bytes: &[u8], mut each: impl FnMut(u32, i64)) {
    let (mut rest, mut slot) = (bytes.iter(), 0_u64);
    while let (Some(distance), Some(count)) = (read_varint(&mut rest), read_varint(&mut rest)) {
        slot = slot.saturating_add(distance);
        if let (Ok(slot), Ok(count)) = (u32::try_from(slot), i64::try_from(count)) {
            each(slot, count);
        }
    }
}

fn write_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or(0));
}

fn read_varint<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<u64> {
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
            (0, Measure::Began, 1),
            (0, Measure::Ended, 300),
            (0, Measure::Answered(0), 2),
            (40, Measure::Closed(1_151), 70_000),
            (95, Measure::Began, 1),
            (95, Measure::Answered(7), 5),
        ];
        let mut counts = Counts::default();
        for (quarter, measure, count) in all {
            counts.add(quarter, measure, count);
        }
        let bytes = counts.bytes();
        assert!(bytes.len() < 24, "{bytes:?}");
        assert_eq!(Counts::read(&bytes), counts);
        let mut found = Vec::new();
        each(&bytes, |quarter, measure, count| found.push((quarter, measure, count)));
        assert_eq!(found, all);
        let mut total = Vec::new();
        each(&counts.total().bytes(), |quarter, measure, count| total.push((quarter, measure, count)));
        assert_eq!((total.len(), total[0]), (5, (0, Measure::Began, 2)));
    }

    #[test]
    fn counts_of_zero_are_removed() {
        let mut counts = Counts::default();
        counts.add(3, Measure::Began, 2);
        let mut less = Counts::default();
        less.add(3, Measure::Began, -2);
        less.add(4, Measure::Began, -1);
        counts.join(&less);
        assert_eq!(counts.bytes(), Vec::<u8>::new());
    }

    #[test]
    fn damaged_rows_end_where_they_are_damaged() {
        assert_eq!(Counts::read(&[1, 1, 0x80]), Counts::read(&[1, 1]));
        assert_eq!(Counts::read(&[0xff; 40]), Counts::default());
    }
}
