//! Types of activity log entries that some versions do not describe.

use deskwire_domain::activity;

use super::Version::{self, Unstable, V2_14, V2_15, V2_16};

const MIDDLE: &[Version] = &[V2_14, V2_15, V2_16];

/// The types that the server writes, each with the versions that describe it.
const TYPES: &[(&str, &[Version])] = &[
    ("custom_authentication_token_creation", MIDDLE),
    ("customer_facing_name_change", &[V2_14, Unstable]),
    ("macro_creation", MIDDLE),
    ("macro_deletion", MIDDLE),
    ("macro_update", MIDDLE),
    ("messenger_api_secret_creation", MIDDLE),
    ("messenger_api_secret_deletion", MIDDLE),
    ("oauth_token_revocation", MIDDLE),
];

/// Whether a version shows entries of this type.
pub(crate) fn is_described(version: Version, activity_type: &str) -> bool {
    !undescribed(version).contains(&activity_type)
}

/// The types whose entries a version omits, because its clients could not parse them.
pub(crate) fn undescribed(version: Version) -> Vec<&'static str> {
    let unknown = TYPES.iter().filter(|(_, versions)| !versions.contains(&version)).map(|(name, _)| *name);
    unknown.chain(activity::own_types()).collect()
}
