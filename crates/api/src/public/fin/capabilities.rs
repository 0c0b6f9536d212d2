//! `POST /fin/capabilities`

use deskwire_domain::error::Result;
use deskwire_domain::fin::{self, Capability};
use deskwire_domain::ids::FinProcedureId;
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
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<FinProcedureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    description: &'a str,
    endpoint: String,
    method: &'static str,
}

impl<'a> Item<'a> {
    fn of(capability: &'a Capability) -> Self {
        let action = |action: &'static str, description| Self {
            r#type: action,
            id: None,
            name: None,
            description,
            endpoint: format!("/fin/{action}"),
            method: "POST",
        };
        match capability {
            Capability::Procedure(procedure) => Self {
                id: Some(procedure.id),
                name: Some(&procedure.name),
                endpoint: format!("/fin/procedures/{}/run", procedure.id),
                ..action("procedure", &procedure.description)
            },
            Capability::Reply => action("reply", "Reply in a conversation with Fin."),
            Capability::Ask => action("ask", "Ask Fin a single question that needs no other to be understood."),
            Capability::Escalate => action("escalate", "Hand a conversation or a user over to the team."),
        }
    }
}

/// Lists what Fin can do for a user.
pub async fn handle(request: Request) -> Result<Reply> {
    let user = input::user(&request.body)?;
    let found = request.write(move |cx| fin::capabilities(cx, &user)).await?;
    request.json(&View { version: "Preview", capabilities: found.iter().map(Item::of).collect() })
}
