//! Brands as a workspace file declares them.

use deskwire_store::brands as store;
use deskwire_store::counters::{self, Counter};
use deskwire_store::{email_settings, help_centers};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Brand;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::HelpCenterId;
use crate::{Cx, Removed, names};

/// The maximum number of brands that the inbox creates.
const MAX_BRANDS: usize = 100;

/// A brand in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in the workspace.
    pub name: String,
    /// Whether it is the default brand, which this name renames.
    #[serde(default)]
    pub default: bool,
    /// The identifier of its help center; empty for the default one.
    pub help_center: Option<String>,
}

/// Creates a brand with a new name.
pub fn create(cx: &mut Cx, declared: &Declared) -> Result<()> {
    let name = names::checked("name", &declared.name)?;
    guard(cx)?;
    let all = store::all(cx)?;
    if all.len() >= MAX_BRANDS {
        return Err(Error::new(ErrorKind::Conflict, format!("There are at most {MAX_BRANDS} brands")));
    }
    if all.iter().any(|brand| brand.name == name) {
        return Err(Error::new(ErrorKind::Conflict, format!("A brand named '{name}' already exists")).field("name"));
    }
    declare(cx, &Declared { default: false, ..declared.clone() }).map(drop)
}

/// Creates or changes a brand. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let name = names::checked("name", &declared.name)?;
    guard(cx)?;
    let all = store::all(cx)?;
    let named = all.iter().find(|brand| brand.name == name);
    let found = if declared.default { all.iter().find(|brand| brand.is_default) } else { named };
    if named.is_some_and(|named| found.is_some_and(|found| found.id != named.id)) {
        return Err(Error::invalid(format!("name: there is another brand {name:?}")));
    }
    let before = match found {
        Some(brand) => Some(store::lock(cx, brand.id)?.ok_or(ErrorKind::Conflict)?),
        None => None,
    };
    let now = cx.now();
    let mut after = match &before {
        Some(brand) => Brand { name: name.to_owned(), ..brand.clone() },
        None => Brand {
            id: counters::next(cx, Counter::Setting)?,
            name: name.to_owned(),
            is_default: false,
            help_center_id: None,
            created_at: now,
            updated_at: now,
            effective_help_center_id: None,
            default_address_id: None,
        },
    };
    if let Some(identifier) = &declared.help_center {
        after.help_center_id = help_center(cx, identifier)?;
    }
    let Some(before) = before else {
        store::insert(cx, &after)?;
        log(cx, "created", name)?;
        return Ok(true);
    };
    if before == after {
        return Ok(false);
    }
    after.updated_at = now;
    store::update(cx, &before, &after)?;
    log(cx, "changed", name)?;
    Ok(true)
}

/// Locks the names of brands.
fn guard(cx: &mut Cx) -> Result<()> {
    Ok(cx.guard("brands", "")?)
}

fn help_center(cx: &mut Cx, identifier: &str) -> Result<Option<HelpCenterId>> {
    if identifier.is_empty() {
        return Ok(None);
    }
    let found = help_centers::all(cx)?.into_iter().find(|center| center.identifier == identifier);
    let unknown = || Error::invalid(format!("help_center: there is no help center {identifier:?}"));
    Ok(Some(found.ok_or_else(unknown)?.id))
}

/// All brands as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let centers = help_centers::all(cx)?;
    let identifier =
        |id: HelpCenterId| centers.iter().find(|center| center.id == id).map(|center| center.identifier.clone());
    let declared = |brand: Brand| Declared {
        name: brand.name,
        default: brand.is_default,
        help_center: brand.help_center_id.and_then(identifier),
    };
    Ok(store::all(cx)?.into_iter().map(declared).collect())
}

/// Removes the brands that are not among these, except the default one and those with email addresses. Returns the
/// names of those that were removed, and of those that were kept because they have email addresses.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<(Vec<Removed>, Vec<String>)> {
    let (mut removed, mut stays) = (Vec::new(), Vec::new());
    let addresses = email_settings::all(cx)?;
    for brand in store::all(cx)? {
        if brand.is_default || keep.contains(&brand.name.as_str()) {
            continue;
        }
        if addresses.iter().any(|address| address.brand_id == brand.id) {
            stays.push(brand.name);
        } else {
            store::delete(cx, brand.id)?;
            log(cx, "deleted", &brand.name)?;
            removed.push(Removed { name: brand.name, uses: Vec::new() });
        }
    }
    Ok((removed, stays))
}

fn log(cx: &mut Cx, word: &str, name: &str) -> Result<()> {
    let metadata = json!({"name": name});
    activity::log_action(cx, "customer_facing_name_change", &format!("{word} the brand {name}"), metadata, None)
}
