//! Macros: saved replies with actions that run when one is used.

mod declare;
mod named;
mod placeholders;
mod write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deskwire_store::macros as store;
use deskwire_store::macros::MacroTeam;
use serde_json::Value;

pub use declare::{Action, AvailableOn, Declared, declare, declared, prune};
pub use deskwire_store::macros::Macro;
pub(crate) use named::Things;
pub use write::{Draft, Named, create, delete, of_any_team, rename, update, window_of_all};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::html::{self, Html};
use crate::ids::{AdminId, MacroId, TeamId};
use crate::numbers;

/// A macro and the teams that may use it.
#[derive(Debug, Clone)]
pub struct Full {
    /// The macro.
    pub row: Macro,
    /// The ids of its teams; empty if everyone may use it.
    pub team_ids: Vec<TeamId>,
}

/// A page of macros.
#[derive(Debug)]
pub struct Page {
    /// The macros.
    pub macros: Vec<Full>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// The macros that the actor can see and that have changed since a time, most recently changed first.
pub fn list(cx: &mut Cx, since: Option<i64>, cursor: Option<&str>, per_page: i64) -> Result<Page> {
    let after = match cursor {
        Some(cursor) => open(cursor).ok_or(ErrorKind::ClientError)?,
        None => (i64::MAX, MacroId::new(i64::MAX)),
    };
    let wanted =
        store::Wanted { admin: viewer(cx), since: since.unwrap_or(0), after, limit: per_page.saturating_add(1) };
    let mut rows = store::page(cx, wanted)?;
    let count = usize::try_from(per_page).unwrap_or(usize::MAX);
    let more = rows.len() > count;
    rows.truncate(count);
    let next = rows.last().filter(|_| more).map(cursor_of);
    Ok(Page { macros: with_teams(cx, rows)?, next })
}

/// The cursor after a macro. The API description fixes its form: base64 of `[1719493757.0, "123"]`.
fn cursor_of(last: &Macro) -> String {
    STANDARD.encode(format!("[{}.0, \"{}\"]", last.updated_at, last.id))
}

/// Decodes a cursor to its time and id.
fn open(cursor: &str) -> Option<(i64, MacroId)> {
    let (at, id): (Value, String) = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
    Some((numbers::integer(&at)?, MacroId::parse(&id)?))
}

/// The macro with this id, if the actor can see it.
pub fn find(cx: &mut Cx, id: Option<MacroId>) -> Result<Full> {
    let admin = viewer(cx);
    let found = match id {
        Some(id) => store::visible(cx, id, admin)?,
        None => None,
    };
    let found = with_teams(cx, found.into_iter().collect())?;
    found.into_iter().next().ok_or_else(|| Error::new(ErrorKind::ResourceNotFound, "Macro not found"))
}

/// The body as HTML, with `<attribute key="user.name" default="there"/>` for each placeholder.
pub fn body(row: &Macro) -> String {
    match &row.body_html {
        Some(html) => placeholders::in_texts(html, placeholders::to_elements),
        None => placeholders::to_elements(&html(row)),
    }
}

/// The body as HTML, with placeholders as they were written.
pub fn html(row: &Macro) -> String {
    let of_text = || Html::of_text(&row.body_text).map(|html| html.as_str().to_owned());
    row.body_html.clone().or_else(of_text).unwrap_or_default()
}

/// The beginning of the text, of about `characters` characters, with placeholders as they were written.
pub fn excerpt(row: &Macro, characters: usize) -> &str {
    placeholders::beginning(&row.body_text, characters)
}

/// The body with each placeholder replaced by what is known for its key, else by its fallback; `None` if nothing is
/// left.
pub(crate) fn fill(row: &Macro, mut known: impl FnMut(&str) -> Option<String>) -> Option<Html> {
    let Some(html) = &row.body_html else { return fill_text(&row.body_text, known) };
    let mut known = move |key: &str| known(key).filter(|text| !text.is_empty());
    // The fallback comes from the HTML, so it is already escaped.
    let mut with = |key: &str, fallback: Option<&str>| {
        known(key).map_or_else(|| fallback.unwrap_or("").to_owned(), |text| Html::inline(&text).as_str().to_owned())
    };
    let filled = placeholders::in_texts(html, |text| placeholders::replace(text, &mut with));
    let says = !html::plain(&filled).trim().is_empty() || filled.contains("<img");
    says.then(|| Html::stored(filled))
}

/// Fills the placeholders of a plain text in the same way.
pub(crate) fn fill_text(text: &str, mut known: impl FnMut(&str) -> Option<String>) -> Option<Html> {
    let with = |key: &str, fallback: Option<&str>| {
        known(key).filter(|text| !text.is_empty()).unwrap_or_else(|| fallback.unwrap_or("").to_owned())
    };
    Html::of_text(&placeholders::replace(text, with))
}

/// The actions of a macro, in order.
pub fn actions(row: &Macro) -> Result<Vec<Action>> {
    serde_json::from_str(&row.actions).map_err(Error::internal)
}

/// For each of these macros, the actions that refer to something that no longer exists. They are skipped when the macro
/// is used.
pub fn missing(cx: &mut Cx, of: &[Full]) -> Result<Vec<Vec<Action>>> {
    let all = of.iter().map(|full| actions(&full.row)).collect::<Result<Vec<_>>>()?;
    let things = Things::named(cx, &all.concat())?;
    let lacking = |actions: Vec<Action>| actions.into_iter().filter(|action| things.lack(action)).collect();
    Ok(all.into_iter().map(lacking).collect())
}

/// Where a macro can be used.
pub fn available_on(row: &Macro) -> impl Iterator<Item = &str> {
    row.available_on.split_whitespace()
}

/// The admin whose teams decide which macros are visible, or 0, which is in no team.
fn viewer(cx: &Cx) -> AdminId {
    cx.actor().admin_id().unwrap_or(AdminId::new(0))
}

fn with_teams(cx: &mut Cx, rows: Vec<Macro>) -> Result<Vec<Full>> {
    let ids: Vec<MacroId> = rows.iter().filter(|row| !row.for_everyone).map(|row| row.id).collect();
    let teams = store::teams(cx, &ids)?;
    let of = |id: MacroId| teams.iter().filter(|t| t.macro_id == id).map(|t: &MacroTeam| t.team_id).collect();
    Ok(rows.into_iter().map(|row| Full { team_ids: of(row.id), row }).collect())
}
