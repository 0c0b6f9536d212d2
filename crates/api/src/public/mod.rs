//! The Intercom-compatible API. The URL's noun is the folder, its verb the file. A noun that has only a list and one
//! object to read is one file. `routes()` of each noun has its rows: the operation, the scopes of which one is required,
//! the versions that have it, and the handler.

pub mod admins;
pub mod ai_content;
pub mod articles;
pub(crate) mod attachments;
pub mod audiences;
pub mod away_status_reasons;
pub mod brands;
pub mod bulk;
pub mod calls;
pub mod companies;
pub mod contacts;
pub(crate) mod content;
pub mod content_snippets;
pub mod conversations;
pub mod counts;
pub mod custom_object_instances;
pub mod data_attributes;
pub mod data_connectors;
mod deleted;
pub mod download;
pub mod ecommerce;
pub mod emails;
pub mod events;
pub mod export;
pub mod fin;
pub mod fin_voice;
pub mod folders;
pub mod help_center;
pub mod internal_articles;
pub mod ip_allowlist;
pub mod jobs;
pub mod macros;
pub mod messages;
pub mod news;
pub mod notes;
pub mod office_hours_schedules;
mod person;
pub mod phone_call_redirects;
pub mod procedures;
pub mod secure_mode_secrets;
pub mod segments;
pub mod subscription_types;
pub mod tags;
pub mod teams;
pub mod ticket_states;
pub mod ticket_types;
pub mod tickets;
pub mod user_delete_requests;
pub mod visitors;
pub(crate) mod wire;

use crate::routes::Routes;
use crate::table::Table;

/// The rows of all nouns.
pub fn table() -> Routes {
    let mut table = Routes::default();
    for rows in [
        admins::routes,
        articles::routes,
        ai_content::routes,
        audiences::routes,
        away_status_reasons::routes,
        brands::routes,
        calls::routes,
        companies::routes,
        contacts::routes,
        content::routes,
        content_snippets::routes,
        conversations::routes,
        counts::routes,
        custom_object_instances::routes,
        data_attributes::routes,
        emails::routes,
        data_connectors::routes,
        ecommerce::routes,
        events::routes,
        fin::routes,
        download::routes,
        export::routes,
        folders::routes,
        fin_voice::routes,
        help_center::routes,
        ip_allowlist::routes,
        internal_articles::routes,
        jobs::routes,
        macros::routes,
        messages::routes,
        news::routes,
        notes::routes,
        office_hours_schedules::routes,
        phone_call_redirects::routes,
        secure_mode_secrets::routes,
        procedures::routes,
        segments::routes,
        subscription_types::routes,
        tags::routes,
        teams::routes,
        ticket_states::routes,
        ticket_types::routes,
        tickets::routes,
        user_delete_requests::routes,
        visitors::routes,
    ] {
        rows(&mut table);
    }
    Table::of(table.rows)
}
