//! The database layer, on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails

mod collisions;
mod durability;
mod fairness;
mod frozen;
mod inspect;
mod lanes;
mod migrations;
mod postgres;
mod schema;
mod scratch;
mod snapshots;
mod sqlite;
mod transactions;
mod upgrade;
mod values;
