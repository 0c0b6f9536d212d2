//! The inbox: its pages (`pages.rs`), and the surface that they call, `/app/v1`, for teammates with a session.
//!
//! Each row of the route table declares who may call it. Handlers run the verbs of the domain as the teammate. The
//! surface has no public description: it changes together with the inbox.

pub mod caller;
mod companies;
mod contacts;
pub(crate) mod conversations;
mod drafts;
mod enter;
mod held_conversations;
mod macros;
mod me;
mod notifications;
pub mod oidc;
mod pages;
mod replies;
mod reports;
pub mod request;
pub mod rows;
mod search;
mod seen;
mod sent;
mod session;
mod settings;
pub(crate) mod start;
pub mod types;
mod uploads;
mod views;
pub mod visitor;

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::sign_in::inbox as sign_in;
use deskwire_store::Db;
use deskwire_store::fair::Key;
use deskwire_store::global::sessions::Signed;
use deskwire_store::inbox_sessions::SessionKind;
use http::header::{CACHE_CONTROL, HeaderValue, ORIGIN};
use http::{HeaderMap, Method};

pub(crate) use pages::{Pages, RESOURCE_POLICY};

use crate::cookies::INBOX;
use crate::reply::Reply;
use crate::surface::{Incoming, RequestLog, Surface};
use crate::table::{Params, Table};
use caller::{Caller, Teammate};
use request::Request;
use rows::{Handler, Row, Rows};
use visitor::Visitor;

/// The surface `/app/v1`, and the pages.
#[derive(Debug)]
pub(crate) struct Inbox {
    table: Table<Row>,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self { table: Table::of(rows()) }
    }
}

/// The header that every change has: the workspace and the teammate that the page was loaded for (`WORKSPACE.ADMIN`),
/// or `1` from clients that are no page.
const PAGE_HEADER: &str = "x-deskwire";

/// The route table of the surface.
pub fn rows() -> Vec<Row> {
    let mut rows = Rows::default();
    session::rows(&mut rows);
    start::rows(&mut rows);
    me::rows(&mut rows);
    contacts::rows(&mut rows);
    companies::rows(&mut rows);
    crate::live::rows(&mut rows);
    conversations::rows(&mut rows);
    held_conversations::rows(&mut rows);
    search::rows(&mut rows);
    views::rows(&mut rows);
    replies::rows(&mut rows);
    drafts::rows(&mut rows);
    uploads::rows(&mut rows);
    macros::rows(&mut rows);
    notifications::rows(&mut rows);
    settings::rows(&mut rows);
    sent::rows(&mut rows);
    reports::rows(&mut rows);
    rows.rows
}

impl Surface for Inbox {
    type Row = Row;
    type Caller = Caller;

    fn table(&self) -> &Table<Row> {
        &self.table
    }

    async fn identify(&self, row: &Row, incoming: &Incoming, log: &mut RequestLog) -> Result<Caller> {
        match caller(row, incoming, log).await {
            Ok(Caller::Teammate(teammate)) => Ok(Caller::Teammate(teammate)),
            // Without a session, the limit of the client's network applies.
            Ok(other) => incoming.anonymous(log).map(|_| other),
            Err(error) if log.workspace.is_none() => Err(incoming.anonymous(log).err().unwrap_or(error)),
            Err(error) => Err(error),
        }
    }

    async fn answer(
        &self,
        row: &Row,
        caller: Caller,
        incoming: Incoming,
        params: Params<'_>,
        body: HttpBody,
    ) -> Result<Reply> {
        let mut reply = match (&row.handler, caller) {
            (Handler::Open(handler), caller) => {
                let signed = if let Caller::Visitor(signed) = caller { signed } else { None };
                handler(Visitor::read(incoming, signed, body).await?).await?
            }
            (Handler::Signed(handler), Caller::Teammate(teammate)) => {
                let (app, key) = (incoming.app.clone(), teammate.share);
                let request = Request::read_from(row, *teammate, incoming, params, body).await?;
                app.busy.run(key, row.operation, handler(request)).await?
            }
            (Handler::Signed(_), Caller::Visitor(_)) => return Err(ErrorKind::SignedOut.into()),
        };
        // Only the inbox may store what a teammate sees.
        reply.headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        Ok(reply)
    }

    fn reject(&self, _: Option<&Row>, error: Error) -> Result<Reply> {
        Err(of_role(error))
    }
}

/// The error for a teammate. Verbs that the API has as well report a missing permission as an insufficient token, with
/// status 401. In the inbox that status means that the session has ended.
pub(crate) fn of_role(error: Error) -> Error {
    match error.kind {
        ErrorKind::TokenUnauthorized => Error::new(ErrorKind::Forbidden, "Your role does not permit this"),
        _ => error,
    }
}

/// Identifies the caller and checks that they may call this row.
async fn caller(row: &Row, incoming: &Incoming, log: &mut RequestLog) -> Result<Caller> {
    let is_change = incoming.parts.method != Method::GET;
    if is_change {
        check_same_origin(incoming)?;
    }
    let signed = signed(incoming).await?;
    if matches!(row.handler, Handler::Open(_)) {
        return Ok(Caller::Visitor(signed.map(Box::new)));
    }
    let signed = signed.filter(|signed| signed.kind == SessionKind::Session).ok_or(ErrorKind::SignedOut)?;
    if is_change {
        check_same_teammate(&signed, &incoming.parts.headers)?;
    }
    let app = &incoming.app;
    let share = Key::workspace(&signed.workspace);
    (log.workspace, log.share) = (Some(signed.workspace.clone()), Some(share));
    let bucket = app.teammates.get(Key::of(&("teammate", &signed.workspace, signed.admin_id.number())));
    let (status, now) = (app.limit.count(&bucket, app.db.clock().now()), app.db.clock().now());
    log.rate_limit = Some(status);
    if status.exceeded {
        return Err(ErrorKind::RateLimited.into());
    }
    let teammate = Teammate::of(signed);
    row.needs.check(&teammate)?;
    if sign_in::is_touch_due(&teammate.session, now) {
        let signed = teammate.session.clone();
        app.db.with_key(share).write(move |tx| sign_in::touch(tx, &signed)).await?;
    }
    Ok(Caller::Teammate(Box::new(teammate)))
}

/// The session or pending sign-in of the browser.
async fn signed(incoming: &Incoming) -> Result<Option<Signed>> {
    find(&incoming.db(), &incoming.parts.headers, &incoming.origin).await
}

/// The session or pending sign-in of the browser that sent these headers.
async fn find(db: &Db, headers: &HeaderMap, origin: &str) -> Result<Option<Signed>> {
    let secret = INBOX.read(headers, origin).map(str::to_owned);
    let Some(secret) = secret else { return Ok(None) };
    db.read(move |tx| sign_in::find(tx, &secret)).await
}

/// Rejects changes that a page of another origin may have caused. Such a page cannot send our header, and the browser
/// names its origin.
fn check_same_origin(incoming: &Incoming) -> Result<()> {
    let headers = &incoming.parts.headers;
    let has_header = headers.get(PAGE_HEADER).is_some_and(|value| !value.is_empty());
    if is_same_origin(headers, &incoming.origin) && has_header {
        Ok(())
    } else {
        Err(Error::from(ErrorKind::CrossSite))
    }
}

/// Rejects changes of a page that was loaded for another teammate than the one who has signed in since in this browser.
fn check_same_teammate(signed: &Signed, headers: &HeaderMap) -> Result<()> {
    let page = headers.get(PAGE_HEADER).map(HeaderValue::as_bytes).unwrap_or_default();
    let own = format!("{}.{}", signed.workspace, signed.admin_id);
    if page == b"1" || page == own.as_bytes() { Ok(()) } else { Err(ErrorKind::SignedOut.into()) }
}

/// Whether the browser does not attribute this request to a page of another origin. Other clients send no such header.
pub(crate) fn is_same_origin(headers: &HeaderMap, url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(HeaderValue::as_bytes);
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(site), _) => site == b"same-origin",
        (None, Some(origin)) => origin == origin_of(url).as_bytes(),
        (None, None) => true,
    }
}

/// The origin of our URL: scheme, host and port.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}
