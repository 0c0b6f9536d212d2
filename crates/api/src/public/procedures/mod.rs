//! `/procedures`

pub mod collect_agent_input;

use crate::auth::Scope::WriteConversations;
use crate::routes::Routes;
use crate::versions::Version::Unstable;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /procedures/{conversation_id}/collect_agent_input", &[WriteConversations], Unstable.., collect_agent_input::handle);
}
