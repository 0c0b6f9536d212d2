//! The inbox preferences of a teammate. Only the page interprets them.

use std::collections::BTreeMap;

use deskwire_store::{inbox_preferences as store, text_enum};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::names;

/// The maximum total size of a teammate's preferences, in bytes of JSON.
const MAX_BYTES: usize = 32 << 10;
/// The maximum length of the tag of a language, in characters.
const MAX_LANGUAGE_LENGTH: usize = 35;

text_enum! {
    /// The colors of the page.
    pub enum Theme {
        System = "system",
        Light = "light",
        Dark = "dark",
    }
}

text_enum! {
    /// The contrast of the page.
    pub enum Contrast {
        Normal = "normal",
        High = "high",
    }
}

text_enum! {
    /// The height of rows.
    pub enum Density {
        Comfortable = "comfortable",
        Compact = "compact",
    }
}

/// The language of the page.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Language {
    /// This one.
    Tag(String),
    /// That of the browser, which is `null` in JSON.
    OfBrowser,
}

/// Preferences as the page saves them. Those that are absent have their defaults, and unknown ones are not stored.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Preferences {
    /// The colors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// The contrast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contrast: Option<Contrast>,
    /// The height of rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density: Option<Density>,
    /// The language.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "language")]
    pub language: Option<Language>,
    /// Whether commands have shortcuts of a single key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub single_keys: Option<bool>,
    /// The shortcuts that the teammate has given to commands; `None` for a command without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<BTreeMap<String, Option<String>>>,
    /// Which notifications the page announces, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<Notify>,
}

/// Which notifications the page announces, and how.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Notify {
    /// As notifications of the desktop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desktop: Option<bool>,
    /// With a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<bool>,
    /// Conversations that are assigned to the teammate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<bool>,
    /// Notes that mention the teammate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mentioned: Option<bool>,
    /// Replies of customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replied: Option<bool>,
}

/// Reads a language that is not absent.
fn language<'de, D: Deserializer<'de>>(value: D) -> std::result::Result<Option<Language>, D::Error> {
    let tag = Option::deserialize(value)?;
    Ok(Some(tag.map_or(Language::OfBrowser, Language::Tag)))
}

/// The preferences of the acting teammate.
pub fn get(cx: &mut Cx) -> Result<Map<String, Value>> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    let text = store::get(cx, admin_id)?;
    text.map_or_else(|| Ok(Map::new()), |text| serde_json::from_str(&text).map_err(Error::internal))
}

/// Replaces the preferences of the acting teammate.
pub fn put(cx: &mut Cx, preferences: &Preferences) -> Result<()> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    if let Some(Language::Tag(language)) = &preferences.language {
        names::at_most("language", language, MAX_LANGUAGE_LENGTH)?;
    }
    let text = serde_json::to_string(preferences).map_err(Error::internal)?;
    if text.len() > MAX_BYTES {
        let message = format!("the preferences take {} bytes; at most {MAX_BYTES} are kept", text.len());
        return Err(Error::invalid(message).field("preferences"));
    }
    Ok(store::put(cx, admin_id, &text)?)
}
