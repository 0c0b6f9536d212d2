//! What a transaction sees.

/// Two equal snapshots guarantee that their transactions see the same data, so what was computed from one may be kept
/// for the other. Unequal ones guarantee nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot(pub(crate) SnapshotKind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SnapshotKind {
    /// What one connection sees. It never writes, so its `data_version` changes with every commit of other connections,
    /// in this process or another.
    Sqlite { connection: u64, version: i64 },
    /// The number of the last visible commit, the same on every connection.
    Counted { commits: i64 },
    /// The transactions visible, and how often this process lost its server.
    Postgres { generation: u64, visible: String },
}
