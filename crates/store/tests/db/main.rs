//! The database layer, on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used)] // a test that cannot go on fails

mod collisions;
mod durability;
mod fairness;
mod lanes;
mod migrations;
mod postgres;
mod scratch;
mod snapshots;
mod sqlite;
mod transactions;
mod values;
