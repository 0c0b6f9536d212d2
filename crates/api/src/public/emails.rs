//! `GET /emails` and `GET /emails/{id}`

use deskwire_domain::brands;
use deskwire_domain::emails::{self, EmailSetting};
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
    routes.row("GET /emails",      &[GatherAppData], V2_15.., list);
    routes.row("GET /emails/{id}", &[GatherAppData], V2_15.., retrieve);
}

/// All email addresses.
async fn list(request: Request) -> Result<Reply> {
    let all = request.read(emails::list).await?;
    request.json(&List::whole(all.iter().map(|setting| View::new(setting, &request)).collect()))
}

/// One email address.
async fn retrieve(request: Request) -> Result<Reply> {
    let id = EmailSettingId::parse(request.param("id"));
    let setting = request.read(move |cx| emails::find(cx, id)).await?;
    request.json(&View::new(&setting, &request))
}

/// An email address.
#[derive(Serialize)]
struct View<'a> {
    r#type: &'static str,
    id: EmailSettingId,
    email: &'a str,
    verified: bool,
    domain: &'a str,
    brand_id: String,
    forwarding_enabled: bool,
    /// This server receives no mail.
    forwarded_email_last_received_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl<'a> View<'a> {
    fn new(setting: &'a EmailSetting, request: &Request) -> Self {
        let workspace = request.caller().workspace();
        Self {
            r#type: "email_setting",
            id: setting.id,
            email: &setting.email,
            verified: setting.verified,
            domain: emails::domain(&setting.email),
            brand_id: brands::shown_id(setting.brand_id, setting.has_default_brand, workspace),
            forwarding_enabled: setting.forwarding_enabled,
            forwarded_email_last_received_at: None,
            created_at: setting.created_at,
            updated_at: setting.updated_at,
        }
    }
}
