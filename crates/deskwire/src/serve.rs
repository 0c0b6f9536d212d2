//! Puts the server together, runs it, and takes it apart again in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use deskwire_api::{App, connections};
use deskwire_store::Db;
use deskwire_worker::Worker;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cli::{Failure, Result};
use crate::config::Settings;

/// Serves until it is told to stop. `started` is called with the address once requests are taken.
pub(crate) fn run(db: &Db, settings: &Settings, started: impl FnOnce(SocketAddr) -> Result) -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
    let done = runtime.block_on(serve(db.clone(), settings, started));
    // What still runs has had its time.
    runtime.shutdown_background();
    db.close();
    done
}

async fn serve(db: Db, settings: &Settings, started: impl FnOnce(SocketAddr) -> Result) -> Result {
    // Before anything else: a signal that comes early must not be lost.
    let mut signals = Signals::listen()?;
    let listener = TcpListener::bind(&settings.listen).await.map_err(|e| cannot_listen(&settings.listen, &e))?;
    let address = listener.local_addr().map_err(Failure::new)?;
    let app = App::new(db.clone(), settings.api());
    let (stop, stopped) = watch::channel(false);
    let worker = Worker::new(db.clone(), settings.worker()?);
    let mut background = background(&app, worker, &stopped);

    let mut server = tokio::spawn(connections::serve(app.clone(), listener, settings.connections(), told(stopped)));
    tracing::info!(url = %format_args!("http://{address}"), "serving");
    started(address)?;

    tokio::select! {
        () = signals.next() => {}
        ended = &mut server => return Err(Failure::new(format!("the server ended by itself: {ended:?}"))),
    }
    tracing::info!("stopping");
    app.stopping.store(true, Ordering::Relaxed);
    stop.send_replace(true);
    // Those who follow events are told that it is over.
    db.announce_all();
    let ended = async {
        let _ = (&mut server).await;
        while background.join_next().await.is_some() {}
    };
    tokio::select! {
        () = ended => {}
        () = tokio::time::sleep(settings.stop_timeout) => tracing::warn!("requests in flight took too long and are cut off"),
        () = signals.next() => tracing::warn!("told twice to stop: requests in flight are cut off"),
    }
    app.tokens.write_last_used(&app.db).await;
    tracing::info!("stopped");
    Ok(())
}

/// Why the server cannot listen, with what helps where the port is taken.
fn cannot_listen(listen: &str, error: &io::Error) -> Failure {
    let help = match error.kind() {
        io::ErrorKind::AddrInUse => "; another program uses the port: set another with --listen or DESKWIRE_LISTEN",
        _ => "",
    };
    Failure::new(format!("cannot listen on {listen}: {error}{help}"))
}

/// What runs beside the requests until it is told to stop.
fn background(app: &Arc<App>, worker: Worker, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (tokens, stop) = (app.clone(), told(stopped.clone()));
    tasks.spawn(async move {
        tokio::select! {
            () = tokens.tokens.watch(&tokens.db) => {}
            () = stop => {}
        }
    });
    tasks.spawn(worker.run(told(stopped.clone())));
    tasks
}

/// Ready once the server is to stop.
async fn told(mut stopped: watch::Receiver<bool>) {
    // An error means that nobody is left to tell: then it is time, too.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// The signals that ask the server to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).map_err(|e| Failure::new(format!("cannot listen for signals: {e}")));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
