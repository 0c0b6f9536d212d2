//! The permissions of roles: their names, and the access to kinds of data that each grants.
//!
//! A role without a list of permissions has all of them. Through a token, a teammate may do what both the token's
//! scopes and the role permit.

use std::collections::HashMap;

use deskwire_store::{WorkspaceTx, roles};

use crate::actor::{Access, Noun, Permissions};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AdminId;

/// Every permission: its name, and the access that it grants.
const TABLE: &[(&str, Noun, Access)] = &[
    ("read_people", Noun::People, Access::Read),
    ("write_people", Noun::People, Access::Write),
    ("read_conversations", Noun::Conversations, Access::Read),
    ("write_conversations", Noun::Conversations, Access::Write),
    ("read_tickets", Noun::Tickets, Access::Read),
    ("write_tickets", Noun::Tickets, Access::Write),
    ("read_tags", Noun::Tags, Access::Read),
    ("write_tags", Noun::Tags, Access::Write),
    ("read_segments", Noun::Segments, Access::Read),
    ("write_segments", Noun::Segments, Access::Write),
    ("read_custom_objects", Noun::CustomObjects, Access::Read),
    ("write_custom_objects", Noun::CustomObjects, Access::Write),
    ("read_admins", Noun::Admins, Access::Read),
    ("write_admins", Noun::Admins, Access::Write),
];

/// The name in the inbox of the permission to grant apps access, which roles store separately.
pub const MANAGE_APPS: &str = "manage_apps";

/// The built-in roles and their permissions; `None` for all. An owner and an admin have the same permissions; they
/// differ in who may assign them.
const BUILT_IN: &[(&str, Option<&[&str]>)] = &[
    ("Owner", None),
    ("Admin", None),
    (
        "Agent",
        Some(&[
            "write_people",
            "write_conversations",
            "write_tickets",
            "write_tags",
            "read_segments",
            "write_custom_objects",
            "read_admins",
        ]),
    ),
    (
        "Viewer",
        Some(&[
            "read_people",
            "read_conversations",
            "read_tickets",
            "read_tags",
            "read_segments",
            "read_custom_objects",
            "read_admins",
        ]),
    ),
];

/// The stored permissions of a new role with this name: those of a built-in role, else all.
pub(crate) fn of_new_role(name: &str) -> Option<String> {
    let built_in = BUILT_IN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    built_in.and_then(|(_, names)| names.map(|names| listed(names.to_vec())))
}

/// Validates the names of permissions and returns their stored form. `all` stands for all of them.
pub(crate) fn checked(names: &[String]) -> Result<Option<String>> {
    if names.iter().any(|name| name == "all") {
        return Ok(None);
    }
    if let Some(unknown) = names.iter().find(|name| TABLE.iter().all(|(known, ..)| known != name)) {
        return Err(Error::invalid(format!("there is no permission {unknown:?}")).field("permissions"));
    }
    Ok(Some(listed(names.iter().map(String::as_str).collect())))
}

/// Names in stored form: sorted, without duplicates.
fn listed(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

/// The names of all permissions.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, ..)| *name)
}

/// The name of the permission for this access to a kind of data.
pub fn name(noun: Noun, access: Access) -> &'static str {
    TABLE.iter().find(|(_, of, opens)| *of == noun && *opens >= access).map_or("", |(name, ..)| name)
}

/// The permissions of a role, by the names in its row; `None` for all permissions. Unknown names permit nothing.
pub fn of_role(names: Option<&str>) -> Permissions {
    let Some(names) = names else { return Permissions::ALL };
    let mut permissions = Permissions::default();
    for name in names.split_whitespace() {
        if let Some((_, noun, access)) = TABLE.iter().find(|(known, ..)| *known == name) {
            permissions.grant(*noun, *access);
        }
    }
    permissions
}

/// The current permissions of these teammates. Removed ones have none and are left out.
pub(crate) fn of_admins(tx: &mut WorkspaceTx, ids: &[AdminId]) -> Result<HashMap<AdminId, Permissions>> {
    let found = roles::permissions_of(tx, ids)?;
    Ok(found.into_iter().map(|(id, names)| (id, of_role(names.as_deref()))).collect())
}

/// Whether `permissions` includes everything that `others` permits.
pub(crate) fn covers(permissions: Permissions, others: Permissions) -> bool {
    TABLE.iter().all(|(_, noun, _)| others.of(*noun) <= permissions.of(*noun))
}

/// The names of the built-in roles.
pub(crate) fn built_in() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// The names of permissions, for the inbox.
pub fn named(permissions: Permissions) -> Vec<&'static str> {
    TABLE.iter().filter(|(_, noun, access)| permissions.of(*noun) >= *access).map(|(name, ..)| *name).collect()
}

/// The error for a teammate whose role lacks the permission of this name.
pub fn refused(name: &str) -> Error {
    Error::new(ErrorKind::Forbidden, format!("Your role does not permit this ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_write_and_viewers_read() {
        let agent = of_role(of_new_role("agent").as_deref());
        let viewer = of_role(of_new_role("Viewer").as_deref());
        assert_eq!((agent.of(Noun::Conversations), agent.of(Noun::Admins)), (Access::Write, Access::Read));
        assert!(named(viewer).iter().all(|name| name.starts_with("read_")));
        assert_eq!((of_new_role("Owner"), of_new_role("Whatever")), (None, None));
        assert_eq!(
            checked(&["write_tags".to_owned(), "read_tags".to_owned()]).unwrap().unwrap(),
            "read_tags write_tags"
        );
        assert_eq!(checked(&["all".to_owned()]).unwrap(), None);
        assert_eq!(checked(&["fly".to_owned()]).unwrap_err().field.as_deref(), Some("permissions"));
    }

    #[test]
    fn names_stand_for_access() {
        assert_eq!(of_role(None), Permissions::ALL);
        assert_eq!(named(Permissions::ALL), names().collect::<Vec<_>>());
        let some = of_role(Some("write_people read_tags unheard_of"));
        assert_eq!(named(some), ["read_people", "write_people", "read_tags"]);
        assert_eq!((some.of(Noun::People), some.of(Noun::Tickets)), (Access::Write, Access::Hidden));
    }
}
