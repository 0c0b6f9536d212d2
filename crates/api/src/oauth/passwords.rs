//! Verifying and hashing passwords: on separate threads, a few at a time, with fair turns for addresses and accounts.

use std::time::Duration;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::sign_in::passwords;
use deskwire_store::fair::{Key, Limits, Permit, Refused, Shares};

/// The number verified at once. Each takes 19 MiB and one core while it runs.
const AT_ONCE: usize = 2;
/// How many may hold their address's turn while they wait for their account's, in all and for one address.
const ADMITTED: usize = 64;
const ADMITTED_OF_ONE: usize = 2;
/// How many requests of one address may wait for its turn.
const QUEUE: usize = 32;
/// The longest total wait.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The turns: first by address, so that one address cannot fill the queue of an account, then by account, so that many
/// addresses guessing at one account do not affect others.
#[derive(Debug)]
pub(crate) struct Passwords {
    addresses: Shares,
    accounts: Shares,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            addresses: Shares::new(Limits { permits: ADMITTED, most: ADMITTED_OF_ONE, queue: QUEUE, assured: None }),
            accounts: Shares::new(Limits { permits: AT_ONCE, most: AT_ONCE - 1, queue: ADMITTED, assured: None }),
        }
    }
}

impl Passwords {
    /// Verifies a password against a hash; takes as long when there is no hash.
    pub(crate) async fn verify(
        &self,
        address: Key,
        account: Key,
        password: String,
        hash: Option<String>,
    ) -> Result<bool> {
        let turns = self.turns(address, account).await?;
        let verified = tokio::task::spawn_blocking(move || {
            let _turns = turns;
            passwords::verify(&password, hash.as_deref())
        });
        verified.await.map_err(Error::internal)
    }

    /// Hashes a new password chosen by a client at this address.
    pub(crate) async fn hash(&self, address: Key, password: String) -> Result<String> {
        let turns = self.turns(address, Key::of(&("new password", address))).await?;
        let hashed = tokio::task::spawn_blocking(move || {
            let _turns = turns;
            passwords::hash(&password)
        });
        hashed.await.map_err(Error::internal)?
    }

    /// Waits for the turn of an address and then for that of an account.
    async fn turns(&self, address: Key, account: Key) -> Result<(Permit, Permit)> {
        let turns = async {
            let admitted = self.addresses.acquire(address, 1).await?;
            Ok((admitted, self.accounts.acquire(account, 1).await?))
        };
        tokio::time::timeout(TIMEOUT, turns).await.unwrap_or(Err(Refused::Late)).map_err(|why| match why {
            Refused::Full => Error::new(ErrorKind::RateLimited, "Too many sign-ins from this address are in progress"),
            Refused::Late | Refused::Closed => ErrorKind::Unavailable.into(),
        })
    }
}
