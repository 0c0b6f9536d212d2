//! The surface for the operator: health, readiness, metrics, and the page at `/`. It needs no token.

pub(crate) mod backlog;
mod health;
pub(crate) mod home;

use axum::body::Body as HttpBody;
use deskwire_domain::error::Result;

use crate::app::App;
use crate::reply::Reply;
use crate::surface::{Anonymous, Incoming, RequestLog, Surface};
use crate::table::{Params, Row, Table};

/// The rows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    Home,
    Health,
    Readiness,
    Metrics,
}

impl Row for Operation {
    fn operation(&self) -> &'static str {
        match self {
            Self::Home => "GET /",
            Self::Health => "GET /healthz",
            Self::Readiness => "GET /readyz",
            Self::Metrics => "GET /metrics",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Operations {
    table: Table<Operation>,
}

/// Whether a path is a health check, which is served however busy the server is.
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

impl Operations {
    pub(crate) fn new() -> Self {
        use Operation::{Health, Home, Metrics, Readiness};
        Self { table: Table::of(vec![Home, Health, Readiness, Metrics]) }
    }
}

/// Responds to a health check.
pub(crate) async fn probe(app: &App, path: &str) -> Reply {
    match path {
        "/readyz" => health::ready(app).await,
        "/metrics" => health::metrics(app).await,
        _ => health::alive(),
    }
}

impl Surface for Operations {
    type Row = Operation;
    type Caller = Anonymous;

    fn table(&self) -> &Table<Operation> {
        &self.table
    }

    async fn identify(&self, _: &Operation, incoming: &Incoming, log: &mut RequestLog) -> Result<Anonymous> {
        incoming.anonymous(log)
    }

    async fn answer(
        &self,
        row: &Operation,
        _: Anonymous,
        incoming: Incoming,
        _: Params<'_>,
        _: HttpBody,
    ) -> Result<Reply> {
        Ok(match row {
            Operation::Home => home::answer(&incoming.parts.headers, &incoming.origin)?,
            Operation::Health => health::alive(),
            Operation::Readiness => health::ready(&incoming.app).await,
            Operation::Metrics => health::metrics(&incoming.app).await,
        })
    }
}
