//! The demo's tickets, of each category.

use deskwire_domain::tickets::{self, Changes, New, Requester, To};
use deskwire_domain::{Actor, Error, Result, ticket_types};
use deskwire_store::Tx;
use serde_json::{Value, json};

/// Makes a bug and a refund, and the outage that both are about.
pub(super) fn fill(tx: &mut Tx<'_>, actor: &Actor) -> Result<()> {
    let bug = json!({"_default_title_": "Charts stay empty", "_default_description_": "Since this morning.", "Priority": "High"});
    let bug = add(tx, actor, "Bug report", "alan", bug, None)?;
    let changes = Changes {
        state: Some(To::Category("in_progress".to_owned())),
        admin: actor.admin_id.map(|id| id.to_string()),
        assignee: actor.admin_id.map(|id| id.to_string()),
        ..Changes::default()
    };
    tickets::update(tx, actor, bug, &changes)?;
    let refund = json!({"_default_title_": "Money back for a lost day", "Amount": 12.5});
    add(tx, actor, "Refund", "alan", refund, Some(bug))?;
    let outage = json!({"_default_title_": "No charts in Europe", "_default_description_": "A cache that was full."});
    add(tx, actor, "Outage", "marie", outage, Some(bug))?;
    Ok(())
}

fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    of: &str,
    requester: &str,
    attributes: Value,
    link_to: Option<i64>,
) -> Result<i64> {
    let of = ticket_types::rows(tx, actor)?.into_iter().find(|row| row.name == of);
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
    Ok(tickets::create(tx, actor, &new)?.id)
}
