//! `GET /messages/whatsapp/status`

use deskwire_domain::error::{Error, ErrorKind, Result};

use crate::reply::Reply;
use crate::request::Request;

/// What became of a `WhatsApp` message: this server sends none, so it knows of none.
pub async fn handle(request: Request) -> Result<Reply> {
    match request.query("message_id") {
        None => Err(Error::missing("message_id is required")),
        Some(_) => Err(ErrorKind::WhatsappMessageNotFound.into()),
    }
}
