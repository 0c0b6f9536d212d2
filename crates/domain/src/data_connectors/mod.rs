//! Data connectors: HTTP requests to other servers, configured by a workspace.
//!
//! A connector has a draft, a live version, or both. Changes go into the draft and do not affect the live version until
//! the connector is set live again.

mod change;
mod fields;
mod hidden;
mod run;
mod settings;
mod template;

use deskwire_store::counters::{self, Counter};
use deskwire_store::data_connector_executions as executions;
use deskwire_store::data_connectors::{self as store, DataConnector, Version};

pub use change::{Change, REDACTED, as_described};
pub use deskwire_store::data_connector_executions::{Execution, ExecutionError, ExecutionSource, Which};
pub use deskwire_store::data_connectors::ConnectorState;
pub use run::{Failed, Outcome, Outgoing, Prepared, Run, Start, enqueue, give_up, prepare, record, report};
pub use settings::{DataInput, InputType, Method, ResponseField, Settings, UserType};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, DataConnectorExecutionId, DataConnectorId};

/// The maximum number of connectors per workspace.
const MAX_CONNECTORS: i64 = 200;

/// A connector in one of its versions.
#[derive(Debug, Clone)]
pub struct Full {
    /// Its id.
    pub id: DataConnectorId,
    /// Who created it.
    pub created_by: Option<AdminId>,
    /// When.
    pub created_at: i64,
    /// The version.
    pub state: ConnectorState,
    /// The settings of the version.
    pub settings: Settings,
    /// Who last updated the version.
    pub updated_by: Option<AdminId>,
    /// When.
    pub updated_at: i64,
}

impl Full {
    fn new(connector: &DataConnector, version: &Version) -> Result<Self> {
        Ok(Self {
            id: connector.id,
            created_by: connector.created_by,
            created_at: connector.created_at,
            state: version.state,
            settings: Settings::read(&version.settings)?,
            updated_by: version.updated_by,
            updated_at: version.updated_at,
        })
    }
}

/// At most `limit` connectors before an id, newest first, each in its live version if it has one.
pub fn list(cx: &mut Cx, before: Option<DataConnectorId>, limit: i64) -> Result<Vec<Full>> {
    let connectors = store::before(cx, before.unwrap_or(DataConnectorId::new(i64::MAX)), limit)?;
    let ids: Vec<DataConnectorId> = connectors.iter().map(|connector| connector.id).collect();
    let versions = store::versions(cx, &ids)?;
    let full = |connector: &DataConnector| {
        let version = versions.iter().rfind(|version| version.connector_id == connector.id);
        Full::new(connector, version.ok_or_else(|| Error::internal("a data connector without a version"))?)
    };
    connectors.iter().map(full).collect()
}

/// One connector in this version, else in the other one.
pub fn find(cx: &mut Cx, id: DataConnectorId, state: ConnectorState) -> Result<Full> {
    let connector = store::get(cx, id)?.ok_or(ErrorKind::DataConnectorNotFound)?;
    let versions = store::versions(cx, &[id])?;
    let version = versions.iter().find(|version| version.state == state).or(versions.first());
    Full::new(&connector, version.ok_or(ErrorKind::DataConnectorNotFound)?)
}

/// Creates a connector as a draft.
pub fn create(cx: &mut Cx, change: &Change) -> Result<Full> {
    if change.name.as_ref().is_none_or(Option::is_none) {
        return Err(ErrorKind::NameNotFound.into());
    }
    // This locks the counter's row, so the count stays exact.
    let id = counters::next(cx, Counter::Setting)?;
    if store::count(cx)? >= MAX_CONNECTORS {
        return Err(settings::invalid(format!("A workspace can have at most {MAX_CONNECTORS} data connectors")));
    }
    let (mut settings, mut secrets) = (Settings::default(), Vec::new());
    change.apply(&mut settings, &mut secrets)?;
    let connector = DataConnector { id, created_by: cx.actor().admin_id(), created_at: cx.now() };
    store::insert(cx, &connector)?;
    write(cx, &connector, ConnectorState::Draft, &settings, &secrets)
}

/// Updates the draft of a connector, which starts as a copy of the live version. Sets the connector live or to draft if
/// `state` is given.
pub fn update(cx: &mut Cx, id: DataConnectorId, change: &Change, state: Option<ConnectorState>) -> Result<Full> {
    let connector = store::lock(cx, id)?.ok_or(ErrorKind::DataConnectorNotFound)?;
    let before = store::versions(cx, &[id])?;
    let is_live = before.iter().any(|version| version.state == ConnectorState::Live);
    let base = before.first().ok_or_else(|| Error::internal("a data connector without a version"))?;
    let mut settings = Settings::read(&base.settings)?;
    let mut secrets = settings::read_secrets(store::secrets(cx, id, base.state)?.as_deref())?;
    let known = secrets.clone();
    change.apply(&mut settings, &mut secrets)?;
    let is_changed = secrets != known || settings != Settings::read(&base.settings)?;
    let wanted = state.unwrap_or(ConnectorState::Draft);
    match state {
        None if !is_changed => return Full::new(&connector, base),
        Some(state) if !is_changed && before.len() == 1 && base.state == state => return Full::new(&connector, base),
        Some(ConnectorState::Live) => settings.check_complete()?,
        Some(ConnectorState::Draft) if is_live && settings.direct_fin_usage => {
            let message = "Data connector is in use by other resources and cannot be set to draft";
            return Err(Error::new(ErrorKind::DataConnectorInUse, message));
        }
        Some(ConnectorState::Draft) | None => {}
    }
    for version in &before {
        // If no state is given, the live version stays.
        if state.is_some() || version.state == ConnectorState::Draft {
            store::delete_version(cx, id, version.state)?;
        }
    }
    write(cx, &connector, wanted, &settings, &secrets)
}

/// Deletes a connector, which must not be live.
pub fn delete(cx: &mut Cx, id: DataConnectorId) -> Result<()> {
    store::lock(cx, id)?.ok_or(ErrorKind::DataConnectorNotFound)?;
    for version in store::versions(cx, &[id])? {
        if version.state == ConnectorState::Live {
            if Settings::read(&version.settings)?.direct_fin_usage {
                return Err(ErrorKind::DataConnectorInUse.into());
            }
            let message = "Data connector must be in draft state to be deleted";
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        store::delete_version(cx, id, version.state)?;
    }
    Ok(store::delete(cx, id)?)
}

/// At most `limit` executions of a connector, newest first.
pub fn executions(cx: &mut Cx, id: DataConnectorId, which: &Which, limit: i64) -> Result<Vec<Execution>> {
    store::get(cx, id)?.ok_or(ErrorKind::DataConnectorNotFound)?;
    Ok(executions::list(cx, id, which, limit)?)
}

/// One execution of a connector.
pub fn execution(cx: &mut Cx, of: DataConnectorId, id: DataConnectorExecutionId) -> Result<Execution> {
    store::get(cx, of)?.ok_or(ErrorKind::DataConnectorNotFound)?;
    let found = executions::get(cx, id)?.filter(|execution| execution.connector_id == of);
    found.ok_or_else(|| ErrorKind::ExecutionResultNotFound.into())
}

/// An execution with the name of its connector, for webhooks; `None` if the connector was deleted.
pub fn execution_with_name(cx: &mut Cx, id: DataConnectorExecutionId) -> Result<(Execution, Option<String>)> {
    let execution = executions::get(cx, id)?.ok_or(ErrorKind::ExecutionResultNotFound)?;
    let versions = store::versions(cx, &[execution.connector_id])?;
    let name = versions.last().map(|version| Settings::read(&version.settings)).transpose()?.map(|s| s.name);
    Ok((execution, name))
}

fn write(
    cx: &mut Cx,
    connector: &DataConnector,
    state: ConnectorState,
    settings: &Settings,
    secrets: &[String],
) -> Result<Full> {
    let (connector_id, updated_by, updated_at) = (connector.id, cx.actor().admin_id(), cx.now());
    let version = Version { connector_id, state, settings: settings.text()?, updated_by, updated_at };
    store::insert_version(cx, &version)?;
    let secrets = serde_json::to_string(secrets).map_err(Error::internal)?;
    store::set_secrets(cx, connector.id, state, &secrets)?;
    Full::new(connector, &version)
}
