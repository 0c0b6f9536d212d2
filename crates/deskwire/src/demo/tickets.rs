//! The demo's tickets, one of each category.

use deskwire_domain::ids::ConversationId;
use deskwire_domain::tickets::{self, Changes, New, Requester, To};
use deskwire_domain::{Cx, Error, Result, ticket_types};
use serde_json::{Value, json};

const HOUR: i64 = 3_600;

/// Creates a bug, a refund, and a tracker for the outage that caused both.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let (actor, now) = (cx.actor(), cx.now());
    cx.set_now(now - 7 * HOUR);
    let bug = json!({"_default_title_": "Charts stay empty", "_default_description_": "Since this morning.", "Priority": "High"});
    let bug = add(cx, "Bug report", "alan", bug, None)?;
    cx.set_now(now - 6 * HOUR);
    let changes = Changes {
        state: Some(To::Category("in_progress".to_owned())),
        admin: actor.admin_id().map(|id| id.to_string()),
        assignee: actor.admin_id().map(|id| id.to_string()),
        ..Changes::default()
    };
    tickets::update(cx, bug, &changes)?;
    cx.set_now(now - 5 * HOUR);
    let refund = json!({"_default_title_": "Money back for a lost day", "Amount": 12.5});
    add(cx, "Refund", "alan", refund, Some(bug))?;
    let outage = json!({"_default_title_": "No charts in Europe", "_default_description_": "A cache that was full."});
    add(cx, "Outage", "marie", outage, Some(bug))?;
    cx.set_now(now);
    Ok(())
}

fn add(
    cx: &mut Cx,
    of: &str,
    requester: &str,
    attributes: Value,
    link_to: Option<ConversationId>,
) -> Result<ConversationId> {
    let of = ticket_types::rows(cx)?.into_iter().find(|row| row.name == of);
    let of = of.ok_or_else(|| Error::internal("the demo's file has the types of its tickets"))?;
    let Value::Object(attributes) = attributes else {
        return Err(Error::internal("the values of a ticket are an object"));
    };
    let new = New {
        ticket_type: Some(of.id),
        requester: Requester::ExternalId(requester.to_owned()),
        attributes,
        company: None,
        created_at: None,
        admin_assignee: None,
        team_assignee: None,
        link_to: link_to.map(Some),
        notify: false,
    };
    Ok(tickets::create(cx, &new)?.row.id)
}
