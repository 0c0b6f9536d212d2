//! A subscription type as the API represents it.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::SubscriptionTypeId;
use deskwire_domain::subscriptions::SubscriptionType;
use deskwire_domain::subscriptions::{ConsentType, SubscriptionState};
use serde::Serialize;
use serde_json::value::RawValue;

/// A subscription type.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: SubscriptionTypeId,
    state: SubscriptionState,
    consent_type: ConsentType,
    default_translation: Translation<'a>,
    translations: Vec<Translation<'a>>,
    content_types: &'a RawValue,
}

#[derive(Serialize, serde::Deserialize)]
struct Translation<'a> {
    #[serde(borrow)]
    name: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    description: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    locale: std::borrow::Cow<'a, str>,
}

impl<'a> View<'a> {
    /// The view of this type. The default translation is one of the translations.
    pub(crate) fn new(of: &'a SubscriptionType) -> Result<Self> {
        let default = || Translation {
            name: of.name.as_str().into(),
            description: of.description.as_str().into(),
            locale: of.locale.as_str().into(),
        };
        let mut translations = vec![default()];
        let others: Vec<Translation<'a>> = serde_json::from_str(&of.translations).map_err(Error::internal)?;
        translations.extend(others.into_iter().filter(|t| t.locale != of.locale.as_str()));
        Ok(Self {
            r#type: "subscription",
            id: of.id,
            state: of.state,
            consent_type: of.consent_type,
            default_translation: default(),
            translations,
            content_types: serde_json::from_str(&of.content_types).map_err(Error::internal)?,
        })
    }
}

/// The views of several types.
pub(crate) fn views(all: &[SubscriptionType]) -> Result<Vec<View<'_>>> {
    all.iter().map(View::new).collect()
}
