//! The certificate authorities that the system trusts.

use std::sync::{Arc, LazyLock};

use tokio_rustls::rustls::RootCertStore;

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
