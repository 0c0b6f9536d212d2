//! Reads which person a request is about.

use deskwire_domain::Person;
use deskwire_domain::error::{Error, Result};

use crate::body::Body;

/// A string in a body; an empty one counts as absent.
pub(super) fn text(body: &Body, key: &'static str) -> Result<Option<String>> {
    Ok(body.id(key)?.flatten().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()))
}

/// The person that a body identifies by `id`, `user_id` or `email`, in this order of precedence.
pub(super) fn named(body: &Body) -> Result<Option<Person>> {
    if let Some(id) = text(body, "id")? {
        return Ok(Some(Person::Id(id)));
    }
    if let Some(user_id) = text(body, "user_id")? {
        return Ok(Some(Person::UserId(user_id)));
    }
    Ok(text(body, "email")?.map(Person::Email))
}

/// The same; an error if the body identifies nobody.
pub(super) fn required(body: &Body) -> Result<Person> {
    named(body)?.ok_or_else(|| Error::missing("One of id, user_id or email is required").field("user_id"))
}
