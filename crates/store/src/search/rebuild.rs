//! Rebuilds `search_grams` from the tables that it indexes.

use super::grams::document;
use super::resource::{COMPANIES, CONTACTS, Column, Resource};
use super::{ALL_CONVERSATIONS, index};
use crate::{Result, Tx, params};

/// The number of objects read at once.
const SLICE: i64 = 1_000;

/// The resources with trigrams, and the condition on their rows. Companies are included whether or not they have
/// people.
const RESOURCES: &[(&Resource, &str)] =
    &[(&CONTACTS, "state = 'active' AND "), (&COMPANIES, "state = 'active' AND "), (&ALL_CONVERSATIONS, "")];

/// Fills `search_grams`, which must be empty.
pub(crate) fn rebuild_grams(tx: &mut Tx<'_>) -> Result<()> {
    for (resource, condition) in RESOURCES {
        let columns: Vec<(&Column, char)> =
            resource.columns.iter().filter_map(|column| Some((*column, column.letter?))).collect();
        let names: Vec<&str> = columns.iter().map(|(column, _)| column.name).collect();
        let sql = format!(
            "SELECT workspace_id, id, {} FROM {} WHERE {condition}(workspace_id, id) > ($1, $2)
             ORDER BY workspace_id, id LIMIT $3",
            names.join(", "),
            resource.table
        );
        let mut after = (String::new(), i64::MIN);
        loop {
            let objects = tx.query_all(&sql, params![&after.0, after.1, SLICE], |row| {
                let texts = columns.iter().enumerate().filter_map(|(i, (_, letter))| {
                    row.opt_str(i + 2).transpose().map(|text| text.map(|text| (*letter, text)))
                });
                let workspace = row.str(0)?;
                let grams = document(workspace, texts.collect::<Result<Vec<_>>>()?);
                Ok((workspace.to_owned(), row.get::<i64>(1)?, grams))
            })?;
            let Some((workspace, id, _)) = objects.last() else { break };
            after = (workspace.clone(), *id);
            index::put_many(tx, &objects)?;
        }
    }
    Ok(())
}
