//! The name and the picture that teammates give themselves.

use deskwire_store::admins::{self as store, Admin};
use deskwire_store::global::credentials;
use deskwire_store::{Hold, attachments as files};
use serde_json::json;

use super::change::{Changes, change};
use crate::Cx;
use crate::activity::{self, Entry};
use crate::attachments::{self, New};
use crate::error::{Error, ErrorKind, Result};

/// Changes the name of the acting teammate.
pub fn rename_self(cx: &mut Cx, name: &str, ip: Option<&str>) -> Result<Admin> {
    let before = own(cx)?;
    let after = change(cx, &before, &Changes { name: Some(name.to_owned()), email: None })?;
    if after.name != before.name {
        let description = format!("{} changed their name to {}.", before.name, after.name);
        let metadata = json!({"before": before.name, "after": after.name});
        activity::log(cx, Entry { activity_type: "admin_update", description, metadata, ip })?;
    }
    Ok(after)
}

/// Gives the acting teammate a picture. Its URL does not expire, because others store it. `origin` is the server's.
pub fn set_picture(cx: &mut Cx, file: &New, origin: &str, ip: Option<&str>) -> Result<Admin> {
    let before = own(cx)?;
    let ids = attachments::insert(cx, std::slice::from_ref(file))?;
    let id = ids.first().copied().ok_or_else(|| Error::internal("a picture has no attachment"))?;
    let picture = files::get(cx, id)?.ok_or_else(|| Error::internal("a picture has no attachment"))?;
    let key = attachments::signing_key(cx)?;
    let path = attachments::lasting_path(&key, cx.workspace(), &picture, cx.now());
    let after = Admin { avatar: Some(format!("{origin}{path}")), picture_id: Some(id), ..before.clone() };
    replace(cx, &before, after, "changed", ip)
}

/// Removes the picture of the acting teammate.
pub fn remove_picture(cx: &mut Cx, ip: Option<&str>) -> Result<Admin> {
    let before = own(cx)?;
    if before.avatar.is_none() {
        return Ok(before);
    }
    let after = Admin { avatar: None, picture_id: None, ..before.clone() };
    replace(cx, &before, after, "removed", ip)
}

fn replace(cx: &mut Cx, before: &Admin, mut after: Admin, verb: &str, ip: Option<&str>) -> Result<Admin> {
    after.updated_at = cx.now();
    store::update(cx, before, &after)?;
    remove_replaced(cx, before, &after)?;
    credentials::bump(cx)?;
    let description = format!("{} {verb} their picture.", before.name);
    activity::log(cx, Entry { activity_type: "admin_avatar_change", description, metadata: json!({}), ip })?;
    Ok(after)
}

/// Removes the file of a picture that an admin no longer has.
pub(super) fn remove_replaced(cx: &mut Cx, before: &Admin, after: &Admin) -> Result<()> {
    match before.picture_id {
        Some(id) if after.picture_id != Some(id) => attachments::remove(cx, &[id]),
        _ => Ok(()),
    }
}

/// The acting teammate, locked.
fn own(cx: &mut Cx) -> Result<Admin> {
    let id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    store::hold(cx, id, Hold::Change)?.ok_or_else(|| ErrorKind::SignedOut.into())
}
