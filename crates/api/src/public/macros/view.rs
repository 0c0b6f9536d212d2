//! A macro as the API represents it.

use deskwire_domain::ids::{MacroId, TeamId};
use deskwire_domain::macros::{self, Full};
use deskwire_domain::times;
use serde::Serialize;

/// A macro.
#[derive(Serialize)]
pub(super) struct View<'a> {
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

/// A list of macros, which has no total.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    r#type: &'static str,
    data: Vec<View<'a>>,
    pages: Pages,
}

#[derive(Serialize)]
struct Pages {
    r#type: &'static str,
    per_page: i64,
    next: Option<Next>,
}

#[derive(Serialize)]
struct Next {
    starting_after: String,
}

impl<'a> Page<'a> {
    pub(super) fn new(data: Vec<View<'a>>, per_page: i64, next: Option<String>) -> Self {
        let next = next.map(|starting_after| Next { starting_after });
        Self { r#type: "list", data, pages: Pages { r#type: "pages", per_page, next } }
    }
}
