//! Procedures: what Fin does step by step. A workspace file declares them.

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
    /// What happens.
    pub kind: StepKind,
    /// What is said or asked. `{name}` stands for what is known by that name.
    pub instructions: String,
    /// By which name the user's answer is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as: Option<String>,
    /// What teammates are asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Minutes that teammates have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_minutes: Option<i64>,
    /// Whether the question is urgent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priority: bool,
    /// The team that is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// When the step is done; otherwise it is passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// What a step does.
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

/// Something that is to be known by a name and be this.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The name.
    pub name: String,
    /// The value.
    pub is: Value,
}

/// What a teammate is asked for.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// By which name it is known.
    pub name: String,
    /// What teammates read.
    #[serde(default)]
    pub label: String,
    /// What values it has.
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
    /// How answers name it.
    pub fn identifier(&self) -> String {
        format!("workflow_local_variables.{}", self.name)
    }

    /// Whether a value is one of it.
    fn takes(&self, value: &Value) -> bool {
        match (self.data_type, value) {
            (DataType::String, Value::String(text)) => text.len() <= crate::attributes::LONGEST,
            (DataType::Integer, value) => value.is_i64(),
            (DataType::Decimal, value) => value.is_number(),
            (DataType::Boolean, value) => value.is_boolean(),
            (DataType::List, Value::String(text)) => self.options.contains(text),
            _ => false,
        }
    }
}

/// What a session knows of the procedure that it runs.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Progress {
    /// Values by name.
    values: Map<String, Value>,
    /// Whether the current step has asked.
    asked: bool,
}

fn steps(procedure: &FinProcedure) -> Result<Vec<Step>> {
    serde_json::from_str(&procedure.steps).map_err(Error::internal)
}

/// The procedures that clients can run for a contact.
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

/// The procedure of this id, which a client wants to run.
pub(super) fn startable(cx: &mut Cx, id: FinProcedureId) -> Result<FinProcedure> {
    let found = store::get(cx, id)?.ok_or_else(|| Error::invalid("Procedure not found"))?;
    match found {
        FinProcedure { state: ProcedureState::Draft, .. } => Err(Error::invalid("Procedure is not live")),
        FinProcedure { api_trigger: false, .. } => Err(Error::invalid("Procedure does not have an API trigger")),
        found => Ok(found),
    }
}
