//! The activity log of a workspace, for its admins.

use deskwire_store::{activity_logs as store, admins, apps, contacts, text_enum};
use serde_json::Value;

use crate::actor::Principal;
use crate::error::Result;
use crate::events::{self, Logged, Topic};
use crate::ids::{ActivityLogId, AdminId};
use crate::{Cx, cursor, secrets};

pub use deskwire_store::activity_logs::{ActivityLog, Filter};

/// The types of entries in every version since 2.16.
const TYPES: &[&str] = &[
    "admin_conversation_assignment_limit_change",
    "admin_ticket_assignment_limit_change",
    "admin_avatar_change",
    "admin_away_mode_change",
    "admin_deletion",
    "admin_deprovisioned",
    "admin_impersonation_end",
    "admin_impersonation_start",
    "admin_invite_change",
    "admin_invite_creation",
    "admin_invite_deletion",
    "admin_login_failure",
    "admin_login_success",
    "admin_logout",
    "admin_occupancy_setting_change",
    "admin_occupancy_state_change",
    "admin_password_reset_request",
    "admin_password_reset_success",
    "admin_permission_change",
    "admin_provisioned",
    "admin_two_factor_auth_change",
    "admin_unauthorized_sign_in_method",
    "app_admin_join",
    "app_authentication_method_change",
    "app_data_deletion",
    "app_data_export",
    "app_google_sso_domain_change",
    "app_identity_verification_change",
    "app_name_change",
    "app_outbound_address_change",
    "app_package_installation",
    "app_package_token_regeneration",
    "app_package_uninstallation",
    "app_team_creation",
    "app_team_deletion",
    "app_team_membership_modification",
    "app_timezone_change",
    "app_webhook_creation",
    "app_webhook_deletion",
    "articles_in_messenger_enabled_change",
    "bulk_delete",
    "bulk_export",
    "campaign_deletion",
    "campaign_state_change",
    "conversation_part_deletion",
    "conversation_pdf_export",
    "conversation_topic_change",
    "conversation_topic_creation",
    "conversation_topic_deletion",
    "help_center_settings_change",
    "inbound_conversations_change",
    "inbox_access_change",
    "message_deletion",
    "message_state_change",
    "messenger_look_and_feel_change",
    "messenger_search_required_change",
    "messenger_spaces_change",
    "office_hours_change",
    "role_change",
    "role_creation",
    "role_deletion",
    "ruleset_activation_title_preview",
    "ruleset_creation",
    "ruleset_deletion",
    "search_browse_enabled_change",
    "search_browse_required_change",
    "seat_change",
    "seat_revoke",
    "security_settings_change",
    "temporary_expectation_change",
    "upfront_email_collection_change",
    "welcome_message_change",
    "hide_csat_from_agents_setting_change",
];

/// The types in 2.16 that the newest version does not have.
const OLD_TYPES: &[&str] = &[
    "admin_impersonation_consent_approved",
    "admin_impersonation_consent_revoked",
    "automatic_away_mode_setting_change",
    "conversation_deletion_schedule_creation",
    "conversation_deletion_schedule_deletion",
    "conversation_deletion_schedule_state_change",
    "conversation_deletion_schedule_update",
    "content_redaction_rule_creation",
    "content_redaction_rule_deletion",
    "content_redaction_rule_update",
    "csv_import_completion",
    "csv_import_creation",
    "custom_authentication_token_creation",
    "macro_creation",
    "macro_deletion",
    "macro_update",
    "macro_usage_export",
    "malicious_domains_setting_change",
    "messenger_api_secret_creation",
    "messenger_api_secret_deletion",
    "oauth_token_revocation",
    "series_creation",
    "series_deletion",
    "series_settings_update",
    "series_status_change",
    "series_update",
    "strip_inbound_email_links_change",
    "team_assignment_limit_change",
    "trusted_domains_setting_change",
    "unassign_unsnoozed_at_capacity_setting_change",
    "unassign_unsnoozed_when_away_setting_change",
    "allowed_attachment_filetypes_setting_change",
    "attach_uploads_inline_setting_change",
    "teammate_gifs_setting_change",
    "user_camera_attachments_setting_change",
    "user_conversation_attachments_setting_change",
    "user_file_attachments_setting_change",
    "user_gifs_setting_change",
    "user_media_attachments_setting_change",
    "user_voice_notes_setting_change",
    "workspace_deletion_request",
];

/// The types in the newest version only.
const NEW_TYPES: &[&str] = &["customer_facing_name_change", "inbox_bulk_action"];

/// The types that no version of the API describes. Only the inbox shows their entries.
const OWN_TYPES: &[&str] = &[
    "admin_update",
    "attribute_creation",
    "attribute_update",
    "object_type_creation",
    "object_type_deletion",
    "object_type_update",
    "tag_creation",
    "tag_deletion",
    "tag_merge",
    "tag_update",
    "ticket_state_creation",
    "ticket_state_update",
    "ticket_type_creation",
    "ticket_type_update",
    "workspace_update",
];

/// The types that no version of the API describes.
pub fn own_types() -> impl Iterator<Item = &'static str> {
    OWN_TYPES.iter().copied()
}

/// The types of entries, for the newest version or for 2.16.
pub fn types(newest: bool) -> impl Iterator<Item = &'static str> {
    TYPES.iter().chain(if newest { NEW_TYPES } else { OLD_TYPES }).copied()
}

/// Whether any version has this type.
pub fn is_type(name: &str) -> bool {
    [TYPES, OLD_TYPES, NEW_TYPES].iter().any(|types| types.contains(&name))
}

/// An entry to be logged.
#[derive(Debug)]
pub struct Entry<'a> {
    /// One of the types.
    pub activity_type: &'static str,
    /// A sentence that describes the activity.
    pub description: String,
    /// An object of details. Ids are texts, as in the API, except where its description has a number.
    pub metadata: Value,
    /// The IP address of the request.
    pub ip: Option<&'a str>,
}

/// The actor, as entries name it.
#[derive(Debug)]
pub(crate) struct By {
    /// The name, for descriptions.
    pub(crate) name: String,
    admin_email: Option<String>,
}

impl By {
    /// Reads the actor.
    pub(crate) fn of(cx: &mut Cx) -> Result<Self> {
        let (name, admin_email, unknown) = match cx.actor().principal {
            Principal::Admin(id) => {
                let (name, email) = admins::get(cx, id)?.map(|admin| (admin.name, admin.email)).unzip();
                (name, email, "The operator")
            }
            Principal::Contact(id) => (contacts::get(cx, id)?.and_then(|c| c.name.or(c.email)), None, "A contact"),
            Principal::App(id) => (apps::get(cx, id)?.map(|app| app.name), None, "An app"),
            Principal::System => (None, None, "The operator"),
        };
        Ok(Self { name: name.unwrap_or_else(|| unknown.to_owned()), admin_email })
    }
}

/// Logs an entry in the transaction of the change that it describes, and emits its event. Entries of types that no
/// version of the API describes have no event.
pub fn log(cx: &mut Cx, entry: Entry<'_>) -> Result<()> {
    let admin = match cx.actor().admin_id() {
        Some(id) => admins::get(cx, id)?,
        None => None,
    };
    write(cx, admin.map(|admin| admin.email), entry)
}

/// The same, for an actor who was read.
pub(crate) fn log_by(cx: &mut Cx, by: By, entry: Entry<'_>) -> Result<()> {
    write(cx, by.admin_email, entry)
}

fn write(cx: &mut Cx, admin_email: Option<String>, entry: Entry<'_>) -> Result<()> {
    let (actor_type, actor_id) = cx.actor().principal.columns();
    let row = ActivityLog {
        id: cx.mint(),
        uuid: secrets::uuid()?,
        actor_type,
        actor_id,
        admin_email,
        ip: entry.ip.map(str::to_owned),
        activity_type: entry.activity_type.to_owned(),
        activity_description: entry.description,
        metadata: entry.metadata.to_string(),
        created_at: cx.now(),
    };
    store::insert(cx, &row)?;
    if OWN_TYPES.contains(&entry.activity_type) {
        return Ok(());
    }
    let payload = Logged { id: row.uuid, activity_type: row.activity_type };
    events::emit(cx, Topic::ActivityLogged, row.id, payload)
}

/// Logs what the actor did: `created the tag VIP` becomes "Ada created the tag VIP."
pub fn log_action(
    cx: &mut Cx,
    activity_type: &'static str,
    action: &str,
    metadata: Value,
    ip: Option<&str>,
) -> Result<()> {
    let by = By::of(cx)?;
    let description = format!("{} {action}.", by.name);
    log_by(cx, by, Entry { activity_type, description, metadata, ip })
}

/// One entry.
pub fn find(cx: &mut Cx, id: ActivityLogId) -> Result<Option<ActivityLog>> {
    Ok(store::get(cx, id)?)
}

/// A page of entries, newest first, and the total count.
pub fn page(cx: &mut Cx, filter: &Filter, limit: i64, offset: i64) -> Result<(Vec<ActivityLog>, i64)> {
    let rows = store::page(cx, filter, limit, offset)?;
    Ok((rows, store::count(cx, filter)?))
}

text_enum! {
    /// The areas that entries are filtered by.
    pub enum Area {
        /// Signing in, and how that is secured.
        SignIn = "sign_in",
        /// Teammates, roles and teams.
        People = "people",
        /// The workspace itself.
        Workspace = "workspace",
        /// Tags, attributes, types and macros.
        Data = "data",
        /// Apps, tokens and webhooks.
        Developers = "developers",
        /// Exports and deletions.
        Exports = "exports",
    }
}

/// The prefixes of the types in each area. The first match wins; other types belong to [`Area::Workspace`].
const AREAS: &[(Area, &[&str])] = &[
    (
        Area::SignIn,
        &["admin_log", "admin_password", "admin_two_factor", "admin_unauthorized", "app_authentication", "security_"],
    ),
    (Area::People, &["admin_", "role_", "seat_", "app_admin", "app_team", "team_", "inbox_access"]),
    (Area::Data, &["tag_", "attribute_", "ticket_", "object_type_", "macro_", "conversation_topic"]),
    (Area::Developers, &["app_package", "app_webhook", "oauth_", "custom_authentication", "messenger_api"]),
    (Area::Exports, &["app_data", "bulk_", "conversation_pdf", "csv_", "message_deletion", "conversation_part_del"]),
];

/// The area of a type.
pub fn area(activity_type: &str) -> Area {
    let begins = |(_, beginnings): &&(Area, &[&str])| beginnings.iter().any(|text| activity_type.starts_with(text));
    AREAS.iter().find(begins).map_or(Area::Workspace, |(area, _)| *area)
}

/// A search of entries.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only entries of this teammate.
    pub admin: Option<AdminId>,
    /// Only entries in this area.
    pub area: Option<Area>,
    /// Only entries of this second or later.
    pub from: Option<i64>,
    /// Only entries of this second or earlier.
    pub until: Option<i64>,
    /// The cursor of the previous page.
    pub after: Option<String>,
    /// The maximum number of entries.
    pub limit: usize,
}

/// Entries of all types, newest first, and the cursor of the next page.
pub fn search(cx: &mut Cx, wanted: &Wanted) -> Result<(Vec<ActivityLog>, Option<String>)> {
    let workspace = cx.workspace();
    let after = match &wanted.after {
        Some(cursor) => cursor::open_pair(workspace, cursor).map_err(|error| error.field("after"))?,
        None => (i64::MAX, ActivityLogId::new(i64::MAX)),
    };
    let known = [TYPES, OLD_TYPES, NEW_TYPES, OWN_TYPES].into_iter().flatten();
    let types = wanted.area.map(|of| known.filter(|name| area(name) == of).map(|name| (*name).to_owned()).collect());
    let filter = Filter {
        from: wanted.from.unwrap_or(0),
        until: wanted.until.unwrap_or(i64::MAX),
        types: types.unwrap_or_default(),
        without: Vec::new(),
        newest: ActivityLogId::new(i64::MAX),
        admin: wanted.admin,
    };
    let rows_to_read = i64::try_from(wanted.limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut rows = store::before(cx, &filter, after, rows_to_read)?;
    let more = rows.len() > wanted.limit;
    rows.truncate(wanted.limit);
    let next = rows.last().filter(|_| more).map(|row| cursor::seal_pair(workspace, (row.created_at, row.id)));
    Ok((rows, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_about_something() {
        for (name, of) in [
            ("admin_login_success", Area::SignIn),
            ("admin_two_factor_auth_change", Area::SignIn),
            ("admin_deletion", Area::People),
            ("app_team_creation", Area::People),
            ("macro_update", Area::Data),
            ("tag_merge", Area::Data),
            ("app_webhook_creation", Area::Developers),
            ("app_data_export", Area::Exports),
            ("office_hours_change", Area::Workspace),
            ("workspace_update", Area::Workspace),
        ] {
            assert_eq!(area(name), of, "{name}");
        }
        assert!(Area::ALL.iter().all(|of| TYPES.iter().any(|name| area(name) == *of)));
    }
}
