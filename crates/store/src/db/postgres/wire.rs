//! A connection, driven by the thread that waits for its result, with time limits.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio_postgres::{AsyncMessage, Client, Error as DriverError};

use super::server::{Refused, Server};

/// How long closing a connection may take.
const FAREWELL: Duration = Duration::from_millis(100);

/// Drives the input and output of a connection.
pub(crate) type Drive = Box<dyn FnMut(&mut Context<'_>) -> Poll<Option<Result<AsyncMessage, DriverError>>> + Send>;

/// Why a call has no result.
pub(crate) enum Failure {
    /// The server did not answer in time, and may still be working.
    Late,
    /// The connection has ended.
    Closed,
    /// An error of the driver or the server.
    Driver(DriverError),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Refused {
        match failure {
            Failure::Late => Refused::silent("it took a connection and answered nothing".to_owned()),
            Failure::Closed => Refused::silent("it took a connection and closed it".to_owned()),
            Failure::Driver(error) => error.into(),
        }
    }
}

/// A connection with its own runtime, which avoids thread switches. Never used on a thread of another runtime.
pub(crate) struct Wire {
    client: Option<Client>,
    drive: Drive,
    runtime: Option<Runtime>,
    /// Whether it no longer answers, so that closing it does not wait.
    ended: bool,
    /// Whether the server stopped waiting for a standby: it committed what a new primary may not have.
    in_vain: bool,
}

impl Wire {
    /// Connects within `limit`.
    pub(crate) fn connect(server: &Server, limit: Duration) -> Result<Wire, Refused> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|e| Refused::silent(format!("starting a runtime: {e}")))?;
        let connected = runtime.block_on(async { tokio::time::timeout(limit, server.connect()).await });
        let refused = match connected {
            Ok(Ok((client, drive))) => {
                return Ok(Wire { client: Some(client), drive, runtime: Some(runtime), ended: false, in_vain: false });
            }
            Ok(Err(refused)) => refused,
            Err(_) => Refused::silent(format!("no connection to PostgreSQL within {} ms", limit.as_millis())),
        };
        // A name lookup may still be running there.
        runtime.shutdown_background();
        Err(refused)
    }

    /// Runs `work` until it is done, or until `limit`.
    pub(crate) fn call<T>(
        &mut self,
        limit: Option<Instant>,
        work: impl AsyncFnOnce(&Client) -> Result<T, DriverError>,
    ) -> Result<T, Failure> {
        let (Some(client), Some(runtime)) = (&self.client, &self.runtime) else { return Err(Failure::Closed) };
        if self.ended {
            return Err(Failure::Closed);
        }
        let (drive, ended, in_vain) = (&mut self.drive, &mut self.ended, &mut self.in_vain);
        let done = runtime.block_on(async {
            let answered = driven(drive, (ended, in_vain), work(client));
            let answered = async { answered.await?.map_err(Failure::Driver) };
            match limit {
                Some(at) => tokio::time::timeout_at(at.into(), answered).await.unwrap_or(Err(Failure::Late)),
                None => answered.await,
            }
        });
        if matches!(done, Err(Failure::Late)) {
            self.ended = true;
        }
        done
    }

    /// Sends the first message of `work` without waiting for a result.
    pub(crate) fn send(&mut self, work: impl AsyncFnOnce(&Client) -> Result<(), DriverError>) {
        let (Some(client), Some(runtime)) = (&self.client, &self.runtime) else { return };
        if self.ended {
            return;
        }
        let (drive, ended, in_vain) = (&mut self.drive, &mut self.ended, &mut self.in_vain);
        runtime.block_on(async {
            let mut work = pin!(work(client));
            poll_fn(|cx| {
                let _ = work.as_mut().poll(cx);
                *ended = until_idle(drive, in_vain, cx).is_some();
                Poll::Ready(())
            })
            .await;
        });
    }

    /// Returns whether a standby that a commit waited for did not confirm it.
    pub(crate) fn has_waited_in_vain(&self) -> bool {
        self.in_vain
    }

    /// Returns whether the connection is known to have ended.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Closes the connection without notifying the server.
    pub(crate) fn abandon(&mut self) {
        self.ended = true;
    }
}

/// Runs `work` while it drives the connection. Fails if the connection ends first. Sets the flags described at [`Wire`].
async fn driven<T>(
    drive: &mut Drive,
    (ended, in_vain): (&mut bool, &mut bool),
    work: impl Future<Output = T>,
) -> Result<T, Failure> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(Ok(done));
        }
        let lost = until_idle(drive, in_vain, cx);
        *ended |= lost.is_some();
        // The server's last error may have arrived together with the end of the connection.
        match (work.as_mut().poll(cx), lost) {
            (Poll::Ready(done), _) => Poll::Ready(Ok(done)),
            (Poll::Pending, Some(failure)) => Poll::Ready(Err(failure)),
            (Poll::Pending, None) => Poll::Pending,
        }
    })
    .await
}

/// Runs `work` on a connection that was just opened.
pub(super) async fn on_new<T>(drive: &mut Drive, work: impl Future<Output = T>) -> Result<T, Refused> {
    driven(drive, (&mut false, &mut false), work).await.map_err(Refused::from)
}

/// Reads and writes until there is nothing to do. Returns the reason if the connection has ended.
fn until_idle(drive: &mut Drive, in_vain: &mut bool, cx: &mut Context<'_>) -> Option<Failure> {
    loop {
        match drive(cx) {
            // The wait was cancelled. The commit itself then succeeds, with a warning that has no code of its own.
            Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                *in_vain |= notice.routine() == Some("SyncRepWaitForLSN");
            }
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(Some(Err(error))) => return Some(Failure::Driver(error)),
            Poll::Ready(None) => return Some(Failure::Closed),
            Poll::Pending => return None,
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Dropping the client makes the connection notify the server.
        self.client = None;
        let Some(runtime) = self.runtime.take() else { return };
        if !self.ended && Handle::try_current().is_err() {
            let (drive, in_vain) = (&mut self.drive, &mut self.in_vain);
            let closed = poll_fn(|cx| until_idle(drive, in_vain, cx).map_or(Poll::Pending, |_| Poll::Ready(())));
            // Do not wait for a server that does not answer.
            let _ = runtime.block_on(async { tokio::time::timeout(FAREWELL, closed).await });
        }
        runtime.shutdown_background();
    }
}
