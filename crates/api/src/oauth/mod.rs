//! OAuth: an admin signs in, consents, and is redirected with a code that the app exchanges for a token.
//!
//! Its pages work without scripts; two operations are for apps. Neither is part of the described API, so the surface
//! has a table of its own.

mod browser;
mod connect;
mod consent;
mod document;
mod pages;
pub(crate) mod passwords;
mod show;
mod sign_in;
mod sign_out;
mod token;
mod uninstall;

use std::future::{Future, ready};
use std::pin::Pin;

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, Result};

use browser::{Answer, BrowserRequest, Halt};
pub(crate) use document::{Problem, STYLE, page, redirect, with_cookie};

use crate::reply::Reply;
use crate::surface::{Anonymous, Incoming, RequestLog, Surface};
use crate::table::{Params, Row, Table};

/// Who reads a response or an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// A browser, which gets pages.
    Browser,
    /// An app, which gets JSON.
    Client,
}

use Audience::{Browser, Client};

type Handler = fn(BrowserRequest, HttpBody) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// One row: method and path, who reads the response, and the handler.
#[derive(Debug)]
pub(crate) struct Endpoint(&'static str, Audience, Handler);

impl Row for Endpoint {
    fn operation(&self) -> &'static str {
        self.0
    }
}

#[derive(Debug)]
pub(crate) struct OAuth {
    table: Table<Endpoint>,
}

impl OAuth {
    pub(crate) fn new() -> Self {
        let rows = vec![
            Endpoint("GET /oauth", Browser, |r, b| Box::pin(show::handle(r, b))),
            Endpoint("GET /a/oauth/connect", Browser, |r, _| Box::pin(ready(Ok(connect::handle(&r))))),
            Endpoint("POST /oauth/sign_in", Browser, |r, b| Box::pin(sign_in::handle(r, b))),
            Endpoint("POST /oauth/sign_out", Browser, |r, b| Box::pin(sign_out::handle(r, b))),
            Endpoint("POST /oauth/consent", Browser, |r, b| Box::pin(consent::handle(r, b))),
            Endpoint("POST /auth/eagle/token", Client, |r, b| Box::pin(token::handle(r, b))),
            Endpoint("POST /auth/uninstall", Client, |r, b| Box::pin(uninstall::handle(r, b))),
        ];
        Self { table: Table::of(rows) }
    }
}

impl Surface for OAuth {
    type Row = Endpoint;
    /// Each handler identifies the admin or the app itself.
    type Caller = Anonymous;

    fn table(&self) -> &Table<Endpoint> {
        &self.table
    }

    async fn identify(&self, _: &Endpoint, incoming: &Incoming, log: &mut RequestLog) -> Result<Anonymous> {
        incoming.anonymous(log)
    }

    async fn answer(
        &self,
        row: &Endpoint,
        _: Anonymous,
        incoming: Incoming,
        _: Params<'_>,
        body: HttpBody,
    ) -> Result<Reply> {
        let Incoming { app, parts, origin, ip, .. } = incoming;
        match (row.2)(BrowserRequest { app, parts, origin, ip }, body).await {
            Ok(reply) => Ok(reply),
            Err(Halt::Page(reply)) => Ok(*reply),
            Err(Halt::Error(error)) => Err(error),
        }
    }

    /// Browsers get errors as pages.
    fn reject(&self, row: Option<&Endpoint>, error: Error) -> Result<Reply> {
        match row {
            Some(Endpoint(_, Browser, _)) => Ok(pages::failure(&error)),
            _ => Err(error),
        }
    }
}
