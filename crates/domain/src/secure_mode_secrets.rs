//! Identity verification secrets: the keys of the HMAC in a `user_hash`. Several are valid at once, so that they can be
//! rotated.

use crate::ids::SecureModeSecretId;
use deskwire_store::counters::{self, Counter};
use deskwire_store::secure_mode_secrets as store;
use serde_json::json;

pub use deskwire_store::secure_mode_secrets::SecureModeSecret;

use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::names;
use crate::secrets;

/// The maximum number of secrets per workspace.
const MAX_SECRETS: usize = 100;

/// A secret to be created.
#[derive(Debug, Clone)]
pub struct New {
    /// Its name.
    pub name: String,
    /// Whether the SDK for Android uses it.
    pub supports_android: bool,
    /// Whether the SDK for iOS uses it.
    pub supports_ios: bool,
    /// Whether the messenger on the web uses it.
    pub supports_web: bool,
}

/// All secrets.
pub fn list(cx: &mut Cx) -> Result<Vec<SecureModeSecret>> {
    Ok(store::all(cx)?)
}

/// Creates a secret. Its value is returned only here.
pub fn create(cx: &mut Cx, new: &New, ip: Option<&str>) -> Result<SecureModeSecret> {
    let reject = |message: &'static str| Err(Error::new(ErrorKind::Unprocessable, message));
    let name = new.name.trim();
    if name.is_empty() {
        return reject("name is required").map_err(|error: Error| error.field("name"));
    }
    names::checked("name", name).map_err(|error| Error { kind: ErrorKind::Unprocessable, ..error })?;
    if !(new.supports_android || new.supports_ios || new.supports_web) {
        return reject("At least one of supports_android, supports_ios and supports_web must be true");
    }
    // A concurrent creation waits here for its number, and then counts this one.
    let id = counters::next(cx, Counter::Setting)?;
    if store::all(cx)?.len() >= MAX_SECRETS {
        return reject("The workspace has the maximum number of identity verification secrets");
    }
    let secret = SecureModeSecret {
        id,
        name: name.to_owned(),
        secret: secrets::text::<32>()?,
        supports_android: new.supports_android,
        supports_ios: new.supports_ios,
        supports_web: new.supports_web,
        created_at: cx.now(),
    };
    store::insert(cx, &secret)?;
    log(cx, "messenger_api_secret_creation", "created", &secret, ip)?;
    Ok(secret)
}

/// Deletes a secret. Hashes signed with it are no longer valid.
pub fn delete(cx: &mut Cx, id: Option<SecureModeSecretId>, ip: Option<&str>) -> Result<()> {
    let found = match id {
        Some(id) => store::lock(cx, id)?,
        None => None,
    };
    let secret = found.ok_or(ErrorKind::SecureModeSecretNotFound)?;
    store::delete(cx, secret.id)?;
    log(cx, "messenger_api_secret_deletion", "deleted", &secret, ip)
}

fn log(
    cx: &mut Cx,
    activity_type: &'static str,
    word: &str,
    secret: &SecureModeSecret,
    ip: Option<&str>,
) -> Result<()> {
    let name = &secret.name;
    let metadata = json!({"secret_id": secret.id, "name": name});
    let action = format!("{word} the identity verification secret {name}");
    activity::log_action(cx, activity_type, &action, metadata, ip)
}
