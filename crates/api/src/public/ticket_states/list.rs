//! `GET /ticket_states`

use deskwire_domain::error::Result;
use deskwire_domain::{ticket_states, ticket_types};
use serde::Serialize;

use super::view::View;
use crate::page::List;
use crate::public::ticket_types::view::Brief;
use crate::reply::Reply;
use crate::request::Request;

/// A state with the ticket types that can be in it.
#[derive(Serialize)]
struct Detailed<'a> {
    #[serde(flatten)]
    state: View<'a>,
    archived: bool,
    ticket_types: List<Brief<'a>>,
}

/// All states, archived ones included.
pub async fn handle(request: Request) -> Result<Reply> {
    let read = request.read(|cx| Ok((ticket_states::list(cx)?, ticket_types::rows(cx)?)));
    let (states, types) = read.await?;
    let detailed = states.iter().map(|state| {
        let of = types.iter().filter(|t| state.is_default || state.types.contains(&t.id));
        Detailed {
            state: View::of(state),
            archived: state.archived,
            ticket_types: List::whole(of.map(Brief::of).collect()),
        }
    });
    request.json(&List::whole(detailed.collect()))
}
