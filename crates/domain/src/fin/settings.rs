//! The settings of Fin, as a workspace file declares them.

use deskwire_store::fin_settings as store;
use deskwire_store::{Hold, teams};
use serde::{Deserialize, Serialize};

pub(super) use deskwire_store::fin_settings::FinSettings;

use super::model::{DeclaredModel, Model};
use crate::error::{Error, Result};
use crate::html::is_web;
use crate::ids::TeamId;
use crate::secrets::Secret;
use crate::{Cx, destination};

/// The minimum length of the secret that signs events, in characters.
const MIN_SECRET_LENGTH: usize = 16;
/// How long after an answer an inactive conversation counts as resolved, in minutes: the default and the maximum.
const INACTIVITY: i64 = 10;
const MAX_INACTIVITY: i64 = 7 * 24 * 60;

/// The settings of Fin in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Whether Fin answers conversations.
    pub enabled: Option<bool>,
    /// The URL of the webhook; empty for none.
    pub webhook_url: Option<String>,
    /// The secret that signs events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_secret: Option<Secret>,
    /// Whether events can be followed as a stream.
    pub event_stream: Option<bool>,
    /// Whether users are asked for a rating.
    pub csat: Option<bool>,
    /// Whether procedures may ask teammates questions.
    pub procedures_hitl: Option<bool>,
    /// The team that conversations are handed over to; empty for none.
    pub team: Option<String>,
    /// How long after an answer an inactive conversation counts as resolved, in minutes.
    pub inactivity_minutes: Option<i64>,
    /// The language model that answers.
    pub answerer: Option<DeclaredModel>,
}

/// The settings; the defaults if none are declared.
pub(super) fn load(cx: &mut Cx) -> Result<FinSettings> {
    Ok(store::get(cx)?.unwrap_or_else(defaults))
}

fn defaults() -> FinSettings {
    FinSettings {
        enabled: true,
        webhook_url: None,
        webhook_secret: None,
        event_stream: true,
        csat: false,
        procedures_hitl: true,
        team_id: None,
        inactivity_minutes: INACTIVITY,
        answerer: None,
    }
}

/// The settings. Fails if Fin is not enabled.
pub(super) fn enabled(cx: &mut Cx) -> Result<FinSettings> {
    let settings = load(cx)?;
    if settings.enabled {
        return Ok(settings);
    }
    let message = "No Fin profile is configured to handle this conversation. Configure a Fin profile and retry.";
    Err(Error::invalid(message))
}

/// The team that conversations are handed over to, if it still exists.
pub(super) fn team(cx: &mut Cx, settings: &FinSettings) -> Result<Option<TeamId>> {
    let Some(id) = settings.team_id else { return Ok(None) };
    Ok(teams::hold(cx, id, Hold::Reference)?.map(|team| team.id))
}

/// Changes the settings. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let known = store::lock(cx)?;
    let before = known.clone().unwrap_or_else(defaults);
    let mut after = before.clone();
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    after.enabled = declared.enabled.unwrap_or(after.enabled);
    after.event_stream = declared.event_stream.unwrap_or(after.event_stream);
    after.csat = declared.csat.unwrap_or(after.csat);
    after.procedures_hitl = declared.procedures_hitl.unwrap_or(after.procedures_hitl);
    if let Some(url) = &declared.webhook_url {
        after.webhook_url = filled(url);
    }
    if let Some(Secret(secret)) = &declared.webhook_secret {
        after.webhook_secret = filled(secret);
    }
    if let Some(minutes) = declared.inactivity_minutes {
        after.inactivity_minutes = minutes;
    }
    if let Some(name) = &declared.team {
        after.team_id = match filled(name) {
            Some(name) => Some(team_named(cx, &name)?),
            None => None,
        };
    }
    if let Some(model) = &declared.answerer {
        after.answerer = Model::declare(before.answerer.as_deref(), model)?;
    }
    check(&after)?;
    match known {
        Some(_) if after == before => return Ok(false),
        Some(_) => store::update(cx, &before, &after)?,
        None => store::insert(cx, &after)?,
    }
    Ok(true)
}

fn team_named(cx: &mut Cx, name: &str) -> Result<TeamId> {
    let found = teams::lock_by_name(cx, name)?;
    found.map(|team| team.id).ok_or_else(|| Error::invalid(format!("there is no team {name:?}")).field("team"))
}

fn check(settings: &FinSettings) -> Result<()> {
    let reject = |field: &'static str, message: String| Err(Error::invalid(message).field(field));
    if settings.webhook_url.as_deref().is_some_and(|url| !is_web(url) || destination::parse(url).is_err()) {
        return reject("webhook_url", "webhook_url must be an absolute http or https URL".to_owned());
    }
    let secret = settings.webhook_secret.as_deref().unwrap_or("");
    if settings.webhook_url.is_some() && secret.len() < MIN_SECRET_LENGTH {
        let message = format!("webhook_secret must have {MIN_SECRET_LENGTH} characters at least");
        return reject("webhook_secret", message);
    }
    if !(1..=MAX_INACTIVITY).contains(&settings.inactivity_minutes) {
        return reject("inactivity_minutes", format!("inactivity_minutes must be between 1 and {MAX_INACTIVITY}"));
    }
    Ok(())
}

/// The settings as a workspace file would declare them; `None` if none are declared.
pub fn declared(cx: &mut Cx, secrets: bool) -> Result<Option<Declared>> {
    let Some(settings) = store::get(cx)? else { return Ok(None) };
    let team = match settings.team_id {
        Some(id) => teams::get(cx, id)?.map(|team| team.name),
        None => None,
    };
    let answerer = Model::declared(settings.answerer.as_deref(), secrets);
    Ok(Some(Declared {
        answerer: Some(answerer),
        enabled: Some(settings.enabled),
        webhook_url: Some(settings.webhook_url.unwrap_or_default()),
        webhook_secret: settings.webhook_secret.filter(|_| secrets).map(Secret),
        event_stream: Some(settings.event_stream),
        csat: Some(settings.csat),
        procedures_hitl: Some(settings.procedures_hitl),
        team: Some(team.unwrap_or_default()),
        inactivity_minutes: Some(settings.inactivity_minutes),
    }))
}
