//! Translates a migration to the SQL of SQLite and of PostgreSQL. The build script translates all migrations.
//!
//! Migrations are written in the SQL of SQLite. A line `-- sqlite: ...` is for SQLite only, a line `-- postgres: ...`
//! for PostgreSQL only. All other comments are removed; each must have its own line. In `CREATE TABLE` and
//! `ALTER TABLE`:
//!
//! | source | SQLite | PostgreSQL |
//! |---|---|---|
//! | `TEXT` | `TEXT` | `TEXT COLLATE "C"`, so that both compare bytes |
//! | `REAL`, `BLOB` | the same | `DOUBLE PRECISION`, `BYTEA` |
//! | `BIGINT`, `BOOLEAN` | the same | the same |
//! | `) WITHOUT ROWID` | the same | `)` |
//! | `id INTEGER PRIMARY KEY` | the same (stored by id) | `id BIGINT NOT NULL` and `PRIMARY KEY (workspace_id, id)` |
//!
//! On SQLite, an index of a table that is stored by its id omits a last column `id`, because the index ends with it
//! anyway.

use std::collections::BTreeSet;

const STORED_BY_ID: &str = "id INTEGER PRIMARY KEY";
const MARKS: [&str; 2] = ["-- sqlite: ", "-- postgres: "];

/// The SQL of a migration for each database.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Texts {
    pub(crate) sqlite: String,
    pub(crate) postgres: String,
}

/// Translates a migration. `by_id` contains the tables of this and earlier migrations that are stored by their id. The
/// error describes what is wrong with the source.
pub(crate) fn translate(source: &str, by_id: &mut BTreeSet<String>) -> Result<Texts, String> {
    let [mut sqlite, postgres] = MARKS.map(|mark| statements(source, mark));
    for statement in sqlite.as_mut().map_err(|e| e.clone())? {
        *statement = for_sqlite(statement, by_id)?;
    }
    let postgres: Result<Vec<String>, String> = postgres?.iter().map(|s| for_postgres(s)).collect();
    Ok(Texts { sqlite: sqlite?.concat(), postgres: postgres?.concat() })
}

/// Returns the statements for one database, each with its semicolon and newline.
fn statements(source: &str, mark: &str) -> Result<Vec<String>, String> {
    let mut statements = Vec::new();
    let mut open = String::new();
    for line in source.lines() {
        let line = match line.trim_start() {
            "" => continue,
            text if text.starts_with(mark) => &text[mark.len()..],
            text if text.starts_with("--") => {
                let comment = text.trim_start_matches('-').trim_start().to_lowercase();
                let meant = ["sqlite:", "postgres:"].iter().any(|word| comment.starts_with(word));
                if meant && !MARKS.iter().any(|mark| text.starts_with(mark)) {
                    return Err(format!("write `-- sqlite: ` or `-- postgres: `, not {text}"));
                }
                continue;
            }
            _ => line,
        };
        if line.contains("--") {
            return Err(format!("a comment needs a line of its own: {line}"));
        }
        open.push_str(line.trim_end());
        open.push('\n');
        if open.trim_end().ends_with(';') && open.matches('\'').count().is_multiple_of(2) {
            statements.push(std::mem::take(&mut open));
        }
    }
    if open.is_empty() { Ok(statements) } else { Err(format!("a semicolon is missing after {}", open.trim_end())) }
}

fn for_sqlite(statement: &str, by_id: &mut BTreeSet<String>) -> Result<String, String> {
    if let Some(rest) = statement.strip_prefix("CREATE TABLE ") {
        let table = rest.split([' ', '(']).next().unwrap_or_default();
        if statement.contains(STORED_BY_ID) {
            by_id.insert(table.to_owned());
        } else if !statement.contains(") WITHOUT ROWID;") {
            return Err(format!("{table} is neither WITHOUT ROWID nor stored by its id"));
        }
    }
    let index = statement.strip_prefix("CREATE INDEX ").and_then(|rest| rest.split_once(" ON "));
    if let Some((_, on)) = index
        && by_id.contains(on.split([' ', '(']).next().unwrap_or_default())
        && let Some(end) = statement.find(')')
        && let Some(columns) = statement[..end].strip_suffix(", id")
    {
        return Ok([columns, &statement[end..]].concat());
    }
    Ok(statement.to_owned())
}

fn for_postgres(statement: &str) -> Result<String, String> {
    if !["CREATE TABLE ", "ALTER TABLE "].iter().any(|start| statement.starts_with(start)) {
        return Ok(statement.to_owned());
    }
    let text = statement
        .replace(") WITHOUT ROWID;", ");")
        .replace(STORED_BY_ID, "id BIGINT NOT NULL, PRIMARY KEY (workspace_id, id)");
    let mut translated = String::with_capacity(text.len() * 2);
    let (mut rest, mut quoted) = (text.as_str(), false);
    while let Some(next) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, behind) = rest.split_at(if end == 0 { next.len_utf8() } else { end });
        quoted ^= word == "'";
        translated.push_str(match word {
            "TEXT" if !quoted && !behind.starts_with('[') => "TEXT COLLATE \"C\"",
            "REAL" if !quoted => "DOUBLE PRECISION",
            "BLOB" if !quoted => "BYTEA",
            "INTEGER" if !quoted => {
                return Err(format!("whole numbers are BIGINT, not INTEGER, in {}", text.trim_end()));
            }
            _ => word,
        });
        rest = behind;
    }
    Ok(translated)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the translation of a source for SQLite and for PostgreSQL.
    fn both(source: &str) -> (String, String) {
        let texts = translate(source, &mut BTreeSet::new()).unwrap();
        (texts.sqlite, texts.postgres)
    }

    fn refused(source: &str) -> String {
        translate(source, &mut BTreeSet::new()).unwrap_err()
    }

    #[test]
    fn columns_get_the_types_of_each_database() {
        let source = "-- A comment.\nCREATE TABLE a (\n    t TEXT NOT NULL, -- no\n";
        assert!(refused(source).contains("a line of its own"));
        let (sqlite, postgres) = both(
            "-- A comment.\nCREATE TABLE a (\n    t TEXT PRIMARY KEY,\n    x REAL,\n    b BLOB,\n    l TEXT[]\n) WITHOUT ROWID;\n",
        );
        assert_eq!(
            sqlite,
            "CREATE TABLE a (\n    t TEXT PRIMARY KEY,\n    x REAL,\n    b BLOB,\n    l TEXT[]\n) WITHOUT ROWID;\n"
        );
        assert_eq!(
            postgres,
            "CREATE TABLE a (\n    t TEXT COLLATE \"C\" PRIMARY KEY,\n    x DOUBLE PRECISION,\n    b BYTEA,\n    l TEXT[]\n);\n"
        );
        assert_eq!(
            both("ALTER TABLE a ADD COLUMN t TEXT NOT NULL DEFAULT 'TEXT';").1,
            "ALTER TABLE a ADD COLUMN t TEXT COLLATE \"C\" NOT NULL DEFAULT 'TEXT';\n"
        );
        let data = "INSERT INTO a (t)\nSELECT CAST(n AS TEXT) || '; REAL;\n' FROM b;\n";
        assert_eq!(both(data), (data.to_owned(), data.to_owned()));
    }

    #[test]
    fn a_table_stored_by_its_id_has_the_workspace_in_its_key_on_postgresql() {
        let mut by_id = BTreeSet::new();
        let first = "CREATE TABLE a (\n    workspace_id TEXT NOT NULL,\n    id INTEGER PRIMARY KEY,\n    n BIGINT\n);\nCREATE INDEX a_n ON a (workspace_id, n, id) WHERE n > 0;\n";
        let texts = translate(first, &mut by_id).unwrap();
        assert!(texts.sqlite.contains("    id INTEGER PRIMARY KEY,\n"), "{texts:?}");
        assert!(texts.sqlite.contains("ON a (workspace_id, n) WHERE n > 0;"), "{texts:?}");
        assert!(texts.postgres.contains("    id BIGINT NOT NULL, PRIMARY KEY (workspace_id, id),\n"), "{texts:?}");
        assert!(texts.postgres.contains("ON a (workspace_id, n, id) WHERE n > 0;"), "{texts:?}");
        let later = "CREATE INDEX a_m ON a (workspace_id, m, id);\nCREATE INDEX b_m ON b (workspace_id, m, id);\n\
                     CREATE INDEX a_i ON a (workspace_id, id, m);\nCREATE UNIQUE INDEX a_k ON a (workspace_id, m, id);\n";
        let texts = translate(later, &mut by_id).unwrap();
        assert_eq!(texts.sqlite, later.replacen(", id)", ")", 1));
        assert_eq!(texts.postgres, later);
    }

    #[test]
    fn marked_lines_are_for_one_database() {
        let (sqlite, postgres) = both(
            "-- Both.\n-- sqlite: SELECT 1;\n-- postgres: CREATE TABLE a (\n-- postgres:     t TEXT\n-- postgres: );\nSELECT 2;\n",
        );
        assert_eq!(sqlite, "SELECT 1;\nSELECT 2;\n");
        assert_eq!(postgres, "CREATE TABLE a (\n    t TEXT COLLATE \"C\"\n);\nSELECT 2;\n");
    }

    #[test]
    fn rejects_untranslatable_statements() {
        assert!(refused("--sqlite: SELECT 1;\n").contains("not --sqlite: SELECT 1;"));
        assert!(refused("-- Postgres: SELECT 1;\n").contains("write `-- sqlite: `"));
        assert!(refused("SELECT 1\n").contains("semicolon is missing after SELECT 1"));
        assert!(refused("CREATE TABLE a (id BIGINT);").contains("a is neither"));
        assert!(refused("CREATE TABLE a (n INTEGER) WITHOUT ROWID;").contains("BIGINT, not INTEGER"));
    }
}
