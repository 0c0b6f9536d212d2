//! Signals that ask the program to stop.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{Failure, Result, note};

/// The signals that ask the program to stop.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes them from now on.
    pub(crate) fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).map_err(|e| Failure::new(format!("cannot listen for signals: {e}")));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Ready at the next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// From now on a signal ends the program with exit code 1, after it has done this.
pub(crate) fn then(last: impl FnOnce() + Send + 'static) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(Failure::new)?;
    let mut signals = {
        let _within = runtime.enter();
        Signals::listen()?
    };
    std::thread::spawn(move || {
        runtime.block_on(signals.next());
        last();
        note("deskwire: interrupted");
        std::process::exit(1);
    });
    Ok(())
}
