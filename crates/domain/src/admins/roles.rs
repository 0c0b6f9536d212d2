//! Roles: the permissions of admins, as a workspace file declares them and as teammates change them.

use deskwire_store::global::credentials;
use deskwire_store::{Hold, WorkspaceTx, invitations, roles as store};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Authority;
use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, RoleId};
use crate::{names, permissions};

/// The default role of a workspace's first admin.
pub(crate) const OWNER: &str = "Owner";
/// The role that permits least.
pub(super) const VIEWER: &str = "Viewer";

/// A role in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its name, unique in the workspace.
    pub name: String,
    /// Whether its admins may grant apps access to the workspace; off for new roles.
    pub can_manage_apps: Option<bool>,
    /// Whether they may stage and publish drafts, and tag articles; yes for new ones.
    pub can_manage_content: Option<bool>,
    /// The names of what they may see and change, in the inbox and through tokens; `all` for everything, which new
    /// roles have unless they are called `Agent` or `Viewer`.
    pub permissions: Option<Vec<String>>,
}

/// The role with this name, locked, and whether it was created. A new role does not permit managing apps.
pub(crate) fn ensure(tx: &mut WorkspaceTx, name: &str) -> Result<(store::Role, bool)> {
    if let Some(role) = store::lock_by_name(tx, name)? {
        return Ok((role, false));
    }
    let role = store::Role {
        id: tx.mint(),
        name: name.to_owned(),
        can_manage_apps: false,
        can_manage_content: true,
        permissions: permissions::of_new_role(name),
    };
    store::insert(tx, &role)?;
    Ok((role, true))
}

/// Creates or changes a role. Returns whether anything changed.
pub fn declare_role(cx: &mut Cx, declared: &Role) -> Result<bool> {
    let name = names::checked_visible("name", &declared.name)?;
    let (before, is_new) = ensure(cx, name)?;
    let after = store::Role {
        can_manage_apps: declared.can_manage_apps.unwrap_or(before.can_manage_apps),
        can_manage_content: declared.can_manage_content.unwrap_or(before.can_manage_content),
        permissions: match &declared.permissions {
            Some(names) => permissions::checked(names)?,
            None => before.permissions.clone(),
        },
        ..before.clone()
    };
    if before == after && !is_new {
        return Ok(false);
    }
    store::update(cx, &before, &after)?;
    credentials::bump(cx)?;
    log(cx, if is_new { Done::Created } else { Done::Changed }, &after, None)?;
    Ok(true)
}

/// What was done to a role.
#[derive(Clone, Copy)]
enum Done {
    Created,
    Changed,
    Deleted,
}

fn log(cx: &mut Cx, done: Done, role: &store::Role, ip: Option<&str>) -> Result<()> {
    let (activity_type, word) = match done {
        Done::Created => ("role_creation", "created"),
        Done::Changed => ("role_change", "changed"),
        Done::Deleted => ("role_deletion", "deleted"),
    };
    let metadata = json!({"name": role.name, "can_manage_apps": role.can_manage_apps,
        "can_manage_content": role.can_manage_content, "permissions": role.permissions});
    activity::log_action(cx, activity_type, &format!("{word} the role {}", role.name), metadata, ip)
}

/// The maximum number of custom roles per workspace.
const MAX_ROLES: usize = 50;

/// A role, and the number of teammates who have it.
#[derive(Debug, Clone)]
pub struct CountedRole {
    /// Its id; `None` for a built-in role that no one has ever had.
    pub id: Option<RoleId>,
    /// Its name.
    pub name: String,
    /// Whether it is built in, and so cannot be changed.
    pub is_built_in: bool,
    /// Whether it permits granting apps access.
    pub can_manage_apps: bool,
    /// Whether it permits staging and publishing drafts, and tagging articles.
    pub can_manage_content: bool,
    /// The names of its permissions, separated by spaces; `None` for all.
    pub permissions: Option<String>,
    /// How many teammates have it.
    pub teammates: usize,
}

/// All roles, the built-in ones first.
pub fn counted_roles(cx: &mut Cx) -> Result<Vec<CountedRole>> {
    let (mut rows, given) = (store::all(cx)?, store::given(cx)?);
    rows.sort_by_cached_key(|role| (place(&role.name), role.name.to_lowercase()));
    let of_row = |role: store::Role| CountedRole {
        teammates: given.iter().filter(|(_, of)| *of == role.id).count(),
        id: Some(role.id),
        is_built_in: is_built_in(&role.name),
        can_manage_apps: role.can_manage_apps,
        can_manage_content: role.can_manage_content,
        permissions: role.permissions,
        name: role.name,
    };
    let mut all: Vec<CountedRole> = rows.into_iter().map(of_row).collect();
    for (at, name) in permissions::built_in().enumerate() {
        if !all.iter().any(|role| role.name.eq_ignore_ascii_case(name)) {
            let permissions = permissions::of_new_role(name);
            let (can_manage_apps, can_manage_content) = (false, true);
            let role = CountedRole {
                id: None,
                name: name.to_owned(),
                is_built_in: true,
                can_manage_apps,
                can_manage_content,
                permissions,
                teammates: 0,
            };
            all.insert(at.min(all.len()), role);
        }
    }
    Ok(all)
}

fn place(name: &str) -> usize {
    permissions::built_in().position(|known| known.eq_ignore_ascii_case(name)).unwrap_or(usize::MAX)
}

fn is_built_in(name: &str) -> bool {
    place(name) < usize::MAX
}

/// The role with this name, locked while it is being assigned. A built-in role is created on first use.
pub(crate) fn to_give(cx: &mut Cx, name: &str) -> Result<store::Role> {
    let name = name.trim();
    if let Some(role) = store::hold_by_name(cx, name, Hold::Reference)? {
        return Ok(role);
    }
    match permissions::built_in().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => ensure(cx, known).map(|(role, _)| role),
        None => Err(Error::invalid(format!("there is no role {name:?}")).field("role")),
    }
}

/// A custom role, as teammates save it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// The names of its permissions; `all` for everything.
    pub permissions: Vec<String>,
    /// Whether it permits granting apps access.
    pub can_manage_apps: bool,
    /// Whether it permits staging and publishing drafts, and tagging articles.
    pub can_manage_content: bool,
}

impl Draft {
    /// Validates the draft and returns its row.
    fn row(&self, id: RoleId) -> Result<store::Role> {
        let name = names::checked_visible("name", &self.name)?.to_owned();
        if is_built_in(&name) {
            return Err(Error::invalid(format!("{name} is the name of a built-in role")).field("name"));
        }
        let permissions = permissions::checked(&self.permissions)?;
        let (can_manage_apps, can_manage_content) = (self.can_manage_apps, self.can_manage_content);
        Ok(store::Role { id, name, can_manage_apps, can_manage_content, permissions })
    }
}

/// Creates a role, which may permit no more than the actor's own.
pub fn create_role(cx: &mut Cx, draft: &Draft, ip: Option<&str>) -> Result<RoleId> {
    let authority = Authority::of(cx)?;
    let role = draft.row(cx.mint())?;
    authority.may_give(&role)?;
    let all = store::all(cx)?;
    if all.iter().filter(|role| !is_built_in(&role.name)).count() >= MAX_ROLES {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("There are at most {MAX_ROLES} roles besides the built-in ones"),
        ));
    }
    check_name(&all, &role)?;
    store::insert(cx, &role)?;
    log(cx, Done::Created, &role, ip)?;
    Ok(role.id)
}

/// Changes a role to one that permits no more than the actor's own. The actor's own role and built-in ones cannot be
/// changed.
pub fn change_role(cx: &mut Cx, id: RoleId, draft: &Draft, ip: Option<&str>) -> Result<()> {
    let authority = Authority::of(cx)?;
    let before = own(cx, id, Hold::Change)?;
    let after = draft.row(id)?;
    authority.may_give(&before)?;
    authority.may_give(&after)?;
    if authority.has(id) {
        return Err(Error::new(ErrorKind::Forbidden, "Nobody changes the role that they have themselves"));
    }
    check_name(&store::all(cx)?, &after)?;
    if after == before {
        return Ok(());
    }
    store::update(cx, &before, &after)?;
    credentials::bump(cx)?;
    log(cx, Done::Changed, &after, ip)
}

/// The admins who have a role.
pub fn holders(cx: &mut Cx, id: RoleId) -> Result<Vec<AdminId>> {
    let given = store::given(cx)?;
    Ok(given.into_iter().filter(|(_, role)| *role == id).map(|(admin, _)| admin).collect())
}

/// Deletes a role that no teammate and no invitation has. Removed teammates who had it become viewers if they are
/// restored.
pub fn delete_role(cx: &mut Cx, id: RoleId, ip: Option<&str>) -> Result<()> {
    let authority = Authority::of(cx)?;
    let role = own(cx, id, Hold::End)?;
    authority.may_give(&role)?;
    if store::given(cx)?.iter().any(|(_, given)| *given == id) || invitations::gives(cx, id)? {
        let message = format!("Teammates or invitations have the role {}: give them another one first", role.name);
        return Err(Error::new(ErrorKind::Conflict, message));
    }
    let (viewer, _) = ensure(cx, VIEWER)?;
    store::replace_of_removed(cx, id, viewer.id)?;
    store::delete(cx, id)?;
    log(cx, Done::Deleted, &role, ip)
}

/// A custom role, locked.
fn own(cx: &mut Cx, id: RoleId, hold: Hold) -> Result<store::Role> {
    let role = store::hold(cx, id, hold)?.ok_or(ErrorKind::ResourceNotFound)?;
    if is_built_in(&role.name) {
        return Err(Error::new(
            ErrorKind::Forbidden,
            format!("{} is a built-in role, which stays as it is", role.name),
        ));
    }
    Ok(role)
}

fn check_name(all: &[store::Role], role: &store::Role) -> Result<()> {
    let taken = all.iter().any(|other| other.id != role.id && other.name.to_lowercase() == role.name.to_lowercase());
    if taken {
        return Err(Error::new(ErrorKind::Conflict, format!("There is a role {} already", role.name)).field("name"));
    }
    Ok(())
}

/// The roles of a workspace as a file declares them.
pub fn declared_roles(cx: &mut Cx) -> Result<Vec<Role>> {
    let all = store::all(cx)?.into_iter();
    let role = |role: store::Role| Role {
        name: role.name,
        can_manage_apps: Some(role.can_manage_apps),
        can_manage_content: Some(role.can_manage_content),
        permissions: Some(match &role.permissions {
            Some(names) => names.split_whitespace().map(str::to_owned).collect(),
            None => vec!["all".to_owned()],
        }),
    };
    Ok(all.map(role).collect())
}
