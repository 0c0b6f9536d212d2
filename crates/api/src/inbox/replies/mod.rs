//! `/app/v1/conversations/{id}/reply`: what teammates say, and how they take it back.

mod reply;
mod view;
mod withdraw;

use deskwire_domain::Noun;
use deskwire_domain::error::Result;
use deskwire_domain::html::Html;

use super::request::Request;
use super::rows::{Needs, Rows};
pub(super) use view::{held, row};

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("POST /app/v1/conversations/{id}/reply", Needs::write(Noun::Conversations), reply::handle);
    rows.row(
        "POST /app/v1/conversations/{id}/parts/{part_id}/withdraw",
        Needs::write(Noun::Conversations),
        withdraw::handle,
    );
}

/// What a teammate wrote; none if nothing visible is left. Files are shown to the inbox by their paths on this server.
pub(super) fn html(request: &Request, text: &str) -> Result<Option<Html>> {
    const PATH: &str = "src=\"/attachments/";
    if !text.contains(PATH) {
        return Html::read(text, &request.origin, "html");
    }
    Html::read(&text.replace(PATH, &format!("src=\"{}/attachments/", request.origin)), &request.origin, "html")
}
