//! Cursors: the start of the next page of a list, as clients store it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, ErrorKind, Result};
use crate::ids::Id;

/// A cursor: base64 of a checksum and the position.
pub(crate) fn seal(workspace: &str, position: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{:08x}{position}", checksum(workspace, position)))
}

/// The position in a cursor of this workspace.
pub(crate) fn open(workspace: &str, cursor: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (found, position) = text.split_at_checked(8)?;
    (found == format!("{:08x}", checksum(workspace, position))).then(|| position.to_owned())
}

/// A cursor for rows ordered by a number and an id.
pub fn seal_pair(workspace: &str, (first, id): (i64, impl Id)) -> String {
    seal(workspace, &format!("{first}.{}", id.number()))
}

/// Decodes the result of [`seal_pair`].
pub fn open_pair<I: Id>(workspace: &str, cursor: &str) -> Result<(i64, I)> {
    let pair = open(workspace, cursor).and_then(|position| {
        let (first, id) = position.split_once('.')?;
        Some((first.parse().ok()?, I::new(id.parse().ok()?)))
    });
    pair.ok_or_else(|| ErrorKind::ClientError.into())
}

/// Rejects a `page` that would be ignored: in lists with cursors, only the first page comes without one. Clients that
/// repeat `pages.next` send both.
pub fn first_without_cursor(page: Option<i64>, has_cursor: bool) -> Result<()> {
    match page {
        Some(page) if page != 1 && !has_cursor => Err(misplaced("page", "starting_after")),
        _ => Ok(()),
    }
}

/// The error for a parameter that belongs to the other kind of list: `page` or a cursor.
pub fn misplaced(name: &'static str, instead: &str) -> Error {
    let what = if name == "page" { "page numbers" } else { "cursors" };
    Error::invalid(format!("This list has no {what}: use {instead}")).field(name)
}

/// Binds a position to its workspace. It is not a MAC: queries isolate workspaces. The checksum only detects a cursor
/// of another list early.
fn checksum(workspace: &str, position: &str) -> u32 {
    workspace
        .bytes()
        .chain([0])
        .chain(position.bytes())
        .fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}
