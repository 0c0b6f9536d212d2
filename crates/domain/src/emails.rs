//! The sender addresses of brands, as a workspace file declares them.

use deskwire_store::brands;
use deskwire_store::counters::{self, Counter};
use deskwire_store::email_settings as store;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use deskwire_store::email_settings::EmailSetting;

use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::EmailSettingId;
use crate::{Cx, Removed, admins};

/// All addresses.
pub fn list(cx: &mut Cx) -> Result<Vec<EmailSetting>> {
    Ok(store::all(cx)?)
}

/// The address with this id.
pub fn find(cx: &mut Cx, id: Option<EmailSettingId>) -> Result<EmailSetting> {
    let found = match id {
        Some(id) => store::get(cx, id)?,
        None => None,
    };
    found.ok_or_else(|| Error::new(ErrorKind::ResourceNotFound, "Email setting not found"))
}

/// The part of an address after the `@`.
pub fn domain(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// An address in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// The address, unique in the workspace.
    pub email: String,
    /// The name of its brand; the default brand if omitted.
    pub brand: Option<String>,
    /// Whether it is the default address of its brand.
    pub default: Option<bool>,
    /// Whether the workspace's ownership of it is verified.
    pub verified: Option<bool>,
    /// Whether mail to it is forwarded to the workspace.
    pub forwarding_enabled: Option<bool>,
}

/// Creates or changes an address. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let email = admins::checked_email(&declared.email)?.to_lowercase();
    let all = store::all(cx)?;
    let before = match all.iter().find(|address| address.email == email) {
        Some(address) => Some(store::lock(cx, address.id)?.ok_or(ErrorKind::Conflict)?),
        None => None,
    };
    let brand = match &declared.brand {
        Some(name) => {
            let found = brands::all(cx)?.into_iter().find(|brand| brand.name == name.trim());
            Some(found.ok_or_else(|| Error::invalid(format!("brand: there is no brand {name:?}")))?)
        }
        None if before.is_none() => brands::default(cx)?,
        None => None,
    };
    let now = cx.now();
    let mut after = match (&before, &brand) {
        (Some(address), _) => address.clone(),
        (None, Some(brand)) => EmailSetting {
            id: counters::next(cx, Counter::Setting)?,
            email,
            brand_id: brand.id,
            is_default: false,
            verified: false,
            forwarding_enabled: false,
            created_at: now,
            updated_at: now,
            has_default_brand: brand.is_default,
        },
        (None, None) => return Err(ErrorKind::Conflict.into()),
    };
    if let Some(brand) = brand {
        (after.brand_id, after.has_default_brand) = (brand.id, brand.is_default);
    }
    after.is_default = declared.default.unwrap_or(after.is_default);
    after.verified = declared.verified.unwrap_or(after.verified);
    after.forwarding_enabled = declared.forwarding_enabled.unwrap_or(after.forwarding_enabled);
    if before.as_ref() == Some(&after) {
        return Ok(false);
    }
    if after.is_default {
        for other in all.iter().filter(|o| o.is_default && o.brand_id == after.brand_id && o.id != after.id) {
            store::update(cx, other, &EmailSetting { is_default: false, updated_at: now, ..other.clone() })?;
        }
    }
    if let Some(before) = &before {
        after.updated_at = now;
        store::update(cx, before, &after)?;
        log(cx, "changed", &after.email)?;
    } else {
        store::insert(cx, &after)?;
        log(cx, "added", &after.email)?;
    }
    Ok(true)
}

/// All addresses as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let brands = brands::all(cx)?;
    let declared = |address: EmailSetting| Declared {
        brand: brands.iter().find(|brand| brand.id == address.brand_id).map(|brand| brand.name.clone()),
        email: address.email,
        default: Some(address.is_default),
        verified: Some(address.verified),
        forwarding_enabled: Some(address.forwarding_enabled),
    };
    Ok(store::all(cx)?.into_iter().map(declared).collect())
}

/// Removes the addresses that are not among these, given in lower case. Returns the removed ones.
pub fn prune(cx: &mut Cx, keep: &[String]) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    for address in store::all(cx)?.into_iter().filter(|address| !keep.contains(&address.email)) {
        store::delete(cx, address.id)?;
        log(cx, "removed", &address.email)?;
        removed.push(Removed { name: address.email, uses: Vec::new() });
    }
    Ok(removed)
}

fn log(cx: &mut Cx, word: &str, email: &str) -> Result<()> {
    let metadata = json!({"email": email});
    let action = format!("{word} the email address {email}");
    activity::log_action(cx, "app_outbound_address_change", &action, metadata, None)
}
