//! TLS of clients: the authorities that the system trusts, and the configuration that all clients have in common.

use std::sync::{Arc, LazyLock};

use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// Returns the certificate authorities that the system trusts; none where there are no such files. They are read once
/// for the process.
pub fn system_roots() -> Arc<RootCertStore> {
    static ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(roots)
    });
    Arc::clone(&ROOTS)
}

/// Returns the configuration of a client that trusts these authorities.
pub fn client_tls(roots: Arc<RootCertStore>) -> ClientConfig {
    let provider = Arc::new(crypto::ring::default_provider());
    #[expect(clippy::expect_used, reason = "the versions are those that the provider comes with")]
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider knows the default versions");
    config.with_root_certificates(roots).with_no_client_auth()
}
