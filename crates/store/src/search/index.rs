//! Keeps `search_values` and `search_grams` consistent with the objects.

use super::filter::TEXT_LENGTH;
use super::fold;
use super::grams::{document, words};
use crate::db::Deferred;
use crate::{Dialect, Result, Tx, Value, WorkspaceTx, params};

/// The maximum number of rows of an `INSERT`. Smaller numbers of rows use shorter statements.
const ROWS: usize = 16;

/// One field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchValue {
    /// The id of a data attribute, or the small number of a standard field.
    pub field: i64,
    /// The text, folded and truncated.
    pub text: Option<String>,
    /// The number.
    pub number: Option<f64>,
}

impl SearchValue {
    /// Returns a text value, folded and truncated.
    pub fn text(field: i64, text: &str) -> SearchValue {
        let folded = fold(text);
        let text = match folded.char_indices().nth(TEXT_LENGTH) {
            Some((end, _)) => folded[..end].to_owned(),
            None => folded,
        };
        SearchValue { field, text: Some(text), number: None }
    }

    /// Returns a number value. A boolean is 0 or 1.
    pub fn number(field: i64, number: f64) -> SearchValue {
        SearchValue { field, text: None, number: Some(number + 0.0) }
    }
}

/// The searchable data of an object outside its columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The texts that can be searched by their parts, each with its field prefix.
    pub texts: Vec<(char, String)>,
    /// The words that find the object as a whole, in their indexed form, each once.
    pub words: Vec<String>,
    /// The values of the fields without a column.
    pub values: Vec<SearchValue>,
}

impl Document {
    /// Returns the text that `search_grams` stores for the object.
    fn grams(&self, workspace: &str) -> String {
        let mut grams = document(workspace, borrowed(&self.texts));
        let words = words(workspace, self.words.iter().map(String::as_str));
        if !grams.is_empty() && !words.is_empty() {
            grams.push(' ');
        }
        grams + &words
    }
}

/// Indexes an object that is not indexed yet.
pub fn index_object(tx: &mut WorkspaceTx, id: i64, new: &Document) -> Result<()> {
    put_document(tx, id, new.grams(tx.workspace()))?;
    put_values(tx, id, &new.values)
}

/// Indexes the words of a message that is not indexed yet.
pub fn index_words(tx: &mut WorkspaceTx, id: i64, of: &[String]) -> Result<()> {
    put_document(tx, id, words(tx.workspace(), of.iter().map(String::as_str)))
}

/// Indexes an object's texts and words again, whatever the index contains for it.
pub fn index_again(tx: &mut WorkspaceTx, id: i64, new: &Document) -> Result<()> {
    delete_grams(tx, id)?;
    put_document(tx, id, new.grams(tx.workspace()))
}

/// Indexes a change of an object. Unchanged data is not written.
pub fn reindex_object(tx: &mut WorkspaceTx, id: i64, old: &Document, new: &Document) -> Result<()> {
    if old.texts != new.texts || old.words != new.words {
        let grams = new.grams(tx.workspace());
        if old.grams(tx.workspace()) != grams {
            delete_grams(tx, id)?;
            put_document(tx, id, grams)?;
        }
    }
    for value in &old.values {
        if new.values.iter().all(|other| other.field != value.field) {
            tx.send(
                "DELETE FROM search_values WHERE workspace_id = $1 AND object_id = $2 AND field = $3",
                params![id, value.field],
            )?;
        }
    }
    let changed: Vec<SearchValue> = new.values.iter().filter(|value| !old.values.contains(value)).cloned().collect();
    put_values(tx, id, &changed)
}

/// Removes an object from the indexes.
pub fn unindex_object(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    delete_grams(tx, id)?;
    tx.send("DELETE FROM search_values WHERE workspace_id = $1 AND object_id = $2", params![id])
}

fn borrowed(texts: &[(char, String)]) -> impl Iterator<Item = (char, &str)> {
    texts.iter().map(|(letter, text)| (*letter, text.as_str()))
}

/// Stores the result of [`document`] for objects that are not indexed yet, and flushes it.
pub(super) fn put_many(tx: &mut Tx<'_>, objects: &[(String, i64, String)]) -> Result<()> {
    for (workspace, id, grams) in objects {
        put_document(&mut tx.within(workspace), *id, grams.clone())?;
    }
    tx.flush_deferred()
}

fn put_document(tx: &mut WorkspaceTx, id: i64, grams: String) -> Result<()> {
    if grams.is_empty() {
        return Ok(());
    }
    match tx.dialect() {
        Dialect::Sqlite => {
            let sql = "INSERT INTO search_grams (rowid, grams) VALUES ($1, $2)";
            tx.defer(Deferred { sql, row: id, text: Some(grams) })
        }
        Dialect::Postgres => {
            let sql =
                "INSERT INTO search_grams (workspace_id, object_id, grams) VALUES ($1, $2, string_to_array($3, ' '))";
            tx.send(sql, params![id, &grams])
        }
    }
}

/// Deletes the trigrams of an object's texts from `search_grams`, if there are any.
pub fn delete_grams(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let sql = "DELETE FROM search_grams WHERE rowid = $1";
            tx.defer(Deferred { sql, row: id, text: None })
        }
        Dialect::Postgres => {
            let sql = "DELETE FROM search_grams WHERE workspace_id = $1 AND object_id = $2";
            tx.send(sql, params![id])
        }
    }
}

fn put_values(tx: &mut WorkspaceTx, id: i64, values: &[SearchValue]) -> Result<()> {
    let mut rest = values;
    while !rest.is_empty() {
        // 16, 8, 4, 3, 2, 1: six statements serve every number of rows.
        let rows = match rest.len() {
            ROWS.. => ROWS,
            3 => 3,
            few => 1 << few.ilog2(),
        };
        let (now, later) = rest.split_at(rows);
        let mut values = vec![Value::from(id)];
        for value in now {
            values.extend([Value::from(value.field), Value::from(value.text.as_deref()), Value::from(value.number)]);
        }
        tx.send(insert(rows), &values)?;
        rest = later;
    }
    Ok(())
}

/// Returns the statement that inserts this many rows.
fn insert(rows: usize) -> &'static str {
    macro_rules! put {
        ($($row:literal),+) => {
            concat!(
                "INSERT INTO search_values (workspace_id, object_id, field, text_value, number_value) VALUES ",
                $($row),+,
                " ON CONFLICT (workspace_id, object_id, field) DO UPDATE SET text_value = excluded.text_value, number_value = excluded.number_value"
            )
        };
    }
    match rows {
        1 => put!("($1, $2, $3, $4, $5)"),
        2 => put!("($1, $2, $3, $4, $5), ", "($1, $2, $6, $7, $8)"),
        3 => put!("($1, $2, $3, $4, $5), ", "($1, $2, $6, $7, $8), ", "($1, $2, $9, $10, $11)"),
        4 => put!(
            "($1, $2, $3, $4, $5), ",
            "($1, $2, $6, $7, $8), ",
            "($1, $2, $9, $10, $11), ",
            "($1, $2, $12, $13, $14)"
        ),
        8 => put!(
            "($1, $2, $3, $4, $5), ",
            "($1, $2, $6, $7, $8), ",
            "($1, $2, $9, $10, $11), ",
            "($1, $2, $12, $13, $14), ",
            "($1, $2, $15, $16, $17), ",
            "($1, $2, $18, $19, $20), ",
            "($1, $2, $21, $22, $23), ",
            "($1, $2, $24, $25, $26)"
        ),
        _ => put!(
            "($1, $2, $3, $4, $5), ",
            "($1, $2, $6, $7, $8), ",
            "($1, $2, $9, $10, $11), ",
            "($1, $2, $12, $13, $14), ",
            "($1, $2, $15, $16, $17), ",
            "($1, $2, $18, $19, $20), ",
            "($1, $2, $21, $22, $23), ",
            "($1, $2, $24, $25, $26), ",
            "($1, $2, $27, $28, $29), ",
            "($1, $2, $30, $31, $32), ",
            "($1, $2, $33, $34, $35), ",
            "($1, $2, $36, $37, $38), ",
            "($1, $2, $39, $40, $41), ",
            "($1, $2, $42, $43, $44), ",
            "($1, $2, $45, $46, $47), ",
            "($1, $2, $48, $49, $50)"
        ),
    }
}
