//! The users of Fin's sessions: contacts, identified by the client's ids.

use deskwire_store::contacts as rows;
use serde_json::{Map, Value};

use super::attributes;
use crate::Cx;
use crate::actor::Noun;
use crate::contacts::{self, Contact, Input, fold};
use crate::error::{Error, ErrorKind, Result};
use crate::person::Person;

/// A user in a request.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// The client's id, which is the contact's `external_id`.
    pub id: String,
    /// Their name, to be set.
    pub name: Option<String>,
    /// Their email address, to be set.
    pub email: Option<String>,
    /// Values of custom attributes.
    pub attributes: Map<String, Value>,
}

/// Creates the contact, or updates the one with this external id. Returns it with the errors of attributes that were
/// not set. An actor who may not change contacts can only refer to them: a new contact gets an id, a name and an email
/// address, and an existing one is not changed (ADR 20).
pub(super) fn save(cx: &mut Cx, user: &User) -> Result<(Contact, Map<String, Value>)> {
    let may_write = cx.actor().writes(Noun::People);
    let (attributes, errors) =
        if may_write { attributes::of_user(cx, &user.attributes)? } else { attributes::forbidden(&user.attributes) };
    let known = Person::UserId(user.id.clone()).active(cx)?;
    if let Some(contact) = &known
        && !may_write
    {
        return Ok((contact.clone(), errors));
    }
    let email_of_input = email(cx, user, known.as_ref())?;
    let (was_known, takes_email) = (known.is_some(), email_of_input.is_some());
    let input = Input {
        name: user.name.clone().map(Some),
        email: email_of_input.map(Some),
        custom_attributes: Some(attributes),
        ..Input::default()
    };
    let saved = match known {
        Some(contact) if is_same(&contact, &input) => return Ok((contact, errors)),
        Some(contact) => contacts::update(cx, contact.id, &input),
        None => {
            let identity =
                Input { external_id: Some(Some(user.id.clone())), role: Some(Some("user".to_owned())), ..input };
            contacts::create(cx, &identity)
        }
    };
    match saved {
        Ok(full) => Ok((full.contact, errors)),
        Err(error) if error.kind == ErrorKind::Conflict && error.cause.is_none() => {
            // Another transaction has just created the contact, or set the same email address.
            let is_new = !was_known && Person::UserId(user.id.clone()).active(cx)?.is_some();
            if is_new || (takes_email && email(cx, user, None)?.is_none()) {
                return Err(cx.collided("contacts").into());
            }
            // An archived contact or a visitor has the id.
            Err(Error::invalid(error.message))
        }
        Err(error) => Err(error),
    }
}

/// The email address, unless another user has it. A conflict must not prevent the conversation.
fn email(cx: &mut Cx, user: &User, known: Option<&Contact>) -> Result<Option<String>> {
    let Some(email) = user.email.as_deref().map(str::trim).filter(|email| !email.is_empty()) else { return Ok(None) };
    let taken = rows::user_by_email(cx, &fold(email))?;
    let is_free = taken.is_none_or(|other| known.is_some_and(|known| known.id == other.id));
    Ok(is_free.then(|| email.to_owned()))
}

/// Whether the input would not change the contact.
fn is_same(contact: &Contact, input: &Input) -> bool {
    let is = |value: &Option<Option<String>>, now: &Option<String>| value.as_ref().is_none_or(|value| value == now);
    let values = crate::attributes::parse(&contact.custom_attributes);
    let mut changes = input.custom_attributes.iter().flatten();
    is(&input.name, &contact.name)
        && is(&input.email, &contact.email)
        && changes.all(|(name, value)| values.get(name).unwrap_or(&Value::Null) == value)
}
