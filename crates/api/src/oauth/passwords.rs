//! Looking at passwords: on threads of its own, a few at a time.

use std::time::Duration;

use deskwire_domain::error::{Error, Kind, Result};
use deskwire_domain::sign_in::passwords;
use tokio::sync::Semaphore;

/// How many are looked at at once. Each takes 19 MiB, and a core for as long as it lasts.
const AT_ONCE: usize = 2;
/// How long one may have to wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The turns.
#[derive(Debug)]
pub(crate) struct Passwords(Semaphore);

impl Default for Passwords {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Passwords {
    /// Whether this is the password behind a hash; it takes as long when there is no hash.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        let turn = tokio::time::timeout(PATIENCE, self.0.acquire()).await;
        let _turn = turn.map_err(|_| Kind::Unavailable)?.map_err(Error::internal)?;
        let verified = tokio::task::spawn_blocking(move || passwords::verify(&password, hash.as_deref()));
        verified.await.map_err(Error::internal)
    }
}
