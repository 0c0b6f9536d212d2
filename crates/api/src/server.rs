//! The server: its surfaces, and the routing of paths to them.

use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::error::Result;

use crate::app::App;
use crate::event_stream::EventStream;
use crate::files::Files;
use crate::inbox::{Inbox, Pages};
use crate::msgr::Msgr;
use crate::not_implemented::NotImplemented;
use crate::oauth::OAuth;
use crate::operations::Operations;
use crate::reply::Reply;
use crate::routes::Routes;
use crate::surface::{self, Incoming, RequestLog, Surface};
use crate::table::Table;
use crate::token_api::TokenApi;
use crate::unsubscribe::Unsubscribe;
use crate::{public, tools};

/// All surfaces, and the state that they share.
#[derive(Debug)]
pub struct Server {
    pub(crate) app: Arc<App>,
    operations: Operations,
    oauth: OAuth,
    unsubscribe: Unsubscribe,
    msgr: Msgr,
    event_stream: EventStream,
    files: Files,
    pages: Pages,
    inbox: Inbox,
    tools: TokenApi,
    public: TokenApi,
}

/// A surface.
enum Mount {
    Operations,
    OAuth,
    Unsubscribe,
    Msgr,
    EventStream,
    Files,
    /// The files of the inbox.
    Pages,
    /// The API of the inbox.
    Inbox,
    Tools,
    Public,
}

impl Mount {
    /// The surface that a path belongs to, by its first segment.
    fn of(path: &str) -> Self {
        let mut segments = path.strip_prefix('/').unwrap_or(path).split('/');
        match segments.next().unwrap_or("") {
            "" | "healthz" | "readyz" | "metrics" => Self::Operations,
            "oauth" | "auth" | "a" => Self::OAuth,
            "unsubscribe" => Self::Unsubscribe,
            "msgr" => Self::Msgr,
            "event-stream" => Self::EventStream,
            "attachments" => Self::Files,
            "inbox" => Self::Pages,
            "app" if segments.next() == Some("v1") => Self::Inbox,
            "app" => Self::Tools,
            _ => Self::Public,
        }
    }
}

impl Server {
    /// Returns a server with this state.
    pub fn new(app: Arc<App>) -> Arc<Self> {
        Self::with_routes(app, public::table())
    }

    /// Returns a server with another table of the public API.
    pub fn with_routes(app: Arc<App>, routes: Routes) -> Arc<Self> {
        let mut tools = Routes::default();
        tools::routes(&mut tools);
        Arc::new(Self {
            app,
            operations: Operations::new(),
            oauth: OAuth::new(),
            unsubscribe: Unsubscribe::new(),
            msgr: Msgr::new(),
            event_stream: EventStream::new(),
            files: Files::new(),
            pages: Pages::new(),
            inbox: Inbox::new(),
            tools: TokenApi { routes: Table::of(tools.rows), not_implemented: NotImplemented::default() },
            public: TokenApi { routes, not_implemented: NotImplemented::read() },
        })
    }

    /// Dispatches a request to the surface of its path.
    pub(crate) async fn dispatch(
        &self,
        path: &str,
        incoming: Incoming,
        body: HttpBody,
        log: &mut RequestLog,
    ) -> Result<Reply> {
        match Mount::of(path) {
            Mount::Operations => surface::answer(&self.operations, path, incoming, body, log).await,
            Mount::OAuth => surface::answer(&self.oauth, path, incoming, body, log).await,
            Mount::Unsubscribe => surface::answer(&self.unsubscribe, path, incoming, body, log).await,
            Mount::Msgr => surface::answer(&self.msgr, path, incoming, body, log).await,
            Mount::EventStream => surface::answer(&self.event_stream, path, incoming, body, log).await,
            Mount::Files => surface::answer(&self.files, path, incoming, body, log).await,
            Mount::Pages => surface::answer(&self.pages, path, incoming, body, log).await,
            Mount::Inbox => {
                log.is_of_inbox = true;
                surface::answer(&self.inbox, path, incoming, body, log).await
            }
            Mount::Tools => surface::answer(&self.tools, path, incoming, body, log).await,
            Mount::Public => surface::answer(&self.public, path, incoming, body, log).await,
        }
    }

    /// The methods for which a path has rows.
    pub(crate) fn methods(&self, path: &str) -> Vec<&str> {
        match Mount::of(path) {
            Mount::Operations => self.operations.table().methods(path),
            Mount::OAuth => self.oauth.table().methods(path),
            Mount::Unsubscribe => self.unsubscribe.table().methods(path),
            Mount::Msgr => self.msgr.table().methods(path),
            Mount::EventStream => self.event_stream.table().methods(path),
            Mount::Files => self.files.table().methods(path),
            Mount::Pages => self.pages.table().methods(path),
            Mount::Inbox => self.inbox.table().methods(path),
            Mount::Tools => self.tools.table().methods(path),
            Mount::Public => self.public.table().methods(path),
        }
    }
}
