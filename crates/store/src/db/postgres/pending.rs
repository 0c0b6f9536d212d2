//! Statements whose results nobody needs. They are sent with the next statement, in the same round trip.

use std::pin::pin;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error as DriverError, Statement};

use crate::db::value::Kept;

/// The maximum number of statements that wait for a next one before they are sent. Up to 30 futures are polled in
/// order.
pub(super) const MAX_PENDING: usize = 24;

/// A statement that waits to be sent.
pub(super) enum Pending {
    Statement {
        /// The prepared statement. `None` behind a pooler.
        statement: Option<Statement>,
        kept: Kept,
        /// Whether it has a parameter that the transaction minted as an id.
        minted: bool,
    },
    /// Statements without parameters.
    Batch(String),
}

impl Pending {
    /// Returns the statement, for errors, and whether it has an id that the transaction minted.
    pub(super) fn parts(&self) -> (&str, bool) {
        match self {
            Pending::Statement { kept, minted, .. } => (&kept.sql, *minted),
            Pending::Batch(sql) => (sql, false),
        }
    }
}

/// Sends the statements in order. The error contains the index of the first one that failed.
pub(super) async fn all(client: &Client, pending: &[Pending]) -> Result<(), (usize, DriverError)> {
    let answers = join_all(pending.iter().map(|one| run(client, one))).await;
    match answers.into_iter().enumerate().find_map(|(at, answer)| answer.err().map(|error| (at, error))) {
        Some(failed) => Err(failed),
        None => Ok(()),
    }
}

async fn run(client: &Client, pending: &Pending) -> Result<(), DriverError> {
    let (statement, kept) = match pending {
        Pending::Batch(sql) => return client.batch_execute(sql).await,
        Pending::Statement { statement, kept, .. } => (statement, kept),
    };
    let params = kept.values();
    let mut rows = pin!(match statement {
        Some(statement) => client.query_raw(statement, params).await?,
        None => client.query_typed_raw(&kept.sql, params.map(|value| (value, Type::UNKNOWN))).await?,
    });
    // Read to the end: an error may follow the rows.
    while rows.try_next().await?.is_some() {}
    Ok(())
}
