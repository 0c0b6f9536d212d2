//! The limit of file descriptors, and the share for client connections.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The descriptors reserved for the database, files, outgoing connections and refusing further clients.
const RESERVED: u64 = 384;
/// The default number of client connections. With more of them, memory runs out first.
const DEFAULT_CONNECTIONS: u64 = 10_000;

/// The maximum number of client connections: the wanted number, if there are enough descriptors. Raises the limit of
/// this process as far as allowed.
pub(crate) fn for_clients(wanted: Option<u64>) -> usize {
    let limits = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limits.maximum, maximum: limits.maximum });
    let limit = if raised.is_ok() { limits.maximum } else { limits.current }.unwrap_or(u64::MAX);
    let share = share(limit, wanted.unwrap_or(DEFAULT_CONNECTIONS));
    if wanted.is_some_and(|wanted| wanted > share) {
        tracing::warn!(max_connections = share, descriptors = limit, "there are not enough file descriptors");
    }
    usize::try_from(share).unwrap_or(usize::MAX)
}

/// The share of `limit` descriptors for client connections, at most the wanted number.
fn share(limit: u64, wanted: u64) -> u64 {
    (limit - RESERVED.min(limit / 2)).min(wanted).max(1)
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT_CONNECTIONS, share};

    #[test]
    fn something_is_kept_for_everyone_else() {
        assert_eq!(
            [0, 64, 1024, 10_000, 1 << 20].map(|limit| share(limit, DEFAULT_CONNECTIONS)),
            [1, 32, 640, 9_616, 10_000]
        );
        assert_eq!([0, 50, 20_000].map(|wanted| share(10_000, wanted)), [1, 50, 9_616]);
    }
}
