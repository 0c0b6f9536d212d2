//! What a row of the routes table is, and how a request finds its row.

use std::fmt;
use std::future::Future;
use std::ops::{RangeFrom, RangeInclusive};
use std::pin::Pin;
use std::sync::Arc;

use deskwire_domain::error::Result;
use http::Method;

use crate::auth::Scope;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Version;

type Handler = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Result<Reply>> + Send>> + Send + Sync>;

/// Operations that change something and have no parameters in their body.
const WITHOUT_BODY: &[&str] =
    &["POST /contacts/{id}/archive", "POST /contacts/{id}/unarchive", "POST /contacts/{id}/block"];
/// The operations that delete something and have parameters in their body.
const DELETES_WITH_BODY: &[&str] = &[
    "DELETE /conversations/{id}/tags/{tag_id}",
    "DELETE /conversations/{id}/customers/{contact_id}",
    "DELETE /tickets/{id}/tags/{tag_id}",
];

/// The versions that have an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window(Version, Version);

impl Window {
    /// Whether this version has it.
    pub fn contains(self, version: Version) -> bool {
        (self.0..=self.1).contains(&version)
    }

    /// The first version that has it.
    pub fn since(self) -> Version {
        self.0
    }
}

impl From<RangeFrom<Version>> for Window {
    fn from(range: RangeFrom<Version>) -> Self {
        Self(range.start, Version::Unstable)
    }
}

impl From<RangeInclusive<Version>> for Window {
    fn from(range: RangeInclusive<Version>) -> Self {
        Self(*range.start(), *range.end())
    }
}

/// One operation: what it is called by, who may call it, and what answers.
#[derive(Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with names in braces.
    pub path: &'static str,
    /// One of these scopes is needed; none for any token.
    pub scopes: &'static [Scope],
    /// The versions that have it.
    pub window: Window,
    /// Whether the operation has parameters in its body.
    pub(crate) takes_body: bool,
    /// `METHOD /path`, as the version changes name it.
    pub operation: &'static str,
    pub(crate) handler: Handler,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {:?}", self.operation, self.scopes, self.window)
    }
}

/// The table: rows in order of declaration, found by path and method.
#[derive(Debug, Default)]
pub struct Routes {
    rows: Vec<Route>,
    paths: matchit::Router<Vec<usize>>,
    known: std::collections::HashMap<&'static str, Vec<usize>>,
}

/// What a request's path leads to.
pub(crate) enum Lookup<'r, 'p> {
    /// A row, and the names in its path with their raw texts.
    Found(&'r Route, Vec<(&'static str, &'p str)>),
    /// The path exists, the method does not.
    WrongMethod(Vec<&'r Method>),
    /// No such path.
    Unknown,
}

impl Routes {
    /// Adds rows. Each is `METHOD /path`, scopes, window and handler.
    pub fn row<F, Fut>(
        &mut self,
        operation: &'static str,
        scopes: &'static [Scope],
        window: impl Into<Window>,
        handler: F,
    ) where
        F: Fn(Request) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply>> + Send + 'static,
    {
        let (method, path) = operation.split_once(' ').unwrap_or(("GET", operation));
        let method = Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET);
        let handler: Handler = Arc::new(move |request| Box::pin(handler(request)));
        self.known.entry(path).or_default().push(self.rows.len());
        let takes_body = match method {
            Method::GET => false,
            Method::DELETE => DELETES_WITH_BODY.contains(&operation),
            _ => !WITHOUT_BODY.contains(&operation),
        };
        self.rows.push(Route { method, path, scopes, window: window.into(), takes_body, operation, handler });
    }

    /// Builds the index over the rows. Fails when two paths cannot be told apart.
    pub fn index(mut self) -> Result<Self, matchit::InsertError> {
        self.paths = matchit::Router::new();
        for (path, rows) in &self.known {
            self.paths.insert(*path, rows.clone())?;
        }
        Ok(self)
    }

    /// All rows.
    pub fn rows(&self) -> &[Route] {
        &self.rows
    }

    pub(crate) fn find<'r, 'p>(&'r self, method: &Method, path: &'p str) -> Lookup<'r, 'p> {
        let Ok(matched) = self.paths.at(path) else {
            return Lookup::Unknown;
        };
        let rows = matched.value.iter().map(|i| &self.rows[*i]);
        match rows.clone().find(|r| r.method == *method) {
            None => Lookup::WrongMethod(rows.map(|r| &r.method).collect()),
            Some(route) => Lookup::Found(route, names(route.path).zip(matched.params.iter().map(|(_, v)| v)).collect()),
        }
    }
}

/// The names in a path, in order.
fn names(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}'))
}
