//! The request that a handler of the inbox receives.

use std::borrow::Cow;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::events;
use deskwire_domain::ids::{ConversationId, Id, InboxSessionId};
use deskwire_domain::inbox::drafts::{self, DraftKind};
use deskwire_domain::inbox::idempotency;
use deskwire_domain::sign_in::inbox::{self as sign_in, Permitted};
use deskwire_domain::{Actor, Cx, Noun, conversations};
use deskwire_store::Db;
use deskwire_store::fair::Permit;
use deskwire_store::inbox_sessions::SessionKind;
use http::request::Parts;
use http::{Method, StatusCode};
use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::caller::Teammate;
use super::rows::{Needs, Row, Takes};
use crate::app::App;
use crate::body::Body;
use crate::intake;
use crate::live::{DraftVersions, EndedSessions, Marks};
use crate::query;
use crate::reply::Reply;
use crate::surface::Incoming;
use crate::table::Params;
use crate::token_api::{holds_nul_byte, segment};

/// JSON up to this size is parsed on the async thread.
const MAX_INLINE: usize = 32 << 10;

/// The number of rows of a list: the default and the maximum.
pub(super) const DEFAULT_ROWS: usize = 50;
pub(super) const MAX_ROWS: usize = 150;
/// How long a body may take before the teammate is found again.
const MOMENT: Duration = Duration::from_secs(1);
/// The maximum length of `q`, in characters.
const MAX_WORDS_LENGTH: usize = 200;

/// A closure that calls a verb, and makes the view of its result.
pub trait Verb<T>: FnMut(&mut Cx) -> Result<T> + Send + 'static {}

impl<T, F: FnMut(&mut Cx) -> Result<T> + Send + 'static> Verb<T> for F {}

/// A request of a teammate who may make it.
#[derive(Debug)]
pub struct Request {
    /// The server's state.
    pub app: Arc<App>,
    /// The teammate who made it.
    pub teammate: Teammate,
    /// When they were found.
    found_at: Instant,
    /// `METHOD /path/{with}/names`.
    pub operation: &'static str,
    /// Its head.
    pub parts: Parts,
    /// The origin by which the browser reaches this server, like `http://127.0.0.1:8080`.
    pub origin: String,
    /// The browser's address.
    pub ip: Option<std::net::IpAddr>,
    path: Vec<(&'static str, String)>,
    body: Value,
    /// The unread body, where the row takes bytes.
    raw: Mutex<Option<HttpBody>>,
    /// What the teammate needs to make it.
    needs: Needs,
    /// For writes, a hash of the request.
    digest: String,
    /// The memory reserved for the body, until the response is sent.
    memory: Option<Permit>,
}

/// The result of a read or a write, with a position.
#[derive(Serialize)]
struct Positioned<T> {
    /// The position of the last event that the result includes.
    position: i64,
    #[serde(flatten)]
    body: T,
}

impl Request {
    /// Reads the request of a teammate.
    pub(super) async fn read_from(
        row: &Row,
        teammate: Teammate,
        incoming: Incoming,
        params: Params<'_>,
        body: HttpBody,
    ) -> Result<Self> {
        let Incoming { app, parts, origin, ip, .. } = incoming;
        if parts.uri.query().is_some_and(holds_nul_byte) {
            return Err(Error::invalid("The query contains a NUL character, which is not allowed"));
        }
        let path = params.into_iter().map(|(name, text)| Ok((name, segment(text)?))).collect::<Result<_>>()?;
        let mut digest = Sha256::new().chain_update(format!("{}\n{}\n", parts.method, parts.uri));
        let mut request = Self {
            teammate,
            found_at: Instant::now(),
            operation: row.operation,
            origin,
            ip,
            path,
            body: Value::Object(Map::new()),
            raw: Mutex::default(),
            needs: row.needs,
            digest: String::new(),
            memory: None,
            app,
            parts,
        };
        if row.takes == Takes::Bytes {
            request.raw = Mutex::new(Some(body));
        } else if request.parts.method != Method::GET {
            let read = json(&request.app, request.teammate.share, &request.parts, body, &mut digest).await?;
            (request.body, request.memory) = read;
            request.renew().await?;
        }
        request.digest = deskwire_store::hex(&digest.finalize());
        Ok(request)
    }

    /// After a body that took longer than a moment, finds the teammate again, and checks that they may still make this
    /// request: the session may have ended or the role may have changed, and whoever sends the body decides how long it
    /// takes. Within a moment nothing is gained: every request runs with what was read at its start, so a change that
    /// comes then is like one that comes while the handler runs. So nearly all requests read the session once.
    pub(super) async fn renew(&mut self) -> Result<()> {
        if self.found_at.elapsed() < MOMENT {
            return Ok(());
        }
        let now = Instant::now();
        let found = super::find(&self.db(), &self.parts.headers, &self.origin).await?;
        let session = found.filter(|signed| signed.kind == SessionKind::Session).ok_or(ErrorKind::SignedOut)?;
        let teammate = Teammate::of(session);
        self.needs.check(&teammate)?;
        (self.teammate, self.found_at) = (teammate, now);
        Ok(())
    }

    /// The database, with the share of the workspace.
    pub fn db(&self) -> Db {
        self.app.db.with_key(self.teammate.share)
    }

    /// The caller's address, for the activity log.
    pub fn ip(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_string())
    }

    /// The actor that verbs run as.
    pub fn actor(&self) -> &Actor {
        &self.teammate.actor
    }

    /// Runs a bounded read as the teammate.
    pub async fn load<T: Send + 'static>(&self, mut f: impl Verb<T>) -> Result<T> {
        let actor = self.actor().clone();
        self.db().read(move |tx| f(&mut Cx::new(tx, &actor))).await
    }

    /// Responds with the view of a bounded read.
    pub async fn read<T: Serialize>(&self, mut f: impl Verb<T>) -> Result<Reply> {
        let text = self.load(move |cx| positioned(cx, &mut f)).await?;
        Ok(Reply::rendered(StatusCode::OK, text.into_bytes()))
    }

    /// Responds with the view of a search, or of any other read that may take long.
    pub async fn search<T: Serialize>(&self, mut f: impl Verb<T>) -> Result<Reply> {
        let actor = self.actor().clone();
        let text = self.db().search(move |tx| positioned(&mut Cx::new(tx, &actor), &mut f)).await?;
        Ok(Reply::rendered(StatusCode::OK, text.into_bytes()))
    }

    /// Makes a change and responds with its view, once for each `Idempotency-Key`: a repeated request gets the stored
    /// response. `f` may run again after a conflict of transactions, so it acts only through `cx`.
    pub async fn write<T: Serialize>(&self, mut f: impl Verb<T>) -> Result<Reply> {
        let (actor, key) = (self.actor().clone(), self.key()?);
        let write = move |tx: &mut deskwire_store::Tx<'_>| {
            idempotency::once(&mut Cx::new(tx, &actor), &key, |cx| positioned(cx, &mut f))
        };
        let text = self.db().write(write).await?;
        Ok(Reply::rendered(StatusCode::OK, text.into_bytes()))
    }

    /// Like [`Self::write`], without storing the response: for responses with secrets. A repeated request makes the
    /// change again.
    pub async fn write_unstored<T: Serialize>(&self, mut f: impl Verb<T>) -> Result<Reply> {
        self.write_or_refuse(move |cx| f(cx).map(Ok)).await
    }

    /// Like [`Self::write_unstored`], for a change that is refused although the transaction commits, for example to
    /// count a failed attempt: `f` returns the error of the response as `Ok(Err(error))`. If `f` itself fails, nothing
    /// is kept.
    pub async fn write_or_refuse<T: Serialize>(&self, mut f: impl Verb<Result<T>>) -> Result<Reply> {
        let actor = self.actor().clone();
        let write = move |tx: &mut deskwire_store::Tx<'_>| {
            let cx = &mut Cx::new(tx, &actor);
            let position = events::position(cx)?;
            match f(cx)? {
                Ok(body) => serde_json::to_string(&Positioned { position, body }).map(Ok).map_err(Error::internal),
                Err(refusal) => Ok(Err(refusal)),
            }
        };
        let text = self.db().write(write).await??;
        Ok(Reply::rendered(StatusCode::OK, text.into_bytes()))
    }

    /// The idempotency key of a write, which is required.
    fn key(&self) -> Result<idempotency::Key> {
        const HEADER: &str = "Idempotency-Key";
        let value = self.parts.headers.get(HEADER).and_then(|value| value.to_str().ok());
        let text = value.ok_or_else(|| Error::missing(format!("{HEADER} is required")).field(HEADER))?;
        // A stored response shows what the teammate was permitted to see then.
        let permitted = sign_in::permitted(&self.teammate.session);
        let digest = Sha256::digest(format!("{}\n{permitted:?}", self.digest));
        idempotency::Key::new(text, deskwire_store::hex(&digest))
    }

    /// Sends the teammate's marks of a conversation to their other clients.
    pub(super) fn publish_marks(&self, id: ConversationId, marks: Marks) {
        if let Some(admin) = self.actor().admin_id() {
            self.app.live.publish_marks(self.actor().workspace(), admin, id, marks);
        }
    }

    /// Tells the teammate's other clients which drafts there are in a conversation by now.
    pub(super) async fn publish_drafts(&self, id: ConversationId) {
        // The change is made. Clients that do not hear of it see it when they load the conversation.
        let Ok(drafts) = self.load(move |cx| drafts::of(cx, id)).await else { return };
        let version = |kind: DraftKind| drafts.iter().find(|of| of.kind == kind).map_or(0, |of| of.updated_at);
        let versions = DraftVersions { reply: version(DraftKind::Reply), note: version(DraftKind::Note) };
        self.publish_marks(id, Marks { draft: Some(!drafts.is_empty()), drafts: Some(versions), ..Marks::default() });
    }

    /// Tells all clients that may see it that the held replies of a conversation changed.
    pub(super) async fn publish_held(&self, id: ConversationId) {
        // The change is made. Clients that do not hear of it see it when they load the conversation.
        if let Ok(Some(noun)) = self.load(move |cx| conversations::find_kind(cx, id)).await {
            self.app.live.publish_held(self.actor().workspace(), id, noun == Noun::Tickets);
        }
    }

    /// Disconnects the live clients of sessions that have ended.
    pub(super) fn end_sessions(&self, sessions: EndedSessions) {
        self.app.live.end_sessions(self.actor().workspace(), sessions);
    }

    /// Disconnects the live clients of the teammate's other sessions, which have ended.
    pub(super) fn end_other_sessions(&self) {
        let own = &self.teammate.session;
        self.end_sessions(EndedSessions::AllBut { admin: own.admin_id, kept: own.id });
    }

    /// Has the teammate's counts read again, for changes that cause no event.
    pub(super) fn recount(&self) {
        if let Some(admin) = self.actor().admin_id() {
            self.app.live.recount(self.actor().workspace(), admin);
        }
    }

    /// Adds to the hash that tells repeated requests apart, for a body that the row takes as bytes.
    pub fn add_to_digest(&mut self, what: &str) {
        self.digest = deskwire_store::hex(&Sha256::digest(format!("{}\n{what}", self.digest)));
    }

    /// The body as a type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T> {
        typed(&self.body)
    }

    /// The fields of the body, for code that it shares with the API.
    pub fn fields(&self) -> Body {
        Body(self.body.as_object().cloned().unwrap_or_default())
    }

    /// Runs searches for a response that is streamed.
    pub fn source(&self) -> Source {
        let session = &self.teammate.session;
        Source {
            db: self.db(),
            actor: self.actor().clone(),
            session: session.id,
            permitted: sign_in::permitted(session),
        }
    }

    /// Takes the unread body of a row that takes bytes. It can be taken once.
    pub fn take_bytes(&self) -> HttpBody {
        self.raw.lock().take().unwrap_or_default()
    }

    /// A path parameter.
    pub fn param(&self, name: &str) -> &str {
        self.path.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v)
    }

    /// A path parameter as an id; the error `unknown` if it is not one.
    pub fn id<I: Id>(&self, name: &str, unknown: ErrorKind) -> Result<I> {
        I::parse(self.param(name)).ok_or_else(|| unknown.into())
    }

    /// A query parameter, decoded; an empty one counts as absent.
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        query::text(&self.parts.uri, name)
    }

    /// A query parameter split at its commas.
    pub fn query_list(&self, name: &str) -> Vec<String> {
        query::list(&self.parts.uri, name)
    }

    /// A query parameter that is a whole number.
    pub fn query_integer(&self, name: &'static str) -> Result<Option<i64>> {
        query::integer(&self.parts.uri, name)
    }

    /// The requested number of rows of a list: `limit`.
    pub fn row_limit(&self) -> Result<usize> {
        let Some(limit) = self.query_integer("limit")? else { return Ok(DEFAULT_ROWS) };
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=MAX_ROWS).contains(limit));
        limit.ok_or_else(|| Error::invalid(format!("limit must be between 1 and {MAX_ROWS}")).field("limit"))
    }

    /// The words that a list is searched for, if any: `q`, trimmed.
    pub fn search_words(&self) -> Result<Option<String>> {
        let Some(text) = self.query("q") else { return Ok(None) };
        let words = text.trim();
        if words.chars().count() > MAX_WORDS_LENGTH {
            return Err(Error::invalid(format!("q has at most {MAX_WORDS_LENGTH} characters")).field("q"));
        }
        Ok((!words.is_empty()).then(|| words.to_owned()))
    }

    /// A query parameter that is `true` or `false`.
    pub fn query_flag(&self, name: &'static str, default: bool) -> Result<bool> {
        query::flag(&self.parts.uri, name, default)
    }
}

/// Runs searches as a teammate, also after the request has ended.
#[derive(Debug, Clone)]
pub struct Source {
    db: Db,
    actor: Actor,
    session: InboxSessionId,
    permitted: Permitted,
}

impl Source {
    /// Runs a search as the teammate, unless the session has ended or its role permits something else by now.
    pub fn search<T, F>(&self, mut f: F) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: Verb<T>,
    {
        let Self { db, actor, session, permitted } = self.clone();
        let checked = move |tx: &mut deskwire_store::Tx<'_>| {
            let cx = &mut Cx::new(tx, &actor);
            match sign_in::active_sessions(cx, &[session])?.get(&session) {
                None => Err(ErrorKind::SignedOut.into()),
                Some(now) if *now != permitted => Err(ErrorKind::Forbidden.into()),
                Some(_) => f(cx),
            }
        };
        async move { db.search(checked).await }
    }
}

/// The JSON object of a body, with the memory reserved for it; its bytes go into the digest. An absent body is an empty
/// object.
pub(super) async fn json(
    app: &App,
    share: deskwire_store::fair::Key,
    parts: &Parts,
    body: HttpBody,
    digest: &mut Sha256,
) -> Result<(Value, Option<Permit>)> {
    let read = intake::bytes_of(app, share, app.config.body_limit, &parts.headers, body).await?;
    digest.update(&read.bytes);
    if read.bytes.is_empty() {
        return Ok((Value::Object(Map::new()), read.permit));
    }
    if intake::essence(&parts.headers) != "application/json" {
        return Err(ErrorKind::MediaTypeUnsupported.into());
    }
    let object = if read.bytes.len() <= MAX_INLINE {
        intake::object(&read.bytes)?
    } else {
        app.budgets.run(share, move || intake::object(&read.bytes)).await?
    };
    Ok((Value::Object(object.0), read.permit))
}

/// Deserializes a JSON object; the error names the field that does not fit.
pub(super) fn typed<T: DeserializeOwned>(body: &Value) -> Result<T> {
    serde_path_to_error::deserialize(body.clone()).map_err(|error| {
        let (path, words) = (error.path().to_string(), error.into_inner().to_string());
        if let Some(name) = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            let field = if path == "." { name.to_owned() } else { format!("{path}.{name}") };
            return Error::missing(format!("{field} is required")).field(field);
        }
        if path == "." { Error::invalid(words) } else { Error::invalid(format!("{path}: {words}")).field(path) }
    })
}

/// The JSON of a view, with the position of the history read before it.
fn positioned<T: Serialize>(cx: &mut Cx, f: &mut impl FnMut(&mut Cx) -> Result<T>) -> Result<String> {
    let position = events::position(cx)?;
    let body = f(cx)?;
    serde_json::to_string(&Positioned { position, body }).map_err(Error::internal)
}
