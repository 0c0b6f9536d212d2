//! The permissions that roles give: names, and the access to kinds of data that each stands for.
//!
//! A role without a list of permissions has all of them. What a teammate may do through a token is what both the token's
//! scopes and the role permit.

use crate::actor::{Access, Noun, Permissions};
use crate::error::{Error, Result};

/// Every permission by its name, with what it opens.
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

/// What the inbox calls the right to give apps access, which roles have beside their permissions.
pub const MANAGE_APPS: &str = "manage_apps";

/// The roles that every workspace may give without declaring them, and their permissions; none for all. An owner and an
/// admin have the same ones; what tells them apart is who gives them.
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

/// What stands in the row of a new role of this name: the permissions of a built-in role, else all of them.
pub(crate) fn of_new_role(name: &str) -> Option<String> {
    let built_in = BUILT_IN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    built_in.and_then(|(_, names)| names.map(|names| listed(names.to_vec())))
}

/// What stands in the row of a role with these permissions, by their names; `all` for all of them.
pub(crate) fn checked(names: &[String]) -> Result<Option<String>> {
    if names.iter().any(|name| name == "all") {
        return Ok(None);
    }
    if let Some(unknown) = names.iter().find(|name| TABLE.iter().all(|(known, ..)| known != name)) {
        return Err(Error::invalid(format!("there is no permission {unknown:?}")).field("permissions"));
    }
    Ok(Some(listed(names.iter().map(String::as_str).collect())))
}

/// Names as they stand in the row of a role: each once, in the order of the alphabet.
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

/// The permissions of a role: the names in its row, or none for all permissions. Unknown names permit nothing.
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

/// Whether everything that the second permissions permit is permitted by the first ones.
pub(crate) fn covers(permissions: Permissions, others: Permissions) -> bool {
    TABLE.iter().all(|(_, noun, _)| others.of(*noun) <= permissions.of(*noun))
}

/// The names of the roles that every workspace may give.
pub(crate) fn built_in() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// The names of permissions, as the inbox is told them.
pub fn named(permissions: Permissions) -> Vec<&'static str> {
    TABLE.iter().filter(|(_, noun, access)| permissions.of(*noun) >= *access).map(|(name, ..)| *name).collect()
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
