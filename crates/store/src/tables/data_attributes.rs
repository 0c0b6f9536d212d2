//! Custom data attributes of contacts and companies.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, DataAttributeId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The model of a data attribute.
    pub enum Model {
        Contact = "contact",
        Company = "company",
    }
}

column_enum! {
    /// The type of a data attribute. Lists are strings with options.
    pub enum DataType {
        String = "string",
        Integer = "integer",
        Float = "float",
        Boolean = "boolean",
        Date = "date",
    }
}

record! {
    /// An attribute's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DataAttribute in "data_attributes", key (id: DataAttributeId), order "created_at, id" {
        id: DataAttributeId,
        model: Model,
        name: String,
        description: Option<String>,
        data_type: DataType,
        /// A JSON array of texts, for lists.
        options: Option<String>,
        messenger_writable: bool,
        archived: bool,
        admin_id: Option<AdminId>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, lock, all, insert_new, update;
}

/// The live attributes of a model.
pub fn live(tx: &mut WorkspaceTx, model: Model) -> Result<Vec<DataAttribute>> {
    let sql = select!(DataAttribute, " AND model = $2 AND NOT archived ORDER BY created_at, id");
    tx.query_all(sql, params![model], DataAttribute::from_row)
}

/// All attributes of a model, archived ones too.
pub fn of_model(tx: &mut WorkspaceTx, model: Model) -> Result<Vec<DataAttribute>> {
    let sql = select!(DataAttribute, " AND model = $2 ORDER BY created_at, id");
    tx.query_all(sql, params![model], DataAttribute::from_row)
}

/// The names of a model's archived attributes.
pub fn archived_names(tx: &mut WorkspaceTx, model: Model) -> Result<Vec<String>> {
    let sql = "SELECT name FROM data_attributes WHERE workspace_id = $1 AND model = $2 AND archived";
    tx.query_all(sql, params![model], |row| row.get(0))
}

/// How many live attributes a model has.
pub fn count_live(tx: &mut WorkspaceTx, model: Model) -> Result<i64> {
    tx.query_one(
        "SELECT count(*) FROM data_attributes WHERE workspace_id = $1 AND model = $2 AND NOT archived",
        params![model],
        |row| row.get(0),
    )
}

/// The attribute with this name, whatever its model.
pub fn by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<DataAttribute>> {
    tx.query_opt(select!(DataAttribute, " AND name = $2"), params![name], DataAttribute::from_row)
}
