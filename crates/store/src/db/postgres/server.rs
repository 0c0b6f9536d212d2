//! The address of a PostgreSQL server, and the security of connections to it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use url::form_urlencoded;

use super::kind::Kind;
use super::lineage::Lineage;
use super::session::describe;
use super::wire::{Drive, on_new};
use crate::{Error, Result};

/// How long one of several hosts is tried before the next one is tried in parallel.
const HEAD_START: Duration = Duration::from_millis(250);
/// How long connecting may take if the URL does not say.
const CONNECT: Duration = Duration::from_secs(5);
/// After this long without acknowledgement of sent data, the operating system drops the connection.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// TCP keep-alive: idle time, interval and number of probes.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(30), Duration::from_secs(5), 3);
/// The driver's default idle time.
const DRIVERS_KEEPALIVE: Duration = Duration::from_secs(2 * 60 * 60);

/// Why a connection could not be opened.
pub(crate) struct Refused {
    pub(crate) reason: String,
    /// Whether the server itself rejected the connection.
    pub(crate) answered: bool,
}

impl Refused {
    /// Returns the error for a server that did not respond.
    pub(crate) fn silent(reason: String) -> Refused {
        Refused { reason, answered: false }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Error {
        Error::Unavailable(refused.reason)
    }
}

impl From<tokio_postgres::Error> for Refused {
    fn from(error: tokio_postgres::Error) -> Refused {
        // 57P01 to 57P03: the server is stopping or starting.
        let answered = error.code().is_some_and(|code| !code.code().starts_with("57P"));
        Refused { reason: describe(&error), answered }
    }
}

/// A server, as its URL describes it.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    /// The configuration for each host alone.
    hosts: Arc<[Config]>,
    /// The index of the host connected to last.
    last: Arc<AtomicUsize>,
    /// The kind of the server, as detected.
    kind: Arc<Mutex<Kind>>,
    pub(super) lineage: Arc<Lineage>,
    /// Whether a pooler in between gives each transaction any of its sessions that is free.
    pub(crate) pooled: bool,
    /// The TLS settings of `sslmode`. `None` for an unencrypted connection.
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// Parses a URL. `sslmode` is `disable` or `prefer` (both without TLS), or `require`, `verify-ca` or `verify-full`,
    /// which all verify the server's certificate, against the authorities in the file `sslrootcert` or the system's.
    /// `pooler` is `session`, which changes nothing, or `transaction`.
    pub(crate) fn parse(url: &str) -> Result<Server> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut guarded, mut pooled, mut trusted, mut others) = (false, false, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let Some((key, value)) = form_urlencoded::parse(pair.as_bytes()).next() else { continue };
            match (&*key, &*value) {
                ("sslmode", "disable" | "prefer") => guarded = false,
                ("sslmode", "require" | "verify-ca" | "verify-full") => guarded = true,
                ("sslmode", other) => {
                    let known = "disable, prefer, require, verify-ca or verify-full";
                    return Err(Error::Unavailable(format!("sslmode is {known}, not {other}")));
                }
                ("pooler", "session") => pooled = false,
                ("pooler", "transaction") => pooled = true,
                ("pooler", other) => {
                    return Err(Error::Unavailable(format!("pooler is session or transaction, not {other}")));
                }
                ("sslrootcert", "system") => trusted = None,
                ("sslrootcert", file) => trusted = Some(PathBuf::from(file)),
                _ => others.push(pair),
            }
        }
        let url = format!("{place}?{}", others.join("&"));
        let mut config: Config = url.parse().map_err(|e| Error::Unavailable(describe(&e)))?;
        config.ssl_mode(if guarded { SslMode::Require } else { SslMode::Disable });
        complete(&mut config);
        let tls = guarded.then(|| connector(trusted.as_deref())).transpose()?;
        let hosts = each(&config)?;
        let (last, kind, lineage) = (Arc::default(), Arc::default(), Arc::default());
        Ok(Server { config, hosts, last, kind, lineage, pooled, tls })
    }

    /// Returns the kind of the server, as far as it is known.
    pub(crate) fn kind(&self) -> Kind {
        *self.kind.lock()
    }

    /// Records the kind of the server, for connections opened from now on.
    pub(crate) fn set_kind(&self, kind: Kind) {
        *self.kind.lock() = kind;
    }

    /// Returns how long connecting may take.
    pub(crate) fn patience(&self) -> Duration {
        self.config.get_connect_timeout().copied().unwrap_or(CONNECT)
    }

    /// Connects to the first host that accepts and is the current primary: the last one used, then the others, each
    /// with a head start.
    pub(crate) async fn connect(&self) -> Result<(Client, Drive), Refused> {
        let count = self.hosts.len();
        let last = self.last.load(Ordering::Relaxed);
        let order: Vec<usize> = (last..count).chain(0..last.min(count)).collect();
        let mut waiting = order.into_iter();
        let (mut tries, mut reasons, mut answered) = (JoinSet::new(), Vec::new(), true);
        loop {
            if let Some(at) = waiting.next() {
                let (config, tls, lineage) = (self.hosts[at].clone(), self.tls.clone(), Arc::clone(&self.lineage));
                tries.spawn(async move { (at, one(&config, tls, &lineage).await) });
            }
            let wait = if waiting.len() == 0 { Duration::MAX } else { HEAD_START };
            match tokio::time::timeout(wait, tries.join_next()).await {
                Ok(Some(Ok((at, Ok(connected))))) => {
                    self.last.store(at, Ordering::Relaxed);
                    return Ok(connected);
                }
                Ok(Some(Ok((_, Err(refused))))) => {
                    answered &= refused.answered;
                    reasons.push(refused.reason);
                }
                Ok(Some(Err(error))) => reasons.push(error.to_string()),
                Ok(None) if waiting.len() == 0 => return Err(Refused { reason: reasons.join("; "), answered }),
                // Try the next host.
                Ok(None) | Err(_) => {}
            }
        }
    }
}

async fn one(config: &Config, tls: Option<MakeRustlsConnect>, lineage: &Lineage) -> Result<(Client, Drive), Refused> {
    let (client, mut drive) = match tls {
        Some(tls) => connect(config, tls).await?,
        None => connect(config, NoTls).await?,
    };
    on_new(&mut drive, lineage.check(&client)).await??;
    Ok((client, drive))
}

async fn connect<T>(config: &Config, tls: T) -> Result<(Client, Drive), Refused>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
{
    let (client, mut connection) = config.connect(tls).await?;
    Ok((client, Box::new(move |cx| connection.poll_message(cx))))
}

/// Sets defaults that the driver lacks: lost peers are detected, and of several hosts the one that takes writes is
/// used.
fn complete(config: &mut Config) {
    if config.get_application_name().is_none() {
        config.application_name("deskwire");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED);
    }
    if config.get_keepalives_idle() == DRIVERS_KEEPALIVE {
        config.keepalives_idle(KEEPALIVE.0);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(KEEPALIVE.1);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(KEEPALIVE.2);
    }
    let hosts = config.get_hosts().len().max(config.get_hostaddrs().len());
    if hosts > 1 && config.get_target_session_attrs() == TargetSessionAttrs::Any {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
}

/// Returns the configuration for each host alone.
fn each(config: &Config) -> Result<Arc<[Config]>> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    let alike = |length: usize| length == 0 || length == count;
    if !alike(hosts.len()) || !alike(addresses.len()) || !(ports.len() <= 1 || alike(ports.len())) {
        return Err(Error::Unavailable("a database URL has as many ports and addresses as hosts".to_owned()));
    }
    Ok((0..count).map(|at| alone(config, hosts.get(at), at)).collect())
}

fn alone(config: &Config, host: Option<&Host>, at: usize) -> Config {
    let mut one = Config::new();
    match host {
        Some(Host::Tcp(name)) => drop(one.host(name)),
        Some(Host::Unix(path)) => drop(one.host_path(path)),
        None => {}
    }
    if let Some(address) = config.get_hostaddrs().get(at) {
        one.hostaddr(*address);
    }
    let ports = config.get_ports();
    if let Some(port) = ports.get(at).or(ports.first()) {
        one.port(*port);
    }
    if let Some(user) = config.get_user() {
        one.user(user);
    }
    if let Some(password) = config.get_password() {
        one.password(password);
    }
    if let Some(name) = config.get_dbname() {
        one.dbname(name);
    }
    if let Some(options) = config.get_options() {
        one.options(options);
    }
    if let Some(name) = config.get_application_name() {
        one.application_name(name);
    }
    if let Some(limit) = config.get_connect_timeout() {
        one.connect_timeout(*limit);
    }
    if let Some(limit) = config.get_tcp_user_timeout() {
        one.tcp_user_timeout(*limit);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        one.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        one.keepalives_retries(retries);
    }
    one.keepalives(config.get_keepalives()).keepalives_idle(config.get_keepalives_idle());
    one.ssl_mode(config.get_ssl_mode()).ssl_negotiation(config.get_ssl_negotiation());
    one.channel_binding(config.get_channel_binding()).load_balance_hosts(config.get_load_balance_hosts());
    one.target_session_attrs(config.get_target_session_attrs());
    one
}

fn connector(trusted: Option<&std::path::Path>) -> Result<MakeRustlsConnect> {
    let roots = match trusted {
        Some(file) => {
            let mut roots = RootCertStore::empty();
            let refused =
                |e: &dyn std::fmt::Display| Error::Unavailable(format!("sslrootcert {}: {e}", file.display()));
            for certificate in CertificateDer::pem_file_iter(file).map_err(|e| refused(&e))? {
                let certificate = certificate.map_err(|e| refused(&e))?;
                roots.add(certificate).map_err(|e| refused(&e))?;
            }
            if roots.is_empty() {
                return Err(refused(&"it holds no certificate"));
            }
            Arc::new(roots)
        }
        None => crate::system_roots(),
    };
    Ok(MakeRustlsConnect::new(crate::client_tls(roots)))
}

#[cfg(test)]
mod tests {
    use super::Server;

    fn refusal(url: &str) -> String {
        Server::parse(url).err().map(|e| e.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_who_asks_for_it_gets_tls() {
        let guarded = |url: &str| Server::parse(url).map(|s| s.tls.is_some());
        for plain in ["", "?sslmode=disable", "?sslmode=prefer", "?connect_timeout=3"] {
            assert_eq!(guarded(&format!("postgres://u:p%40@h:5433/d{plain}")), Ok(false), "{plain}");
        }
        for tls in ["require", "verify-ca", "verify-full"] {
            assert_eq!(guarded(&format!("postgresql://u@h/d?sslmode={tls}&connect_timeout=3")), Ok(true), "{tls}");
        }
        let server = Server::parse("postgres://u:p%40@h:5433/d?sslmode=require&application_name=x").unwrap();
        assert_eq!(server.config.get_password(), Some(&b"p@"[..]));
        assert_eq!((server.config.get_application_name(), server.config.get_dbname()), (Some("x"), Some("d")));
    }

    #[test]
    fn rejects_invalid_parameters() {
        assert!(refusal("postgres://h/d?sslmode=allow").contains("sslmode is"));
        assert!(refusal("postgres://h/d?sslmode=require&sslrootcert=/nowhere.pem").contains("/nowhere.pem"));
        assert!(refusal("postgres://h/d?colour=red").contains("colour"));
        assert!(refusal("postgres://h/d?pooler=statement").contains("pooler is session or transaction"));
    }
}
