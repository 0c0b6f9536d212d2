//! Signals that ask the program to stop.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{Failure, Result, note};

/// The signals that ask the program to stop.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts to handle them.
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// Completes at the next signal.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn listen(kind: SignalKind) -> Result<Signal> {
    signal(kind).map_err(|e| Failure::new(format!("cannot listen for signals: {e}")))
}

/// From now on, a terminating signal runs `last` and then ends the program with exit code 1.
pub(crate) fn then(last: impl FnOnce() + Send + 'static) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(Failure::new)?;
    let (mut signals, mut quit, mut hang_up) = {
        let _within = runtime.enter();
        (Signals::listen()?, listen(SignalKind::quit())?, listen(SignalKind::hangup())?)
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                () = signals.next() => {}
                _ = quit.recv() => {}
                _ = hang_up.recv() => {}
            }
        });
        last();
        note("deskwire: interrupted");
        std::process::exit(1);
    });
    Ok(())
}
