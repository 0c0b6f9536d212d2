//! Help centers: public sites with articles, in one or more languages.

mod declare;
pub mod redirects;

use std::fmt::Display;

use deskwire_store::help_centers as store;
use deskwire_store::ids::{HelpCenterId, Id};
use deskwire_store::{Hold, WorkspaceTx};

pub use declare::{Declared, declare, declared, prune};
pub use deskwire_store::help_centers::HelpCenter;

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};

/// The languages that help centers can have.
pub const LOCALES: &[&str] = &[
    "ar", "bg", "bs", "ca", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hr", "hu", "id", "it", "ja",
    "ko", "lt", "lv", "mn", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sl", "sr", "sv", "tr", "vi", "zh-CN",
    "zh-TW",
];
/// The id of the help center that every new workspace has.
const FIRST: HelpCenterId = HelpCenterId::new(1);

/// All help centers.
pub fn list(cx: &mut Cx) -> Result<Vec<HelpCenter>> {
    Ok(store::all(cx)?)
}

/// One help center.
pub fn find(cx: &mut Cx, id: HelpCenterId) -> Result<HelpCenter> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// The help center with this id, or the default one, locked against deletion.
pub(crate) fn hold(cx: &mut Cx, id: Option<HelpCenterId>) -> Result<HelpCenter> {
    let id = match id {
        Some(id) => Some(id),
        None => store::default(cx)?.map(|center| center.id),
    };
    let found = match id {
        Some(id) => store::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    found.ok_or_else(|| Error::new(ErrorKind::ResourceNotFound, "Help center not found").field("help_center_id"))
}

/// Creates the help center of a new workspace.
pub(crate) fn predefined(tx: &mut WorkspaceTx, name: &str) -> Result<()> {
    let now = tx.now();
    let center = HelpCenter {
        id: FIRST,
        identifier: "help-center".to_owned(),
        display_name: name.to_owned(),
        website_turned_on: false,
        custom_domain: None,
        is_default: true,
        locales: "en".to_owned(),
        created_at: now,
        updated_at: now,
    };
    Ok(store::insert(tx, &center)?)
}

/// The languages of a help center, the default one first.
pub fn locales(center: &HelpCenter) -> impl Iterator<Item = &str> {
    center.locales.split(' ')
}

/// The default language of a help center.
pub fn default_locale(center: &HelpCenter) -> &str {
    locales(center).next().unwrap_or("en")
}

/// Whether a help center has more than one language.
pub fn is_multilingual(center: &HelpCenter) -> bool {
    locales(center).nth(1).is_some()
}

/// Rejects a language that no help center can have.
pub(crate) fn known_locale(locale: &str) -> Result<&str> {
    if LOCALES.contains(&locale) { Ok(locale) } else { Err(Error::invalid("Unknown locale").field("locale")) }
}

/// The URL of a help center. `origin` is the URL of this server.
pub fn url(center: &HelpCenter, workspace: &str, origin: &str) -> String {
    match &center.custom_domain {
        Some(domain) => format!("https://{domain}"),
        None => format!("{origin}/help/{workspace}/{}", center.identifier),
    }
}

/// The last path segment of the URL of an object: its id, and its title as a slug.
pub fn slugged(id: impl Id + Display, title: &str) -> String {
    let mut slug = id.to_string();
    let mut gap = true;
    for c in title.to_lowercase().chars() {
        if c.is_alphanumeric() {
            if gap {
                slug.push('-');
            }
            slug.push(c);
        }
        gap = !(c.is_alphanumeric() || matches!(c, '\'' | '’'));
    }
    percent_encoding::utf8_percent_encode(&slug, percent_encoding::CONTROLS).to_string()
}

#[cfg(test)]
mod tests {
    use deskwire_store::ids::CollectionId;

    use super::slugged;

    #[test]
    fn addresses_end_with_the_title() {
        assert_eq!(slugged(CollectionId::new(3), "Christmas is here!"), "3-christmas-is-here");
        assert_eq!(slugged(CollectionId::new(3), " What's new -- in 2.0? "), "3-whats-new-in-2-0");
        assert_eq!(slugged(CollectionId::new(3), "?"), "3");
        assert_eq!(slugged(CollectionId::new(3), "Über uns"), "3-%C3%BCber-uns");
    }
}
