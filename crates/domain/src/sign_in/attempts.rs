//! Throttling of password guessing. Each attempt counts as failed until it succeeds. The counts are in the database, so
//! they hold for all servers. After a number of failures, the next attempt has to wait.
//!
//! Three things are counted: attempts on an account from one network, attempts on any account from one network, and
//! attempts on an account from all networks. The first two back off exponentially and stop a single guesser; the third
//! is a rate limit, which slows down distributed guessing. An attacker must not be able to lock an admin out, so a
//! network from which an account has signed in before is throttled only by its own failures with that account.

use deskwire_store::sign_in::{self as store, Attempts};
use deskwire_store::{WorkspaceTx, fair};

use crate::error::Result;
use crate::secrets;

/// The number of failures of one account from one network before the next attempt has to wait.
const FROM_NETWORK: i64 = 5;
/// The same for one network with any account: a whole office may share it.
const NETWORK: i64 = 20;
/// The same for one account from all networks; beyond it, the same number is allowed per hour.
const ACCOUNT: i64 = 100;
/// The time after which an account is forgiven one failure, in seconds.
const FORGIVENESS_INTERVAL: i64 = 3_600 / ACCOUNT;
/// The first wait, in seconds. Each further failure doubles it.
const FIRST: i64 = 15;
/// The maximum wait, in seconds.
const MAX_WAIT: i64 = 900;
/// The time after which a count restarts, in seconds.
const RESET_AFTER: i64 = 3_600;
/// How long a network stays known after a sign-in, in seconds.
const KNOWN_NETWORK_RETENTION: i64 = 90 * 86_400;

/// The kind of a count.
#[derive(Clone, Copy)]
enum Count {
    Account,
    FromNetwork,
    Network,
}

/// The subjects that an attempt is counted under. They do not depend on whether the account exists, so waits reveal
/// nothing.
struct Subjects {
    account: String,
    from_network: String,
    /// `None` if the address is unknown.
    network: Option<Network>,
}

struct Network {
    any_account: String,
    known: String,
}

/// Counts an attempt as failed until it succeeds. Returns `None` if it may be made, else the number of seconds to wait.
pub(super) fn count(tx: &mut WorkspaceTx, email: &str, address: Option<&str>) -> Result<Option<i64>> {
    let (now, subjects) = (tx.now(), Subjects::of(email, address));
    let is_known = match &subjects.network {
        Some(network) => store::known_until(tx, &network.known)?.is_some_and(|until| until > now),
        None => false,
    };
    let mut counted = Vec::with_capacity(3);
    // Always in this order, so that concurrent attempts do not deadlock.
    for (count, subject) in subjects.counted() {
        counted.push((count, subject, store::attempts(tx, subject)?));
    }
    let obeyed = counted.iter().filter(|(count, ..)| !is_known || matches!(count, Count::FromNetwork));
    let locked_until = obeyed.map(|(.., attempts)| attempts.locked_until).max().unwrap_or(0);
    if locked_until > now {
        return Ok(Some(locked_until - now));
    }
    for (count, subject, attempts) in counted {
        let failures = count.remembered(attempts, now) + 1;
        let after = Attempts { failures, last_at: now, locked_until: now + count.wait(failures) };
        store::set_attempts(tx, subject, after)?;
    }
    Ok(None)
}

/// Takes back an attempt that succeeded, and remembers its network. The count of the account from this network is
/// reset; the other counts forgive this attempt only.
pub(super) fn forgive(tx: &mut WorkspaceTx, email: &str, address: Option<&str>) -> Result<()> {
    let (until, subjects) = (tx.now() + KNOWN_NETWORK_RETENTION, Subjects::of(email, address));
    for (count, subject) in subjects.counted() {
        let attempts = store::attempts(tx, subject)?;
        let failures = match count {
            Count::FromNetwork => 0,
            Count::Account | Count::Network => (attempts.failures - 1).max(0),
        };
        store::set_attempts(tx, subject, Attempts { failures, locked_until: 0, ..attempts })?;
    }
    if let Some(network) = &subjects.network {
        store::attempts(tx, &network.known)?;
        store::set_attempts(tx, &network.known, Attempts { last_at: until, ..Attempts::default() })?;
    }
    Ok(())
}

/// Undoes the count of an attempt with the password of the same person's account in another workspace: it is neither a
/// failure nor a success.
pub(super) fn undo(tx: &mut WorkspaceTx, email: &str, address: Option<&str>) -> Result<()> {
    for (_, subject) in Subjects::of(email, address).counted() {
        let attempts = store::attempts(tx, subject)?;
        let failures = (attempts.failures - 1).max(0);
        store::set_attempts(tx, subject, Attempts { failures, locked_until: 0, ..attempts })?;
    }
    Ok(())
}

/// Deletes the failures of an account and its known networks.
pub(super) fn forget(tx: &mut WorkspaceTx, email: &str) -> Result<()> {
    Ok(store::forget_attempts(tx, &account(email))?)
}

impl Count {
    /// How many of the previous failures still count.
    fn remembered(self, attempts: Attempts, now: i64) -> i64 {
        let quiet = (now - attempts.last_at).max(0);
        match self {
            Self::Account => (attempts.failures - quiet / FORGIVENESS_INTERVAL).max(0),
            Self::FromNetwork | Self::Network if quiet >= RESET_AFTER => 0,
            Self::FromNetwork | Self::Network => attempts.failures,
        }
    }

    /// The seconds to wait after this many failures.
    fn wait(self, failures: i64) -> i64 {
        match self {
            Self::Account if failures >= ACCOUNT => FORGIVENESS_INTERVAL,
            Self::Account => 0,
            Self::FromNetwork => backoff(failures - FROM_NETWORK),
            Self::Network => backoff(failures - NETWORK),
        }
    }
}

/// The seconds to wait after this many failures beyond the limit.
fn backoff(more: i64) -> i64 {
    if more < 0 { 0 } else { (FIRST << more.min(10)).min(MAX_WAIT) }
}

impl Subjects {
    fn of(email: &str, address: Option<&str>) -> Self {
        let (account, network) = (account(email), address.map(network));
        Self {
            from_network: format!("{account}:from:{}", network.as_deref().unwrap_or_default()),
            network: network.map(|network| Network {
                any_account: format!("address:{network}"),
                known: format!("{account}:known:{network}"),
            }),
            account,
        }
    }

    fn counted(&self) -> impl Iterator<Item = (Count, &str)> {
        let network = self.network.as_ref().map(|network| (Count::Network, network.any_account.as_str()));
        [(Count::Account, self.account.as_str()), (Count::FromNetwork, self.from_network.as_str())]
            .into_iter()
            .chain(network)
    }
}

fn account(email: &str) -> String {
    let email = email.trim().to_lowercase();
    format!("account:{}", secrets::hash(&email))
}

/// The network of an address: the IPv4 address itself, or the IPv6 prefix of a household.
fn network(address: &str) -> String {
    address.parse().map_or_else(|_| address.to_owned(), |address| fair::network(address).to_string())
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNT, Attempts, Count, network};

    #[test]
    fn waits_grow_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=13).map(|failures| Count::FromNetwork.wait(failures)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(Count::FromNetwork.wait(i64::MAX), 900);
        assert_eq!((Count::Network.wait(19), Count::Network.wait(20)), (0, 15));
    }

    #[test]
    fn an_account_allows_a_hundred_failures_an_hour() {
        let (mut attempts, mut now, mut tried) = (Attempts::default(), 1_000_000, 0);
        while now < 1_000_000 + 10 * 3_600 {
            if attempts.locked_until <= now {
                let failures = Count::Account.remembered(attempts, now) + 1;
                attempts = Attempts { failures, last_at: now, locked_until: now + Count::Account.wait(failures) };
                tried += 1;
            }
            now += 1;
        }
        assert!((10 * ACCOUNT..=11 * ACCOUNT).contains(&tried), "{tried} in ten hours");
        assert_eq!(Count::Account.remembered(attempts, now + 3_600), 0);
    }

    #[test]
    fn a_household_counts_as_one() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
