//! Identity verification secrets.

use super::record::record;
use crate::ids::SecureModeSecretId;

record! {
    /// A secret's row.
    #[derive(Clone, PartialEq, Eq)]
    pub struct SecureModeSecret in "secure_mode_secrets", key (id: SecureModeSecretId) {
        id: SecureModeSecretId,
        name: String,
        secret: String,
        supports_android: bool,
        supports_ios: bool,
        supports_web: bool,
        created_at: i64,
    }
    pub fn lock, all, insert, delete;
}

/// Redacts the secret, which must not appear in logs.
impl std::fmt::Debug for SecureModeSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecureModeSecret").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}
