//! The inbox preferences of a teammate: a JSON object that the server stores but does not interpret.

use deskwire_store::inbox_preferences as store;
use serde_json::{Map, Value};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};

/// The maximum total size of a teammate's preferences, in bytes of JSON.
pub const MAX_BYTES: usize = 32 << 10;

/// The preferences of the acting teammate.
pub fn get(cx: &mut Cx) -> Result<Map<String, Value>> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    let text = store::get(cx, admin_id)?;
    text.map_or_else(|| Ok(Map::new()), |text| serde_json::from_str(&text).map_err(Error::internal))
}

/// Replaces the preferences of the acting teammate.
pub fn put(cx: &mut Cx, preferences: &Map<String, Value>) -> Result<()> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    let text = serde_json::to_string(preferences).map_err(Error::internal)?;
    if text.len() > MAX_BYTES {
        let message = format!("the preferences take {} bytes; at most {MAX_BYTES} are kept", text.len());
        return Err(Error::invalid(message).field("preferences"));
    }
    Ok(store::put(cx, admin_id, &text)?)
}
