//! `/app/v1/settings/brands`: the brands that customers see.

use deskwire_domain::brands::{self as verbs, Brand, Declared};
use deskwire_domain::emails::{self, EmailSetting};
use deskwire_domain::error::Result;
use deskwire_domain::help_centers::{self, HelpCenter};
use deskwire_domain::{Cx, Noun};

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{BrandHelpCenter, Nothing, SettingsBrand, SettingsBrands, WriteBrand};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/brands", Needs::read(Noun::Admins), list);
    rows.row("POST /app/v1/settings/brands", Needs::write(Noun::Admins), create);
    rows.row("PUT /app/v1/settings/brands", Needs::write(Noun::Admins), change);
}

/// The brands, the default one first, and the help centers that they can have.
async fn list(request: Request) -> Result<Reply> {
    request.read(all).await
}

fn all(cx: &mut Cx) -> Result<SettingsBrands> {
    let (brands, centers, addresses) = (verbs::list(cx)?, help_centers::list(cx)?, emails::list(cx)?);
    let workspace = cx.workspace();
    let help_centers = centers.iter().map(|center| BrandHelpCenter {
        identifier: center.identifier.clone(),
        name: center.display_name.clone(),
        is_default: center.is_default,
    });
    Ok(SettingsBrands {
        items: brands.iter().map(|brand| view(brand, workspace, &centers, &addresses)).collect(),
        help_centers: help_centers.collect(),
    })
}

fn view(brand: &Brand, workspace: &str, centers: &[HelpCenter], addresses: &[EmailSetting]) -> SettingsBrand {
    let center = centers.iter().find(|center| Some(center.id) == brand.help_center_id);
    let of = addresses.iter().filter(|address| address.brand_id == brand.id);
    SettingsBrand {
        id: verbs::shown_id(brand.id, brand.is_default, workspace),
        name: brand.name.clone(),
        is_default: brand.is_default,
        help_center: center.map(|center| center.identifier.clone()),
        emails: of.map(|address| address.email.clone()).collect(),
    }
}

async fn create(request: Request) -> Result<Reply> {
    let declared = declared(&request)?;
    request.write(move |cx| verbs::create(cx, &declared).map(|()| Nothing {})).await
}

/// Changes the help center of a brand; the default brand can also be renamed.
async fn change(request: Request) -> Result<Reply> {
    let declared = declared(&request)?;
    request.write(move |cx| verbs::declare(cx, &declared).map(|_| Nothing {})).await
}

fn declared(request: &Request) -> Result<Declared> {
    let WriteBrand { name, is_default, help_center } = request.body()?;
    Ok(Declared { name, default: is_default, help_center: Some(help_center) })
}
