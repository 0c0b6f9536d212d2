//! `POST /contacts/{id}/banners/{view_id}/dismiss`

use deskwire_domain::banners;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::BannerViewId;
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

/// The response to a dismissal.
#[derive(Serialize)]
struct View {
    r#type: &'static str,
    view_id: BannerViewId,
    dismissed: bool,
}

/// Records that a contact has dismissed a banner.
pub async fn handle(request: Request) -> Result<Reply> {
    let contact = request.id("id", ErrorKind::ContactNotFound)?;
    let view = BannerViewId::parse(request.param("view_id"));
    let view_id = request.write(move |cx| banners::dismiss(cx, contact, view)).await?;
    request.json(&View { r#type: "banner_dismiss", view_id, dismissed: true })
}
