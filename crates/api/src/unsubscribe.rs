//! `/unsubscribe/{link}`: the page behind the link in each mail to a contact. Opening it changes nothing; its button
//! unsubscribes, and so does the one-click request of a mail client (RFC 8058).

use askama::Template;
use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, ErrorClass, Result};
use deskwire_domain::mail::{self, Reader};
use http::{Method, StatusCode};

use crate::error::status;
use crate::oauth::{Problem, page};
use crate::reply::Reply;
use crate::surface::{Anonymous, Incoming, RequestLog, Surface};
use crate::table::{Params, Table};

#[derive(Debug)]
pub(crate) struct Unsubscribe {
    table: Table<&'static str>,
}

impl Unsubscribe {
    pub(crate) fn new() -> Self {
        Self { table: Table::of(vec!["GET /unsubscribe/{link}", "POST /unsubscribe/{link}"]) }
    }
}

impl Surface for Unsubscribe {
    type Row = &'static str;
    /// The signed link authenticates the recipient.
    type Caller = Anonymous;

    fn table(&self) -> &Table<&'static str> {
        &self.table
    }

    async fn identify(&self, _: &&'static str, incoming: &Incoming, log: &mut RequestLog) -> Result<Anonymous> {
        incoming.anonymous(log)
    }

    async fn answer(
        &self,
        _: &&'static str,
        _: Anonymous,
        incoming: Incoming,
        params: Params<'_>,
        _: HttpBody,
    ) -> Result<Reply> {
        let link = params.first().map_or("", |(_, link)| link).to_owned();
        let reader = if incoming.parts.method == Method::POST {
            incoming.db().write(move |tx| mail::unsubscribe(tx, &link)).await?
        } else {
            incoming.db().read(move |tx| mail::reader(tx, &link)).await?
        };
        Ok(unsubscribe_page(&reader))
    }

    /// Errors are rendered as pages, too.
    fn reject(&self, _: Option<&&'static str>, error: Error) -> Result<Reply> {
        Ok(problem(&error))
    }
}

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Ask<'a> {
    workspace: &'a str,
    email: &'a str,
}

#[derive(Template)]
#[template(path = "unsubscribed.html")]
struct Done<'a> {
    workspace: &'a str,
    email: &'a str,
}

fn unsubscribe_page(Reader { workspace, email, unsubscribed }: &Reader) -> Reply {
    if *unsubscribed {
        page(StatusCode::OK, &Done { workspace, email }, "")
    } else {
        page(StatusCode::OK, &Ask { workspace, email }, "")
    }
}

fn problem(error: &Error) -> Reply {
    let class = error.kind.class();
    let text = match class {
        ErrorClass::Missing => {
            "This link is not valid, or the contact that it was for no longer exists. In that case no more email is sent."
        }
        ErrorClass::Method => "This page supports GET and POST requests only.",
        ErrorClass::Limited => "Too many requests. Please try again in a minute.",
        _ => {
            tracing::error!(cause = error.cause.as_deref(), "{error}");
            "The server could not complete your request. Please try again in a moment."
        }
    };
    page(status(class), &Problem { title: "That did not work", text }, "")
}
