//! Histograms of durations with buckets that are about 3 % wide. Sums of histograms still have medians.

/// Each second below this has a bucket; above, each power of two has this many buckets.
const FINE: u64 = 1 << FINE_BITS;
const FINE_BITS: u32 = 5;
/// The maximum duration, 34,000 years. Longer ones count as this.
const MAX_DURATION: u64 = (1 << 40) - 1;
/// The number of buckets: [`FINE`] for small values, and as many for each power of two above.
pub(super) const BUCKETS: usize = (40 - 5 + 1) << FINE_BITS;

/// The bucket of a duration.
pub(super) fn bucket(seconds: i64) -> u16 {
    let seconds = u64::try_from(seconds).unwrap_or(0).min(MAX_DURATION);
    if seconds < FINE {
        return u16::try_from(seconds).unwrap_or(0);
    }
    let power = seconds.ilog2();
    let shift = power - FINE_BITS;
    let bucket = u64::from(shift + 1) * FINE + ((seconds >> shift) & (FINE - 1));
    u16::try_from(bucket).unwrap_or(u16::MAX)
}

/// The first second of a bucket, and its width.
fn bounds(bucket: u64) -> (u64, u64) {
    if bucket < FINE {
        return (bucket, 1);
    }
    let shift = bucket / FINE - 1;
    ((FINE + bucket % FINE) << shift, 1 << shift)
}

/// The number of durations in each bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Histogram(Vec<i64>);

impl Histogram {
    /// Adds `count` durations to a bucket.
    pub(super) fn add(&mut self, bucket: u16, count: i64) {
        if self.0.is_empty() {
            self.0 = vec![0; BUCKETS];
        }
        if let Some(counted) = self.0.get_mut(usize::from(bucket)) {
            *counted += count;
        }
    }

    /// Adds another histogram.
    pub(super) fn join(&mut self, other: &Histogram) {
        for (bucket, count) in (0..).zip(&other.0).filter(|(_, count)| **count != 0) {
            self.add(bucket, *count);
        }
    }

    /// The number of durations.
    pub(super) fn count(&self) -> i64 {
        self.0.iter().sum()
    }

    /// A percentile, in seconds. Its error is at most half the width of a bucket.
    fn quantile(&self, percent: i64) -> Option<i64> {
        let count = self.count();
        // The first has rank 1. Of two in the middle, the shorter one is the median.
        let rank = ((count * percent + 99) / 100).max(1);
        let mut before = 0;
        for (bucket, counted) in (0..).zip(&self.0) {
            before += counted;
            if before >= rank {
                let (first, width) = bounds(bucket);
                return i64::try_from(first + (width - 1) / 2).ok();
            }
        }
        None
    }

    /// The reported summary.
    pub(super) fn durations(&self) -> Durations {
        Durations { count: self.count(), median: self.quantile(50), p90: self.quantile(90) }
    }
}

/// A summary of durations, in seconds. Medians and percentiles have an error of at most 1.6 %, and are exact below 64
/// seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Durations {
    pub count: i64,
    pub median: Option<i64>,
    /// The 90th percentile.
    pub p90: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_in_its_bucket_and_buckets_follow_each_other() {
        let mut next = 0;
        for number in 0..BUCKETS as u64 {
            let (first, width) = bounds(number);
            assert_eq!(first, next, "bucket {number}");
            for seconds in [first, first + width / 2, first + width - 1] {
                assert_eq!(u64::from(bucket(i64::try_from(seconds).unwrap())), number, "{seconds}");
            }
            assert!(first < 32 || width * 32 <= first, "bucket {number} is wider than 1/32 of its seconds");
            next = first + width;
        }
        assert_eq!(next, MAX_DURATION + 1);
        assert_eq!((bucket(-5), bucket(i64::MAX)), (0, u16::try_from(BUCKETS - 1).unwrap()));
    }

    #[test]
    fn medians_are_those_of_the_durations() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.durations(), Durations::default());
        for seconds in [3, 9, 9, 20] {
            histogram.add(bucket(seconds), 1);
        }
        assert_eq!(histogram.durations(), Durations { count: 4, median: Some(9), p90: Some(20) });
        let mut more = Histogram::default();
        for minutes in 1..=1000 {
            more.add(bucket(minutes * 60), 1);
        }
        histogram.join(&more);
        let Durations { count, median, p90 } = histogram.durations();
        assert_eq!(count, 1004);
        for (found, exact) in [(median, 498 * 60), (p90, 900 * 60)] {
            let off = (found.unwrap() - exact).abs();
            assert!(off * 64 <= exact, "{found:?} instead of {exact}");
        }
    }
}
