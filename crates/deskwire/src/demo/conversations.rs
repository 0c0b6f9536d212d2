//! The demo's conversations.

use deskwire_domain::conversations::{self, Manage, MessageType, New, Reply, ReplyAuthor, ReplyTo, Update};
use deskwire_domain::conversations::{handling, side_conversations};
use deskwire_domain::html::Html;
use deskwire_domain::ids::{AdminId, ConversationId};
use deskwire_domain::{Cx, Error, Person, Result, tags, teams};
use serde_json::{Value, json};

const HOUR: i64 = 3_600;

/// A conversation to create.
struct Sample {
    /// The external id of the contact who starts it.
    from: &'static str,
    /// Hours since it began.
    ago: i64,
    title: &'static str,
    /// The messages: first by the contact, then by a teammate, and so on.
    messages: &'static [&'static str],
    issue: &'static str,
    priority: &'static str,
    tag: &'static str,
    state: State,
}

/// Its state.
enum State {
    /// Open and unassigned.
    New,
    /// Assigned to a teammate.
    Assigned,
    /// Snoozed until tomorrow.
    Snoozed,
    /// Closed.
    Closed,
}

#[rustfmt::skip]
const SAMPLES: &[Sample] = &[
    Sample { from: "marie", ago: 30, title: "Export to CSV", messages: &["Is there a way to export all measurements at once?", "Not yet: it is being built, and will be there this month.", "Wonderful, thank you!"], issue: "Question", priority: "low", tag: "VIP", state: State::Closed },
    Sample { from: "alan", ago: 9, title: "Search finds too much", messages: &["A search for \"1912\" finds everything from that year, but I meant the number.", "Thank you for telling us. Does it help to put it in quotes?", "No, it is the same.", "Then it is a fault of ours. We are looking into it."], issue: "Bug", priority: "high", tag: "Beta", state: State::Assigned },
    Sample { from: "katherine", ago: 5, title: "Invoice for July", messages: &["Our invoice for July names the wrong company. Can you correct it?", "Certainly. Which name should it be?"], issue: "Billing", priority: "medium", tag: "VIP", state: State::Snoozed },
    Sample { from: "hedy", ago: 1, title: "", messages: &["Hello, I cannot log in since this morning."], issue: "", priority: "none", tag: "", state: State::New },
];

/// Creates all of them.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let actor = cx.actor();
    let admin = actor.admin_id().ok_or_else(|| Error::internal("the demo is made by an admin"))?;
    for one in SAMPLES {
        add(cx, admin, one)?;
    }
    Ok(())
}

fn add(cx: &mut Cx, admin: AdminId, one: &Sample) -> Result<()> {
    let now = cx.now();
    cx.set_now(now - one.ago * HOUR);
    let mut messages = one.messages.iter().enumerate();
    let Some(body) = messages.next().and_then(|(_, text)| Html::of_text(text)) else { return Ok(()) };
    let new = New {
        from_type: "user".to_owned(),
        from_id: one.from.to_owned(),
        body,
        subject: None,
        attachments: Vec::new(),
        created_at: None,
    };
    let id = conversations::create(cx, &new)?.id;
    if !matches!(one.state, State::New) {
        // Assigned to a team, so that its first response is counted in office hours.
        if let Some(team) = teams::list(cx)?.into_iter().find(|full| full.team.name == "Support") {
            let team = team.team.id.to_string();
            let assign = Manage::Assign { team: true, assignee: team, body: None };
            conversations::manage(cx, id, &admin.to_string(), &assign)?;
        }
    }
    for (turn, text) in messages {
        let by = if turn % 2 == 1 {
            ReplyAuthor::Admin(admin.to_string())
        } else {
            ReplyAuthor::Contact(Person::UserId(one.from.to_owned()))
        };
        let later = cx.now() + 600;
        cx.set_now(later);
        reply(cx, id, by, text)?;
    }
    if !one.issue.is_empty() {
        let Value::Object(custom_attributes) = json!({"Issue": one.issue}) else { return Ok(()) };
        let title = Some(Some(one.title.to_owned()));
        let update = Update { title, priority: Some(one.priority.to_owned()), custom_attributes, ..Update::default() };
        conversations::update(cx, id, &update)?;
    }
    let tag = tags::list(cx)?.into_iter().find(|t| t.name == one.tag);
    if let Some(tag) = tag {
        conversations::tag(cx, id, Some(tag.id), &admin.to_string())?;
    }
    bring_to_state(cx, admin, id, &one.state, now)?;
    cx.set_now(now);
    Ok(())
}

fn reply(cx: &mut Cx, id: ConversationId, by: ReplyAuthor, text: &str) -> Result<()> {
    let reply = Reply {
        by,
        message_type: MessageType::Comment,
        body: Html::of_text(text),
        options: None,
        attachments: Vec::new(),
        created_at: None,
        notify: false,
        skip_unsnooze: false,
    };
    conversations::reply(cx, &ReplyTo::Id(id), &reply)?;
    Ok(())
}

/// Moves a conversation to its state.
fn bring_to_state(cx: &mut Cx, admin: AdminId, id: ConversationId, state: &State, now: i64) -> Result<()> {
    let by = admin.to_string();
    if !matches!(state, State::New) {
        let assign = Manage::Assign { team: false, assignee: by.clone(), body: None };
        conversations::manage(cx, id, &by, &assign)?;
    }
    match state {
        State::New => {}
        State::Assigned => {
            handling::pause(cx, id, admin, Some("Lunch"))?;
            handling::resume(cx, id, admin)?;
            if let (Some(question), Some(answer)) =
                (Html::of_text("Has anyone else seen this?"), Html::of_text("Yes, twice this week."))
            {
                let side = side_conversations::start(cx, id, admin, &question)?;
                side_conversations::reply(cx, id, side, admin, &answer)?;
            }
        }
        State::Snoozed => {
            let until = now + 24 * HOUR;
            conversations::manage(cx, id, &by, &Manage::Snooze(until))?;
        }
        State::Closed => {
            let later = cx.now() + HOUR / 2;
            cx.set_now(later);
            conversations::manage(cx, id, &by, &Manage::Close(None))?;
        }
    }
    Ok(())
}
