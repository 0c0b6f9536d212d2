//! Subscription types: the kinds of messages that contacts opt out of or into.

use deskwire_store::counters::{self, Counter};
use deskwire_store::subscription_types as store;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use deskwire_store::subscription_types::{ConsentType, SubscriptionState, SubscriptionType};

use crate::Cx;
use crate::contacts;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Subscribed, Topic};
use crate::ids::{ContactId, SubscriptionTypeId};
use crate::names;

const CONTENTS: &[&str] = &["email", "sms_message"];

/// All subscription types.
pub fn list(cx: &mut Cx) -> Result<Vec<SubscriptionType>> {
    Ok(store::all(cx)?)
}

/// The types for which a contact has made an explicit choice.
pub fn of_contact(cx: &mut Cx, contact: ContactId) -> Result<Vec<SubscriptionType>> {
    let contact = contacts::active(cx, contact)?;
    if contact.subscription_count == 0 {
        return Ok(Vec::new());
    }
    Ok(store::of_contact(cx, contact.id)?)
}

/// Records that a contact opted out of, or into, a type. Idempotent.
pub fn choose(
    cx: &mut Cx,
    contact: ContactId,
    type_id: Option<SubscriptionTypeId>,
    consent_type: Option<&str>,
) -> Result<SubscriptionType> {
    let contact = contacts::lock(cx, contact)?;
    let found = known(cx, type_id)?;
    let consent = consent_type.ok_or_else(|| Error::missing("consent_type is required").field("consent_type"))?;
    let consent = ConsentType::parse(consent)
        .ok_or_else(|| Error::invalid("consent_type must be 'opt_in' or 'opt_out'").field("consent_type"))?;
    if store::choice(cx, contact.id, found.id)? == Some(consent) {
        return Ok(found);
    }
    store::choose(cx, contact.id, found.id, consent)?;
    emit_choice(cx, consent, contact.id, &found)?;
    Ok(found)
}

/// Removes a contact's explicit choice for a type.
pub fn forget(cx: &mut Cx, contact: ContactId, type_id: Option<SubscriptionTypeId>) -> Result<SubscriptionType> {
    let contact = contacts::lock(cx, contact)?;
    let found = known(cx, type_id)?;
    let choice = store::choice(cx, contact.id, found.id)?.ok_or(ErrorKind::ResourceNotFound)?;
    store::forget(cx, contact.id, found.id)?;
    // Without a choice, the default of the type applies.
    let by_default = match (choice, found.consent_type) {
        (ConsentType::OptOut, ConsentType::OptOut) => ConsentType::OptIn,
        (ConsentType::OptIn, ConsentType::OptIn) => ConsentType::OptOut,
        _ => return Ok(found),
    };
    emit_choice(cx, by_default, contact.id, &found)?;
    Ok(found)
}

fn known(cx: &mut Cx, type_id: Option<SubscriptionTypeId>) -> Result<SubscriptionType> {
    let id = type_id.ok_or(ErrorKind::ResourceNotFound)?;
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Emits that a contact was subscribed or unsubscribed: as a change of the contact, and as one of the type.
fn emit_choice(cx: &mut Cx, consent: ConsentType, contact: ContactId, of: &SubscriptionType) -> Result<()> {
    let topics = match consent {
        ConsentType::OptIn => [Topic::ContactSubscribed, Topic::GranularSubscribed],
        ConsentType::OptOut => [Topic::ContactUnsubscribed, Topic::GranularUnsubscribed],
    };
    topics
        .into_iter()
        .try_for_each(|topic| events::emit(cx, topic, contact, Subscribed { subscription_type_id: Some(of.id) }))
}

/// A subscription type as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in the workspace.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// `opt_out`: everyone gets it unless they opt out. `opt_in`: only those who opt in get it.
    pub consent_type: String,
    /// The content types: `email`, `sms_message`.
    #[serde(default = "email")]
    pub content_types: Vec<String>,
    /// `live`, `draft` or `archived`.
    #[serde(default = "live")]
    pub state: String,
    /// The language of name and description.
    #[serde(default = "english")]
    pub locale: String,
    /// The same in other languages.
    #[serde(default)]
    pub translations: Vec<Translation>,
}

/// Name and description in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Translation {
    pub name: String,
    pub description: String,
    pub locale: String,
}

fn email() -> Vec<String> {
    vec!["email".to_owned()]
}

fn live() -> String {
    "live".to_owned()
}

fn english() -> String {
    "en".to_owned()
}

/// Creates or changes the subscription type as declared. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let (state, consent_type) = check(declared)?;
    let found = store::lock_by_name(cx, &declared.name)?;
    let now = cx.now();
    let (id, created_at, updated_at) = match &found {
        Some(found) => (found.id, found.created_at, found.updated_at),
        None => (counters::next(cx, Counter::Setting)?, now, now),
    };
    let mut wanted = SubscriptionType {
        id,
        state,
        consent_type,
        locale: declared.locale.clone(),
        name: declared.name.clone(),
        description: declared.description.clone(),
        translations: json!(declared.translations).to_string(),
        content_types: json!(declared.content_types).to_string(),
        created_at,
        updated_at,
    };
    match found {
        Some(found) if found == wanted => return Ok(false),
        Some(found) => {
            wanted.updated_at = now;
            store::update(cx, &found, &wanted)?;
        }
        None => store::insert(cx, &wanted)?,
    }
    Ok(true)
}

/// All subscription types as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let declared = |t: SubscriptionType| {
        Ok(Declared {
            translations: serde_json::from_str(&t.translations).map_err(Error::internal)?,
            content_types: serde_json::from_str(&t.content_types).map_err(Error::internal)?,
            name: t.name,
            description: t.description,
            consent_type: t.consent_type.to_string(),
            state: t.state.to_string(),
            locale: t.locale,
        })
    };
    list(cx)?.into_iter().map(declared).collect()
}

fn check(declared: &Declared) -> Result<(SubscriptionState, ConsentType)> {
    let unknown = |field: &'static str, value: &str, known: &[&str]| {
        Error::invalid(format!("{field} must be one of {}, not '{value}'", known.join(", "))).field(field)
    };
    names::checked("name", &declared.name)?;
    let state = SubscriptionState::parse(&declared.state)
        .ok_or_else(|| unknown("state", &declared.state, SubscriptionState::TEXTS))?;
    let consent = ConsentType::parse(&declared.consent_type)
        .ok_or_else(|| unknown("consent_type", &declared.consent_type, ConsentType::TEXTS))?;
    match declared.content_types.iter().find(|content| !CONTENTS.contains(&content.as_str())) {
        Some(other) => Err(unknown("content_types", other, CONTENTS)),
        None => Ok((state, consent)),
    }
}
