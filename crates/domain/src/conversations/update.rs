//! Changing fields of a conversation: read, title, priority, company and custom attributes.

use deskwire_store::Hold;
use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::Priority;
use serde_json::{Map, Value};

use super::Conversation;
use super::author::{self, Author};
use super::details::{AttributeName, ChangedValue, Details, EventDetails};
use super::edit::{Edit, Happened, NewPart};
use crate::Cx;
use crate::actor::Noun;
use crate::companies;
use crate::conversation_attributes::{self as attributes, Changed};
use crate::custom_objects::{self, ObjectKind};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{CompanyChange, Topic};
use crate::ids::{CompanyId, ConversationId};

/// Changes of a conversation. Fields that are `None` stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Update {
    /// Whether the contact has read it.
    pub read: Option<bool>,
    /// The title; the inner `None` removes it.
    pub title: Option<Option<String>>,
    /// The priority.
    pub priority: Option<String>,
    /// The admin who sets the priority; the system by default.
    pub admin: Option<String>,
    /// The id of the company; the inner `None` removes it.
    pub company: Option<Option<String>>,
    /// The new values of custom attributes, by name.
    pub custom_attributes: Map<String, Value>,
}

/// Changes a conversation.
pub fn update(cx: &mut Cx, id: ConversationId, update: &Update) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    if let Some(read) = update.read {
        if read && !edit.now.read {
            edit.emit(Happened::conversation(Topic::ConversationRead), None);
        }
        edit.now.read = read;
    }
    let mut changed = false;
    if let Some(title) = &update.title {
        let title = title.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        changed |= edit.now.title != title;
        edit.now.title = title;
    }
    if let Some(company) = &update.company {
        set_company(cx, &mut edit, company.as_deref())?;
    }
    if !update.custom_attributes.is_empty() {
        changed |= set_attributes(cx, &mut edit, &update.custom_attributes, Author::Bot)?;
    }
    if let Some(priority) = &update.priority {
        set_priority(cx, &mut edit, priority, update.admin.as_deref())?;
    }
    if changed {
        edit.emit(Happened::conversation(Topic::ConversationUpdated), None);
    }
    edit.save(cx)
}

fn set_company(cx: &mut Cx, edit: &mut Edit, id: Option<&str>) -> Result<()> {
    let actor = cx.actor();
    let company = match id {
        None => None,
        Some(_) if !actor.sees(Noun::People) => return Err(ErrorKind::CompanyNotFound.into()),
        Some(id) => {
            // A malformed id is treated like an unknown one.
            let id = CompanyId::parse(id).unwrap_or_default();
            Some(companies::hold(cx, id, Hold::Reference)?.id)
        }
    };
    if edit.now.company_id != company {
        edit.now.company_id = company;
        edit.emit_with(Happened::conversation(Topic::ConversationCompanyUpdated), CompanyChange::Unsaid {});
    }
    Ok(())
}

/// Writes values. Returns whether any changed. Writes a part for each changed value, except for relations to custom
/// objects.
pub(crate) fn set_attributes(
    cx: &mut Cx,
    edit: &mut Edit,
    values: &Map<String, Value>,
    author: Author,
) -> Result<bool> {
    let live = attributes::list(cx, false)?;
    let sort = if edit.now.is_ticket { ObjectKind::Ticket } else { ObjectKind::Conversation };
    let known = |name: &str| live.iter().any(|a| a.name == name);
    let (values, mut relations) = custom_objects::split(cx, sort, values, known)?;
    let (json, changed) = attributes::merge(&live, &edit.now.custom_attributes, &values, |attribute, value| {
        if !custom_objects::is_list_object(value) {
            relations.push((attributes::relation(cx, sort, attribute)?, value.clone()));
        }
        Ok(())
    })?;
    edit.now.custom_attributes = json;
    if !relations.is_empty() {
        edit.now.has_objects = custom_objects::write(cx, sort, edit.now.id, &relations)? > 0;
    }
    let has_changed = !changed.is_empty() || !relations.is_empty();
    for Changed { name, value, previous } in changed {
        let value = ChangedValue { name: value.unwrap_or_default(), previous };
        let details =
            Details::Event { event_details: EventDetails::Attribute { attribute: AttributeName { name }, value } };
        let part = NewPart::of(PartType::ConversationAttributeUpdatedByAdmin, author);
        edit.part(cx, NewPart { details: Some(details), ..part })?;
    }
    Ok(has_changed)
}

fn set_priority(cx: &mut Cx, edit: &mut Edit, priority: &str, admin: Option<&str>) -> Result<()> {
    let priority = Priority::parse(priority).ok_or_else(|| {
        Error::invalid(format!("priority must be one of {}", Priority::TEXTS.join(", "))).field("priority")
    })?;
    let author = match admin {
        Some(id) => Author::Admin(author::admin(cx, id)?),
        None => Author::Bot,
    };
    if edit.now.priority == priority {
        return Ok(());
    }
    let previous = std::mem::replace(&mut edit.now.priority, priority);
    let event_details = EventDetails::Priority { current_priority: priority, previous_priority: previous };
    let part = edit.part(
        cx,
        NewPart { details: Some(Details::Event { event_details }), ..NewPart::of(PartType::PriorityChanged, author) },
    )?;
    edit.emit(Happened::conversation(Topic::ConversationPriorityUpdated), Some(part));
    Ok(())
}
