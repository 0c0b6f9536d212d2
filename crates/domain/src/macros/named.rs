//! What the actions of macros refer to: teams and tags by name, admins by email address.

use std::collections::BTreeSet;

use deskwire_store::admins::Admin;
use deskwire_store::tags::Tag;
use deskwire_store::teams::Team;
use deskwire_store::{admins, tags, teams};

use super::Action;
use crate::Cx;
use crate::conversations::Assignee;
use crate::error::Result;
use crate::ids::{AdminId, TagId, TeamId};

/// The existing teams, admins and tags that actions refer to.
#[derive(Debug)]
pub(crate) struct Things {
    teams: Vec<Team>,
    admins: Vec<Admin>,
    tags: Vec<Tag>,
}

impl Things {
    /// Reads what these actions refer to. A write locks the tags against renaming and deletion.
    pub(crate) fn named(cx: &mut Cx, actions: &[Action]) -> Result<Self> {
        let has = |which: fn(&Action) -> bool| actions.iter().any(which);
        let key = |action: &Action| if let Action::Tag { tag } = action { Some(tag.to_lowercase()) } else { None };
        let keys: BTreeSet<String> = actions.iter().filter_map(key).collect();
        let mut found = Vec::new();
        for key in keys {
            found.extend(tags::by_key(cx, &key)?);
        }
        Ok(Self {
            teams: if has(|a| matches!(a, Action::AssignTeam { .. })) { teams::all(cx)? } else { Vec::new() },
            admins: if has(|a| matches!(a, Action::AssignAdmin { .. })) { admins::all(cx)? } else { Vec::new() },
            tags: found,
        })
    }

    /// The team with this name.
    pub(crate) fn team(&self, name: &str) -> Option<TeamId> {
        self.teams.iter().find(|team| team.name == name).map(|team| team.id)
    }

    /// The admin with this address.
    pub(crate) fn admin(&self, email: &str) -> Option<AdminId> {
        self.admins.iter().find(|admin| admin.email.eq_ignore_ascii_case(email)).map(|admin| admin.id)
    }

    /// Treats an assignee as one that does not exist, because it was removed after it was read.
    pub(crate) fn forget(&mut self, assignee: Assignee) {
        match assignee {
            Assignee::Admin(id) => self.admins.retain(|admin| Some(admin.id) != id),
            Assignee::Team(id) => self.teams.retain(|team| Some(team.id) != id),
        }
    }

    /// Treats all tags as ones that do not exist, for those who may not tag.
    pub(crate) fn forget_tags(&mut self) {
        self.tags.clear();
    }

    /// The tag with this name.
    pub(crate) fn tag(&self, name: &str) -> Option<&Tag> {
        let key = name.to_lowercase();
        self.tags.iter().find(|tag| tag.name_key == key)
    }

    /// The tag with this id.
    pub(crate) fn tag_of(&self, id: TagId) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.id == id)
    }

    /// Whether the action refers to something that does not exist.
    pub(crate) fn lack(&self, action: &Action) -> bool {
        match action {
            Action::AssignTeam { team } => self.team(team).is_none(),
            Action::AssignAdmin { admin } => self.admin(admin).is_none(),
            Action::Tag { tag } => self.tag(tag).is_none(),
            Action::Note { .. } | Action::Snooze { .. } | Action::Close => false,
        }
    }
}
