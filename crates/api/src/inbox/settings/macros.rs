//! `/app/v1/settings/macros`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::MacroId;
use deskwire_domain::macros::{self as verbs, Action, AvailableOn, Draft, Full};
use deskwire_domain::{Cx, Noun};

use super::window;
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{
    ListedMacro, MacroDoes, MacroPlace, Nothing, OneMacro, SettingsMacro, SettingsMacros, WriteMacro,
};
use crate::reply::Reply;

/// About how many characters of a macro's text a list displays.
const EXCERPT: usize = 140;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/macros", write, list);
    rows.row("POST /app/v1/settings/macros", write, create);
    rows.row("GET /app/v1/settings/macros/{id}", write, show);
    rows.row("PUT /app/v1/settings/macros/{id}", write, update);
    rows.row("DELETE /app/v1/settings/macros/{id}", write, delete);
}

/// A window of all macros by name, whoever may use them.
async fn list(request: Request) -> Result<Reply> {
    let wanted = window(&request)?;
    request
        .search(move |cx| {
            let (found, next) = verbs::window_of_all(cx, &wanted)?;
            Ok(SettingsMacros { items: listed(cx, found)?, next })
        })
        .await
}

async fn show(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    request.read(move |cx| verbs::of_any_team(cx, id).and_then(|found| one(cx, found))).await
}

async fn create(request: Request) -> Result<Reply> {
    let (draft, ip) = (draft(&request)?, request.ip());
    request.write(move |cx| verbs::create(cx, &draft, ip.as_deref()).and_then(|made| one(cx, made))).await
}

async fn update(request: Request) -> Result<Reply> {
    let (id, draft, ip) = (id(&request)?, draft(&request)?, request.ip());
    request.write(move |cx| verbs::update(cx, id, &draft, ip.as_deref()).and_then(|changed| one(cx, changed))).await
}

async fn delete(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request.write(move |cx| verbs::delete(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}

fn id(request: &Request) -> Result<MacroId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

/// The macro in the request, its text sanitized.
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

fn one(cx: &mut Cx, full: Full) -> Result<OneMacro> {
    let html = verbs::html(&full.row);
    let listed = listed(cx, vec![full])?.pop().ok_or(ErrorKind::ResourceNotFound)?;
    Ok(OneMacro { r#macro: SettingsMacro { html, listed } })
}

/// Macros as rows of a list.
fn listed(cx: &mut Cx, all: Vec<Full>) -> Result<Vec<ListedMacro>> {
    let missing = verbs::missing(cx, &all)?;
    all.into_iter().zip(missing).map(|(full, missing)| item(full, missing)).collect()
}

fn item(Full { row, team_ids }: Full, missing: Vec<Action>) -> Result<ListedMacro> {
    let place = |place: &str| match AvailableOn::parse(place)? {
        AvailableOn::Inbox => Some(MacroPlace::Inbox),
        AvailableOn::Messenger => Some(MacroPlace::Messenger),
    };
    Ok(ListedMacro {
        id: row.id,
        excerpt: verbs::excerpt(&row, EXCERPT).to_owned(),
        for_everyone: row.for_everyone,
        team_ids,
        available_on: verbs::available_on(&row).filter_map(place).collect(),
        actions: verbs::actions(&row)?.into_iter().map(MacroDoes::of).collect(),
        missing: missing.into_iter().map(MacroDoes::of).collect(),
        updated_at: row.updated_at,
        name: row.name,
    })
}
