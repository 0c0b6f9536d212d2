//! Custom data attributes of contacts and companies.

use crate::{Result, Row, Tx, params};

/// An attribute's row.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct DataAttribute {
    pub id: i64,
    /// `contact` or `company`.
    pub model: String,
    pub name: String,
    pub description: Option<String>,
    /// `string`, `integer`, `float`, `boolean` or `date`.
    pub data_type: String,
    /// A JSON array of texts, for lists.
    pub options: Option<String>,
    pub messenger_writable: bool,
    pub archived: bool,
    pub admin_id: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

const COLUMNS: &str =
    "id, model, name, description, data_type, options, messenger_writable, archived, admin_id, created_at, updated_at";

fn from_row(row: &Row<'_>) -> Result<DataAttribute> {
    Ok(DataAttribute {
        id: row.get(0)?,
        model: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        data_type: row.get(4)?,
        options: row.get(5)?,
        messenger_writable: row.get(6)?,
        archived: row.get(7)?,
        admin_id: row.get(8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
    })
}

/// All attributes of a workspace, archived ones too, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<DataAttribute>> {
    let sql = format!("SELECT {COLUMNS} FROM data_attributes WHERE workspace_id = $1 ORDER BY id");
    tx.query_all(&sql, params![workspace], from_row)
}

/// The live attributes of a model.
pub fn live(tx: &mut Tx<'_>, workspace: &str, model: &str) -> Result<Vec<DataAttribute>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM data_attributes WHERE workspace_id = $1 AND model = $2 AND NOT archived ORDER BY id"
    );
    tx.query_all(&sql, params![workspace, model], from_row)
}

/// All attributes of a model, archived ones too.
pub fn of_model(tx: &mut Tx<'_>, workspace: &str, model: &str) -> Result<Vec<DataAttribute>> {
    let sql = format!("SELECT {COLUMNS} FROM data_attributes WHERE workspace_id = $1 AND model = $2 ORDER BY id");
    tx.query_all(&sql, params![workspace, model], from_row)
}

/// The names of a model's archived attributes.
pub fn archived_names(tx: &mut Tx<'_>, workspace: &str, model: &str) -> Result<Vec<String>> {
    let sql = "SELECT name FROM data_attributes WHERE workspace_id = $1 AND model = $2 AND archived";
    tx.query_all(sql, params![workspace, model], |row| row.get(0))
}

/// How many live attributes a model has.
pub fn count_live(tx: &mut Tx<'_>, workspace: &str, model: &str) -> Result<i64> {
    tx.query_one(
        "SELECT count(*) FROM data_attributes WHERE workspace_id = $1 AND model = $2 AND NOT archived",
        params![workspace, model],
        |row| row.get(0),
    )
}

/// One attribute, held against other writers until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<DataAttribute>> {
    let lock = tx.for_update();
    let sql = format!("SELECT {COLUMNS} FROM data_attributes WHERE workspace_id = $1 AND id = $2{lock}");
    tx.query_opt(&sql, params![workspace, id], from_row)
}

/// One attribute.
pub fn get(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<DataAttribute>> {
    let sql = format!("SELECT {COLUMNS} FROM data_attributes WHERE workspace_id = $1 AND id = $2");
    tx.query_opt(&sql, params![workspace, id], from_row)
}

/// The attribute of this name, whatever its model.
pub fn by_name(tx: &mut Tx<'_>, workspace: &str, name: &str) -> Result<Option<DataAttribute>> {
    let sql = format!("SELECT {COLUMNS} FROM data_attributes WHERE workspace_id = $1 AND name = $2");
    tx.query_opt(&sql, params![workspace, name], from_row)
}

/// Adds an attribute; false when the name is taken.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, a: &DataAttribute) -> Result<bool> {
    let sql = format!(
        "INSERT INTO data_attributes (workspace_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING"
    );
    let done = tx.execute(
        &sql,
        params![
            workspace,
            a.id,
            &a.model,
            &a.name,
            &a.description,
            &a.data_type,
            &a.options,
            a.messenger_writable,
            a.archived,
            a.admin_id,
            a.created_at,
            a.updated_at
        ],
    )?;
    Ok(done == 1)
}

/// Writes what may change of an attribute.
pub fn update(tx: &mut Tx<'_>, workspace: &str, a: &DataAttribute) -> Result<()> {
    tx.execute(
        "UPDATE data_attributes SET description = $1, options = $2, messenger_writable = $3, archived = $4, updated_at = $5 \
         WHERE workspace_id = $6 AND id = $7",
        params![&a.description, &a.options, a.messenger_writable, a.archived, a.updated_at, workspace, a.id],
    )?;
    Ok(())
}
