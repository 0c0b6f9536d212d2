//! The IP allowlist: the addresses from which the API of a workspace may be used.

use std::net::IpAddr;

use deskwire_store::global::credentials;
use deskwire_store::workspaces::{self as store, Workspace};
use serde_json::json;

use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::networks::Networks;

/// The maximum number of entries.
const MAX_ENTRIES: usize = 500;

/// The allowlist of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowlist {
    /// Whether it is enforced.
    pub enabled: bool,
    /// The addresses and networks, as they were written.
    pub entries: Vec<String>,
}

/// A change of the allowlist. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Whether it is enforced.
    pub enabled: Option<bool>,
    /// The addresses and networks.
    pub entries: Option<Vec<String>>,
}

/// Returns the networks from which the API of a workspace may be used. `None` if it may be used from everywhere.
pub(crate) fn in_force(workspace: &Workspace) -> Option<Networks> {
    // Every entry was validated when it was written, so this cannot fail. If it did, no address would be allowed.
    workspace.ip_allowlist_enabled.then(|| workspace.ip_allowlist.parse().unwrap_or_default())
}

/// Returns the allowlist of the actor's workspace.
pub fn find(cx: &mut Cx) -> Result<Allowlist> {
    let workspace = store::get(cx)?.ok_or(ErrorKind::ResourceNotFound)?;
    Ok(of_workspace(&workspace))
}

/// Changes the allowlist. Rejects a change that would lock out the caller at this address.
pub fn update(cx: &mut Cx, change: &Change, caller: Option<IpAddr>) -> Result<Allowlist> {
    let before = store::lock(cx)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    apply(&mut after, change)?;
    if let Some(networks) = in_force(&after)
        && !caller.is_some_and(|address| networks.contain(address))
    {
        let address = caller.map_or_else(|| "unknown".to_owned(), |address| address.to_canonical().to_string());
        let message =
            format!("Your IP ({address}) is not on the allowlist. Saving would lock you out of this workspace.");
        return Err(Error::new(ErrorKind::Unprocessable, message).field("ip_allowlist"));
    }
    if before != after {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
        // Processes cache the networks with the tokens.
        credentials::bump(cx)?;
        log(cx, &before, &after, caller.map(|address| address.to_string()).as_deref())?;
    }
    Ok(of_workspace(&after))
}

/// Applies a change to the row of a workspace.
pub(crate) fn apply(workspace: &mut Workspace, change: &Change) -> Result<()> {
    workspace.ip_allowlist_enabled = change.enabled.unwrap_or(workspace.ip_allowlist_enabled);
    let Some(entries) = &change.entries else { return Ok(()) };
    if entries.len() > MAX_ENTRIES {
        let message = format!("ip_allowlist has too many entries (maximum is {MAX_ENTRIES})");
        return Err(Error::new(ErrorKind::Unprocessable, message).field("ip_allowlist"));
    }
    let is_one = |entry: &String| !entry.trim().is_empty() && !entry.contains(',') && entry.parse::<Networks>().is_ok();
    if let Some(wrong) = entries.iter().position(|entry| !is_one(entry)) {
        let message = format!("ip_allowlist[{wrong}] is neither an IP address nor a CIDR range");
        return Err(Error::new(ErrorKind::Unprocessable, message).field("ip_allowlist"));
    }
    workspace.ip_allowlist = entries.iter().map(|entry| entry.trim()).collect::<Vec<_>>().join(",");
    Ok(())
}

/// Records a change of the allowlist in the activity log.
pub(crate) fn log(cx: &mut Cx, before: &Workspace, after: &Workspace, ip: Option<&str>) -> Result<()> {
    let state = |workspace: &Workspace| {
        let list = of_workspace(workspace);
        json!({"enabled": list.enabled, "ip_allowlist": list.entries})
    };
    let metadata = json!({"setting_type": "ip_allowlist", "before": state(before), "after": state(after)});
    activity::log_action(cx, "security_settings_change", "changed the IP allowlist of the workspace", metadata, ip)
}

/// The allowlist in the row of a workspace.
pub fn of_workspace(workspace: &Workspace) -> Allowlist {
    let entries = workspace.ip_allowlist.split(',').filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
    Allowlist { enabled: workspace.ip_allowlist_enabled, entries }
}
