//! Procedures that Fin can run.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::FinProcedureId;
use crate::{Hold, Result, WorkspaceTx, params};

column_enum! {
    /// The state of a procedure.
    #[derive(Default)]
    pub enum ProcedureState {
        #[default]
        Draft = "draft",
        Live = "live",
    }
}

record! {
    /// A procedure's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FinProcedure in "fin_procedures", key (id: FinProcedureId) {
        id: FinProcedureId,
        name: String,
        description: String,
        state: ProcedureState,
        api_trigger: bool,
        /// A JSON array.
        steps: String,
        /// The name of the audience that it is for.
        audience: Option<String>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, all, insert, update, delete;
}

/// The procedure with this name, locked for update.
pub fn lock_by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<FinProcedure>> {
    let sql = select!(FinProcedure, " AND name = $2", tx, Hold::Change);
    tx.query_opt(sql, params![name], FinProcedure::from_row)
}
