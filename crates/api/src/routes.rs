//! Rows of operations that need a token: who may call them, in which versions, and their handlers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use deskwire_domain::error::Result;
use http::Method;

use crate::auth::Scope;
use crate::reply::Reply;
use crate::request::Request;
use crate::table::{Row, Table, split};
use crate::versions::Window;

type Handler = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send>> + Send + Sync>;

/// How an operation reads the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    /// Not at all: a body is ignored.
    Nothing,
    /// A JSON object.
    Json,
    /// A JSON object that may contain files, so it may be larger.
    JsonWithFiles,
    /// A form that may contain files.
    Form,
}

/// An operation: who may call it, and its handler.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with names in braces.
    pub path: &'static str,
    /// The caller needs one of these scopes; if empty, any token will do.
    pub scopes: &'static [Scope],
    /// The versions that have it.
    pub window: Window,
    pub(crate) accepts: Accepts,
    /// `METHOD /path`, as in the table of version changes.
    pub operation: &'static str,
    pub(crate) handler: Handler,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {:?}", self.operation, self.scopes, self.window)
    }
}

impl Row for Route {
    fn operation(&self) -> &'static str {
        self.operation
    }
}

impl Route {
    /// The operation has no parameters in its body.
    pub fn without_body(&mut self) {
        self.accepts = Accepts::Nothing;
    }

    /// The operation has parameters in its body, although its method does not imply that.
    pub fn with_body(&mut self) {
        self.accepts = Accepts::Json;
    }

    /// The body is a form with files.
    pub fn with_form(&mut self) {
        self.accepts = Accepts::Form;
    }

    /// The body may contain files.
    pub fn with_files(&mut self) {
        self.accepts = Accepts::JsonWithFiles;
    }
}

/// The table of a surface whose callers have tokens.
pub type Routes = Table<Route>;

impl Routes {
    /// Adds a row: `METHOD /path`, scopes, window and handler. Bodies are read unless the method is `GET` or `DELETE`.
    pub fn row<F, Fut>(
        &mut self,
        operation: &'static str,
        scopes: &'static [Scope],
        window: impl Into<Window>,
        handler: F,
    ) -> &mut Route
    where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        let (method, path) = split(operation);
        let handler: Handler = Arc::new(move |request| Box::pin(handler(request)));
        let accepts = if matches!(method, Method::GET | Method::DELETE) { Accepts::Nothing } else { Accepts::Json };
        let at = self.rows.len();
        self.rows.push(Route { method, path, scopes, window: window.into(), accepts, operation, handler });
        &mut self.rows[at]
    }
}
