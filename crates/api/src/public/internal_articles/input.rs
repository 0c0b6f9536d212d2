//! Reading internal articles from requests.

use deskwire_domain::content::Availability;
use deskwire_domain::error::Result;
use deskwire_domain::ids::AdminId;
use deskwire_domain::internal_articles::Input;

use crate::public::content::input::{audiences, availability, folder, html};
use crate::request::Request;
use crate::versions::Feature;

/// Reads the body.
pub(super) fn read(request: &Request) -> Result<Input> {
    let body = &request.body;
    let newest = request.version().has(Feature::InternalArticleAvailability);
    Ok(Input {
        title: body.text("title")?.flatten(),
        body: html(body, &request.origin, newest)?,
        owner_id: body.integer("owner_id")?.flatten().map(AdminId::new),
        author_id: body.integer("author_id")?.flatten().map(AdminId::new),
        locale: body.text("locale")?.flatten(),
        folder_id: if request.version().has(Feature::InternalArticleFolders) { folder(body)? } else { None },
        audience_ids: if newest { audiences(body)? } else { None },
        availability: if newest { availability(body)? } else { Availability::default() },
    })
}
