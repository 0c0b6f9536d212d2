//! `/app/v1/conversations/{id}/reply`: writing replies and notes, and withdrawing replies.

mod reply;
mod view;
mod withdraw;

use deskwire_domain::error::Result;
use deskwire_domain::html::Html;

use super::request::Request;
use super::rows::{Needs, Rows};
pub(super) use view::{held, row};

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("POST /app/v1/conversations/{id}/reply", Needs::WRITE_CONVERSATIONS, reply::handle);
    rows.row("POST /app/v1/conversations/{id}/parts/{part_id}/withdraw", Needs::WRITE_CONVERSATIONS, withdraw::handle);
}

/// The sanitized HTML of a message; `None` if nothing visible is left. Files are displayed in the inbox by their paths
/// on this server.
pub(super) fn html(request: &Request, text: &str) -> Result<Option<Html>> {
    const PATH: &str = "src=\"/attachments/";
    if !text.contains(PATH) {
        return Html::read(text, &request.origin, "html");
    }
    Html::read(&text.replace(PATH, &format!("src=\"{}/attachments/", request.origin)), &request.origin, "html")
}
