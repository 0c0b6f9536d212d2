//! Statements whose answers nobody needs: they travel with the next one, in the same round trip.

use std::pin::pin;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error as DriverError, Statement};

use crate::db::value::Kept;

/// So many are sent without waiting for a next one. Futures of no more than 30 are polled in their order.
pub(super) const MOST: usize = 24;

/// What waits to be sent.
pub(super) enum Pending {
    Statement {
        /// How it was prepared; none behind a pooler.
        statement: Option<Statement>,
        kept: Kept,
        /// Whether it carries an id that the transaction minted.
        minted: bool,
    },
    /// Statements without parameters.
    Batch(String),
}

impl Pending {
    /// The statement, for errors; and whether it carries an id that the transaction minted.
    pub(super) fn parts(&self) -> (&str, bool) {
        match self {
            Pending::Statement { kept, minted, .. } => (&kept.sql, *minted),
            Pending::Batch(sql) => (sql, false),
        }
    }
}

/// Sends them in their order; the number of the first that failed, and how.
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
