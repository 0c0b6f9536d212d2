//! How apps get their tokens: an admin signs in, agrees, and is sent back with a code that the app turns into a token.
//!
//! Pages for people, which work without scripts, and two operations for apps. They are no part of the described API, so
//! they have a table of their own.

mod connect;
mod consent;
mod document;
mod html;
mod pages;
mod passwords;
mod show;
mod sign_in;
mod sign_out;
mod token;
mod uninstall;
mod visit;

use std::future::{Future, ready};
use std::pin::Pin;

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, Result};
use http::Method;

pub(crate) use document::page;
pub(crate) use html::Html;
pub(crate) use passwords::Passwords;
pub(crate) use visit::Visit;

use crate::reply::Reply;

/// THE table: method and path, whether people or programs read the answer, and what answers.
const TABLE: &[Row] = &[
    Row { operation: "GET /oauth", reader: Person, handler: |v, b| Box::pin(show::handle(v, b)) },
    Row { operation: "GET /a/oauth/connect", reader: Person, handler: |v, _| Box::pin(ready(Ok(connect::handle(&v)))) },
    Row { operation: "POST /oauth/sign_in", reader: Person, handler: |v, b| Box::pin(sign_in::handle(v, b)) },
    Row { operation: "POST /oauth/sign_out", reader: Person, handler: |v, b| Box::pin(sign_out::handle(v, b)) },
    Row { operation: "POST /oauth/consent", reader: Person, handler: |v, b| Box::pin(consent::handle(v, b)) },
    Row { operation: "POST /auth/eagle/token", reader: Program, handler: |v, b| Box::pin(token::handle(v, b)) },
    Row { operation: "POST /auth/uninstall", reader: Program, handler: |v, b| Box::pin(uninstall::handle(v, b)) },
];

use Reader::{Person, Program};

/// Who reads an answer, and its refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// A browser: pages.
    Person,
    /// An app: JSON.
    Program,
}

/// Why a handler stops early.
pub(crate) enum Stop {
    /// With this page.
    Page(Box<Reply>),
    /// With a refusal.
    Error(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

type Answer = Result<Reply, Stop>;
type Handler = fn(Visit, HttpBody) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// One row of the table.
pub(crate) struct Row {
    /// `METHOD /path`.
    pub(crate) operation: &'static str,
    reader: Reader,
    handler: Handler,
}

/// What a request's path leads to.
pub(crate) enum Found {
    /// A row.
    Row(&'static Row),
    /// The path exists, the method does not: those that do.
    WrongMethod(Vec<&'static str>),
    /// No such path here.
    Unknown,
}

/// The row of a request.
pub(crate) fn find(method: &Method, path: &str) -> Found {
    let at = |row: &'static Row| row.operation.split_once(' ').filter(|(_, p)| *p == path).map(|(m, _)| (m, row));
    let rows: Vec<_> = TABLE.iter().filter_map(at).collect();
    match rows.iter().find(|(m, _)| *m == method.as_str()) {
        Some((_, row)) => Found::Row(row),
        None if rows.is_empty() => Found::Unknown,
        None => Found::WrongMethod(rows.iter().map(|(m, _)| *m).collect()),
    }
}

impl Row {
    /// Answers a request that was counted, or was one too many. People get their refusals as pages.
    pub(crate) async fn answer(&self, counted: Result<()>, visit: Visit, body: HttpBody) -> Result<Reply> {
        let answered = match counted {
            Ok(()) => (self.handler)(visit, body).await,
            Err(error) => Err(Stop::Error(error)),
        };
        match answered {
            Ok(reply) => Ok(reply),
            Err(Stop::Page(reply)) => Ok(*reply),
            Err(Stop::Error(error)) if self.reader == Person => Ok(pages::failure(&error)),
            Err(Stop::Error(error)) => Err(error),
        }
    }
}
