//! `GET /app/v1/reports/conversations`

use deskwire_domain::Noun;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::Id;
use deskwire_domain::reports::{self, GroupFilter, Period};

use super::request::Request;
use super::rows::{Needs, Rows};
use super::types::ConversationReport;
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/reports/conversations", Needs::read(Noun::Conversations), conversations);
}

/// The report of a period for everyone, a team or a teammate. The id 0 selects conversations that are not assigned.
async fn conversations(request: Request) -> Result<Reply> {
    // Tickets are counted among conversations.
    Needs::read(Noun::Tickets).check(&request.teammate)?;
    let text = |name: &'static str| {
        request.query(name).ok_or_else(|| Error::missing(format!("{name} is required")).field(name))
    };
    let zone = request.query("time_zone").unwrap_or_else(|| request.actor().tenant.timezone.clone().into());
    let period = Period::read(&text("from")?, &text("until")?, &zone)?;
    let filter = match (request.query("team_id"), request.query("admin_id")) {
        (None, None) => GroupFilter::All,
        (Some(team), None) => GroupFilter::Team(assigned("team_id", &team)?),
        (None, Some(admin)) => GroupFilter::Admin(assigned("admin_id", &admin)?),
        (Some(_), Some(_)) => {
            return Err(Error::invalid("Only one of team_id and admin_id may be given").field("admin_id"));
        }
    };
    request.search(move |cx| Ok(ConversationReport::of(&reports::read(cx, filter, &period)?, &period))).await
}

/// The id of a team or teammate; `None` for `0`.
fn assigned<I: Id>(field: &'static str, text: &str) -> Result<Option<I>> {
    if text == "0" {
        return Ok(None);
    }
    I::parse(text).map(Some).ok_or_else(|| Error::invalid(format!("{field} must be an id, or 0")).field(field))
}
