//! Help centers as a workspace file declares them.

use deskwire_store::Hold;
use deskwire_store::counters::{self, Counter};
use deskwire_store::help_centers as store;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{HelpCenter, known_locale, locales};
use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::names;

/// A help center in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its unique identifier, which is part of its URL.
    pub identifier: String,
    /// Its public name; the identifier by default.
    pub display_name: Option<String>,
    /// Whether the public can read it.
    pub website_turned_on: Option<bool>,
    /// A custom domain; empty for none.
    pub custom_domain: Option<String>,
    /// Whether it is the default help center, of which a workspace has exactly one.
    pub default: Option<bool>,
    /// The codes of its languages, the default one first; `en` by default.
    pub locales: Option<Vec<String>>,
}

impl Declared {
    fn check(&self) -> Result<()> {
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if self.identifier.is_empty() || !plain(&self.identifier) {
            return Err(Error::invalid("identifier must consist of lower-case letters, digits and hyphens"));
        }
        if let Some(name) = &self.display_name {
            names::checked("display_name", name)?;
        }
        let host = |text: &str| plain(&text.replace('.', "")) && text.contains('.');
        if self.custom_domain.as_deref().is_some_and(|domain| !domain.is_empty() && !host(domain)) {
            return Err(Error::invalid("custom_domain must be a host name, such as help.example.com"));
        }
        let Some(locales) = &self.locales else { return Ok(()) };
        if locales.is_empty() {
            return Err(Error::invalid("locales must not be empty"));
        }
        for (at, locale) in locales.iter().enumerate() {
            known_locale(locale).map_err(|_| Error::invalid(format!("locales: there is no locale {locale}")))?;
            if locales[..at].contains(locale) {
                return Err(Error::invalid(format!("locales: {locale} is there twice")));
            }
        }
        Ok(())
    }
}

/// Creates or changes a help center. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    declared.check()?;
    let all = store::all(cx)?;
    let found = all.iter().find(|center| center.identifier == declared.identifier);
    let before = match found {
        Some(center) => Some(store::hold(cx, center.id, Hold::Change)?.ok_or(ErrorKind::Conflict)?),
        None => None,
    };
    if declared.default == Some(false) && before.as_ref().is_some_and(|center| center.is_default) {
        return Err(Error::invalid("default: another help center must become the default one instead"));
    }
    let now = cx.now();
    let mut after = match &before {
        Some(center) => center.clone(),
        None => HelpCenter {
            id: counters::next(cx, Counter::Content)?,
            identifier: declared.identifier.clone(),
            display_name: declared.identifier.clone(),
            website_turned_on: false,
            custom_domain: None,
            is_default: false,
            locales: "en".to_owned(),
            created_at: now,
            updated_at: now,
        },
    };
    if let Some(name) = &declared.display_name {
        name.trim().clone_into(&mut after.display_name);
    }
    if let Some(domain) = &declared.custom_domain {
        after.custom_domain = (!domain.is_empty()).then(|| domain.clone());
    }
    if let Some(locales) = &declared.locales {
        after.locales = locales.join(" ");
    }
    after.website_turned_on = declared.website_turned_on.unwrap_or(after.website_turned_on);
    after.is_default |= declared.default == Some(true);
    if before.as_ref() == Some(&after) {
        return Ok(false);
    }
    if after.is_default {
        for other in all.iter().filter(|other| other.is_default && other.id != after.id) {
            store::update(cx, other, &HelpCenter { is_default: false, updated_at: now, ..other.clone() })?;
        }
    }
    if let Some(before) = &before {
        after.updated_at = now;
        store::update(cx, before, &after)?;
        log(cx, "changed", &after)?;
    } else {
        store::insert(cx, &after)?;
        log(cx, "created", &after)?;
    }
    Ok(true)
}

/// All help centers as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let declared = |center: HelpCenter| Declared {
        locales: Some(locales(&center).map(str::to_owned).collect()),
        identifier: center.identifier,
        display_name: Some(center.display_name),
        website_turned_on: Some(center.website_turned_on),
        custom_domain: center.custom_domain,
        default: Some(center.is_default),
    };
    Ok(store::all(cx)?.into_iter().map(declared).collect())
}

/// Removes the help centers that are not among these, but for the default one and those with content. The identifiers
/// of those that were removed, and of those that stay.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<(Vec<String>, Vec<String>)> {
    let (mut removed, mut stays) = (Vec::new(), Vec::new());
    for center in store::all(cx)? {
        if keep.contains(&center.identifier.as_str()) {
            continue;
        }
        let Some(center) = store::hold(cx, center.id, Hold::End)? else { continue };
        if center.is_default || store::is_used(cx, center.id)? {
            stays.push(center.identifier);
        } else {
            store::delete(cx, center.id)?;
            log(cx, "deleted", &center)?;
            removed.push(center.identifier);
        }
    }
    Ok((removed, stays))
}

fn log(cx: &mut Cx, word: &str, center: &HelpCenter) -> Result<()> {
    let metadata = json!({"help_center_id": center.id, "identifier": center.identifier});
    let action = format!("{word} the help center {}", center.display_name);
    activity::log_action(cx, "help_center_settings_change", &action, metadata, None)
}
