//! Recording the delivery of a part over another channel: whether it was sent, and whether it was seen.

use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::tokens;
use serde_json::{Value, json};

use super::Context;
use super::author;
use super::edit::allowed;
use super::read::context;
use crate::Cx;
use crate::actor::Access;
use crate::attributes::parse;
use crate::error::{ErrorKind, Result};
use crate::ids::{ConversationId, PartId, TokenId};
use crate::secrets;

/// What is recorded about a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartStatus {
    /// The state of sending a reply, and information about it.
    Sent {
        /// The state, as the sender names it.
        state: String,
        /// Further information.
        info: Option<String>,
    },
    /// The admin with this id saw it.
    Seen(String),
}

/// The credentials of a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The id of the token that was used.
    pub token: TokenId,
    /// The hexadecimal digits of the HMAC-SHA256 of `{conversation_id}:{part_id}`. The key is the hexadecimal digits of
    /// the SHA-256 of the app's client secret or, for a token that belongs to no app, of the token itself. Both sides
    /// know these digits, and neither secret is stored.
    pub secret: String,
}

impl Proof {
    fn holds(&self, cx: &mut Cx, (conversation, part): (ConversationId, PartId)) -> Result<bool> {
        let Some(key) = tokens::owner_hash(cx, self.token)? else { return Ok(false) };
        let wanted = secrets::signature(&key, &format!("{conversation}:{part}"));
        Ok(secrets::same(&wanted, &self.secret.to_ascii_lowercase()))
    }
}

/// Records the delivery of a part for a caller with valid credentials. Returns the changed part.
pub fn update_part(
    cx: &mut Cx,
    (conversation, part): (ConversationId, PartId),
    proof: &Proof,
    status: &PartStatus,
) -> Result<(Part, Context)> {
    let actor = cx.actor();
    let row = deskwire_store::conversations::lock(cx, conversation)?.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &row, Access::Write)?;
    let before = conversation_parts::lock(cx, conversation, part)?.ok_or(ErrorKind::ResourceNotFound)?;
    if !proof.holds(cx, (conversation, part))? {
        return Err(ErrorKind::Forbidden.into());
    }
    let mut details = parse(before.details.as_deref().unwrap_or("{}"));
    match status {
        PartStatus::Sent { state, info } => {
            details.insert("external_reply_send_state".to_owned(), state.as_str().into());
            details.insert("external_reply_info".to_owned(), json!(info));
        }
        PartStatus::Seen(admin) => {
            author::admin(cx, admin)?;
            details.insert("seen_state".to_owned(), json!({"admin_seen": true}));
        }
    }
    let after = Part { details: Some(Value::Object(details).to_string()), updated_at: cx.now(), ..before.clone() };
    conversation_parts::update(cx, &before, &after)?;
    let context = context(cx, &[], std::slice::from_ref(&after))?;
    Ok((after, context))
}
