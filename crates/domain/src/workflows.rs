//! Workflows: a workspace file declares them, and they can be exported. Deskwire does not run them.

use deskwire_store::counters::{self, Counter};
use deskwire_store::workflows as store;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use deskwire_store::workflows::{Workflow, WorkflowState};

use crate::error::{Error, ErrorKind, Result};
use crate::ids::WorkflowId;
use crate::{Cx, Removed, names};

/// The maximum size of a workflow, in bytes of JSON.
const MAX_BYTES: usize = 1 << 20;

type Object = Map<String, Value>;

/// The workflow with this id.
pub fn find(cx: &mut Cx, id: &str) -> Result<Workflow> {
    let found = match WorkflowId::parse(id) {
        Some(id) => store::get(cx, id)?,
        None => None,
    };
    found.ok_or_else(|| Error::new(ErrorKind::ResourceNotFound, "Workflow not found"))
}

/// A workflow in a workspace file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its unique title.
    pub title: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its trigger, such as `inbound_conversation`.
    pub trigger_type: String,
    /// Its state: `live`, `draft` (the default) or `paused`.
    #[serde(default)]
    pub state: WorkflowState,
    /// The channels that it runs in, such as `chat`.
    #[serde(default)]
    pub target_channels: Vec<String>,
    /// The devices that it runs on.
    #[serde(default)]
    pub preferred_devices: Vec<String>,
    /// Its targeting rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targeting: Option<Object>,
    /// Its steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Object>,
    /// The attributes that its steps use.
    #[serde(default)]
    pub attributes: Vec<Object>,
    /// The rules that its steps use.
    #[serde(default)]
    pub embedded_rules: Vec<Object>,
}

impl Declared {
    fn check(&self) -> Result<()> {
        names::checked("title", &self.title)?;
        names::checked("trigger_type", &self.trigger_type)?;
        if json!(self).to_string().len() > MAX_BYTES {
            return Err(Error::invalid(format!("a workflow is too long (maximum is {MAX_BYTES} bytes)")));
        }
        Ok(())
    }

    fn row(&self, before: &Workflow) -> Workflow {
        Workflow {
            title: self.title.trim().to_owned(),
            description: self.description.clone(),
            trigger_type: self.trigger_type.trim().to_owned(),
            state: self.state,
            target_channels: json!(self.target_channels).to_string(),
            preferred_devices: json!(self.preferred_devices).to_string(),
            targeting: self.targeting.as_ref().map(|object| json!(object).to_string()),
            snapshot: self.snapshot.as_ref().map(|object| json!(object).to_string()),
            attributes: json!(self.attributes).to_string(),
            embedded_rules: json!(self.embedded_rules).to_string(),
            ..before.clone()
        }
    }

    fn of(row: &Workflow) -> Result<Self> {
        fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
            serde_json::from_str(text).map_err(Error::internal)
        }
        Ok(Self {
            title: row.title.clone(),
            description: row.description.clone(),
            trigger_type: row.trigger_type.clone(),
            state: row.state,
            target_channels: read(&row.target_channels)?,
            preferred_devices: read(&row.preferred_devices)?,
            targeting: row.targeting.as_deref().map(read).transpose()?,
            snapshot: row.snapshot.as_deref().map(read).transpose()?,
            attributes: read(&row.attributes)?,
            embedded_rules: read(&row.embedded_rules)?,
        })
    }
}

/// Creates or changes the workflow of this title. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    declared.check()?;
    let (title, now) = (declared.title.trim(), cx.now());
    if let Some(before) = store::all(cx)?.into_iter().find(|workflow| workflow.title == title) {
        let after = declared.row(&before);
        if after == before {
            return Ok(false);
        }
        store::update(cx, &before, &Workflow { updated_at: now, ..after })?;
        return Ok(true);
    }
    let blank = Workflow {
        id: counters::next(cx, Counter::Workflow)?,
        title: String::new(),
        description: None,
        trigger_type: String::new(),
        state: WorkflowState::default(),
        target_channels: String::new(),
        preferred_devices: String::new(),
        targeting: None,
        snapshot: None,
        attributes: String::new(),
        embedded_rules: String::new(),
        created_at: now,
        updated_at: now,
    };
    store::insert(cx, &declared.row(&blank))?;
    Ok(true)
}

/// All workflows as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    store::all(cx)?.iter().map(Declared::of).collect()
}

/// Removes the workflows that are not among these.
pub fn prune(cx: &mut Cx, kept: &[&str]) -> Result<Vec<Removed>> {
    let mut gone = Vec::new();
    for workflow in store::all(cx)? {
        if !kept.contains(&workflow.title.as_str()) {
            store::delete(cx, workflow.id)?;
            gone.push(Removed { name: workflow.title, uses: Vec::new() });
        }
    }
    Ok(gone)
}
