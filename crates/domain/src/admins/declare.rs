//! Admins as a workspace file declares them.

use deskwire_store::admins::{self as store, Admin};
use deskwire_store::counters::{self, Counter};
use deskwire_store::global::credentials;
use deskwire_store::notifications as mailed;
use deskwire_store::{Hold, roles as role_rows};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{own, roles};
use crate::Cx;
use crate::activity;
use crate::contacts::is_address;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::names;
use crate::notifications;
use crate::sign_in::{self, passwords};

/// An admin in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Their email address, which identifies them.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their job title.
    pub job_title: Option<String>,
    /// The name of their role.
    pub role: Option<String>,
    /// Whether they may answer in the inbox; yes for new ones.
    pub has_inbox_seat: Option<bool>,
    /// The URL of their picture.
    pub avatar: Option<String>,
    /// Whether they also get notifications by mail; off for new ones.
    pub notify_by_mail: Option<bool>,
    /// Their password as a PHC string of argon2id. Without one they cannot sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// Whether they are removed: see [`super::remove`]. Only an explicit `false` restores them, so that an older file
    /// does not undo a removal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed: Option<bool>,
}

/// Creates or changes an admin. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let email = checked_email(&declared.email)?;
    let found = store::ever(cx)?.into_iter().find(|a| a.email.eq_ignore_ascii_case(email));
    match (declared.removed, found) {
        (Some(true), Some(admin)) if admin.removed_at.is_none() => {
            return super::remove(cx, &admin).map(|()| true);
        }
        (Some(true), _) => return Ok(false),
        (None, Some(admin)) if admin.removed_at.is_some() => return Ok(false),
        _ => {}
    }
    let mut changed = person(cx, declared)?;
    if let Some(wanted) = declared.notify_by_mail {
        let id = super::named(cx, Some(declared.email.trim()))?;
        changed |= notifications::by_mail(cx, id, wanted)?;
    }
    let Some(hash) = &declared.password_hash else { return Ok(changed) };
    passwords::check(hash)?;
    let id = super::named(cx, Some(declared.email.trim()))?;
    let admin = super::find(cx, id, ErrorKind::AdminNotFound)?.admin;
    Ok(sign_in::set_password(cx, &admin, hash)? || changed)
}

/// The same, except for the password.
fn person(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let (email, name) = (checked_email(&declared.email)?, names::checked("name", &declared.name)?);
    let found = store::ever(cx)?.into_iter().find(|a| a.email.eq_ignore_ascii_case(email));
    let found = found.map(|admin| super::locked(cx, &admin)).transpose()?;
    let role_id = declared.role.as_deref().map(|role| roles::to_give(cx, role)).transpose()?.map(|role| role.id);
    let before =
        found.clone().unwrap_or_else(|| Admin { has_inbox_seat: true, email_verified: true, ..Admin::default() });
    let mut after = Admin {
        email: email.to_owned(),
        email_key: store::email_key(email),
        name: name.to_owned(),
        removed_at: None,
        ..before.clone()
    };
    after.role_id = role_id.or(after.role_id);
    let came_back = before.removed_at.is_some();
    // Deleting a role gives removed admins another one, but not those who are being restored.
    if let Some(kept) = after.role_id.filter(|_| came_back)
        && role_rows::hold(cx, kept, Hold::Reference)?.is_none()
    {
        after.role_id = Some(roles::ensure(cx, roles::VIEWER)?.0.id);
    }
    after.job_title = declared.job_title.clone().or(after.job_title);
    after.avatar = declared.avatar.clone().or(after.avatar);
    after.picture_id = after.picture_id.filter(|_| after.avatar == before.avatar);
    after.has_inbox_seat = declared.has_inbox_seat.unwrap_or(after.has_inbox_seat);
    if found.is_some() && after == before {
        return Ok(false);
    }
    after.updated_at = cx.now();
    own::remove_replaced(cx, &before, &after)?;
    let (activity_type, action) = if found.is_some() && !came_back {
        store::update(cx, &before, &after)?;
        // Other changes are not logged.
        if after.role_id == before.role_id {
            credentials::bump(cx)?;
            return Ok(true);
        }
        ("admin_permission_change", "changed the role of")
    } else if came_back {
        store::update(cx, &before, &after)?;
        ("app_admin_join", "added")
    } else {
        (after.id, after.created_at) = (counters::next(cx, Counter::Teammate)?, after.updated_at);
        store::insert(cx, &after)?;
        ("app_admin_join", "added")
    };
    credentials::bump(cx)?;
    activity::log_action(cx, activity_type, &format!("{action} {}", after.name), json!({}), None)?;
    if found.is_none() || came_back {
        events::emit(cx, Topic::AdminAdded, after.id, Nothing {})?;
    }
    Ok(true)
}

/// Trims an email address. Rejects an invalid one.
pub fn checked_email(text: &str) -> Result<&str> {
    let email = text.trim();
    if !is_address(email) {
        return Err(Error::invalid(format!("{email:?} is not an email address")).field("email"));
    }
    Ok(email)
}

/// All admins as a workspace file would declare them. Password hashes are secrets.
pub fn declared(cx: &mut Cx, secrets: bool) -> Result<Vec<Declared>> {
    let mut all = Vec::new();
    for admin in store::all(cx)? {
        let password_hash = if secrets { sign_in::password(cx, admin.id)? } else { None };
        all.push(Declared {
            notify_by_mail: Some(!mailed::mailed(cx, &[admin.id])?.is_empty()),
            email: admin.email,
            name: admin.name,
            job_title: admin.job_title,
            role: admin.role_name,
            has_inbox_seat: Some(admin.has_inbox_seat),
            avatar: admin.avatar,
            password_hash,
            removed: None,
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::checked_email;

    #[test]
    fn addresses_have_one_at_sign_and_nothing_that_separates_addresses() {
        for email in ["a@b.io", " a@b.io ", "a+b@c.example", "ä@b.io", "a'b@c.io", "-a@b-c.io", "a..b@c.io", "a@b"] {
            assert_eq!(checked_email(email).ok(), Some(email.trim()));
        }
        for email in ["a@b..io", "a@.io", "a@b.", "a@.", "a@-b.io", "a@b-.io"] {
            assert!(checked_email(email).is_err(), "{email:?}");
        }
        let long = format!("{}@b.io", "x".repeat(250));
        for email in ["", "a", "@b.io", "a@", "a@@b.io", "@a@b.io", "a@b@", "<a>@c.io", "a,b@c.io", "a b@c.io", &long] {
            assert!(checked_email(email).is_err(), "{email:?}");
        }
    }
}
