//! The surface for callers with a token: the public API, and additional operations for tools.

use std::sync::Arc;

use axum::body::{Body as HttpBody, HttpBody as _};
use deskwire_domain::error::{Error, ErrorKind, Result};
use http::header::ACCEPT;

use crate::auth::{self, Caller, Identity};
use crate::intake;
use crate::not_implemented::NotImplemented;
use crate::reply::Reply;
use crate::request::Request;
use crate::routes::{Route, Routes};
use crate::surface::{Incoming, RequestLog, Surface};
use crate::table::Params;
use crate::versions::{OperationVersion, Version};

/// The maximum length of a path segment, in bytes.
const MAX_SEGMENT_LENGTH: usize = 1_000;

/// Operations whose rows specify scopes and versions.
#[derive(Debug)]
pub(crate) struct TokenApi {
    pub(crate) routes: Routes,
    /// Operations that the API describes and this server answers with 501.
    pub(crate) not_implemented: NotImplemented,
}

impl Surface for TokenApi {
    type Row = Route;
    type Caller = Caller;

    fn table(&self) -> &Routes {
        &self.routes
    }

    async fn identify(&self, route: &Route, incoming: &Incoming, log: &mut RequestLog) -> Result<Caller> {
        let (identity, version) = identify(incoming, log).await?;
        log.operation_version =
            Some(OperationVersion { operation: route.operation, since: route.window.since(), version });
        auth::enforce(route.scopes, route.window, identity, version)
    }

    async fn answer(
        &self,
        route: &Route,
        caller: Caller,
        incoming: Incoming,
        params: Params<'_>,
        body: HttpBody,
    ) -> Result<Reply> {
        let (app, key) = (incoming.app.clone(), caller.share());
        let has_body = !body.is_end_stream();
        let mut request = read(route, caller, incoming, params, body).await?;
        if has_body {
            // A body may take long to arrive, and the token may have been revoked meanwhile.
            let identity = app.tokens.renew(&app.db.with_key(key), &request.caller.identity).await?;
            auth::check_address(&identity, request.ip)?;
            request.caller = auth::enforce(route.scopes, route.window, identity, request.caller.version)?;
        }
        app.busy.run(key, route.operation, (route.handler)(request)).await
    }

    async fn unrouted(&self, kind: ErrorKind, path: &str, incoming: &Incoming, log: &mut RequestLog) -> Error {
        let Some(operation) = self.not_implemented.find(&incoming.parts.method, path) else {
            return incoming.anonymous(log).err().unwrap_or_else(|| kind.into());
        };
        log.operation = Some(operation.name);
        match identify(incoming, log).await {
            Ok((_, version)) => operation.refusal(version),
            Err(error) => error,
        }
    }
}

/// Returns the identity and the version of a request. Counts the request for the token's app, or for the network if the
/// token is unknown or must not be used from there.
async fn identify(incoming: &Incoming, log: &mut RequestLog) -> Result<(Arc<Identity>, Version)> {
    let (app, headers) = (&incoming.app, &incoming.parts.headers);
    let identity = match auth::identify(&app.tokens, &incoming.db(), headers, incoming.ip).await {
        Ok(identity) => identity,
        Err(error) => return Err(incoming.anonymous(log).err().unwrap_or(error)),
    };
    log.identity = Some(identity.clone());
    let status = app.app_limit.count(&identity.bucket, identity.limited(), &app.db).await;
    log.rate_limit = Some(status);
    log.share = Some(identity.share);
    if status.exceeded {
        return Err(ErrorKind::RateLimited.into());
    }
    let version = auth::version(&identity, headers)?;
    log.version = Some(version);
    Ok((identity, version))
}

/// Reads the request for its handler.
async fn read(
    route: &Route,
    caller: Caller,
    incoming: Incoming,
    params: Params<'_>,
    body: HttpBody,
) -> Result<Request> {
    let Incoming { app, parts, origin, ip, is_head } = incoming;
    let path = params.into_iter().map(|(name, text)| Ok((name, segment(text)?))).collect::<Result<_>>()?;
    if parts.uri.query().is_some_and(holds_nul_byte) {
        return Err(Error::invalid("The query contains a NUL character, which is not allowed"));
    }
    let (body, memory) = intake::read(&app, caller.share(), route, &parts.headers, body).await?;
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let last_event_id = parts.headers.get("last-event-id").map(text);
    let accept = parts.headers.get(ACCEPT).cloned();
    let (operation, uri) = (route.operation, parts.uri);
    Ok(Request { app, caller, operation, path, uri, origin, ip, is_head, last_event_id, accept, body, memory })
}

/// Decodes a path segment. Fails with "not found" if it cannot be an id.
pub(crate) fn segment(raw: &str) -> Result<String> {
    let text = percent_encoding::percent_decode_str(raw).decode_utf8().map_err(|_| ErrorKind::ResourceNotFound)?;
    if text.len() > MAX_SEGMENT_LENGTH || text.contains('\0') {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    Ok(text.into_owned())
}

/// Whether the decoded query contains a NUL character, which PostgreSQL does not accept in texts.
pub(crate) fn holds_nul_byte(query: &str) -> bool {
    query.contains("%00")
}
