//! Using macros in the inbox: filling their placeholders and running their actions.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::{admins, contact_companies, conversation_links};
use serde_json::Value;

use super::closing::{self, Closing, Unfilled};
use super::teammate;
use crate::Cx;
use crate::actor::{Actor, Noun};
use crate::attributes::parse;
use crate::companies;
use crate::contacts::{self, Contact};
use crate::conversations::{self, Assignee, Author, Conversation, ConversationState, Edit, NewPart};
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AdminId, ConversationId, MacroId, TagId, TeamId};
use crate::macros::{self, Action, AvailableOn, Full, Things, fill, fill_text};

/// An action of a macro, with names resolved to ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is assigned to a team.
    AssignTeam(TeamId),
    /// It is assigned to a teammate.
    Assign(AdminId),
    /// It gets a tag.
    Tag(TagId),
    /// A note is added.
    Note(Html),
    /// It is snoozed until then (unix seconds).
    Snooze(i64),
    /// It is closed.
    Close,
}

/// A macro, filled for a conversation.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Its body with placeholders replaced; `None` if nothing is left.
    pub body: Option<Html>,
    /// The steps to run.
    pub steps: Vec<Step>,
    /// The actions without a step, because they refer to something that no longer exists or that the role hides, or
    /// because they close a conversation whose required attributes are empty.
    pub missing: Vec<Action>,
}

/// An applied macro.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The changed conversation.
    pub conversation: Conversation,
    /// The actions that were skipped, because they refer to something that no longer exists or that the role hides, or
    /// because they close a conversation whose required attributes are empty.
    pub skipped: Vec<Action>,
}

/// A macro that the teammate can use in the inbox.
fn known(cx: &mut Cx, id: MacroId) -> Result<Full> {
    teammate(cx)?;
    let found = macros::find(cx, Some(id))?;
    let here = macros::available_on(&found.row).any(|place| place == AvailableOn::Inbox.as_str());
    if here { Ok(found) } else { Err(Error::new(ErrorKind::ResourceNotFound, "Macro not found")) }
}

/// A macro with its placeholders filled for a conversation: `user.name`, `user.first_name`, `user.email` and further
/// attributes of its contact (`user` may be omitted), `company.name` and further ones of the contact's first company,
/// `teammate.name` and `teammate.first_name` of the one who acts, `app.name`, `conversation.id` and `ticket.id`.
pub fn filled(cx: &mut Cx, id: MacroId, conversation: Option<ConversationId>) -> Result<Filled> {
    let found = known(cx, id)?;
    let actions = macros::actions(&found.row)?;
    let scene = Scene::load(cx, conversation, &format!("{} {}", found.row.body_text, notes(&actions)))?;
    let body = fill(&found.row, |key| scene.value(key));
    let things = usable(cx, &actions)?;
    let mut steps = steps(cx.now(), &actions, &things, &scene);
    let stays_open = match &scene.conversation {
        Some(row) if steps.contains(&Step::Close) => {
            let admin = teammate(cx)?;
            matches!(closing::decide(cx, admin, row)?, Closing::Lacks(_))
        }
        _ => false,
    };
    steps.retain(|step| !stays_open || *step != Step::Close);
    Ok(Filled { body, steps, missing: left_out(cx.actor(), actions, &things, stays_open) })
}

/// What these actions refer to, except what the actor may not use.
fn usable(cx: &mut Cx, actions: &[Action]) -> Result<Things> {
    let mut things = Things::named(cx, actions)?;
    if !cx.actor().sees(Noun::Tags) {
        things.forget_tags();
    }
    Ok(things)
}

/// The actions that are skipped, because what they refer to does not exist or the actor may not use it, or because the
/// conversation stays open. Names that the actor may not see are left out.
fn left_out(actor: &Actor, actions: Vec<Action>, things: &Things, stays_open: bool) -> Vec<Action> {
    let shown = |action: Action| match action {
        Action::Tag { .. } if !actor.sees(Noun::Tags) => Action::Tag { tag: String::new() },
        Action::AssignAdmin { .. } if !actor.reads(Noun::Admins) => Action::AssignAdmin { admin: String::new() },
        action => action,
    };
    let is_skipped = |action: &Action| things.lack(action) || (stays_open && matches!(action, Action::Close));
    actions.into_iter().filter(is_skipped).map(shown).collect()
}

/// The data that placeholders are filled from.
struct Scene {
    contact: Option<Contact>,
    company: Option<companies::Full>,
    conversation: Option<Conversation>,
    teammate: String,
    workspace: String,
}

impl Scene {
    /// Loads what the placeholders of a text need.
    fn load(cx: &mut Cx, conversation: Option<ConversationId>, text: &str) -> Result<Self> {
        let admin = teammate(cx)?;
        let conversation = conversation.map(|id| conversations::known(cx, id)).transpose()?;
        let (mut contact, mut company) = (None, None);
        let sees_people = cx.actor().sees(Noun::People);
        if let Some(row) = conversation.as_ref().filter(|_| sees_people && text.contains("{{")) {
            let of = conversation_links::contacts(cx, &[row.id])?.remove(&row.id).unwrap_or_default();
            if let Some(first) = of.first() {
                contact = contacts::find(cx, first.id).map(|full| full.contact).ok();
            }
        }
        if let Some(contact) = contact.as_ref().filter(|of| of.company_count > 0 && text.contains("company.")) {
            let (_, ids) = contact_companies::companies_of(cx, contact.id, 0, 1)?;
            company = companies::find_many(cx, &ids)?.pop();
        }
        let name = admins::get(cx, admin)?.map(|admin| admin.name).unwrap_or_default();
        let workspace = cx.actor().tenant.name.clone();
        Ok(Self { contact, company, conversation, teammate: name, workspace })
    }

    /// The value of a key, if any.
    fn value(&self, key: &str) -> Option<String> {
        let (of, key) = key.split_once('.').unwrap_or(("user", key));
        match of {
            "user" | "contact" | "lead" | "visitor" | "author" => self.of_contact(key),
            "company" => {
                let company = &self.company.as_ref()?.company;
                match key {
                    "name" => company.name.clone(),
                    "id" | "company_id" => Some(company.company_id.clone()),
                    "website" => company.website.clone(),
                    "industry" => company.industry.clone(),
                    _ => custom(&company.custom_attributes, key),
                }
            }
            "teammate" | "admin" | "operator" => match key {
                "name" => Some(self.teammate.clone()),
                "first_name" => first(&self.teammate),
                _ => None,
            },
            "app" | "workspace" => (key == "name").then(|| self.workspace.clone()),
            "conversation" if key == "id" => self.conversation.as_ref().map(|row| row.id.to_string()),
            "conversation" => self.conversation.as_ref().filter(|_| key == "title")?.title.clone(),
            "ticket" if key == "id" => self.conversation.as_ref()?.ticket_number.map(|number| number.to_string()),
            _ => None,
        }
    }

    fn of_contact(&self, key: &str) -> Option<String> {
        let contact = self.contact.as_ref()?;
        match key {
            "name" => contact.name.clone(),
            "first_name" => first(contact.name.as_deref()?),
            "last_name" => {
                contact.name.as_deref()?.trim().split_once(char::is_whitespace).map(|(_, rest)| rest.trim().into())
            }
            "email" => contact.email.clone(),
            "phone" => contact.phone.clone(),
            "id" => Some(contact.id.to_string()),
            "user_id" | "external_id" => contact.external_id.clone(),
            _ => custom(&contact.custom_attributes, key),
        }
    }
}

fn first(name: &str) -> Option<String> {
    name.split_whitespace().next().map(str::to_owned)
}

/// The value of a custom attribute, as text.
fn custom(values: &str, key: &str) -> Option<String> {
    match parse(values).get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

/// The texts of the notes.
fn notes(actions: &[Action]) -> String {
    let texts = actions.iter().filter_map(|action| match action {
        Action::Note { body } => Some(body.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// Resolves actions to steps. Actions that refer to something that does not exist have no step, and neither have notes
/// of which nothing is left without their placeholders.
fn steps(now: i64, actions: &[Action], things: &Things, scene: &Scene) -> Vec<Step> {
    let step = |action: &Action| match action {
        Action::AssignTeam { team } => things.team(team).map(Step::AssignTeam),
        Action::AssignAdmin { admin } => things.admin(admin).map(Step::Assign),
        Action::Tag { tag } => things.tag(tag).map(|tag| Step::Tag(tag.id)),
        Action::Note { body } => fill_text(body, |key| scene.value(key)).map(Step::Note),
        Action::Snooze { seconds } => Some(Step::Snooze(now.saturating_add(*seconds))),
        Action::Close => Some(Step::Close),
    };
    actions.iter().filter_map(step).collect()
}

/// Runs the actions of a macro, except those that refer to something that no longer exists or that the actor may not
/// use. What is so already is not done again. Does not send its body.
pub fn apply(cx: &mut Cx, conversation: ConversationId, id: MacroId, unfilled: Unfilled) -> Result<Applied> {
    let admin = teammate(cx)?;
    let found = known(cx, id)?;
    let actions = macros::actions(&found.row)?;
    let scene = Scene::load(cx, Some(conversation), &notes(&actions))?;
    // Tags are locked before conversations.
    let mut things = usable(cx, &actions)?;
    let mut stays_open = false;
    for step in steps(cx.now(), &actions, &things, &scene) {
        let mut edit = Edit::open(cx, conversation)?;
        if let Some(to) = assignee(&step)
            && !conversations::hold_assignee(cx, to)?
        {
            things.forget(to);
            continue;
        }
        if is_so(&edit.now, &step) {
            continue;
        }
        let author = Author::Admin(admin);
        match step {
            Step::AssignTeam(id) => conversations::assign(cx, &mut edit, author, Assignee::Team(Some(id)), None)?,
            Step::Assign(id) => conversations::assign(cx, &mut edit, author, Assignee::Admin(Some(id)), None)?,
            Step::Tag(id) => {
                let tag = things.tag_of(id).cloned().ok_or(ErrorKind::TagNotFound)?;
                conversations::tag_locked(cx, edit, tag, admin)?;
                continue;
            }
            Step::Note(body) => {
                let body = Some(body.as_str().to_owned());
                let note = NewPart { body, ..NewPart::of(PartType::Note, author) };
                conversations::write_message(cx, &mut edit, note, true)?;
            }
            Step::Snooze(until) => conversations::snooze(cx, &mut edit, author, until)?,
            Step::Close => {
                let closing = closing::close(cx, &mut edit, admin, unfilled)?;
                stays_open |= matches!(closing, Closing::Lacks(_));
                if closing != Closing::Closes {
                    continue;
                }
            }
        }
        edit.save(cx)?;
    }
    let skipped = left_out(cx.actor(), actions, &things, stays_open);
    Ok(Applied { conversation: Edit::open(cx, conversation)?.now, skipped })
}

/// Whether a step would change nothing.
fn is_so(row: &Conversation, step: &Step) -> bool {
    match step {
        Step::AssignTeam(id) => row.team_assignee_id.0 == Some(*id),
        Step::Assign(id) => row.admin_assignee_id.0 == Some(*id),
        Step::Snooze(until) => (row.state, row.snoozed_until) == (ConversationState::Snoozed, Some(*until)),
        // A tag and closing find out themselves.
        Step::Close | Step::Tag(_) | Step::Note(_) => false,
    }
}

/// The team or teammate that a step assigns to.
const fn assignee(step: &Step) -> Option<Assignee> {
    match step {
        Step::AssignTeam(id) => Some(Assignee::Team(Some(*id))),
        Step::Assign(id) => Some(Assignee::Admin(Some(*id))),
        _ => None,
    }
}
