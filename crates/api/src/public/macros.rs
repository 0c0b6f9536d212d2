//! `GET /macros` and `GET /macros/{id}`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{MacroId, TeamId};
use deskwire_domain::macros::{self, Full};
use deskwire_domain::times;
use serde::Serialize;

use crate::auth::Scope::ReadConversations;
use crate::page::{self, CursorList, Limits, per_page_within};
use crate::reply::Reply;
use crate::request::Request;
use crate::routes::Routes;
use crate::versions::Version::V2_16;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /macros",      &[ReadConversations], V2_16.., list);
    routes.row("GET /macros/{id}", &[ReadConversations], V2_16.., retrieve);
}

/// A page of the macros that the caller's admin can see.
async fn list(request: Request) -> Result<Reply> {
    let limits = Limits { default: 50, most: 150 };
    let per_page = per_page_within(request.query_integer("per_page")?, limits)?;
    let since = request.query("updated_since").map(|text| text.parse().ok().and_then(times::second).ok_or(text));
    let invalid = |_| Error::invalid("Invalid updated_since timestamp").field("updated_since");
    let since = since.transpose().map_err(invalid)?;
    let cursor = page::cursor(&request)?.map(String::from);
    let page = request.read(move |cx| macros::list(cx, since, cursor.as_deref(), per_page)).await?;
    let data = page.macros.iter().map(View::from).collect();
    request.json(&CursorList::of(data, per_page, page.next))
}

/// One macro.
async fn retrieve(request: Request) -> Result<Reply> {
    let id = MacroId::parse(request.param("id"));
    let found = request.read(move |cx| macros::find(cx, id)).await?;
    request.json(&View::from(&found))
}

/// A macro.
#[derive(Serialize)]
struct View<'a> {
    r#type: &'static str,
    id: MacroId,
    name: &'a str,
    body: String,
    body_text: &'a str,
    created_at: String,
    updated_at: String,
    visible_to: &'static str,
    visible_to_team_ids: &'a [TeamId],
    available_on: Vec<&'a str>,
}

impl<'a> From<&'a Full> for View<'a> {
    fn from(found: &'a Full) -> Self {
        let row = &found.row;
        Self {
            r#type: "macro",
            id: row.id,
            name: &row.name,
            body: macros::body(row),
            body_text: &row.body_text,
            created_at: times::utc_millis(row.created_at),
            updated_at: times::utc_millis(row.updated_at),
            visible_to: if row.for_everyone { "everyone" } else { "specific_teams" },
            visible_to_team_ids: &found.team_ids,
            available_on: macros::available_on(row).collect(),
        }
    }
}
