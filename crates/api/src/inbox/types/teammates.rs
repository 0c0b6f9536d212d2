//! Teammates as those see them who manage teammates, their roles, and invitations.

use serde::{Deserialize, Serialize};

/// A teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ManagedTeammate {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// The URL of their picture.
    pub avatar: Option<String>,
    /// The name of their role.
    pub role: Option<String>,
    /// Whether they may answer in the inbox.
    pub has_inbox_seat: bool,
    /// Whether they are away.
    pub away: bool,
    /// Whether replies to their conversations are reassigned while they are away.
    pub reassigns: bool,
    /// Why they are away.
    pub away_reason_id: Option<String>,
    /// Whether signing in takes a code besides the password.
    pub second_factor: bool,
    /// When they last used the inbox, give or take a minute.
    pub seen_at: Option<i64>,
    /// Since when they are here.
    pub created_at: i64,
}

/// Why teammates can be away.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct AwayReason {
    pub id: String,
    pub label: String,
}

/// All teammates.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ManagedTeammates {
    pub items: Vec<ManagedTeammate>,
    pub away_reasons: Vec<AwayReason>,
}

/// How far the removal of a teammate is.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Dismissed {
    /// How many conversations have no assignee any more, by this call.
    pub unassigned: usize,
    /// Whether the teammate is removed; else the call is to be made again.
    pub done: bool,
}

/// What teammates may do who have it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Role {
    /// Its id; none for a built-in role that nobody ever had.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether every workspace has it, so that it cannot be changed.
    pub is_built_in: bool,
    /// The names of what it permits.
    pub permissions: Vec<&'static str>,
    /// Whether it permits giving apps access.
    pub can_manage_apps: bool,
    /// Whether it permits staging and publishing drafts, and tagging articles.
    pub can_manage_content: bool,
    /// How many teammates have it.
    pub teammates: usize,
}

/// All roles.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Roles {
    /// The roles, the built-in ones first.
    pub items: Vec<Role>,
    /// The names of all permissions.
    pub permissions: Vec<&'static str>,
}

/// An invitation.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Invitation {
    /// Its id.
    pub id: String,
    /// Who is invited.
    pub email: String,
    /// The name of the role that they get.
    pub role: String,
    /// The teammate who invited them.
    pub invited_by: Option<String>,
    /// When they were invited.
    pub created_at: i64,
    /// Until when the link is good.
    pub expires_at: i64,
}

/// All invitations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Invitations {
    pub items: Vec<Invitation>,
}

/// An invitation with its link, which is shown this once.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Invited {
    pub invitation: Invitation,
    pub link: String,
}

/// An invitation as whoever follows its link sees it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InvitationShown {
    /// The name of the workspace.
    pub workspace: String,
    /// Who is invited.
    pub email: String,
    /// The name of the role that they get.
    pub role: Option<String>,
    /// The name of whoever invited them.
    pub invited_by: Option<String>,
}

/// A team.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ManagedTeam {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who is in it.
    pub member_ids: Vec<String>,
    /// `manual`, `round_robin` or `load_balanced`.
    pub distribution: &'static str,
    /// How many open conversations a member may have.
    pub assignment_limit: Option<i64>,
}

/// All teams.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ManagedTeams {
    pub items: Vec<ManagedTeam>,
}

/// What concerns the workspace as a whole.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WorkspaceSettings {
    /// Its name.
    pub name: String,
    /// An IANA time zone name.
    pub timezone: String,
    /// Two letters: the country that local phone numbers are read in.
    pub default_country: String,
    /// `US`, `EU` or `AU`.
    pub region: String,
    /// Whether the messenger requires identity verification.
    pub identity_verification: bool,
}

/// When the workspace is open, by one schedule.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OfficeHours {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// An IANA time zone name.
    pub time_zone: String,
    /// When it is open: from one minute to another, in order, counted from Monday 00:00.
    pub intervals: Vec<(i64, i64)>,
}

/// All schedules.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct OfficeHoursList {
    pub items: Vec<OfficeHours>,
}

/// A brand: a name that the workspace shows its customers.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsBrand {
    pub id: String,
    pub name: String,
    /// Whether it is the workspace itself.
    pub is_default: bool,
    /// The identifier of its own help center; without one it has the default one.
    pub help_center: Option<String>,
    /// The addresses that its mail is sent from.
    pub emails: Vec<String>,
}

/// A help center that brands can have.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct BrandHelpCenter {
    pub identifier: String,
    pub name: String,
    pub is_default: bool,
}

/// All brands.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsBrands {
    /// The default one first.
    pub items: Vec<SettingsBrand>,
    pub help_centers: Vec<BrandHelpCenter>,
}

/// A brand as it is to be. All but the default one are told apart by their names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WriteBrand {
    pub name: String,
    /// Whether the default one is meant, which this renames.
    #[serde(default)]
    pub is_default: bool,
    /// The identifier of its help center; empty for the default one.
    pub help_center: String,
}
