//! The database layer, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]
#![expect(clippy::disallowed_methods, reason = "tests set up what is around the server themselves")]

mod collisions;
mod distribute;
mod durability;
mod fairness;
mod frozen;
mod global;
mod inspect;
mod lanes;
mod lone;
mod migrations;
mod postgres;
mod rate_limits;
mod schema;
mod scratch;
mod sent;
mod snapshots;
mod sqlite;
mod transactions;
mod upgrade;
mod values;
