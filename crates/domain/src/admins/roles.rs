//! Roles as a workspace file declares them: the permissions of admins.

use deskwire_store::global::credentials;
use deskwire_store::{WorkspaceTx, roles as store};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Cx;
use crate::activity::{self, Entry};
use crate::error::Result;
use crate::{names, permissions};

/// The default role of a workspace's first admin.
pub(crate) const OWNER: &str = "Owner";

/// A role in a workspace file. Omitted fields stay as they are.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What tells roles apart.
    pub name: String,
    /// Whether its admins may give apps access to the workspace; off for new roles.
    pub can_manage_apps: Option<bool>,
    /// Whether they may stage and publish drafts, and tag articles; yes for new ones.
    pub can_manage_content: Option<bool>,
    /// The names of what they may see and change, in the inbox and through tokens; `all` for everything, which new roles
    /// have unless they are called `Agent` or `Viewer`.
    pub permissions: Option<Vec<String>>,
}

/// The role of this name, locked, and whether it was created; a new one lets nobody manage apps.
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

/// Creates or changes a role; true when something changed.
pub fn declare_role(cx: &mut Cx, declared: &Role) -> Result<bool> {
    let name = names::checked("name", &declared.name)?;
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
    let (activity_type, word) = if is_new { ("role_creation", "created") } else { ("role_change", "changed") };
    let description = format!("{} {word} the role {name}.", activity::name_of(cx)?);
    let metadata = json!({"name": name, "can_manage_apps": after.can_manage_apps,
        "can_manage_content": after.can_manage_content, "permissions": after.permissions});
    activity::log(cx, Entry { activity_type, description, metadata, ip: None })?;
    Ok(true)
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
