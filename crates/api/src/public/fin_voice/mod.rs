//! `/fin_voice`

pub mod collect;
pub mod conversation;
pub mod external_id;
pub mod phone_number;
pub mod register;
mod view;

use crate::auth::Scope::{ReadConversations, WriteConversations};
use crate::routes::Routes;
use crate::versions::Version::V2_15;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /fin_voice/register",                     &[WriteConversations], V2_15.., register::handle);
    routes.row("GET /fin_voice/collect/{id}",                  &[ReadConversations],  V2_15.., collect::handle);
    routes.row("GET /fin_voice/external_id/{external_id}",     &[ReadConversations],  V2_15.., external_id::handle);
    routes.row("GET /fin_voice/phone_number/{phone_number}",   &[ReadConversations],  V2_15.., phone_number::handle);
    routes.row("GET /fin_voice/conversation/{conversation_id}", &[ReadConversations], V2_15.., conversation::handle);
}
