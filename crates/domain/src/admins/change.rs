//! Changing the name and email address of an admin.

use deskwire_store::admins::{self as store, Admin};
use deskwire_store::global::credentials;

use super::declare::checked_email;
use crate::error::{Error, Result};
use crate::{Cx, macros, names};

/// Changes of an admin; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Their email address.
    pub email: Option<String>,
    /// Their name.
    pub name: Option<String>,
}

/// Changes an admin.
pub fn change(cx: &mut Cx, before: &Admin, changes: &Changes) -> Result<Admin> {
    let before = &super::locked(cx, before)?;
    let mut after = before.clone();
    if let Some(name) = &changes.name {
        names::checked_visible("name", name)?.clone_into(&mut after.name);
    }
    if let Some(email) = &changes.email {
        let email = checked_email(email)?;
        let taken =
            store::ever(cx)?.into_iter().find(|other| other.id != before.id && other.email.eq_ignore_ascii_case(email));
        if let Some(other) = taken {
            let message = format!("{email} is the address of {}{}", other.name, removed(&other));
            return Err(Error::invalid(message).field("email"));
        }
        email.clone_into(&mut after.email);
        after.email_key = store::email_key(email);
    }
    if after != *before {
        after.updated_at = cx.now();
        store::update(cx, before, &after)?;
        if after.email != before.email {
            macros::rename(cx, macros::Named::Admin, &before.email, &after.email)?;
        }
        credentials::bump(cx)?;
    }
    Ok(after)
}

fn removed(admin: &Admin) -> &'static str {
    if admin.removed_at.is_some() { ", who was removed" } else { "" }
}
