//! `GET /brands` and `GET /brands/{id}`

use deskwire_domain::brands::{self, Brand};
use deskwire_domain::error::Result;
use deskwire_domain::ids::EmailSettingId;
use serde::Serialize;

use crate::auth::Scope::GatherAppData;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;
use crate::routes::Routes;
use crate::versions::Version::V2_15;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /brands",      &[GatherAppData], V2_15.., list);
    routes.row("GET /brands/{id}", &[GatherAppData], V2_15.., retrieve);
}

/// All brands.
async fn list(request: Request) -> Result<Reply> {
    let all = request.read(brands::list).await?;
    request.json(&List::whole(all.iter().map(|brand| View::new(brand, &request)).collect()))
}

/// One brand.
async fn retrieve(request: Request) -> Result<Reply> {
    let id = request.param("id").to_owned();
    let brand = request.read(move |cx| brands::find(cx, &id)).await?;
    request.json(&View::new(&brand, &request))
}

/// A brand.
#[derive(Serialize)]
struct View<'a> {
    r#type: &'static str,
    id: String,
    name: &'a str,
    is_default: bool,
    created_at: i64,
    updated_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_center_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_address_settings_id: Option<EmailSettingId>,
}

impl<'a> View<'a> {
    fn new(brand: &'a Brand, request: &Request) -> Self {
        Self {
            r#type: "brand",
            id: brands::shown_id(brand.id, brand.is_default, request.caller().workspace()),
            name: &brand.name,
            is_default: brand.is_default,
            created_at: brand.created_at,
            updated_at: brand.updated_at,
            help_center_id: brand.effective_help_center_id.map(|id| id.to_string()),
            default_address_settings_id: brand.default_address_id,
        }
    }
}
