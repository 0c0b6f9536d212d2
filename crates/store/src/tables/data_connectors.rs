//! Data connectors, and their versions.

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, select};
use super::{padded, places};
use crate::ids::{AdminId, DataConnectorId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// Whether a version of a connector is a draft or live.
    pub enum ConnectorState {
        Draft = "draft",
        Live = "live",
    }
}

record! {
    /// A data connector's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DataConnector in "data_connectors", key (id: DataConnectorId) {
        id: DataConnectorId,
        created_by: Option<AdminId>,
        created_at: i64,
    }
    pub fn get, lock, insert, delete;
}

record! {
    /// A version of a data connector, without the values of its headers, which are read only to send requests.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Version in "data_connector_versions", key (connector_id: DataConnectorId, state: ConnectorState) {
        connector_id: DataConnectorId,
        state: ConnectorState,
        /// JSON.
        settings: String,
        updated_by: Option<AdminId>,
        updated_at: i64,
    }
    pub fn get as version, insert as insert_version, delete as delete_version;
}

/// How many connectors there are.
pub fn count(tx: &mut WorkspaceTx) -> Result<i64> {
    tx.query_one("SELECT count(*) FROM data_connectors WHERE workspace_id = $1", &[], |row| row.get(0))
}

/// The connectors before an id, newest first.
pub fn before(tx: &mut WorkspaceTx, id: DataConnectorId, limit: i64) -> Result<Vec<DataConnector>> {
    let sql = select!(DataConnector, " AND id < $2 ORDER BY id DESC LIMIT $3");
    tx.query_all(sql, params![id, limit], DataConnector::from_row)
}

/// All versions of these connectors, the live one of each last.
pub fn versions(tx: &mut WorkspaceTx, connectors: &[DataConnectorId]) -> Result<Vec<Version>> {
    if connectors.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(connectors);
    let which = format!(" AND connector_id IN ({}) ORDER BY connector_id, state", places(2, values.len()));
    tx.query_all(&Version::select(&which), &values, Version::from_row)
}

/// The values of the headers of a version, as JSON.
pub fn secrets(tx: &mut WorkspaceTx, id: DataConnectorId, state: ConnectorState) -> Result<Option<String>> {
    let sql =
        "SELECT secrets FROM data_connector_versions WHERE workspace_id = $1 AND connector_id = $2 AND state = $3";
    tx.query_opt(sql, params![id, state], |row| row.get(0)).map(Option::flatten)
}

/// Sets the values of the headers of a version.
pub fn set_secrets(tx: &mut WorkspaceTx, id: DataConnectorId, state: ConnectorState, secrets: &str) -> Result<()> {
    let sql =
        "UPDATE data_connector_versions SET secrets = $2 WHERE workspace_id = $1 AND connector_id = $3 AND state = $4";
    tx.send(sql, params![secrets, id, state])
}
