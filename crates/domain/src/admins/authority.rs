//! What a teammate may do to others: never more than their own role permits, and nothing to an owner.

use deskwire_store::roles::{self, Role};
use deskwire_store::{Hold, admins as store};

use super::{Admin, OWNER};
use crate::Cx;
use crate::actor::{Noun, Permissions};
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
    /// The authority of the actor. Fails unless the actor may manage teammates.
    pub(crate) fn of(cx: &mut Cx) -> Result<Self> {
        let actor = cx.actor();
        if !actor.writes(Noun::Admins) {
            let name = permissions::name(Noun::Admins, crate::Access::Write);
            return Err(Error::new(ErrorKind::Forbidden, format!("Your role does not permit this ({name})")));
        }
        let own = match actor.admin_id() {
            Some(id) => Some(store::get(cx, id)?.ok_or(ErrorKind::Forbidden)?),
            None => None,
        };
        Ok(Self { own, permissions: actor.permissions })
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

/// All admins who have not been removed, locked, so that changes of roles are serialized.
pub(super) fn lock_all(cx: &mut Cx) -> Result<Vec<Admin>> {
    Ok(store::hold_all(cx, Hold::Change)?)
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
    permissions.of(Noun::Admins) == crate::Access::Write
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
