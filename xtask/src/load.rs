//! The load generator: N connections as tasks of one thread, each sending its next request when the last is answered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::client::{Connection, Target};
use crate::server::{cpu_seconds, machine_cpu_seconds};

/// Renders the next request into the buffer; shared by all connections of a run.
pub(crate) type Source = Box<dyn FnMut(&mut Vec<u8>) + Send>;

/// The load of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Connections kept busy.
    pub(crate) connections: usize,
    /// Time before anything is counted.
    pub(crate) warmup: Duration,
    /// Time that is counted.
    pub(crate) duration: Duration,
}

/// The result of a run.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Answers a second.
    pub(crate) per_second: f64,
    /// Answers in all, those of the warm-up included.
    pub(crate) answers: u64,
    /// Latencies of the counted answers.
    pub(crate) latency: Histogram,
    /// Mean size of a body, in bytes.
    pub(crate) body_bytes: f64,
    /// Share of one core the generator itself used.
    pub(crate) generator_cores: f64,
    /// Cores that something else on the machine kept busy: from a few tenths on, results are worth little.
    pub(crate) other_cores: f64,
    /// CPU time the server spent on a request, in microseconds.
    pub(crate) server_micros: f64,
}

/// The counts of one connection.
#[derive(Default)]
struct Tally {
    latency: Histogram,
    /// Answers that arrived before the end of the counted time.
    inside: u64,
    /// Answers over the whole run, warm-up included.
    all: u64,
    bytes: u64,
    last: Option<Instant>,
}

/// Runs one load against `target`, whose process is `pid`. Any answer but a 200 ends it with an error.
pub(crate) async fn run(target: &Target, pid: u32, plan: Plan, source: Source) -> Result<Outcome, String> {
    let source = Arc::new(Mutex::new(source));
    let own = std::process::id();
    let (own_cpu, server_cpu, machine_cpu) = (cpu_seconds(own)?, cpu_seconds(pid)?, machine_cpu_seconds()?);
    let began = Instant::now();
    let counted_from = began + plan.warmup;
    let end = counted_from + plan.duration;
    let mut tasks = JoinSet::new();
    for _ in 0..plan.connections {
        tasks.spawn(connection_loop(target.clone(), Arc::clone(&source), counted_from, end));
    }
    let mut total = Tally::default();
    let patience = plan.warmup + plan.duration + Duration::from_secs(120);
    let finish = async {
        while let Some(joined) = tasks.join_next().await {
            let tally = joined.map_err(|e| format!("a connection failed: {e}"))??;
            total.latency.merge(&tally.latency);
            total.inside += tally.inside;
            total.all += tally.all;
            total.bytes += tally.bytes;
            total.last = total.last.max(tally.last);
        }
        Ok::<(), String>(())
    };
    tokio::time::timeout(patience, finish).await.map_err(|_| "the run did not end: requests hang".to_owned())??;
    let wall = began.elapsed().as_secs_f64();
    let (own_cpu, server_cpu) = (cpu_seconds(own)? - own_cpu, cpu_seconds(pid)? - server_cpu);
    let other_cpu = machine_cpu_seconds()? - machine_cpu - own_cpu - server_cpu;

    // Slow requests may hardly fit the counted time: then every counted answer is divided by the time until the last.
    let (answers, seconds) = match total.last {
        Some(last) if total.inside < plan.connections as u64 => {
            (total.latency.count(), (last - counted_from).as_secs_f64())
        }
        _ => (total.inside, plan.duration.as_secs_f64()),
    };
    let all = total.all.max(1) as f64;
    Ok(Outcome {
        per_second: answers as f64 / seconds,
        answers: total.all,
        latency: total.latency,
        body_bytes: total.bytes as f64 / all,
        generator_cores: own_cpu / wall,
        other_cores: (other_cpu / wall).max(0.0),
        server_micros: server_cpu * 1e6 / all,
    })
}

async fn connection_loop(
    target: Target,
    source: Arc<Mutex<Source>>,
    counted_from: Instant,
    end: Instant,
) -> Result<Tally, String> {
    let mut connection = Connection::open(target.addr).await?;
    let mut request = Vec::with_capacity(2048);
    let mut tally = Tally::default();
    let mut sent = Instant::now();
    while sent < end {
        (source.lock().unwrap_or_else(PoisonError::into_inner))(&mut request);
        sent = Instant::now();
        let reply = connection.call(&request).await?;
        let answered = Instant::now();
        if reply.status != 200 {
            reply.expect_ok().map_err(|e| format!("{e}\nthe request was: {}", redacted(&request)))?;
        }
        tally.all += 1;
        tally.bytes += reply.body.len() as u64;
        if answered >= counted_from {
            tally.latency.record(answered - sent);
            tally.inside += u64::from(answered <= end);
            tally.last = Some(answered);
        }
        sent = answered;
    }
    Ok(tally)
}

/// A request as text, without its token.
fn redacted(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let lines = text.lines().filter(|line| !line.starts_with("authorization:"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Latencies in logarithmic buckets: 64 to a power of two, so a percentile is within 1.6 % of the truth.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
}

/// Sub-buckets to a power of two, as a shift.
const PRECISION: u32 = 6;

impl Default for Histogram {
    fn default() -> Self {
        // 2^40 ns are 18 minutes: nothing waits that long.
        Self { buckets: vec![0; (40 << PRECISION) as usize] }
    }
}

impl Histogram {
    /// Counts one latency.
    pub(crate) fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        let index = Self::index(nanos).min(self.buckets.len() - 1);
        self.buckets[index] += 1;
    }

    /// Number of latencies counted.
    pub(crate) fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// The latency, in milliseconds, that the share `quantile` (0 to 1) of requests did not exceed.
    pub(crate) fn quantile_ms(&self, quantile: f64) -> f64 {
        let rank = quantile * self.count() as f64;
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if *count > 0 && seen as f64 >= rank {
                return Self::middle(index) / 1e6;
            }
        }
        0.0
    }

    /// Counts the latencies that another one has counted.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
    }

    fn index(nanos: u64) -> usize {
        let shift = (u64::BITS - nanos.leading_zeros()).saturating_sub(PRECISION + 1);
        let index = (u64::from(shift) << PRECISION) + (nanos >> shift);
        usize::try_from(index).unwrap_or(usize::MAX)
    }

    /// The middle, in nanoseconds, of what falls into a bucket.
    fn middle(index: usize) -> f64 {
        let shift = (index >> PRECISION).saturating_sub(1);
        let lowest = (index - (shift << PRECISION)) << shift;
        lowest as f64 + ((1_u64 << shift) - 1) as f64 / 2.0
    }
}

/// Values in ascending order.
pub(crate) fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The median of sorted values; of an even number, the larger of the middle two; 0 of none.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_holds_its_own_middle() {
        for nanos in [0_u64, 1, 63, 64, 127, 128, 129, 1000, 65_535, 1_000_000, 300_000_000] {
            let middle = Histogram::middle(Histogram::index(nanos));
            assert!((middle - nanos as f64).abs() <= nanos as f64 * 0.016, "{nanos} became {middle}");
        }
    }

    #[test]
    fn percentiles_come_out_of_the_right_bucket() {
        let mut histogram = Histogram::default();
        for millis in 1..=100 {
            histogram.record(Duration::from_millis(millis));
        }
        assert_eq!(histogram.count(), 100);
        assert!((histogram.quantile_ms(0.5) - 50.0).abs() < 1.0);
        assert!((histogram.quantile_ms(0.99) - 99.0).abs() < 2.0);
    }
}
