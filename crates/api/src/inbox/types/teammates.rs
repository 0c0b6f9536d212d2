//! Teammates as the settings show them, their roles, and invitations.

use deskwire_domain::ids::{
    AdminId, AwayStatusReasonId, InvitationId, OfficeHoursExceptionId, OfficeHoursScheduleId, RoleId, TeamId,
};
use serde::{Deserialize, Serialize};

/// A teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ManagedTeammate {
    /// Their id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: AdminId,
    /// Their name.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// The URL of the avatar.
    pub avatar: Option<String>,
    /// The name of their role.
    pub role: Option<String>,
    /// Whether they can answer in the inbox.
    pub has_inbox_seat: bool,
    /// Whether they are away.
    pub away: bool,
    /// Whether replies to their conversations are reassigned while they are away.
    pub reassigns: bool,
    /// The reason that they are away.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub away_reason_id: Option<AwayStatusReasonId>,
    /// Whether they need a code besides the password to sign in.
    pub second_factor: bool,
    /// When they last used the inbox, within a minute.
    pub seen_at: Option<i64>,
    /// When they were added.
    pub created_at: i64,
}

/// A reason for being away.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct AwayReason {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: AwayStatusReasonId,
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

/// The progress of the removal of a teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Dismissed {
    /// The number of conversations that this call unassigned.
    pub unassigned: usize,
    /// Whether the teammate was removed. If not, the call must be repeated.
    pub done: bool,
}

/// A role.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Role {
    /// The id; null for a built-in role that nobody has had yet.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub id: Option<RoleId>,
    /// The name.
    pub name: String,
    /// Whether every workspace has it, so that it cannot be changed.
    pub is_built_in: bool,
    /// The names of its permissions.
    pub permissions: Vec<&'static str>,
    /// Whether it permits granting apps access.
    pub can_manage_apps: bool,
    /// Whether it permits staging and publishing content, and tagging articles.
    pub can_manage_content: bool,
    /// The number of teammates who have it.
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
    #[cfg_attr(test, ts(as = "String"))]
    pub id: InvitationId,
    /// The email address of the invited person.
    pub email: String,
    /// The name of the role that they get.
    pub role: String,
    /// The teammate who invited them.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub invited_by: Option<AdminId>,
    /// When they were invited.
    pub created_at: i64,
    /// Until when the link is valid.
    pub expires_at: i64,
}

/// All invitations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Invitations {
    pub items: Vec<Invitation>,
}

/// An invitation with its link, which is shown only once.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Invited {
    pub invitation: Invitation,
    pub link: String,
}

/// An invitation as the person who follows its link sees it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InvitationShown {
    /// The name of the workspace.
    pub workspace: String,
    /// The email address of the invited person.
    pub email: String,
    /// The name of the role that they get.
    pub role: Option<String>,
    /// The name of the teammate who invited them.
    pub invited_by: Option<String>,
}

/// A team.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ManagedTeam {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The ids of the members.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub member_ids: Vec<AdminId>,
    /// The distribution of conversations: `manual`, `round_robin` or `load_balanced`.
    pub distribution: &'static str,
    /// The maximum number of open conversations of a member.
    pub assignment_limit: Option<i64>,
}

/// All teams.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ManagedTeams {
    pub items: Vec<ManagedTeam>,
}

/// The general settings of the workspace.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WorkspaceSettings {
    /// Its name.
    pub name: String,
    /// The IANA name of the time zone.
    pub timezone: String,
    /// The two-letter code of the country in which local phone numbers are interpreted.
    pub default_country: String,
    /// The region: `US`, `EU` or `AU`.
    pub region: String,
    /// Whether the messenger requires identity verification.
    pub identity_verification: bool,
    /// The addresses and networks that the API may be used from, as they were written; none for those who may not change
    /// them.
    pub ip_allowlist: Option<Vec<String>>,
    /// Whether the API may be used from nowhere else.
    pub ip_allowlist_enabled: bool,
}

/// A day with office hours of its own.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OfficeHoursException {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: OfficeHoursExceptionId,
    /// The day, as `YYYY-MM-DD`.
    pub date: String,
    /// Its name.
    pub name: Option<String>,
    /// The open times, in order: from one minute to another, counted from midnight. Empty if it is closed all day.
    pub intervals: Vec<(i64, i64)>,
    /// Whether it recurs every year.
    pub recurring_annually: bool,
}

/// A schedule of office hours.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OfficeHours {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: OfficeHoursScheduleId,
    /// Its name.
    pub name: String,
    /// The IANA name of the time zone.
    pub time_zone: String,
    /// The open times, in order: from one minute to another, counted from Monday 00:00.
    pub intervals: Vec<(i64, i64)>,
    /// The days that differ, by date.
    pub exceptions: Vec<OfficeHoursException>,
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
    /// Whether it is the default brand, the workspace itself.
    pub is_default: bool,
    /// The identifier of its help center; null for the default one.
    pub help_center: Option<String>,
    /// The addresses from which its mail is sent.
    pub emails: Vec<String>,
}

/// A help center that brands can use.
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
    /// The brands, the default one first.
    pub items: Vec<SettingsBrand>,
    pub help_centers: Vec<BrandHelpCenter>,
}

/// A brand to be created or changed. Brands other than the default one are identified by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WriteBrand {
    pub name: String,
    /// Whether it is the default brand, which this renames.
    #[serde(default)]
    pub is_default: bool,
    /// The identifier of its help center; empty for the default one.
    pub help_center: String,
}
