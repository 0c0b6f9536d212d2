//! Reading folders from requests.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::folders::Input;
use deskwire_domain::ids::FolderId;

use crate::body::Body;
use crate::request::Request;

/// Reads the body, whose fields are those of `folder`.
pub(super) fn read(request: &Request) -> Result<Input> {
    let missing = || Error::missing("folder is required").field("folder");
    let body = Body(request.body.object("folder")?.flatten().ok_or_else(missing)?.clone());
    Ok(Input {
        name: body.text("name")?.flatten(),
        description: body.text("description")?,
        emoji: body.text("emoji")?,
        parent_folder_id: body.integer("parent_folder_id")?.map(|id| id.map(FolderId::new)),
    })
}
