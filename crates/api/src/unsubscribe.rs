//! `/unsubscribe/{link}`: the page that the link in each mail to a contact leads to. Following it changes nothing; the
//! button on it does, and so do mail programs that ask on behalf of their owner (RFC 8058).

use deskwire_domain::error::{Class, Error, Kind, Result};
use deskwire_domain::mail::{self, Reader};
use deskwire_store::Db;
use http::{Method, StatusCode};

use crate::error::status;
use crate::oauth::{Html, page};
use crate::reply::Reply;

/// What the metrics call it.
pub(crate) const OPERATION: &str = "/unsubscribe/{link}";

/// The link in a path, if it is one.
pub(crate) fn link(path: &str) -> Option<&str> {
    path.strip_prefix("/unsubscribe/").filter(|link| !link.contains('/'))
}

/// Answers with a page, whatever becomes of it.
pub(crate) async fn answer(db: &Db, method: &Method, link: &str, counted: Result<()>) -> Reply {
    match counted {
        Ok(()) => handle(db, method, link.to_owned()).await.unwrap_or_else(|error| problem(&error)),
        Err(error) => problem(&error),
    }
}

async fn handle(db: &Db, method: &Method, link: String) -> Result<Reply> {
    let reader = match *method {
        Method::GET => db.read(move |tx| mail::reader(tx, &link)).await?,
        Method::POST => db.write(move |tx| mail::unsubscribe(tx, &link)).await?,
        _ => return Err(Kind::MethodNotAllowed.into()),
    };
    Ok(shown(&reader))
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
