//! `/fin`

pub mod ask;
pub mod capabilities;
pub mod csat;
pub mod escalate;
mod input;
pub mod reply;
pub mod run;
pub mod start;
mod view;

use crate::auth::Scope::WriteConversations;
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_14};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /fin/ask",          &[WriteConversations], Unstable.., ask::handle).with_files();
    routes.row("POST /fin/capabilities", &[WriteConversations], Unstable.., capabilities::handle);
    routes.row("POST /fin/csat",         &[WriteConversations], V2_14..,    csat::handle);
    routes.row("POST /fin/escalate",     &[WriteConversations], Unstable.., escalate::handle);
    routes.row("POST /fin/procedures/{procedure_id}/run", &[WriteConversations], Unstable.., run::handle);
    routes.row("POST /fin/reply",        &[WriteConversations], V2_14..,    reply::handle).with_files();
    routes.row("POST /fin/start",        &[WriteConversations], V2_14..,    start::handle).with_files();
}
