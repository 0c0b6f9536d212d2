//! `/unsubscribe/{link}`: the page that the link in each mail to a contact leads to. Following it changes nothing; the
//! button on it does, and so do mail programs that ask on behalf of their owner (RFC 8058).

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Class, Error, Result};
use deskwire_domain::mail::{self, Reader};
use http::{Method, StatusCode};

use crate::error::status;
use crate::oauth::{Html, page};
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
    /// The link is the proof of who it was sent to, and the database knows it.
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
        Ok(shown(&reader))
    }

    /// People read a page, whatever happens.
    fn reject(&self, _: Option<&&'static str>, error: Error) -> Result<Reply> {
        Ok(problem(&error))
    }
}

fn shown(reader: &Reader) -> Reply {
    let told = |title: &'static str, before: &'static str, after: &'static str| {
        let content = Html::new().markup("<h1>").text(title).markup("</h1>\n<p>").markup(before).markup("<strong>");
        let content = content.text(&reader.workspace).markup("</strong>").markup(after).text(&reader.email);
        (title, content.markup(".</p>\n"))
    };
    let (title, content) = if reader.unsubscribed {
        told("You are unsubscribed", "", " sends no more mail to ")
    } else {
        let (title, content) = told("Unsubscribe", "Do you want no more mail from ", " at this address? It is ");
        (title, content.markup("<form method=\"post\"><button class=\"go\">Unsubscribe</button></form>\n"))
    };
    page(StatusCode::OK, title, &content, "")
}

fn problem(error: &Error) -> Reply {
    let class = error.kind.class();
    let words = match class {
        Class::Missing => {
            "This link is not one of ours, or whom it was for is no longer known here. No mail will come."
        }
        Class::Method => "This page can only be looked at and sent.",
        Class::Limited => "That was too often. Please try again in a minute.",
        _ => {
            tracing::error!(cause = error.cause.as_deref(), "{error}");
            "Something went wrong, and it is our fault. Please try again in a moment."
        }
    };
    let content = Html::new().markup("<h1>That did not work</h1>\n<p>").text(words).markup("</p>\n");
    page(status(class), "That did not work", &content, "")
}
