//! `POST /fin/capabilities`

use deskwire_domain::error::Result;
use deskwire_domain::fin::{self, Capability};
use serde::Serialize;

use super::input;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View<'a> {
    version: &'static str,
    capabilities: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    r#type: &'static str,
    description: &'a str,
    endpoint: String,
    method: &'static str,
}

impl<'a> Item<'a> {
    fn of(capability: &'a Capability) -> Self {
        let (action, description) = match capability {
            Capability::Reply => ("reply", "Reply in a conversation with Fin."),
            Capability::Ask => ("ask", "Ask Fin a single question that needs no other to be understood."),
            Capability::Escalate => ("escalate", "Hand a conversation or a user over to the team."),
        };
        Self { r#type: action, description, endpoint: format!("/fin/{action}"), method: "POST" }
    }
}

/// Lists what Fin can do for a user.
pub async fn handle(request: Request) -> Result<Reply> {
    let user = input::user(&request.body)?;
    let found = request.write(move |cx| fin::capabilities(cx, &user)).await?;
    request.json(&View { version: "Preview", capabilities: found.iter().map(Item::of).collect() })
}
