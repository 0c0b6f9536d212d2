//! `/app/v1/settings/macros`

use deskwire_domain::Noun;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::MacroId;
use deskwire_domain::macros::{self as verbs, AvailableOn, Draft, Full};

use super::window;
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{
    ListedMacro, MacroDoes, MacroPlace, Nothing, OneMacro, SettingsMacro, SettingsMacros, WriteMacro,
};
use crate::reply::Reply;

/// How many characters of a macro's text a list shows.
const EXCERPT: usize = 140;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/macros", write, list);
    rows.row("POST /app/v1/settings/macros", write, create);
    rows.row("GET /app/v1/settings/macros/{id}", write, show);
    rows.row("PUT /app/v1/settings/macros/{id}", write, update);
    rows.row("DELETE /app/v1/settings/macros/{id}", write, delete);
}

/// A window of all macros, by name, whoever has them.
async fn list(request: Request) -> Result<Reply> {
    let wanted = window(&request)?;
    request
        .search(move |cx| {
            let (found, next) = verbs::window_of_all(cx, &wanted)?;
            Ok(SettingsMacros { items: found.into_iter().map(listed).collect::<Result<_>>()?, next })
        })
        .await
}

async fn show(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    request.read(move |cx| verbs::of_any_team(cx, id).and_then(one)).await
}

async fn create(request: Request) -> Result<Reply> {
    let (draft, ip) = (draft(&request)?, request.ip());
    request.write(move |cx| verbs::create(cx, &draft, ip.as_deref()).and_then(one)).await
}

async fn update(request: Request) -> Result<Reply> {
    let (id, draft, ip) = (id(&request)?, draft(&request)?, request.ip());
    request.write(move |cx| verbs::update(cx, id, &draft, ip.as_deref()).and_then(one)).await
}

async fn delete(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request.write(move |cx| verbs::delete(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}

fn id(request: &Request) -> Result<MacroId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

/// The macro as the request has it; its text is made harmless.
fn draft(request: &Request) -> Result<Draft> {
    let WriteMacro { name, html, team_ids, available_on, actions } = request.body()?;
    let place = |place: MacroPlace| match place {
        MacroPlace::Inbox => AvailableOn::Inbox,
        MacroPlace::Messenger => AvailableOn::Messenger,
    };
    Ok(Draft {
        name,
        body: Html::read(&html, &request.origin, "html")?,
        team_ids,
        available_on: available_on.into_iter().map(place).collect(),
        actions: actions.into_iter().map(MacroDoes::action).collect(),
    })
}

fn one(full: Full) -> Result<OneMacro> {
    let html = verbs::html(&full.row);
    Ok(OneMacro { r#macro: SettingsMacro { html, listed: listed(full)? } })
}

fn listed(Full { row, team_ids }: Full) -> Result<ListedMacro> {
    let place = |place: &str| match AvailableOn::parse(place)? {
        AvailableOn::Inbox => Some(MacroPlace::Inbox),
        AvailableOn::Messenger => Some(MacroPlace::Messenger),
    };
    Ok(ListedMacro {
        id: row.id.to_string(),
        excerpt: row.body_text.chars().take(EXCERPT).collect(),
        for_everyone: row.for_everyone,
        team_ids: team_ids.iter().map(ToString::to_string).collect(),
        available_on: verbs::available_on(&row).filter_map(place).collect(),
        actions: verbs::actions(&row)?.into_iter().map(MacroDoes::of).collect(),
        updated_at: row.updated_at,
        name: row.name,
    })
}
