//! `GET /help_center/help_centers` and `GET /help_center/help_centers/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::help_centers::{self, HelpCenter};
use deskwire_domain::ids::HelpCenterId;
use serde::Serialize;

use crate::page::{List, Numbered};
use crate::public::help_center::collections::LIMITS;
use crate::reply::Reply;
use crate::request::Request;

/// A page of help centers. Clients request pages until one is empty.
pub async fn list(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, LIMITS)?;
    let all = request.read(help_centers::list).await?;
    let [skipped, taken] = [page.offset(), page.per_page].map(|rows| usize::try_from(rows).unwrap_or(usize::MAX));
    let views = all.iter().skip(skipped).take(taken).map(|center| View::new(center, &request));
    request.json(&List::whole(views.collect()))
}

/// One help center.
pub async fn retrieve(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let center = request.read(move |cx| help_centers::find(cx, id)).await?;
    request.json(&View::new(&center, &request))
}

/// A help center.
#[derive(Serialize)]
struct View<'a> {
    id: HelpCenterId,
    workspace_id: &'a str,
    created_at: i64,
    updated_at: i64,
    identifier: &'a str,
    website_turned_on: bool,
    display_name: &'a str,
    url: String,
    custom_domain: Option<&'a str>,
    default: bool,
    locales: Vec<&'a str>,
}

impl<'a> View<'a> {
    fn new(center: &'a HelpCenter, request: &'a Request) -> Self {
        let workspace = request.caller().workspace();
        Self {
            id: center.id,
            workspace_id: workspace,
            created_at: center.created_at,
            updated_at: center.updated_at,
            identifier: &center.identifier,
            website_turned_on: center.website_turned_on,
            display_name: &center.display_name,
            url: help_centers::url(center, workspace, &request.origin),
            custom_domain: center.custom_domain.as_deref(),
            default: center.is_default,
            locales: help_centers::locales(center).collect(),
        }
    }
}
