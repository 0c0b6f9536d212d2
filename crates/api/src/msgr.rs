//! `/msgr/{link}`: the page of phone call redirects. A caller who got the link writes there, which starts a
//! conversation.

use askama::Template;
use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, ErrorClass, ErrorKind, Result};
use deskwire_domain::phone_call_redirects::{self as redirects, Visit};
use http::{Method, StatusCode};

use crate::error::status;
use crate::intake;
use crate::limits::RateLimit;
use crate::oauth::{Problem, page};
use crate::proxies::share_of;
use crate::reply::Reply;
use crate::surface::{Anonymous, Incoming, RequestLog, Surface};
use crate::table::{Params, Table};

/// Requests per minute from one network, counted in windows of ten seconds.
const OF_A_NETWORK: u32 = 120;
/// The largest form, in bytes: the longest message, with each byte percent-encoded as three.
const MAX_FORM_BYTES: usize = 128 << 10;

#[derive(Debug)]
pub(crate) struct Msgr {
    table: Table<&'static str>,
}

impl Msgr {
    pub(crate) fn new() -> Self {
        Self { table: Table::of(vec!["GET /msgr/{link}", "POST /msgr/{link}"]) }
    }
}

impl Surface for Msgr {
    type Row = &'static str;
    /// The secret in the link proves that the visitor has the phone that it was sent to.
    type Caller = Anonymous;

    fn table(&self) -> &Table<&'static str> {
        &self.table
    }

    async fn identify(&self, _: &&'static str, incoming: &Incoming, log: &mut RequestLog) -> Result<Anonymous> {
        let (app, now) = (&incoming.app, incoming.app.db.clock().now());
        if RateLimit::per_minute(Some(OF_A_NETWORK)).count(&app.visits.get(share_of(incoming.ip)), now).exceeded {
            return Err(ErrorKind::RateLimited.into());
        }
        incoming.anonymous(log)
    }

    async fn answer(
        &self,
        _: &&'static str,
        _: Anonymous,
        incoming: Incoming,
        params: Params<'_>,
        body: HttpBody,
    ) -> Result<Reply> {
        let link = params.first().map_or("", |(_, link)| link).to_owned();
        if incoming.parts.method != Method::POST {
            let visit = incoming.db().read(move |tx| redirects::visit(tx, &link)).await?;
            return Ok(form_page(StatusCode::OK, &visit, None, ""));
        }
        let message = message(&incoming, body).await?;
        let (secret, text) = (link.clone(), message.clone());
        match incoming.db().write(move |tx| redirects::begin(tx, &secret, &text)).await {
            Ok(visit) => Ok(form_page(StatusCode::OK, &visit, None, "")),
            Err(error) if error.kind.class() == ErrorClass::Invalid => {
                let visit = incoming.db().read(move |tx| redirects::visit(tx, &link)).await?;
                Ok(form_page(StatusCode::BAD_REQUEST, &visit, Some(&error.message), &message))
            }
            Err(error) => Err(error),
        }
    }

    /// Errors are rendered as pages, too.
    fn reject(&self, _: Option<&&'static str>, error: Error) -> Result<Reply> {
        Ok(problem(&error))
    }
}

/// The text of the submitted form.
async fn message(incoming: &Incoming, body: HttpBody) -> Result<String> {
    let headers = &incoming.parts.headers;
    if intake::essence(headers) != "application/x-www-form-urlencoded" {
        return Err(Error::new(ErrorKind::MediaTypeUnsupported, "A form is expected"));
    }
    let read = intake::bytes(&incoming.app, share_of(incoming.ip), MAX_FORM_BYTES, headers, body).await?;
    let mut fields = form_urlencoded::parse(&read.bytes);
    let message = fields.find(|(name, _)| name == "message").map(|(_, value)| value.replace('\0', ""));
    Ok(message.unwrap_or_default())
}

#[derive(Template)]
#[template(path = "msgr.html")]
struct Ask<'a> {
    workspace: &'a str,
    problem: Option<&'a str>,
    message: &'a str,
    longest: usize,
}

#[derive(Template)]
#[template(path = "msgr_sent.html")]
struct Sent<'a> {
    workspace: &'a str,
}

fn form_page(status: StatusCode, visit: &Visit, problem: Option<&str>, message: &str) -> Reply {
    let workspace = visit.workspace.as_str();
    if visit.is_used {
        return page(StatusCode::OK, &Sent { workspace }, "");
    }
    page(status, &Ask { workspace, problem, message, longest: redirects::MAX_MESSAGE }, "")
}

fn problem(error: &Error) -> Reply {
    let class = error.kind.class();
    let text: &str = match class {
        ErrorClass::Missing => {
            "This link is not valid any more. Links last for one day; please call again for a new one."
        }
        ErrorClass::Method => "This page supports GET and POST requests only.",
        ErrorClass::Limited => "Too many requests. Please try again in a minute.",
        ErrorClass::Invalid | ErrorClass::MediaType | ErrorClass::TooLarge => &error.message,
        _ => {
            tracing::error!(cause = error.cause.as_deref(), "{error}");
            "The server could not complete your request. Please try again in a moment."
        }
    };
    page(status(class), &Problem { title: "That did not work", text }, "")
}
