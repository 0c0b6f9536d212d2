//! The table of the public API. The rows are in the folders of the nouns, in `routes()`: the operation, one of the scopes
//! that open it, the versions that have it, and what answers.

use super::{
    admins, away_status_reasons, companies, contacts, conversations, counts, custom_object_instances, data_attributes,
    events, jobs, messages, notes, phone_call_redirects, segments, subscription_types, tags, teams, ticket_states,
    ticket_types, tickets, visitors,
};
use crate::routes::Routes;
use crate::table::Table;

/// All rows, indexed.
pub fn table() -> Routes {
    let mut table = Routes::default();
    for rows in [
        admins::routes,
        away_status_reasons::routes,
        companies::routes,
        contacts::routes,
        conversations::routes,
        counts::routes,
        custom_object_instances::routes,
        data_attributes::routes,
        events::routes,
        jobs::routes,
        messages::routes,
        notes::routes,
        phone_call_redirects::routes,
        segments::routes,
        subscription_types::routes,
        tags::routes,
        teams::routes,
        ticket_states::routes,
        ticket_types::routes,
        tickets::routes,
        visitors::routes,
    ] {
        rows(&mut table);
    }
    Table::of(table.rows)
}
