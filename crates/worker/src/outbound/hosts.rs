//! Limits the concurrent fetches from one host, across all workspaces.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use super::Failure;

/// The maximum number of fetches at once.
const AT_ONCE: usize = 2;
/// How long to wait for a permit.
const TIMEOUT: Duration = Duration::from_secs(300);
/// The number of hosts at which unused ones are removed.
const MAX_HOSTS: usize = 256;

/// The hosts that files are fetched from.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts(Arc<Mutex<HashMap<String, Weak<Semaphore>>>>);

impl Hosts {
    /// Waits for a permit of a URL's host, first come, first served.
    pub(super) async fn place(&self, url: &Url) -> Result<OwnedSemaphorePermit, Failure> {
        let host = url.host_str().unwrap_or_default();
        let places = self.places(host);
        match tokio::time::timeout(TIMEOUT, places.acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) | Err(_) => Err(Failure::Busy(host.to_owned())),
        }
    }

    fn places(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.0.lock();
        if let Some(places) = hosts.get(host).and_then(Weak::upgrade) {
            return places;
        }
        if hosts.len() >= MAX_HOSTS {
            hosts.retain(|_, places| places.strong_count() > 0);
        }
        let places = Arc::new(Semaphore::new(AT_ONCE));
        hosts.insert(host.to_owned(), Arc::downgrade(&places));
        places
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Hosts;

    #[tokio::test]
    async fn a_host_gives_two_places() {
        let hosts = Hosts::default();
        let [a, b] = ["https://a.test/1", "https://b.test/1"].map(|url| url.parse().unwrap());
        let first = hosts.place(&a).await.unwrap();
        let _second = hosts.place(&a).await.unwrap();
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, hosts.place(&a)).await.is_err());
        assert!(tokio::time::timeout(soon, hosts.place(&b)).await.is_ok());
        drop(first);
        assert!(tokio::time::timeout(soon, hosts.place(&a)).await.is_ok());
    }
}
