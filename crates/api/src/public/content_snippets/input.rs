//! Reading content snippets from requests.

use deskwire_domain::articles::body as bodies;
use deskwire_domain::content_snippets::Input;
use deskwire_domain::error::{Error, ErrorKind, Result};

use crate::body::Body;
use crate::public::content::input::{audiences, availability};
use crate::request::Request;

/// Reads the body.
pub(super) fn read(request: &Request) -> Result<Input> {
    parse(&request.body, &request.origin).map_err(as_described)
}

fn parse(body: &Body, origin: &str) -> Result<Input> {
    Ok(Input {
        title: body.text("title")?.flatten(),
        body: html(body, origin)?,
        locale: body.text("locale")?.flatten(),
        audience_ids: audiences(body)?,
        availability: availability(body)?,
    })
}

/// The body, in blocks or in Markdown.
fn html(body: &Body, origin: &str) -> Result<Option<String>> {
    match (body.array("json_blocks")?.flatten(), body.long("body_markdown")?.flatten()) {
        (Some(_), Some(_)) => {
            let message = "json_blocks and body_markdown cannot be set in the same request";
            Err(Error::invalid(message).field("body_markdown"))
        }
        (Some(blocks), None) => bodies::read_blocks(blocks, origin, "json_blocks").map(Some),
        (None, Some(markdown)) => bodies::read_markdown(&markdown, origin, "body_markdown").map(Some),
        (None, None) => Ok(None),
    }
}

/// These operations have their own error code for an invalid field.
fn as_described(error: Error) -> Error {
    match error.kind {
        ErrorKind::ParameterInvalid => Error { kind: ErrorKind::ValidationError, ..error },
        _ => error,
    }
}
