//! Snapshots: what a transaction sees.

/// Transactions with equal snapshots see the same data, so a result computed in one may be kept for the other. Unequal
/// snapshots guarantee nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot(pub(crate) SnapshotKind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SnapshotKind {
    /// The view of one connection. The connection never writes, so its `data_version` changes with every commit of
    /// other connections, in this process or another.
    Sqlite { connection: u64, version: i64 },
    /// The number of the last visible commit, the same on every connection.
    Counted { commits: i64 },
    /// The visible transactions, and how often this process has lost its server.
    Postgres { generation: u64, visible: String },
}
