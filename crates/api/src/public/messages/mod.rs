//! `/messages`

pub mod create;
mod input;
pub mod status;
pub(crate) mod view;
pub mod whatsapp_status;

use crate::auth::Scope::{ReadConversations, WriteConversations};
use crate::routes::Routes;
use crate::versions::Version::{V2_7, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /messages",                &[WriteConversations], V2_7..,  create::handle);
    routes.row("GET /messages/status",          &[ReadConversations],  V2_16.., status::handle);
    routes.row("GET /messages/whatsapp/status", &[ReadConversations],  V2_16.., whatsapp_status::handle);
}
