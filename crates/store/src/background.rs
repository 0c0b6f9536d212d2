//! Threads for CPU-bound work: searches, large bodies, rendering event streams.
//!
//! They have a lower priority than the other threads, which answer short requests and write. Otherwise a few searches
//! of one workspace would slow down every request of all others on a machine with few cores.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::{Error, Result};

/// The `nice` increment of these threads, with which each gets about a third of the CPU time of another thread.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// The maximum number of threads. Each kind of work limits itself to fewer.
const THREADS: usize = 512;

/// Threads are started on demand, and end after being idle for a while.
static POOL: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_current_thread()
        .max_blocking_threads(THREADS)
        .thread_name("background")
        .on_thread_start(lower_priority)
        .build()
});

/// Runs `work` on one of the threads.
pub fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>> {
    match &*POOL {
        Ok(pool) => Ok(pool.spawn_blocking(work)),
        Err(error) => Err(Error::Unavailable(format!("starting a thread: {error}"))),
    }
}

/// Runs `work` on one of the threads and waits for its result.
pub async fn run<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    match spawn(work)?.await {
        Ok(result) => result,
        Err(error) => Err(Error::Unavailable(error.to_string()).into()),
    }
}

/// The CPU time that this thread has used.
pub fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn lower_priority() {
    // On Linux, this applies to the thread only; other systems would set it for the whole process.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        let lowered = getpriority_process(None).and_then(|nice| setpriority_process(None, (nice + NICE).min(19)));
        if let Err(error) = lowered {
            tracing::debug!(%error, "the priority of a thread could not be lowered");
        }
    }
}
