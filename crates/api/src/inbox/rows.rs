//! Rows of the inbox: who may call them, and their handlers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use deskwire_domain::error::Result;
use deskwire_domain::{Access, Noun, permissions};
use http::Method;

use super::caller::Teammate;
use super::request::Request;
use super::visitor::Visitor;
use crate::reply::Reply;
use crate::table;

/// What a caller needs, besides a session, to call a row. Verbs check what they read or change as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Session,
    /// This access to a kind of data.
    Access(Noun, Access),
    /// This access to conversations or to tickets. Verbs check the kind of each conversation.
    Conversations(Access),
    /// A role that may manage apps.
    Apps,
}

impl Needs {
    /// May read this kind of data.
    pub const fn read(noun: Noun) -> Self {
        Self::Access(noun, Access::Read)
    }

    /// May change this kind of data.
    pub const fn write(noun: Noun) -> Self {
        Self::Access(noun, Access::Write)
    }

    /// May read conversations or tickets.
    pub const READ_CONVERSATIONS: Self = Self::Conversations(Access::Read);
    /// May change conversations or tickets.
    pub const WRITE_CONVERSATIONS: Self = Self::Conversations(Access::Write);

    /// Rejects a teammate whose role does not permit it.
    pub(super) fn check(self, teammate: &Teammate) -> Result<()> {
        match self {
            Self::Access(noun, access) if teammate.actor.permissions.of(noun) < access => {
                Err(permissions::refused(permissions::name(noun, access)))
            }
            Self::Conversations(access) if teammate.actor.permissions.of_conversations() < access => {
                Err(permissions::refused(permissions::name(Noun::Conversations, access)))
            }
            Self::Apps if !teammate.session.can_manage_apps => Err(permissions::refused(permissions::MANAGE_APPS)),
            Self::Session | Self::Access(..) | Self::Conversations(_) | Self::Apps => Ok(()),
        }
    }
}

/// How the body of a request is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// As a JSON object; it may be absent.
    Json,
    /// As bytes, by the handler.
    Bytes,
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;

/// The handler of a row.
#[derive(Clone)]
pub enum Handler {
    /// For anyone.
    Open(Arc<dyn Fn(Visitor) -> Answer + Send + Sync>),
    /// For teammates with a session.
    Signed(Arc<dyn Fn(Request) -> Answer + Send + Sync>),
}

/// One row.
#[derive(Clone)]
pub struct Row {
    /// `METHOD /path`.
    pub operation: &'static str,
    /// Its method.
    pub method: Method,
    /// Who may call it.
    pub needs: Needs,
    /// How its body is read.
    pub takes: Takes,
    /// Its handler.
    pub handler: Handler,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.operation, self.needs)
    }
}

impl table::Row for Row {
    fn operation(&self) -> &'static str {
        self.operation
    }
}

impl Row {
    /// Lets the handler read the body as bytes.
    pub fn with_bytes(&mut self) {
        self.takes = Takes::Bytes;
    }
}

/// Rows in order of declaration.
#[derive(Default)]
pub struct Rows {
    /// The rows so far.
    pub rows: Vec<Row>,
}

impl Rows {
    /// Adds a row for teammates: `METHOD /path`, what it needs, and the handler.
    pub fn row<F, Fut>(&mut self, operation: &'static str, needs: Needs, handler: F) -> &mut Row
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        self.add(operation, needs, Handler::Signed(Arc::new(move |request| Box::pin(handler(request)))))
    }

    /// Adds a row for anyone.
    pub fn open<F, Fut>(&mut self, operation: &'static str, handler: F) -> &mut Row
    where
        F: Fn(Visitor) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        self.add(operation, Needs::Session, Handler::Open(Arc::new(move |visitor| Box::pin(handler(visitor)))))
    }

    fn add(&mut self, operation: &'static str, needs: Needs, handler: Handler) -> &mut Row {
        let (method, _) = table::split(operation);
        let at = self.rows.len();
        self.rows.push(Row { operation, method, needs, takes: Takes::Json, handler });
        &mut self.rows[at]
    }
}
