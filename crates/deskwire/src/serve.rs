//! Assembles the server, runs it, and shuts it down in order.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use deskwire_api::texts::TextSender;
use deskwire_api::{App, Config, connections};
use deskwire_domain::doctor;
use deskwire_store::{Db, Files, Place};
use deskwire_worker::Worker;
use tokio::net::TcpSocket;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::cli::{Failure, Result};
use crate::config::{Settings, Switch};
use crate::interrupt::Signals;

/// How long after the first signal to stop another one counts as a repetition.
const SAME_SIGNAL: Duration = Duration::from_secs(1);
/// The backlog of the listening socket.
const BACKLOG: u32 = 1024;

/// A server that is bound to its address but does not listen yet.
pub(crate) struct Server<'s> {
    settings: &'s Settings,
    worker: deskwire_worker::Config,
    api: deskwire_api::Config,
    socket: TcpSocket,
    /// The sender of text messages if no gateway is set.
    texts: Option<Arc<dyn TextSender>>,
}

impl<'s> Server<'s> {
    /// Binds the address, and validates everything that does not need the database. Until the server runs, clients are
    /// refused.
    pub(crate) fn bind(settings: &'s Settings, database: &str) -> Result<Self> {
        settings.check()?;
        let files = settings.files.place(database);
        let (worker, api) = (settings.worker(&files)?, settings.api(&files));
        let socket = bound(settings.listen()).map_err(|e| cannot_listen(settings.listen(), &e))?;
        if database != "sqlite::memory:" {
            check_files(&files)?;
        }
        let server = Self { settings, worker, api, socket, texts: None };
        if settings.test_mode == Switch::On { server.showing_what_was_sent() } else { Ok(server) }
    }

    /// The same, with an inbox that shows sent mail and webhooks.
    fn showing_what_was_sent(mut self) -> Result<Self> {
        self.api.outbox = Some(self.settings.outbox(self.url()?)?);
        Ok(self)
    }

    /// Sets the sender of text messages for a server without a gateway.
    pub(crate) fn with_texts(self, texts: impl TextSender + 'static) -> Self {
        Self { texts: Some(Arc::new(texts)), ..self }
    }

    /// The same for a demo.
    pub(crate) fn for_demo(mut self) -> Result<Self> {
        self.api.demo = true;
        self.showing_what_was_sent()
    }

    /// The URL at which clients reach the server: the public URL of the settings, or the bound address.
    pub(crate) fn url(&self) -> Result<String> {
        let bound = || self.socket.local_addr().map(|address| format!("http://{address}")).map_err(Failure::new);
        self.settings.public_url().map_or_else(bound, |url| Ok(url.to_owned()))
    }

    /// Serves until it is stopped. Calls `started` with the address once it accepts requests.
    pub(crate) fn run(self, db: &Db, started: impl FnOnce(SocketAddr) -> Result) -> Result {
        let Self { settings, worker, api, socket, texts } = self;
        check_clock(db)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::new)?;
        let (app, worker) = {
            let _within = runtime.enter();
            let worker = Worker::new(db.clone(), worker);
            let gateway = settings.gateway(worker.outbound())?;
            let gateway = gateway.map(|gateway| Arc::new(gateway) as Arc<dyn TextSender>);
            let oidc = settings.identity(worker.outbound())?.map(Arc::new);
            (App::new(db.clone(), Config { texts: gateway.or(texts), oidc, ..api }), worker)
        };
        let done = runtime.block_on(serve(app, worker, settings, socket, started));
        // Tasks that still run have exceeded their time.
        runtime.shutdown_background();
        db.close();
        done
    }
}

/// Fails if files cannot be stored. A bucket that does not answer may do so later, and everything else works without it;
/// one that refuses will refuse later too.
fn check_files(files: &Place) -> Result {
    let Err(error) = Files::new(files.clone()).probe() else { return Ok(()) };
    match files {
        Place::Directory(path) => {
            Err(Failure::new(format!("cannot write to the directory of files {}: {error}", path.display())))
        }
        Place::Bucket(bucket) if error.kind() == io::ErrorKind::NotConnected => {
            tracing::error!(
                "the bucket of files {bucket} does not answer: attachments are answered with 503 until it does: {error}"
            );
            Ok(())
        }
        Place::Bucket(bucket) => Err(Failure::new(format!("cannot use the bucket of files {bucket}: {error}"))),
    }
}

/// Fails if this machine's clock is far from the database's: servers that share a database decide by the time what is
/// due and what has expired.
fn check_clock(db: &Db) -> Result {
    db.read_sync(doctor::clocks)?.skew().map_or(Ok(()), |skew| Err(Failure::new(skew)))
}

/// A socket bound to the first available address of a name.
fn bound(listen: &str) -> io::Result<TcpSocket> {
    let mut last = io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address");
    for address in listen.to_socket_addrs()? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        match socket.bind(address) {
            Ok(()) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn serve(
    app: Arc<App>,
    worker: Worker,
    settings: &Settings,
    socket: TcpSocket,
    started: impl FnOnce(SocketAddr) -> Result,
) -> Result {
    // Before everything else, so that an early signal is not lost.
    let mut signals = Signals::listen()?;
    let listener = socket.listen(BACKLOG).map_err(|e| cannot_listen(settings.listen(), &e))?;
    let address = listener.local_addr().map_err(Failure::new)?;
    let (stop, stopped) = watch::channel(false);
    let mut background = background(&app, worker, &stopped);

    let surfaces = deskwire_api::Server::new(app.clone());
    #[expect(clippy::disallowed_methods, reason = "the server is awaited below")]
    let mut server =
        tokio::spawn(connections::serve(surfaces, listener, settings.connections(), stop_requested(stopped)));
    tracing::info!(url = %format_args!("http://{address}"), "serving");
    started(address)?;

    tokio::select! {
        () = signals.next() => {}
        ended = &mut server => return Err(Failure::new(format!("the server ended by itself: {ended:?}"))),
    }
    let requested_at = Instant::now();
    if !settings.stop_delay.is_zero() {
        tracing::info!("no longer ready; stopping in {} s", settings.stop_delay.as_secs());
        app.draining.store(true, Ordering::Relaxed);
        tokio::select! {
            () = tokio::time::sleep(settings.stop_delay) => {}
            () = again(&mut signals, requested_at) => {}
            ended = &mut server => return Err(Failure::new(format!("the server ended by itself: {ended:?}"))),
        }
    }
    let requested_at = Instant::now();
    tracing::info!("stopping");
    app.stopping.store(true, Ordering::Relaxed);
    stop.send_replace(true);
    // Wakes the followers of events, so that they notice the shutdown.
    app.db.announce_all();
    let ended = async {
        let _ = (&mut server).await;
        while background.join_next().await.is_some() {}
    };
    tokio::select! {
        () = ended => {}
        () = tokio::time::sleep(settings.stop_timeout) => tracing::warn!("requests in flight took too long and are cut off"),
        () = again(&mut signals, requested_at) => tracing::warn!("second signal to stop: requests in flight are cut off"),
    }
    app.tokens.write_last_used(&app.db).await;
    tracing::info!("stopped");
    Ok(())
}

/// The error of a server that cannot listen, with a hint if the port is in use.
fn cannot_listen(listen: &str, error: &io::Error) -> Failure {
    let help = match error.kind() {
        io::ErrorKind::AddrInUse => "; another program uses the port: set another with --listen or DESKWIRE_LISTEN",
        _ => "",
    };
    Failure::new(format!("cannot listen on {listen}: {error}{help}"))
}

/// Starts the background tasks, which run until the server stops.
fn background(app: &Arc<App>, worker: Worker, stopped: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (tokens, stop) = (app.clone(), stop_requested(stopped.clone()));
    tasks.spawn(async move {
        tokio::select! {
            () = tokens.tokens.watch(&tokens.db) => {}
            () = stop => {}
        }
    });
    let (others, stop) = (app.clone(), stop_requested(stopped.clone()));
    tasks.spawn(async move {
        tokio::select! {
            () = others.exchange_notices() => {}
            () = stop => {}
        }
    });
    tasks.spawn(worker.run(stop_requested(stopped.clone())));
    tasks
}

/// Completes when the server is to stop.
async fn stop_requested(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which also means to stop.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Waits for a second signal. Supervisors and terminals may send the first one twice, so repetitions right after
/// `first` are ignored.
async fn again(signals: &mut Signals, first: Instant) {
    signals.next().await;
    while first.elapsed() < SAME_SIGNAL {
        signals.next().await;
    }
}
