//! The only crate that accesses a database and files. One SQL text runs on embedded SQLite and on PostgreSQL.
//!
//! [`Db`] has three entries, each taking a plain synchronous closure over a transaction ([`Tx`]):
//! [`Db::read`] for bounded point reads, [`Db::search`] for queries that may scan (bounded, with a time
//! limit) and [`Db::write`] for changes. An acknowledged write survives `kill -9` and power loss.

mod actor;
pub mod archive;
pub mod background;
mod clock;
pub mod csv;
pub mod db;
pub mod fair;
mod files;
pub mod global;
pub mod gzip;
pub mod ids;
mod mint;
mod private;
pub mod search;
mod space;
mod tables;
mod tls;

pub use actor::ActorType;
pub use clock::Clock;
pub use files::{Bucket, Files, Key, Keys, Opened, Place, Unfinished, hex, requests as object_requests};
pub use private::{private_directory, private_file, sync_directory};
pub use space::free_space;
pub use tables::*;
pub use tls::{client_tls, system_roots};

pub use db::{
    Channel, Db, Dialect, Error, FromColumn, Hold, Migration, ON_COORDINATOR, Options, Row, SHARED_TABLES, Snapshot,
    Stats, Tx, Value, WorkspaceTx,
};

/// The result of the functions of this crate, by default with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
