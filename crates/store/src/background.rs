//! Threads for work that keeps a processor busy: searches, large bodies, what streams of events show.
//!
//! The operating system prefers the other threads, those that answer short requests and the one that writes. Without
//! that, a few searches of one workspace would slow down every request of all others, on a machine with few cores.

use std::sync::LazyLock;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::{Error, Result};

/// Added to the `nice` value of these threads, so that each gets about a third of the processor time of another thread.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// Threads at most. Each kind of work limits itself to less.
const THREADS: usize = 512;

/// Threads are started on demand, and end after being idle for a while.
static POOL: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_current_thread()
        .max_blocking_threads(THREADS)
        .thread_name("background")
        .on_thread_start(stand_back)
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

/// The processor time that this thread has used.
pub fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

fn stand_back() {
    // Of this thread alone, as Linux has it; other systems would set it for the whole process.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        let lowered = getpriority_process(None).and_then(|nice| setpriority_process(None, (nice + NICE).min(19)));
        if let Err(error) = lowered {
            tracing::debug!(%error, "the priority of a thread could not be lowered");
        }
    }
}
