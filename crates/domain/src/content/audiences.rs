//! The audiences of contents.

use crate::Cx;
use crate::audiences;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AudienceId;

/// Ids of audiences in stored form: sorted, without duplicates. Rejects unknown ids.
pub(crate) fn checked(cx: &mut Cx, ids: &[i64]) -> Result<String> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let of_audiences: Vec<AudienceId> = ids.iter().map(|id| AudienceId::new(*id)).collect();
    let unknown = audiences::unknown(cx, &of_audiences)?;
    if !unknown.is_empty() {
        let unknown = unknown.iter().map(AudienceId::to_string).collect::<Vec<_>>().join(", ");
        let message = format!("audience_ids contains unknown audience IDs: {unknown}");
        return Err(Error::new(ErrorKind::AudienceUnknown, message).field("audience_ids"));
    }
    serde_json::to_string(&ids).map_err(Error::internal)
}
