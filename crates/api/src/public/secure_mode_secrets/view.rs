//! A secret as the API represents it.

use deskwire_domain::ids::SecureModeSecretId;
use deskwire_domain::secure_mode_secrets::SecureModeSecret;
use serde::Serialize;

/// The view of a secret.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: SecureModeSecretId,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
    supports_android: bool,
    supports_ios: bool,
    supports_web: bool,
    created_at: i64,
}

impl<'a> View<'a> {
    /// Without the secret.
    pub(super) fn listed(row: &'a SecureModeSecret) -> Self {
        Self {
            r#type: "identity_verification_secret",
            id: row.id,
            name: &row.name,
            secret: None,
            supports_android: row.supports_android,
            supports_ios: row.supports_ios,
            supports_web: row.supports_web,
            created_at: row.created_at,
        }
    }

    /// With the secret, in the response to its creation.
    pub(super) fn created(row: &'a SecureModeSecret) -> Self {
        Self { secret: Some(&row.secret), ..Self::listed(row) }
    }
}
