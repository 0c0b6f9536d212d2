//! Workspaces.

use deskwire_store::counters::{self, Counter};
use deskwire_store::global::{self, credentials};
use deskwire_store::roles::{self, Role};
use deskwire_store::workspaces as store;
pub use deskwire_store::workspaces::{Erased, Found, OwnTable, Workspace};
use deskwire_store::{Tx, WorkspaceTx, admins};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Cx;
use crate::activity;
use crate::actor::Tenant;
use crate::admins::{Authority, OWNER, ensure_role};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AdminId;
use crate::{brands, help_centers, ip_allowlist, names, phone, secrets, segments, ticket_states, times};

/// Whether there is any workspace, for `/readyz`.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(global::workspaces::any(tx)?)
}

/// One workspace.
pub fn find(tx: &mut WorkspaceTx) -> Result<Option<Workspace>> {
    Ok(store::get(tx)?)
}

/// The workspace with this name or id, or an error.
pub fn known(tx: &mut WorkspaceTx) -> Result<Workspace> {
    let id = tx.workspace();
    store::get(tx)?.ok_or_else(|| {
        Error::new(
            ErrorKind::ResourceNotFound,
            format!("there is no workspace {id}: `deskwire workspace list` shows them"),
        )
    })
}

/// Creates a workspace with its first admin. Returns their ids.
pub fn create(tx: &mut Tx<'_>, name: &str, admin_name: &str, admin_email: &str) -> Result<(String, AdminId)> {
    let now = tx.now();
    let workspace = Workspace {
        id: new_id()?,
        name: names::checked_visible("name", name)?.to_owned(),
        timezone: "UTC".to_owned(),
        region: "US".to_owned(),
        default_country: "US".to_owned(),
        identity_verification: false,
        ip_allowlist: String::new(),
        ip_allowlist_enabled: false,
        created_at: now,
        updated_at: now,
    };
    let id = workspace.id.as_str();
    let tx = &mut tx.within(id);
    store::insert(tx, &workspace)?;
    let (owner, _) = ensure_role(tx, OWNER)?;
    roles::update(tx, &owner, &Role { can_manage_apps: true, ..owner.clone() })?;
    let admin = admins::Admin {
        id: counters::next(&mut tx.within(&workspace.id), Counter::Teammate)?,
        role_id: Some(owner.id),
        name: admin_name.to_owned(),
        email: admin_email.to_owned(),
        email_key: admins::email_key(admin_email),
        email_verified: true,
        has_inbox_seat: true,
        created_at: now,
        updated_at: now,
        ..admins::Admin::default()
    };
    admins::insert(&mut tx.within(&workspace.id), &admin)?;
    segments::predefined(&mut tx.within(&workspace.id))?;
    ticket_states::predefined(&mut tx.within(&workspace.id))?;
    help_centers::predefined(&mut tx.within(&workspace.id), name)?;
    brands::predefined(&mut tx.within(&workspace.id), name)?;
    Ok((workspace.id, admin.id))
}

/// The workspace with this name. Serializes the creation of workspaces until the write ends.
pub fn lock_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<Workspace>> {
    global::workspaces::lock(tx)?;
    Ok(all(tx)?.into_iter().find(|workspace| workspace.name == name))
}

/// The numeric id of a workspace, where the API has one: the id read as a base 36 number and reduced to 31 bits,
/// because clients store it in 32.
pub fn number(id: &str) -> i64 {
    i64::from_str_radix(id, 36).map_or(0, |number| number % (1 << 31))
}

/// A random id: eight letters and digits that are not easily confused.
fn new_id() -> Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnopqrstuvwxyz2345678";
    Ok(secrets::random::<8>()?.iter().map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect())
}

/// All workspaces, oldest first, for the command line.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Workspace>> {
    Ok(global::workspaces::all(tx)?)
}

/// Closes a workspace before its deletion: revokes all access and stops all sending.
pub fn close(tx: &mut WorkspaceTx) -> Result<()> {
    known(tx)?;
    store::close(tx)?;
    Ok(credentials::bump(tx)?)
}

/// The tables that a closed workspace has rows in.
pub fn own_tables(tx: &mut Tx<'_>) -> Result<Vec<OwnTable>> {
    Ok(global::workspaces::own_tables(tx)?)
}

/// The next rows of a table to remove, after the one with an id.
pub fn find_rows(tx: &mut WorkspaceTx, table: &OwnTable, after: Option<i64>) -> Result<Option<Found>> {
    Ok(store::find(tx, table, after)?)
}

/// Removes some of these rows, as many as a short time allows.
pub fn erase_some(tx: &mut WorkspaceTx, table: &OwnTable, found: &Found) -> Result<Erased> {
    Ok(store::erase_some(tx, table, found)?)
}

/// Removes the workspace itself. Returns false if a table has got new rows of it.
pub fn erase_itself(tx: &mut WorkspaceTx, tables: &[OwnTable]) -> Result<bool> {
    Ok(store::erase_itself(tx, tables)?)
}

impl From<Workspace> for Tenant {
    fn from(w: Workspace) -> Self {
        Self { id: w.id, name: w.name, timezone: w.timezone, default_country: w.default_country }
    }
}

/// The settings of a workspace in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name.
    pub name: Option<String>,
    /// An IANA time zone name.
    pub timezone: Option<String>,
    /// `US`, `EU` or `AU`.
    pub region: Option<String>,
    /// The two-letter code of the country that local phone numbers are parsed for.
    pub default_country: Option<String>,
    /// Whether the messenger requires identity verification.
    pub identity_verification: Option<bool>,
    /// The addresses and networks that the API may be used from.
    pub ip_allowlist: Option<Vec<String>>,
    /// Whether the allowlist is enforced.
    pub ip_allowlist_enabled: Option<bool>,
}

impl Declared {
    fn check(&self) -> Result<()> {
        let reject = |field: &'static str, message: String| Err(Error::invalid(message).field(field));
        if let Some(name) = &self.name {
            names::checked_visible("name", name)?;
        }
        match self {
            Self { timezone: Some(zone), .. } if times::zone(zone.trim()).is_none() => {
                reject("timezone", format!("timezone: there is no time zone {zone:?}"))
            }
            Self { region: Some(region), .. } if !["US", "EU", "AU"].contains(&region.as_str()) => {
                reject("region", format!("region must be US, EU or AU, not {region:?}"))
            }
            Self { default_country: Some(c), .. } if !phone::is_country(c.trim()) => {
                let must = "default_country must be the code of a country in two capital letters";
                reject("default_country", format!("{must}, not {c:?}"))
            }
            _ => Ok(()),
        }
    }
}

/// Changes the settings of the actor's workspace. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    save(cx, declared, None)
}

fn save(cx: &mut Cx, declared: &Declared, ip: Option<&str>) -> Result<bool> {
    declared.check()?;
    known(cx)?;
    let before = store::lock(cx)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    let set = |to: &mut String, from: &Option<String>| {
        if let Some(from) = from {
            from.trim().clone_into(to);
        }
    };
    set(&mut after.name, &declared.name);
    set(&mut after.timezone, &declared.timezone);
    set(&mut after.region, &declared.region);
    set(&mut after.default_country, &declared.default_country);
    after.identity_verification = declared.identity_verification.unwrap_or(after.identity_verification);
    let change =
        ip_allowlist::Change { enabled: declared.ip_allowlist_enabled, entries: declared.ip_allowlist.clone() };
    ip_allowlist::apply(&mut after, &change)?;
    if after == before {
        return Ok(false);
    }
    after.updated_at = cx.now();
    store::update(cx, &before, &after)?;
    // Processes cache the name, the time zone and the allow-list of workspaces with tokens.
    credentials::bump(cx)?;
    if ip_allowlist::of_workspace(&before) != ip_allowlist::of_workspace(&after) {
        ip_allowlist::log(cx, &before, &after, ip)?;
    }
    let on = |flag: bool| if flag { "on" } else { "off" }.to_owned();
    for (activity_type, what, key, before, after) in [
        ("app_name_change", "name", "name", before.name, after.name),
        ("app_timezone_change", "time zone", "timezone", before.timezone, after.timezone),
        ("workspace_update", "country", "default_country", before.default_country, after.default_country),
        ("workspace_update", "region", "region", before.region, after.region),
        (
            "app_identity_verification_change",
            "identity verification",
            "identity_verification",
            on(before.identity_verification),
            on(after.identity_verification),
        ),
    ] {
        if before != after {
            let action = format!("changed the workspace's {what} from {before} to {after}");
            let metadata = json!({"before": {key: before}, "after": {key: after}});
            activity::log_action(cx, activity_type, &action, metadata, ip)?;
        }
    }
    Ok(true)
}

/// The same on behalf of a teammate, who cannot give the name of another workspace, by which the command line knows it.
pub fn change(cx: &mut Cx, declared: &Declared, ip: Option<&str>) -> Result<()> {
    if let Some(name) = declared.name.as_deref().map(str::trim) {
        let own = cx.workspace();
        if lock_name(cx, name)?.is_some_and(|other| other.id != own) {
            return Err(Error::new(ErrorKind::Conflict, "Another workspace of this server has this name").field("name"));
        }
    }
    // The workspace is locked before the teammates.
    store::lock(cx)?.ok_or(ErrorKind::ResourceNotFound)?;
    Authority::of(cx)?;
    save(cx, declared, ip).map(drop)
}

/// The settings of the actor's workspace as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Declared> {
    let w = known(cx)?;
    let list = ip_allowlist::of_workspace(&w);
    Ok(Declared {
        name: Some(w.name),
        timezone: Some(w.timezone),
        region: Some(w.region),
        default_country: Some(w.default_country),
        identity_verification: Some(w.identity_verification),
        ip_allowlist: Some(list.entries),
        ip_allowlist_enabled: Some(list.enabled),
    })
}
