//! Banners: short messages that contacts see until they dismiss them. A workspace file declares them.

use deskwire_store::Hold;
use deskwire_store::audiences::Audience;
use deskwire_store::banners::{self as store, BannerView};
use deskwire_store::counters::{self, Counter};
use serde::{Deserialize, Serialize};

pub use deskwire_store::banners::{Banner, BannerPosition, BannerStyle};

use crate::content::audiences::{of_row, stored};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, BannerStat, ContactRef, Topic};
use crate::html::Html;
use crate::ids::{AudienceId, BannerId, BannerViewId, ContactId};
use crate::{Cx, Removed, audiences, contacts, names};

/// The maximum number of reactions of a banner.
const MAX_REACTIONS: usize = 10;

/// The action of a banner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Follow a link.
    Url {
        /// Its label.
        label: Option<String>,
        /// The URL.
        target: String,
    },
    /// React with one of these emoji.
    Reaction {
        /// The emoji, in order.
        reactions: Vec<String>,
    },
    /// Leave an email address.
    EmailCollector,
    /// Take a tour of the product.
    ProductTour {
        /// The id of the tour.
        tour_id: Option<String>,
        /// The URL where it begins.
        tour_url: Option<String>,
    },
}

/// A banner in a workspace file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its unique name, which contacts do not see.
    pub name: String,
    /// Whether contacts see it.
    #[serde(default = "yes")]
    pub live: bool,
    /// Its title.
    pub title: Option<String>,
    /// Its body, as HTML.
    pub body: Option<String>,
    /// `inline` or `floating`.
    #[serde(default = "inline")]
    pub style: BannerStyle,
    /// `top` or `bottom`.
    #[serde(default = "top")]
    pub position: BannerPosition,
    /// Whether it can be dismissed.
    #[serde(default = "yes")]
    pub show_dismiss_button: bool,
    /// Its action.
    pub action: Option<Action>,
    /// The names of the audiences that see it; empty for everyone.
    #[serde(default)]
    pub audiences: Vec<String>,
}

const fn yes() -> bool {
    true
}

const fn inline() -> BannerStyle {
    BannerStyle::Inline
}

const fn top() -> BannerPosition {
    BannerPosition::Top
}

/// A banner, and the contact's view of it.
#[derive(Debug)]
pub struct DisplayedBanner {
    /// The banner.
    pub banner: Banner,
    /// What a contact can do on it.
    pub action: Option<Action>,
    /// The id of the view.
    pub view_id: BannerViewId,
    /// When the contact saw it first.
    pub viewed_at: i64,
}

/// The live banners of a contact that it has not dismissed, oldest first. Each counts as shown.
pub fn show(cx: &mut Cx, contact: ContactId) -> Result<Vec<DisplayedBanner>> {
    let contact = contacts::lock(cx, contact)?;
    let views = store::views(cx, contact.id)?;
    let view = |banner: &Banner| views.iter().find(|view| view.banner_id == banner.id);
    let mut banners = store::all(cx)?;
    banners.retain(|banner| banner.live && view(banner).is_none_or(|view| view.dismissed_at.is_none()));
    let audience_lists = banners.iter().map(|banner| of_row(&banner.audience_ids)).collect::<Result<Vec<_>>>()?;
    let of = audiences::among(cx, contact.id, &audience_lists.concat())?;
    let mut displayed = Vec::new();
    for (banner, audiences) in banners.into_iter().zip(audience_lists) {
        if !audiences.is_empty() && !audiences.iter().any(|audience| of.contains(audience)) {
            continue;
        }
        let view = if let Some(before) = view(&banner) {
            let after = BannerView { impressions: before.impressions + 1, ..before.clone() };
            store::update_view(cx, before, &after)?;
            after
        } else {
            // A banner that is being removed is no longer shown.
            if store::hold(cx, banner.id, Hold::Reference)?.is_none() {
                continue;
            }
            let (contact_id, banner_id, id, created_at) = (contact.id, banner.id, cx.mint(), cx.now());
            let view = BannerView { contact_id, banner_id, id, impressions: 1, dismissed_at: None, created_at };
            store::insert_view(cx, &view)?;
            emit(cx, "receipt", &view, &contact)?;
            view
        };
        let action = banner.action.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        displayed.push(DisplayedBanner { banner, action, view_id: view.id, viewed_at: view.created_at });
    }
    Ok(displayed)
}

/// Records that a contact has dismissed a banner. Idempotent.
pub fn dismiss(cx: &mut Cx, contact: ContactId, view: Option<BannerViewId>) -> Result<BannerViewId> {
    let contact = contacts::lock(cx, contact)?;
    let found = store::views(cx, contact.id)?.into_iter().find(|found| Some(found.id) == view);
    let before = found.ok_or(ErrorKind::ResourceNotFound)?;
    if before.dismissed_at.is_none() {
        let after = BannerView { dismissed_at: Some(cx.now()), ..before.clone() };
        store::update_view(cx, &before, &after)?;
        emit(cx, "dismissal", &after, &contact)?;
    }
    Ok(before.id)
}

/// A banner, for webhooks.
pub fn find(cx: &mut Cx, id: BannerId) -> Result<Banner> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

fn emit(cx: &mut Cx, stat_type: &str, view: &BannerView, contact: &contacts::Contact) -> Result<()> {
    let contact = ContactRef { id: contact.id, external_id: contact.external_id.clone() };
    let stat = BannerStat { stat_type: stat_type.to_owned(), receipt_id: view.id, contact };
    events::emit(cx, Topic::BannerStat, view.banner_id, stat)
}

/// Creates or changes a banner. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let name = names::checked("name", &declared.name)?;
    check(declared)?;
    let ids = named(cx, &declared.audiences)?;
    let before = store::lock_by_name(cx, name)?;
    let now = cx.now();
    let (id, created_at, updated_at) = match &before {
        Some(banner) => (banner.id, banner.created_at, banner.updated_at),
        None => (counters::next(cx, Counter::Content)?, now, now),
    };
    let body = declared.body.as_deref().map(|body| Html::read(body, "", "body")).transpose()?.flatten();
    let action = declared.action.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?;
    let mut after = Banner {
        id,
        name: name.to_owned(),
        live: declared.live,
        title: declared.title.clone(),
        body: body.map(|html| html.to_string()),
        style: declared.style,
        position: declared.position,
        show_dismiss_button: declared.show_dismiss_button,
        action,
        audience_ids: stored(&ids)?,
        created_at,
        updated_at,
    };
    match before {
        None => store::insert(cx, &after)?,
        Some(before) if before == after => return Ok(false),
        Some(before) => {
            after.updated_at = now;
            store::update(cx, &before, &after)?;
        }
    }
    Ok(true)
}

fn check(declared: &Declared) -> Result<()> {
    names::at_most("title", declared.title.as_deref().unwrap_or_default(), names::MAX_NAME_LENGTH)?;
    if declared.title.is_none() && declared.body.is_none() {
        return Err(Error::invalid("a banner must have a title or a body"));
    }
    match &declared.action {
        Some(Action::Url { target, .. }) if !crate::html::is_web(target) => {
            Err(Error::invalid("action: target must be an absolute http or https URL"))
        }
        Some(Action::Reaction { reactions }) if reactions.is_empty() || reactions.len() > MAX_REACTIONS => {
            Err(Error::invalid(format!("action: reactions must have 1 to {MAX_REACTIONS} entries")))
        }
        _ => Ok(()),
    }
}

/// The ids of audiences by their names.
fn named(cx: &mut Cx, names: &[String]) -> Result<Vec<AudienceId>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let all = audiences::all(cx)?;
    let id = |name: &String| {
        let found: Vec<&Audience> = all.iter().filter(|audience| audience.name == name.trim()).collect();
        match found[..] {
            [audience] => Ok(audience.id),
            [] => Err(Error::invalid(format!("audiences: there is no audience {name:?}"))),
            _ => Err(Error::invalid(format!("audiences: several audiences have the name {name:?}"))),
        }
    };
    names.iter().map(id).collect()
}

/// All banners as a workspace file would declare them, without deleted audiences.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let (banners, all) = (store::all(cx)?, audiences::all(cx)?);
    let declared = |banner: Banner| {
        let ids = of_row(&banner.audience_ids)?;
        let names = all.iter().filter(|audience| ids.contains(&audience.id)).map(|audience| audience.name.clone());
        Ok(Declared {
            audiences: names.collect(),
            action: banner.action.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?,
            name: banner.name,
            live: banner.live,
            title: banner.title,
            body: banner.body,
            style: banner.style,
            position: banner.position,
            show_dismiss_button: banner.show_dismiss_button,
        })
    };
    banners.into_iter().map(declared).collect()
}

/// Removes the banners that are not among these, with what contacts saw of them.
pub fn prune(cx: &mut Cx, kept: &[&str]) -> Result<Vec<Removed>> {
    let mut gone = Vec::new();
    for banner in store::all(cx)? {
        if kept.contains(&banner.name.as_str()) {
            continue;
        }
        let Some(banner) = store::hold(cx, banner.id, Hold::End)? else { continue };
        let views = store::delete_views(cx, banner.id)?;
        store::delete(cx, banner.id)?;
        gone.push(Removed { name: banner.name, uses: vec![("contact", i64::try_from(views).unwrap_or(i64::MAX))] });
    }
    Ok(gone)
}
