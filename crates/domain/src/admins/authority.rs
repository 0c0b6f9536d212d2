//! What a teammate may do to others: never more than their own role permits, and nothing to an owner.

use deskwire_store::roles::{self, Role};
use deskwire_store::{Hold, admins as store};

use super::{Admin, OWNER};
use crate::Cx;
use crate::actor::{Access, Noun, Permissions};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::RoleId;
use crate::permissions;

/// The teammate who acts, or the operator, who may do everything.
#[derive(Debug)]
pub(crate) struct Authority {
    own: Option<Admin>,
    permissions: Permissions,
}

impl Authority {
    /// The authority of the actor, after all admins are locked: no concurrent change can take it away before this one
    /// ends. Fails unless the actor may manage teammates. A verb that locks the workspace too locks it first.
    pub(crate) fn of(cx: &mut Cx) -> Result<Self> {
        let all = lock_all(cx)?;
        Self::among(cx, &all)
    }

    /// The same, if all admins are locked already. The permissions are those of the role as it is now: the actor's own
    /// are those of a session that was looked up before the locks.
    pub(super) fn among(cx: &mut Cx, all: &[Admin]) -> Result<Self> {
        let actor = cx.actor();
        let authority = match actor.admin_id() {
            Some(id) => {
                let own = all.iter().find(|admin| admin.id == id).ok_or(ErrorKind::Forbidden)?;
                let names = role_of(cx, own)?.and_then(|role| role.permissions);
                Self { permissions: permissions::of_role(names.as_deref()), own: Some(own.clone()) }
            }
            None => Self { own: None, permissions: actor.permissions },
        };
        if !actor.writes(Noun::Admins) || authority.permissions.of(Noun::Admins) < Access::Write {
            let name = permissions::name(Noun::Admins, Access::Write);
            return Err(permissions::refused(name));
        }
        Ok(authority)
    }

    /// Whether this is the acting teammate.
    pub(crate) fn is_own(&self, admin: &Admin) -> bool {
        self.own.as_ref().is_some_and(|own| own.id == admin.id)
    }

    /// Whether this is the role of the acting teammate.
    pub(crate) fn has(&self, role: RoleId) -> bool {
        self.own.as_ref().is_some_and(|own| own.role_id == Some(role))
    }

    /// Rejects assigning a role that permits more than the actor's own, so that no one can escalate their privileges.
    pub(crate) fn may_give(&self, role: &Role) -> Result<()> {
        let Some(own) = &self.own else { return Ok(()) };
        let covered = (!is_owner(&role.name) || owns(own))
            && permissions::covers(self.permissions, permissions::of_role(role.permissions.as_deref()))
            && (!role.can_manage_apps || own.can_manage_apps)
            && (!role.can_manage_content || own.can_manage_content);
        if covered { Ok(()) } else { Err(forbidden(format!("The role {} permits more than yours", role.name))) }
    }

    /// Rejects changing or removing a teammate whose role permits more than the actor's own, and another owner.
    pub(crate) fn may_change(&self, cx: &mut Cx, admin: &Admin) -> Result<()> {
        if self.own.is_none() || self.is_own(admin) {
            return Ok(());
        }
        if owns(admin) {
            return Err(forbidden(format!("{} is an owner, whom nobody else changes or removes", admin.name)));
        }
        match role_of(cx, admin)? {
            Some(role) => self.may_give(&role),
            None if permissions::covers(self.permissions, Permissions::ALL) => Ok(()),
            None => Err(forbidden(format!("{} may do more than you", admin.name))),
        }
    }
}

/// All admins who have not been removed, locked, so that changes of roles are serialized. They are read again once they
/// are locked: on PostgreSQL, the statement that waited does not see what happened to their roles meanwhile.
pub(super) fn lock_all(cx: &mut Cx) -> Result<Vec<Admin>> {
    store::hold_all(cx, Hold::Change)?;
    Ok(store::all(cx)?)
}

/// Rejects a change that leaves the workspace without an owner, or without a teammate who may manage others. `after` is
/// the admin's new role; `None` if they are removed.
pub(super) fn check_left(cx: &mut Cx, all: &[Admin], admin: &Admin, after: Option<&Role>) -> Result<()> {
    let others = || all.iter().filter(|other| other.id != admin.id);
    if owns(admin) && !after.is_some_and(|role| is_owner(&role.name)) && !others().any(owns) {
        return Err(last(format!("{} is the last owner: make somebody else an owner first", admin.name)));
    }
    if after.is_some_and(|role| manages(Some(role))) {
        return Ok(());
    }
    let roles = roles::all(cx)?;
    let manages = |admin: &Admin| manages(roles.iter().find(|role| Some(role.id) == admin.role_id));
    if manages(admin) && !others().any(manages) {
        return Err(last(format!("{} is the last teammate who may change others", admin.name)));
    }
    Ok(())
}

/// Whether a role permits managing teammates. An admin without a role may do everything.
fn manages(role: Option<&Role>) -> bool {
    let permissions = role.map_or(Permissions::ALL, |role| permissions::of_role(role.permissions.as_deref()));
    permissions.of(Noun::Admins) == Access::Write
}

fn owns(admin: &Admin) -> bool {
    admin.role_name.as_deref().is_some_and(is_owner)
}

fn is_owner(role: &str) -> bool {
    role.eq_ignore_ascii_case(OWNER)
}

fn role_of(cx: &mut Cx, admin: &Admin) -> Result<Option<Role>> {
    Ok(match admin.role_id {
        Some(id) => roles::get(cx, id)?,
        None => None,
    })
}

fn forbidden(message: String) -> Error {
    Error::new(ErrorKind::Forbidden, message)
}

fn last(message: String) -> Error {
    Error::new(ErrorKind::Conflict, message)
}
