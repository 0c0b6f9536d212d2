//! `/app/v1/settings`: the settings of a workspace.

mod activity;
mod apps;
mod attributes;
mod brands;
mod invitations;
mod macros;
mod object_types;
mod office_hours;
mod roles;
mod tags;
mod teammates;
mod teams;
mod ticket_types;
mod tokens;
mod webhook_deliveries;
mod webhooks;
mod workspace;

use deskwire_domain::error::Result;
use deskwire_domain::settings::Wanted;

use super::request::Request;
use super::rows::Rows;

pub(super) use tokens::as_limit;
pub(super) use webhook_deliveries::line;

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    activity::rows(rows);
    apps::rows(rows);
    attributes::rows(rows);
    brands::rows(rows);
    invitations::rows(rows);
    macros::rows(rows);
    object_types::rows(rows);
    office_hours::rows(rows);
    roles::rows(rows);
    tags::rows(rows);
    teammates::rows(rows);
    teams::rows(rows);
    ticket_types::rows(rows);
    tokens::rows(rows);
    webhook_deliveries::rows(rows);
    webhooks::rows(rows);
    workspace::rows(rows);
}

/// The requested window of a list ordered by name: `q`, `after` and `limit`.
fn window(request: &Request) -> Result<Wanted> {
    let after = request.query("after").map(std::borrow::Cow::into_owned);
    Ok(Wanted { words: request.search_words()?, after, limit: request.row_limit()? })
}
