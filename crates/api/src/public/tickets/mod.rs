//! `/tickets`

pub(crate) mod answer;
pub mod change_type;
pub mod create;
pub mod delete;
pub mod enqueue;
pub(crate) mod input;
pub mod linked_conversations;
mod parts;
pub mod reply;
pub mod retrieve;
pub mod search;
pub mod tags;
pub mod update;
pub(crate) mod view;

use crate::auth::Scope::{ReadTickets, WriteTickets};
use crate::routes::Routes;
use crate::versions::Version::{V2_9, V2_10, V2_13, V2_14, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /tickets",                                               &[WriteTickets], V2_9..,  create::handle);
    routes.row("POST /tickets/enqueue",                                       &[WriteTickets], V2_14.., enqueue::handle);
    routes.row("POST /tickets/search",                                        &[ReadTickets],  V2_10.., search::handle);
    routes.row("GET /tickets/{id}",                                           &[ReadTickets],  V2_9..,  retrieve::handle);
    routes.row("PUT /tickets/{id}",                                           &[WriteTickets], V2_9..,  update::handle);
    routes.row("DELETE /tickets/{id}",                                        &[WriteTickets], V2_13.., delete::handle);
    routes.row("POST /tickets/{id}/reply",                                    &[WriteTickets], V2_9..,  reply::handle).with_files();
    routes.row("POST /tickets/{id}/tags",                                     &[WriteTickets], V2_10.., tags::create::handle);
    routes.row("DELETE /tickets/{id}/tags/{tag_id}",                          &[WriteTickets], V2_10.., tags::delete::handle).with_body();
    routes.row("POST /tickets/{id}/change_type",                              &[WriteTickets], V2_16.., change_type::handle);
    routes.row("POST /tickets/{id}/linked_conversations",                     &[WriteTickets], V2_16.., linked_conversations::create::handle);
    routes.row("DELETE /tickets/{id}/linked_conversations/{conversation_id}", &[WriteTickets], V2_16.., linked_conversations::delete::handle);
}
