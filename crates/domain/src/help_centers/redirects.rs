//! Redirects from URLs in a help center to an article or a collection.

use ammonia::Url;
use deskwire_store::counters::{self, Counter};
use deskwire_store::help_center_redirects as store;
use deskwire_store::ids::{ArticleId, CollectionId, HelpCenterId, RedirectId};
use deskwire_store::{Hold, articles, collections};
use serde_json::json;

pub use deskwire_store::help_center_redirects::{Redirect, RedirectTarget};

use super::{HelpCenter, known_locale, url};
use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};

/// A redirect to create.
#[derive(Debug, Clone)]
pub struct New {
    /// The URL that is redirected.
    pub from_url: String,
    /// The language of the target page.
    pub locale: String,
    /// The type of the target.
    pub target_type: RedirectTarget,
    /// The target's id.
    pub target_id: Option<i64>,
}

/// A page of the redirects of a help center, and the total count.
pub fn page(cx: &mut Cx, help_center: HelpCenterId, limit: i64, offset: i64) -> Result<(Vec<Redirect>, i64)> {
    center(cx, help_center)?;
    Ok(store::page(cx, help_center, limit, offset)?)
}

/// One redirect of a help center.
pub fn find(cx: &mut Cx, help_center: HelpCenterId, id: RedirectId) -> Result<Redirect> {
    let found = store::get(cx, id)?.filter(|redirect| redirect.help_center_id == help_center);
    found.ok_or_else(not_found)
}

/// Normalizes a URL, which has to be below `space`. Browsers resolve `..`, and send neither the fragment nor spaces.
fn within(url: &str, space: &str) -> Option<String> {
    let is_plain = !url.contains(|c: char| c == '#' || c.is_whitespace() || c.is_control());
    if !is_plain || !url.starts_with(space) {
        return None;
    }
    let url = unescaped(Url::parse(url).ok()?.as_str());
    let is_below = url.strip_prefix(space).is_some_and(|rest| !rest.is_empty());
    is_below.then_some(url)
}

/// Normalizes percent-encoding (RFC 3986, 6.2.2): decodes unreserved characters, and writes other escapes in upper
/// case.
fn unescaped(url: &str) -> String {
    let mut plain = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        plain.push_str(before);
        let digits = escape.get(1..3).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let length = if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                plain.push(char::from(byte));
            } else {
                plain.push_str(&format!("%{byte:02X}"));
            }
            3
        } else {
            plain.push('%');
            1
        };
        rest = &escape[length..];
    }
    plain.push_str(rest);
    plain
}

/// Creates a redirect. `origin` is the URL of this server.
pub fn create(cx: &mut Cx, help_center: HelpCenterId, new: &New, origin: &str, ip: Option<&str>) -> Result<Redirect> {
    let center = center(cx, help_center)?;
    let space = format!("{}/", url(&center, cx.workspace(), origin));
    let from_url = within(&new.from_url, &space).ok_or_else(|| {
        let message = "from_url must be an absolute URL within this help center's URL space";
        Error::new(ErrorKind::BadReference, message).field("from_url")
    })?;
    known_locale(&new.locale)?;
    let target = new.target_id.ok_or_else(|| unknown_target(new))?;
    let is_there = match new.target_type {
        RedirectTarget::Article => articles::hold(cx, ArticleId::new(target), Hold::Reference)?
            .is_some_and(|a| a.help_center_id == help_center),
        RedirectTarget::Collection => collections::hold(cx, CollectionId::new(target), Hold::Reference)?
            .is_some_and(|c| c.help_center_id == help_center),
    };
    if !is_there {
        return Err(unknown_target(new));
    }
    if leads_to_itself(new, target, &from_url[space.len()..]) {
        let message = "from_url must not be the address of what it leads to";
        return Err(Error::new(ErrorKind::BadReference, message).field("from_url"));
    }
    let now = cx.now();
    let redirect = Redirect {
        id: counters::next(cx, Counter::Content)?,
        help_center_id: help_center,
        from_url,
        locale: new.locale.clone(),
        target_type: new.target_type,
        target_id: target,
        created_at: now,
        updated_at: now,
    };
    if !store::insert_new(cx, &redirect)? {
        let taken = Error::new(ErrorKind::ResourceConflict, "A redirect with that URL already exists");
        return Err(taken.field("from_url"));
    }
    log(cx, "created", &redirect, ip)?;
    Ok(redirect)
}

/// Whether a path is that of the target itself. The slug after the id may be any.
fn leads_to_itself(new: &New, target: i64, path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/');
    let kind = match new.target_type {
        RedirectTarget::Article => "articles",
        RedirectTarget::Collection => "collections",
    };
    let is_of_target = |name: &str| name.split('-').next().is_some_and(|id| id == target.to_string());
    parts.next() == Some(new.locale.as_str()) && parts.next() == Some(kind) && parts.next().is_some_and(is_of_target)
}

/// Deletes a redirect.
pub fn delete(cx: &mut Cx, help_center: HelpCenterId, id: RedirectId, ip: Option<&str>) -> Result<()> {
    let redirect = store::lock(cx, id)?.filter(|r| r.help_center_id == help_center).ok_or_else(not_found)?;
    store::delete(cx, id)?;
    log(cx, "deleted", &redirect, ip)
}

fn center(cx: &mut Cx, id: HelpCenterId) -> Result<HelpCenter> {
    super::find(cx, id).map_err(|error| if error.kind == ErrorKind::ResourceNotFound { not_found() } else { error })
}

/// The error for an unknown redirect, with the message of these operations.
fn not_found() -> Error {
    Error::new(ErrorKind::ResourceNotFound, "Resource not found")
}

fn unknown_target(new: &New) -> Error {
    let noun = match new.target_type {
        RedirectTarget::Article => "an article",
        RedirectTarget::Collection => "a collection",
    };
    let message = format!("target_id must be the id of {noun} in this help center");
    Error::new(ErrorKind::BadReference, message).field("target_id")
}

fn log(cx: &mut Cx, word: &str, redirect: &Redirect, ip: Option<&str>) -> Result<()> {
    let metadata = json!({"help_center_id": redirect.help_center_id, "from_url": redirect.from_url,
        "target_type": redirect.target_type, "target_id": redirect.target_id.to_string()});
    let action = format!("{word} a redirect from {}", redirect.from_url);
    activity::log_action(cx, "help_center_settings_change", &action, metadata, ip)
}
