//! Counters for `/metrics`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use http::StatusCode;
use parking_lot::Mutex;

/// The upper bounds of the latency buckets, in microseconds.
const BOUNDS: [u128; 10] = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000];

#[derive(Debug, Default, Clone)]
struct Series {
    count: u64,
    micros: u128,
    buckets: [u64; BOUNDS.len()],
}

/// Requests by operation and status.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<BTreeMap<(&'static str, u16), Series>>);

impl Metrics {
    pub(crate) fn count(&self, operation: Option<&'static str>, status: StatusCode, took: Duration) {
        let micros = took.as_micros();
        let mut all = self.0.lock();
        let series = all.entry((operation.unwrap_or("none"), status.as_u16())).or_default();
        series.count += 1;
        series.micros += micros;
        for (bucket, bound) in series.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(micros <= bound);
        }
    }

    /// The metrics in Prometheus text format.
    pub(crate) fn render(&self) -> String {
        let all = self.0.lock().clone();
        let mut out = String::from("# TYPE deskwire_requests_total counter\n");
        for ((operation, status), series) in &all {
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "deskwire_requests_total{{operation=\"{operation}\",status=\"{status}\"}} {}",
                series.count
            );
        }
        out.push_str("# TYPE deskwire_request_seconds histogram\n");
        for ((operation, status), series) in &all {
            let labels = format!("operation=\"{operation}\",status=\"{status}\"");
            for (count, bound) in series.buckets.iter().zip(BOUNDS) {
                let _ = writeln!(out, "deskwire_request_seconds_bucket{{{labels},le=\"{}\"}} {count}", seconds(bound));
            }
            let _ = writeln!(out, "deskwire_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}", series.count);
            let _ = writeln!(out, "deskwire_request_seconds_sum{{{labels}}} {}", seconds(series.micros));
            let _ = writeln!(out, "deskwire_request_seconds_count{{{labels}}} {}", series.count);
        }
        out
    }
}

#[expect(clippy::cast_precision_loss, reason = "a metric need not be exact beyond 2^52 microseconds")]
fn seconds(micros: u128) -> f64 {
    micros as f64 / 1e6
}
