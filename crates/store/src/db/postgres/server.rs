//! Where a PostgreSQL server is, and how the way to it is guarded.

use std::path::PathBuf;
use std::sync::Arc;

use postgres::config::SslMode;
use postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use url::form_urlencoded;

use super::session::describe;
use crate::{Error, Result};

/// A server, as its URL names it.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    /// What `sslmode` asks for; none is a connection that anybody on the way can read.
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// Reads a URL. `sslmode` is `disable` or `prefer` (both without TLS), or `require`, `verify-ca` or `verify-full`,
    /// which all ask the server to prove its name, to the authorities in the file `sslrootcert` or to the system's.
    pub(crate) fn parse(url: &str) -> Result<Server> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut guarded, mut trusted, mut others) = (false, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let Some((key, value)) = form_urlencoded::parse(pair.as_bytes()).next() else { continue };
            match (&*key, &*value) {
                ("sslmode", "disable" | "prefer") => guarded = false,
                ("sslmode", "require" | "verify-ca" | "verify-full") => guarded = true,
                ("sslmode", other) => {
                    let known = "disable, prefer, require, verify-ca or verify-full";
                    return Err(Error::Unavailable(format!("sslmode is {known}, not {other}")));
                }
                ("sslrootcert", "system") => trusted = None,
                ("sslrootcert", file) => trusted = Some(PathBuf::from(file)),
                _ => others.push(pair),
            }
        }
        let url = format!("{place}?{}", others.join("&"));
        let mut config: Config = url.parse().map_err(|e| Error::Unavailable(describe(&e)))?;
        config.ssl_mode(if guarded { SslMode::Require } else { SslMode::Disable });
        let tls = guarded.then(|| connector(trusted.as_deref())).transpose()?;
        Ok(Server { config, tls })
    }

    /// Connects.
    pub(crate) fn connect(&self) -> Result<Client> {
        let connected = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        };
        connected.map_err(|e| Error::Unavailable(describe(&e)))
    }
}

fn connector(trusted: Option<&std::path::Path>) -> Result<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    match trusted {
        Some(file) => {
            let refused =
                |e: &dyn std::fmt::Display| Error::Unavailable(format!("sslrootcert {}: {e}", file.display()));
            for certificate in CertificateDer::pem_file_iter(file).map_err(|e| refused(&e))? {
                let certificate = certificate.map_err(|e| refused(&e))?;
                roots.add(certificate).map_err(|e| refused(&e))?;
            }
            if roots.is_empty() {
                return Err(refused(&"it holds no certificate"));
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::Unavailable(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
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
    fn what_is_not_understood_is_refused() {
        assert!(refusal("postgres://h/d?sslmode=allow").contains("sslmode is"));
        assert!(refusal("postgres://h/d?sslmode=require&sslrootcert=/nowhere.pem").contains("/nowhere.pem"));
        assert!(refusal("postgres://h/d?colour=red").contains("colour"));
    }
}
