//! Procedures as a workspace file declares them.

use deskwire_store::counters::{self, Counter};
use deskwire_store::fin_procedures as store;
use serde::{Deserialize, Serialize};

use super::{DataType, FinProcedure, ProcedureState, Step, StepKind, steps};
use crate::Cx;
use crate::error::{Error, Result};

/// The maximum number of steps per procedure, and of attributes per step.
const MAX_STEPS: usize = 50;
const MAX_ATTRIBUTES: usize = 20;
/// The maximum length of a text, in bytes.
const MAX_TEXT_BYTES: usize = 5_000;
/// The maximum time to answer: 30 days, in minutes.
const MAX_MINUTES: i64 = 43_200;

/// A procedure in a workspace file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its unique name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Its state; a draft by default.
    #[serde(default)]
    pub state: ProcedureState,
    /// Whether clients can start it.
    #[serde(default)]
    pub api_trigger: bool,
    /// The name of the audience that it is for; everyone by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// Creates or changes a procedure. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    check(declared)?;
    let (name, now) = (declared.name.trim(), cx.now());
    let steps = serde_json::to_string(&declared.steps).map_err(Error::internal)?;
    let before = store::lock_by_name(cx, name)?;
    let id = match &before {
        Some(before) => before.id,
        None => counters::next(cx, Counter::Content)?,
    };
    let after = FinProcedure {
        id,
        name: name.to_owned(),
        description: declared.description.trim().to_owned(),
        state: declared.state,
        api_trigger: declared.api_trigger,
        steps,
        audience: declared.audience.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
        created_at: before.as_ref().map_or(now, |before| before.created_at),
        updated_at: before.as_ref().map_or(now, |before| before.updated_at),
    };
    match before {
        Some(before) if after == before => return Ok(false),
        Some(before) => store::update(cx, &before, &FinProcedure { updated_at: now, ..after })?,
        None => store::insert(cx, &after)?,
    }
    Ok(true)
}

fn check(declared: &Declared) -> Result<()> {
    let reject = |message: String| Err(Error::invalid(message).field("steps"));
    if declared.name.trim().is_empty()
        || declared.name.len() > MAX_TEXT_BYTES
        || declared.description.len() > MAX_TEXT_BYTES
    {
        return Err(Error::invalid(format!("name must have 1 to {MAX_TEXT_BYTES} bytes, and description no more")));
    }
    if declared.audience.as_ref().is_some_and(|name| name.len() > MAX_TEXT_BYTES) {
        return Err(Error::invalid(format!("audience must have {MAX_TEXT_BYTES} bytes at most")));
    }
    if declared.steps.is_empty() || declared.steps.len() > MAX_STEPS {
        return reject(format!("a procedure must have 1 to {MAX_STEPS} steps"));
    }
    for (number, step) in declared.steps.iter().enumerate() {
        if let Err(why) = check_step(step) {
            return reject(format!("step {}: {why}", number + 1));
        }
    }
    Ok(())
}

fn check_step(step: &Step) -> Result<(), &'static str> {
    let asks_team = step.kind == StepKind::AskHuman;
    if step.instructions.trim().is_empty() || step.instructions.len() > MAX_TEXT_BYTES {
        return Err("instructions must have 1 to 5,000 bytes");
    }
    if step.save_as.as_deref().is_some_and(str::is_empty) || (step.save_as.is_some() != (step.kind == StepKind::Ask)) {
        return Err("a step that asks the user, and no other, needs save_as");
    }
    if step.attributes.is_empty() == asks_team || step.attributes.len() > MAX_ATTRIBUTES {
        return Err("a step that asks a teammate, and no other, needs 1 to 20 attributes");
    }
    if !asks_team && (step.expires_minutes.is_some() || step.team.is_some() || step.priority) {
        return Err("expires_minutes, team and priority are for steps that ask a teammate");
    }
    if step.expires_minutes.is_some_and(|minutes| !(1..=MAX_MINUTES).contains(&minutes)) {
        return Err("expires_minutes must be between 1 and 43200");
    }
    for (at, attribute) in step.attributes.iter().enumerate() {
        if attribute.name.is_empty() || step.attributes[..at].iter().any(|other| other.name == attribute.name) {
            return Err("each attribute needs a name of its own");
        }
        if attribute.options.is_empty() == (attribute.data_type == DataType::List) {
            return Err("an attribute of type list, and no other, needs options");
        }
    }
    Ok(())
}

/// All procedures as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let declared = |procedure: FinProcedure| {
        let steps = steps(&procedure)?;
        let FinProcedure { name, description, state, api_trigger, audience, .. } = procedure;
        Ok(Declared { name, description, state, api_trigger, audience, steps })
    };
    store::all(cx)?.into_iter().map(declared).collect()
}

/// Removes the procedures that are not among these, and returns their names. Sessions that run one are handed over.
pub fn prune(cx: &mut Cx, kept: &[&str]) -> Result<Vec<String>> {
    let mut gone = Vec::new();
    for procedure in store::all(cx)? {
        if !kept.contains(&procedure.name.as_str()) {
            store::delete(cx, procedure.id)?;
            gone.push(procedure.name);
        }
    }
    Ok(gone)
}
