//! Rate limiting of sign-ins: consecutive failures are counted for each account and each address, in the database, so
//! that the limit holds for all processes; after a few, each attempt must wait longer.

use deskwire_store::sign_in::{self as store, Attempts};
use deskwire_store::{WorkspaceTx, fair};

use crate::error::Result;
use crate::secrets;

/// Failures of one account before it has to wait.
const ACCOUNT: i64 = 5;
/// Failures from one address, which a whole office may share.
const ADDRESS: i64 = 20;
/// The first wait, in seconds; each further failure doubles it.
const FIRST: i64 = 15;
/// The longest wait, in seconds.
const MAX_LENGTH: i64 = 900;
/// The number of seconds after which the count restarts.
const FORGOTTEN: i64 = 3_600;

/// Counts an attempt as failed until it succeeds; none if it may be made, or how many seconds are to pass before.
pub(super) fn count(tx: &mut WorkspaceTx, email: &str, address: Option<&str>) -> Result<Option<i64>> {
    let now = tx.now();
    let mut counted = Vec::with_capacity(2);
    // The account first, always: two attempts never wait for each other in a circle.
    for (subject, free) in [(Some(account(email)), ACCOUNT), (address.map(network), ADDRESS)] {
        let Some(subject) = subject else { continue };
        counted.push((store::attempts(tx, &subject)?, subject, free));
    }
    let locked_until = counted.iter().map(|(attempts, ..)| attempts.locked_until).max().unwrap_or(0);
    if locked_until > now {
        return Ok(Some(locked_until - now));
    }
    for (attempts, subject, free) in counted {
        let before = if attempts.last_at + FORGOTTEN <= now { 0 } else { attempts.failures };
        let failures = before + 1;
        let after = Attempts { failures, last_at: now, locked_until: now + wait(failures, free) };
        store::set_attempts(tx, &subject, after)?;
    }
    Ok(None)
}

/// Uncounts a successful attempt: the account's count is reset, the address's is reduced by one.
pub(super) fn forgive(tx: &mut WorkspaceTx, email: &str, address: Option<&str>) -> Result<()> {
    forget(tx, email)?;
    let Some(subject) = address.map(network) else { return Ok(()) };
    let attempts = store::attempts(tx, &subject)?;
    let failures = (attempts.failures - 1).max(0);
    Ok(store::set_attempts(tx, &subject, Attempts { failures, locked_until: 0, ..attempts })?)
}

/// Forgets the failures of an account.
pub(super) fn forget(tx: &mut WorkspaceTx, email: &str) -> Result<()> {
    Ok(store::forget_attempts(tx, &account(email))?)
}

/// Seconds to wait after so many failures, of which `free` are allowed.
fn wait(failures: i64, free: i64) -> i64 {
    let more = failures - free;
    if more < 0 { 0 } else { (FIRST << more.min(10)).min(MAX_LENGTH) }
}

/// Counted even if the account does not exist, so that waiting reveals nothing.
fn account(email: &str) -> String {
    let email = email.trim().to_lowercase();
    format!("account:{}", secrets::hash(&email))
}

/// One IPv4 address, or the network that a household gets of IPv6.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(address) => format!("address:{}", fair::network(address)),
        Err(_) => format!("address:{address}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNT, network, wait};

    #[test]
    fn waits_grow_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=13).map(|failures| wait(failures, ACCOUNT)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(wait(i64::MAX, ACCOUNT), 900);
    }

    #[test]
    fn a_household_counts_as_one() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }
}
