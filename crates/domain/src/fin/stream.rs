//! Streaming the events of a session, authorized by a separate token.

use deskwire_store::attachments as keys;
use deskwire_store::fin_events as store;
use deskwire_store::fin_sessions::FinSession;
use deskwire_store::{Tx, WorkspaceTx};
use serde::{Deserialize, Serialize};

pub use deskwire_store::fin_events::FinEvent;

use super::settings::FinSettings;
use crate::Cx;
use crate::attachments;
use crate::error::{ErrorKind, Result};
use crate::ids::{FinSessionId, as_number};
use crate::secrets;

/// The lifetime of a token, in seconds.
const LIFETIME: i64 = 180;
/// The maximum number of events per read.
const READ: i64 = 100;

/// The claims of a token: the events that it gives access to, and its expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The workspace.
    #[serde(rename = "aud")]
    pub workspace: String,
    /// The client's id for the conversation.
    #[serde(rename = "sub")]
    pub external_id: String,
    /// The session.
    #[serde(rename = "sid", serialize_with = "as_number")]
    pub session_id: FinSessionId,
    /// The position after which its events begin.
    pub after: i64,
    /// When it expires, in unix seconds.
    pub exp: i64,
}

/// The signing key of stream tokens, derived from the workspace's key.
fn derived(key: &str) -> String {
    secrets::signature(key, "fin event stream")
}

/// A token for the events of the current turn; `None` if streams are disabled.
pub(super) fn token(cx: &mut Cx, settings: &FinSettings, session: &FinSession) -> Result<Option<String>> {
    if !settings.event_stream {
        return Ok(None);
    }
    let key = attachments::signing_key(cx)?;
    let claims = Claims {
        workspace: cx.workspace().to_owned(),
        external_id: session.external_id.clone(),
        session_id: session.id,
        after: session.turn_position,
        exp: cx.now() + LIFETIME,
    };
    secrets::jwt(&derived(&key), &claims).map(Some)
}

/// The claims of a valid token.
pub fn open(tx: &mut Tx<'_>, token: &str) -> Result<Claims> {
    // PostgreSQL cannot store a NUL.
    let claims = secrets::jwt_claims(token).filter(|claims: &Claims| !claims.workspace.contains('\0'));
    let claims = claims.ok_or(ErrorKind::Unauthorized)?;
    let key = keys::key(&mut tx.within(&claims.workspace))?.ok_or(ErrorKind::Unauthorized)?;
    if claims.exp <= tx.now() || !secrets::is_jwt_of(&derived(&key), token) {
        return Err(ErrorKind::Unauthorized.into());
    }
    Ok(claims)
}

/// The next events of a session after a position.
pub fn after(tx: &mut WorkspaceTx, session: FinSessionId, position: i64) -> Result<Vec<FinEvent>> {
    Ok(store::after(tx, session, position, READ)?)
}
