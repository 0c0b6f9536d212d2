//! Teammates.

mod authority;
mod away;
mod change;
mod declare;
mod manage;
mod own;
mod remove;
mod roles;

use deskwire_store::admins as store;
pub use deskwire_store::admins::Admin;
use deskwire_store::{WorkspaceTx, teams};

pub(crate) use authority::Authority;
pub use away::{Away, away, set_away};
pub use change::{Changes, change};
pub use declare::{Declared, checked_email, declare, declared};
pub use manage::{Dismissal, Managed, Management, dismiss, manage, managed, reset_second_factor};
pub use own::{remove_picture, rename_self, set_picture};
pub use remove::{check_removable, remove, unassign};
pub use roles::{
    CountedRole, Draft as RoleDraft, Role, change_role, counted_roles, create_role, declare_role, declared_roles,
    delete_role, holders,
};
pub(crate) use roles::{OWNER, ensure as ensure_role, to_give};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AdminId;

/// An admin and the teams they are in.
#[derive(Debug, Clone)]
pub struct Full {
    /// The admin's row.
    pub admin: Admin,
    /// The teams, and the priority in each.
    pub memberships: Vec<teams::Member>,
}

/// Whether the workspace has an admin with this id.
pub fn exists(cx: &mut Cx, id: AdminId) -> Result<bool> {
    Ok(store::get(cx, id)?.is_some())
}

/// One admin; fails with `unknown` if there is none.
pub fn find(cx: &mut Cx, id: AdminId, unknown: ErrorKind) -> Result<Full> {
    let admin = store::get(cx, id)?.ok_or(unknown)?;
    let memberships = teams::memberships(cx, &[id])?;
    Ok(Full { admin, memberships })
}

/// One admin, even if they were removed.
pub fn find_ever(cx: &mut Cx, id: AdminId) -> Result<Option<Full>> {
    let Some(admin) = store::get_ever(cx, id)? else { return Ok(None) };
    let memberships = teams::memberships(cx, &[id])?;
    Ok(Some(Full { admin, memberships }))
}

/// The current row of an admin, locked for update.
fn locked(cx: &mut Cx, admin: &Admin) -> Result<Admin> {
    store::lock(cx, admin.id)?.ok_or_else(|| ErrorKind::AdminNotFound.into())
}

/// All admins, oldest first.
pub fn list(cx: &mut Cx) -> Result<Vec<Full>> {
    let mut members = teams::all_members(cx)?;
    members.sort_by_key(|m| m.admin_id);
    let full = store::all(cx)?.into_iter().map(|admin| {
        let first = members.partition_point(|m| m.admin_id < admin.id);
        let memberships = members[first..].iter().take_while(|m| m.admin_id == admin.id).cloned().collect();
        Full { admin, memberships }
    });
    Ok(full.collect())
}

/// All admins, including removed ones, oldest first.
pub fn ever(cx: &mut Cx) -> Result<Vec<Admin>> {
    Ok(store::ever(cx)?)
}

/// The id of the admin with this email address, or of the first one.
pub fn named(tx: &mut WorkspaceTx, email: Option<&str>) -> Result<AdminId> {
    let mut all = store::all(tx)?.into_iter();
    let found = match email {
        Some(email) => all.find(|a| a.email.eq_ignore_ascii_case(email)),
        None => all.next(),
    };
    found.map(|a| a.id).ok_or_else(|| {
        let message = email.map_or("the workspace has no admin".to_owned(), |e| format!("there is no admin {e}"));
        Error::new(ErrorKind::AdminNotFound, message)
    })
}
