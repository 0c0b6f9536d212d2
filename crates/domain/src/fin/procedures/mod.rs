//! Procedures: steps that Fin runs in order. A workspace file declares them.

mod declare;
mod hitl;
mod run;

use deskwire_store::fin_procedures as store;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use declare::{Declared, declare, declared, prune};
pub use deskwire_store::fin_procedures::{FinProcedure, ProcedureState};
pub(super) use hitl::expire;
pub use hitl::{Notification, collect, notification};
pub(super) use run::{advance, runs};

use crate::Cx;
use crate::audiences;
use crate::error::{Error, Result};
use crate::ids::{ContactId, FinProcedureId};

/// A step of a procedure.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// The text to say or ask. `{name}` stands for the value with that name.
    pub instructions: String,
    /// The name under which the user's answer is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// The attributes that teammates are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// How long teammates have to answer, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_minutes: Option<i64>,
    /// Whether the question is urgent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priority: bool,
    /// The team that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The condition of the step. If it does not hold, the step is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// The kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Tells the user something.
    Say,
    /// Asks the user something.
    Ask,
    /// Asks a teammate something.
    AskHuman,
    /// Hands the conversation over.
    HandOver,
}

/// Requires a stored value to equal another.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The name.
    pub name: String,
    /// The value.
    pub is: Value,
}

/// An attribute that teammates are asked for.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// The name under which the answer is stored.
    pub name: String,
    /// Its label for teammates.
    #[serde(default)]
    pub label: String,
    /// The type of its values.
    pub data_type: DataType,
    /// The values of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum DataType {
    String,
    Integer,
    Decimal,
    Boolean,
    List,
}

impl Attribute {
    /// Its identifier in answers.
    pub fn identifier(&self) -> String {
        format!("workflow_local_variables.{}", self.name)
    }

    /// Whether a value is valid.
    fn takes(&self, value: &Value) -> bool {
        match (self.data_type, value) {
            (DataType::String, Value::String(text)) => text.len() <= crate::attributes::MAX_TEXT_BYTES,
            (DataType::Integer, value) => value.is_i64(),
            (DataType::Decimal, value) => value.is_number(),
            (DataType::Boolean, value) => value.is_boolean(),
            (DataType::List, Value::String(text)) => self.options.contains(text),
            _ => false,
        }
    }
}

/// The progress of a session in its procedure.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Progress {
    /// The stored values, by name.
    values: Map<String, Value>,
    /// Whether the current step has asked its question.
    asked: bool,
}

fn steps(procedure: &FinProcedure) -> Result<Vec<Step>> {
    serde_json::from_str(&procedure.steps).map_err(Error::internal)
}

/// The procedures that clients can start for a contact.
pub(super) fn runnable(cx: &mut Cx, contact: ContactId) -> Result<Vec<FinProcedure>> {
    let mut all = store::all(cx)?;
    all.retain(|procedure| procedure.api_trigger && procedure.state == ProcedureState::Live);
    let named: Vec<&str> = all.iter().filter_map(|procedure| procedure.audience.as_deref()).collect();
    let own = audiences::named_of(cx, contact, &named)?;
    all.retain(|procedure| procedure.audience.as_ref().is_none_or(|name| own.contains(name)));
    Ok(all)
}

/// Checks that a procedure is for a contact.
pub(super) fn check_audience(cx: &mut Cx, procedure: &FinProcedure, contact: ContactId) -> Result<()> {
    let Some(name) = procedure.audience.as_deref() else { return Ok(()) };
    if audiences::named_of(cx, contact, &[name])?.is_empty() {
        return Err(Error::invalid("Procedure is not for this user").field("user.id"));
    }
    Ok(())
}

/// The procedure with this id. Fails if clients cannot start it.
pub(super) fn startable(cx: &mut Cx, id: FinProcedureId) -> Result<FinProcedure> {
    let found = store::get(cx, id)?.ok_or_else(|| Error::invalid("Procedure not found"))?;
    match found {
        FinProcedure { state: ProcedureState::Draft, .. } => Err(Error::invalid("Procedure is not live")),
        FinProcedure { api_trigger: false, .. } => Err(Error::invalid("Procedure does not have an API trigger")),
        found => Ok(found),
    }
}
