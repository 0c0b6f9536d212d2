//! Attributes of contacts, companies and conversations in the settings.

use super::{Done, log};
use crate::Cx;
use crate::attributes::Model;
use crate::conversation_attributes::{self as of_conversations, ConversationAttribute};
use crate::data_attributes::{self as of_people, DataAttribute};
use crate::error::{Error, Result};
use crate::ids::{ConversationAttributeId, DataAttributeId};

pub use crate::conversation_attributes::{Changes as ConversationChanges, Label, New as NewOfConversations};
pub use crate::data_attributes::{Changes as PeopleChanges, New as NewOfPeople};

const CREATION: &str = "attribute_creation";
const UPDATE: &str = "attribute_update";

/// The custom attributes of contacts and companies, archived ones too.
pub fn of_people(cx: &mut Cx) -> Result<Vec<DataAttribute>> {
    of_people::custom(cx, true)
}

/// The attributes of conversations, archived ones too.
pub fn of_conversations(cx: &mut Cx) -> Result<Vec<ConversationAttribute>> {
    of_conversations::list(cx, true)
}

/// The name of an attribute of contacts or companies in the activity log.
const fn what(model: Model) -> &'static str {
    match model {
        Model::Contact => "the contact attribute",
        Model::Company => "the company attribute",
    }
}

const OF_CONVERSATIONS: &str = "the conversation attribute";

/// Creates an attribute of contacts or companies.
pub fn create_of_people(cx: &mut Cx, new: &NewOfPeople, ip: Option<&str>) -> Result<DataAttribute> {
    described(new.description.as_deref())?;
    let created = of_people::create(cx, new)?;
    let done = Done { activity_type: CREATION, word: "created", what: what(created.model), name: &created.name };
    log(cx, done, &created.id, ip)?;
    Ok(created)
}

/// Changes or archives an attribute of contacts or companies.
pub fn change_of_people(
    cx: &mut Cx,
    id: Option<DataAttributeId>,
    changes: &PeopleChanges,
    ip: Option<&str>,
) -> Result<DataAttribute> {
    described(changes.description.as_ref().and_then(Option::as_deref))?;
    let before = of_people::custom(cx, true)?.into_iter().find(|attribute| Some(attribute.id) == id);
    let after = of_people::update(cx, id, changes)?;
    if before.as_ref() != Some(&after) {
        let word = word(before.is_some_and(|before| before.archived), after.archived);
        log(cx, Done { activity_type: UPDATE, word, what: what(after.model), name: &after.name }, &after.id, ip)?;
    }
    Ok(after)
}

/// Creates an attribute of conversations.
pub fn create_of_conversations(
    cx: &mut Cx,
    new: &NewOfConversations,
    ip: Option<&str>,
) -> Result<ConversationAttribute> {
    described(Some(&new.description))?;
    let created = of_conversations::create(cx, new)?;
    let done = Done { activity_type: CREATION, word: "created", what: OF_CONVERSATIONS, name: &created.name };
    log(cx, done, &created.id, ip)?;
    Ok(created)
}

/// Changes, archives or restores an attribute of conversations. Replaces its options if they are given.
pub fn change_of_conversations(
    cx: &mut Cx,
    id: Option<ConversationAttributeId>,
    (changes, options, archived): (&ConversationChanges, Option<&[Label]>, Option<bool>),
    ip: Option<&str>,
) -> Result<ConversationAttribute> {
    described(changes.description.as_deref())?;
    let before = of_conversations::find(cx, id)?;
    let mut after = of_conversations::update(cx, id, changes)?;
    if let Some(options) = options {
        after = of_conversations::set_options(cx, id, options)?;
    }
    match archived {
        Some(true) if !after.archived => after = of_conversations::archive(cx, id)?,
        Some(false) if after.archived => after = of_conversations::restore(cx, id)?,
        _ => {}
    }
    if after != before {
        let word = word(before.archived, after.archived);
        log(cx, Done { activity_type: UPDATE, word, what: OF_CONVERSATIONS, name: &after.name }, &after.id, ip)?;
    }
    Ok(after)
}

/// The verb for the activity log: whether an object was changed, archived or restored.
pub(super) const fn word(before: bool, after: bool) -> &'static str {
    match (before, after) {
        (false, true) => "archived",
        (true, false) => "restored",
        _ => "changed",
    }
}

/// Rejects a description that is too long.
pub(super) fn described(text: Option<&str>) -> Result<()> {
    const MAX_LENGTH: usize = 2_000;
    match text {
        Some(text) if text.chars().count() > MAX_LENGTH => {
            Err(Error::invalid(format!("description is too long (maximum is {MAX_LENGTH} characters)"))
                .field("description"))
        }
        _ => Ok(()),
    }
}
