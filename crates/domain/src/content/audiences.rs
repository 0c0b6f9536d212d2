//! The audiences of contents.

use crate::Cx;
use crate::audiences;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::AudienceId;

/// Ids of audiences as rows store them: a JSON array of numbers.
pub(crate) fn stored(ids: &[AudienceId]) -> Result<String> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.number()).collect();
    serde_json::to_string(&numbers).map_err(Error::internal)
}

/// The ids in a row.
pub(crate) fn of_row(stored: &str) -> Result<Vec<AudienceId>> {
    serde_json::from_str(stored).map_err(Error::internal)
}

/// Ids of audiences in stored form: sorted, without duplicates. Rejects unknown ids.
pub(crate) fn checked(cx: &mut Cx, ids: &[AudienceId]) -> Result<String> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let unknown = audiences::unknown(cx, &ids)?;
    if !unknown.is_empty() {
        let unknown = unknown.iter().map(AudienceId::to_string).collect::<Vec<_>>().join(", ");
        let message = format!("audience_ids contains unknown audience IDs: {unknown}");
        return Err(Error::new(ErrorKind::AudienceUnknown, message).field("audience_ids"));
    }
    stored(&ids)
}
