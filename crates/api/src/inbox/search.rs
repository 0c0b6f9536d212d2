//! `GET /app/v1/search`

use deskwire_domain::content::Piece;
use deskwire_domain::conversations::ConversationState;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{AdminId, TagId, TeamId};
use deskwire_domain::inbox::search::{self, Within};

use super::conversations::view;
use super::request::Request;
use super::rows::{Needs, Rows};
use super::types::{Hit, SearchPage};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/search", Needs::READ_CONVERSATIONS, handle);
}

/// Conversations by the words of their messages, and contacts by their names.
async fn handle(request: Request) -> Result<Reply> {
    let text = request.query("q").ok_or_else(|| Error::missing("q is required").field("q"))?.into_owned();
    let after = request.query("after").map(std::borrow::Cow::into_owned);
    let within = searched(&request)?;
    request
        .search(move |cx| {
            let found = search::search(cx, &text, &within, after.as_deref())?;
            let hit = |hit: &search::Hit| Hit {
                row: view::row(&hit.row),
                part_id: hit.part,
                excerpt_html: marked(&hit.excerpt),
            };
            let contact = |of: &deskwire_domain::contacts::Contact| {
                let called = [of.name.as_deref(), of.email.as_deref(), of.phone.as_deref()];
                view::contact(of.id, called, of.avatar.as_deref())
            };
            Ok(SearchPage {
                conversations: found.hits.iter().map(hit).collect(),
                contacts: found.contacts.iter().map(contact).collect(),
                next: found.next,
            })
        })
        .await
}

/// Which conversations are searched.
fn searched(request: &Request) -> Result<Within> {
    Ok(Within {
        state: read(request, "state", ConversationState::parse)?,
        admin: read(request, "admin_id", AdminId::parse)?,
        team: read(request, "team_id", TeamId::parse)?,
        tag: read(request, "tag_id", TagId::parse)?,
    })
}

fn read<T>(request: &Request, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    let unknown = || Error::invalid(format!("{name} is unknown")).field(name);
    request.query(name).map(|text| parse(&text).ok_or_else(unknown)).transpose()
}

/// HTML with the matching words in `<mark>` and all else escaped.
fn marked(pieces: &[Piece]) -> String {
    let mut html = String::new();
    for piece in pieces {
        let text = escaped(&piece.text);
        if piece.found {
            html.push_str(&format!("<mark>{text}</mark>"));
        } else {
            html.push_str(&text);
        }
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
