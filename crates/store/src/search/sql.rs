//! Builds statements from the program's own text and the caller's parameters.

use std::fmt::Write as _;

use super::filter::{Cut, Filter, Interval, Leaf, Literal, Target, Test};
use super::grams::Grams;
use super::resource::{Column, Resource};
use crate::{Dialect, Tx, Value};

/// A statement under construction. Parameters are numbered in order of appearance; `$1` is the workspace.
pub(crate) struct Sql {
    text: String,
    params: Vec<Literal>,
    dialect: Dialect,
    /// The expression for the workspace in conditions.
    workspace: &'static str,
}

impl Sql {
    pub(crate) fn new(tx: &Tx<'_>, workspace: &str) -> Sql {
        let dialect = tx.dialect();
        // In a subquery the workspace is unknown to PostgreSQL's planner, which assumes one of average size. If the
        // planner knew it, and it had grown since the last statistics, the planner would assume that it is empty. But
        // to find a shard, the planner must know it.
        let hidden = dialect == Dialect::Postgres && !tx.is_distributed();
        let called = if hidden { "(SELECT $1)" } else { "$1" };
        Sql { text: String::with_capacity(512), params: vec![Literal::from(workspace)], dialect, workspace: called }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Sql {
        self.text.push_str(text);
        self
    }

    pub(crate) fn bind(&mut self, value: impl Into<Literal>) -> &mut Sql {
        self.params.push(value.into());
        let _ = write!(self.text, "${}", self.params.len());
        self
    }

    /// Appends a whole statement. Possible as long as this one has no parameters of its own.
    pub(crate) fn append(&mut self, other: Sql) {
        debug_assert_eq!(self.params.len(), 1, "parameters would be numbered twice");
        self.text.push_str(&other.text);
        self.params = other.params;
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn values(&self) -> Vec<Value<'_>> {
        self.params
            .iter()
            .map(|param| match param {
                Literal::Int(n) => Value::Int(*n),
                Literal::Real(x) => Value::Real(*x),
                Literal::Bool(b) => Value::Bool(*b),
                Literal::Text(text) => Value::Text(text),
            })
            .collect()
    }

    /// Adds the condition that rows with this prefix belong to the workspace.
    pub(crate) fn tenant(&mut self, prefix: &str) -> &mut Sql {
        let workspace = self.workspace;
        self.push(prefix).push("workspace_id = ").push(workspace)
    }

    /// Makes SQLite use this index or fail. PostgreSQL chooses by its statistics.
    pub(crate) fn indexed_by(&mut self, index: &str) -> &mut Sql {
        if self.dialect == Dialect::Sqlite {
            self.push(" INDEXED BY ").push(index);
        }
        self
    }

    /// Adds the condition of the objects that can be found, on the table named `alias.`.
    pub(crate) fn live(&mut self, resource: &Resource, alias: &str) -> &mut Sql {
        if resource.live.is_empty() {
            self.push("TRUE");
        }
        for (i, condition) in resource.live.iter().enumerate() {
            if i > 0 {
                self.push(" AND ");
            }
            self.push(alias).push(condition);
        }
        self
    }

    /// Adds the condition that the object matches. Its row is `c`, and its id is `id`. The row is read only for its
    /// columns.
    pub(crate) fn predicate(&mut self, filter: &Filter, id: &str) {
        match filter {
            Filter::All => drop(self.push("1 = 1")),
            Filter::None => drop(self.push("1 = 0")),
            Filter::Leaf(leaf) => self.leaf(leaf, id),
            Filter::And(parts) => self.parts(parts, " AND ", id),
            Filter::Or(parts) => self.parts(parts, " OR ", id),
        }
    }

    fn parts(&mut self, parts: &[Filter], between: &str, id: &str) {
        self.push("(");
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.push(between);
            }
            self.predicate(part, id);
        }
        self.push(")");
    }

    fn leaf(&mut self, leaf: &Leaf, id: &str) {
        let (table, key, owner, value) = match leaf.target {
            Target::Id => return self.direct(leaf, id),
            Target::Column(column) => return self.direct(leaf, &["c.", column.name].concat()),
            Target::Link(link) => (link.table, link.key, link.owner, link.value),
            Target::Value { text, .. } => {
                ("search_values", "sqlite_autoindex_search_values_1", "object_id", value_column(text))
            }
        };
        self.push(if leaf.negated { "NOT EXISTS (SELECT 1 FROM " } else { "EXISTS (SELECT 1 FROM " });
        // By the object: otherwise SQLite reads all objects with such a value if both bounds are known.
        self.push(table)
            .push(" v")
            .indexed_by(key)
            .push(" WHERE ")
            .tenant("v.")
            .push(" AND v.")
            .push(owner)
            .push(" = ")
            .push(id);
        if let Target::Value { field, .. } = leaf.target {
            self.push(" AND v.field = ").bind(field);
        }
        self.push(" AND ");
        self.test(&leaf.test, &["v.", value].concat());
        self.push(")");
    }

    fn direct(&mut self, leaf: &Leaf, expression: &str) {
        if leaf.negated {
            self.push("(").push(expression).push(" IS NULL OR NOT ");
        }
        self.test(&leaf.test, expression);
        if leaf.negated {
            self.push(")");
        }
    }

    /// Adds the condition that the value `expression`, which may be null, meets the test.
    pub(crate) fn test(&mut self, test: &Test, expression: &str) {
        let sqlite = self.dialect == Dialect::Sqlite;
        match test {
            Test::Within(intervals) => {
                let (points, ranges) = split(intervals);
                let many = usize::from(!points.is_empty()) + ranges.len() > 1;
                if many {
                    self.push("(");
                }
                if !points.is_empty() {
                    self.points(&points, expression);
                }
                for (i, range) in ranges.iter().enumerate() {
                    if i > 0 || !points.is_empty() {
                        self.push(" OR ");
                    }
                    self.range(range, expression);
                }
                if many {
                    self.push(")");
                }
            }
            Test::Contains(part) => {
                self.push(if sqlite { "(instr(" } else { "(strpos(" });
                self.push(expression).push(", ").bind(part.as_str()).push(") > 0)");
            }
            Test::EndsWith(end) => {
                let length = i64::try_from(end.chars().count()).unwrap_or(i64::MAX);
                if sqlite {
                    self.push("(substr(").push(expression).push(", -").bind(length);
                } else {
                    self.push("(right(").push(expression).push(", ").bind(length);
                }
                self.push(") = ").bind(end.as_str()).push(")");
            }
        }
    }

    fn points(&mut self, points: &[&Literal], expression: &str) {
        self.push(expression);
        if let [point] = points {
            self.push(" = ").bind((*point).clone());
            return;
        }
        // Few lengths of lists make few different statements.
        let length = points.len().next_power_of_two();
        self.push(" IN (");
        for i in 0..length {
            if i > 0 {
                self.push(", ");
            }
            self.bind(points[i.min(points.len() - 1)].clone());
        }
        self.push(")");
    }

    fn range(&mut self, range: &Interval, expression: &str) {
        let ends = [(&range.low, [" >= ", " > "]), (&range.high, [" < ", " <= "])];
        self.push("(");
        let mut open = true;
        for (cut, operators) in ends {
            let Some(Cut { at, after }) = cut else {
                continue;
            };
            if !open {
                self.push(" AND ");
            }
            open = false;
            self.push(expression).push(operators[usize::from(*after)]).bind(at.clone());
        }
        if open {
            self.push(expression).push(" IS NOT NULL");
        }
        self.push(")");
    }

    /// Adds the `SELECT ... AS id` of the objects that pass the test, which is not negated, by the field's index.
    pub(crate) fn by_index(&mut self, resource: &Resource, leaf: &Leaf, between: &str) {
        if let Test::Within(intervals) = &leaf.test {
            let (points, ranges) = split(intervals);
            // The list of points and each interval are separate ranges of the index.
            if leaf.walks() > 1 && !leaf.target.many() {
                let mut walks: Vec<Vec<Interval>> = ranges.iter().map(|range| vec![(*range).clone()]).collect();
                if !points.is_empty() {
                    walks.push(intervals.iter().filter(|i| i.as_point().is_some()).cloned().collect());
                }
                for (i, walk) in walks.into_iter().enumerate() {
                    if i > 0 {
                        self.push(between);
                    }
                    self.walk(resource, leaf.target, &Test::Within(walk));
                }
                return;
            }
        }
        self.walk(resource, leaf.target, &leaf.test);
    }

    fn walk(&mut self, resource: &Resource, target: Target, test: &Test) {
        let expression = match target {
            Target::Id => {
                self.rows(resource, "c.id AS id", Some(resource.id_index), "");
                "c.id"
            }
            Target::Column(column) => {
                self.rows(resource, "c.id AS id", column.index, column.guard);
                column.name
            }
            Target::Value { field, text } => {
                self.values_of(field, text, "object_id AS id");
                value_column(text)
            }
            Target::Link(link) => {
                self.push("SELECT DISTINCT ")
                    .push(link.owner)
                    .push(" AS id FROM ")
                    .push(link.table)
                    .indexed_by(link.index)
                    .push(" WHERE ")
                    .tenant("");
                link.value
            }
        };
        self.push(" AND ");
        self.test(test, expression);
    }

    /// Adds the `SELECT` of `columns` from the live objects, to be continued with `AND`.
    pub(crate) fn rows(&mut self, resource: &Resource, columns: &str, index: Option<&str>, guard: &str) {
        self.push("SELECT ").push(columns);
        self.rows_from(resource, index, guard);
    }

    /// Adds the same from `FROM` on. The table is named `c`.
    pub(crate) fn rows_from(&mut self, resource: &Resource, index: Option<&str>, guard: &str) {
        self.push(" FROM ").push(resource.table).push(" c");
        if let Some(index) = index {
            self.indexed_by(index);
        }
        self.push(" WHERE ").tenant("").push(" AND ").live(resource, "");
        if !guard.is_empty() {
            self.push(" AND ").push(guard);
        }
    }

    /// Adds the `SELECT` of `columns` from the values of a field, to be continued with `AND`.
    pub(crate) fn values_of(&mut self, field: i64, text: bool, columns: &str) {
        let (index, guard) = if text {
            ("search_values_text", " AND text_value IS NOT NULL")
        } else {
            ("search_values_number", " AND number_value IS NOT NULL")
        };
        self.push("SELECT ")
            .push(columns)
            .push(" FROM search_values")
            .indexed_by(index)
            .push(" WHERE ")
            .tenant("")
            .push(" AND field = ")
            .bind(field)
            .push(guard);
    }

    /// Adds the tests of columns of the row, each after an `AND`.
    pub(crate) fn tests_of_columns(&mut self, leaves: &[&Leaf]) {
        for leaf in leaves {
            if let Target::Column(column) = leaf.target {
                self.push(" AND ");
                self.test(&leaf.test, &["c.", column.name].concat());
            }
        }
    }

    /// Adds the `SELECT ... AS id` of these ids.
    pub(crate) fn given(&mut self, ids: &[i64]) {
        let mut list = String::with_capacity(ids.len() * 17 + 2);
        list.push('[');
        for (i, id) in ids.iter().enumerate() {
            let _ = write!(list, "{}{id}", if i > 0 { "," } else { "" });
        }
        list.push(']');
        // The workspace comes first because parameters are numbered by first appearance.
        match self.dialect {
            Dialect::Sqlite => self.push("SELECT CASE WHEN $1 <> '' THEN value END AS id FROM json_each("),
            Dialect::Postgres => self
                .push("SELECT CASE WHEN $1 <> '' THEN CAST(value AS BIGINT) END AS id FROM json_array_elements_text("),
        };
        self.bind(list).push(")");
    }

    /// Adds the `SELECT ... AS id` of the objects whose texts contain all these trigrams.
    pub(crate) fn by_grams(&mut self, grams: &Grams) {
        match self.dialect {
            Dialect::Sqlite => {
                self.push("SELECT rowid AS id FROM search_grams WHERE $1 <> '' AND search_grams MATCH ")
                    .bind(grams.fts());
            }
            Dialect::Postgres => {
                self.push("SELECT object_id AS id FROM search_grams WHERE ")
                    .tenant("")
                    .push(" AND grams @> string_to_array(")
                    .bind(grams.spaced())
                    .push(", ' ')");
            }
        }
    }

    /// Adds the value of `target` of the object with the row `c` and the id `id`, null if it has none.
    pub(crate) fn value(&mut self, target: Target, id: &str) {
        match target {
            Target::Id | Target::Link(_) => drop(self.push(id)),
            Target::Column(Column { name, .. }) => drop(self.push("c.").push(name)),
            Target::Value { field, text } => {
                self.push("(SELECT v.").push(value_column(text));
                self.push(" FROM search_values v WHERE ").tenant("v.").push(" AND v.object_id = ").push(id);
                self.push(" AND v.field = ").bind(field).push(")");
            }
        }
    }
}

/// Returns the column of `search_values` for such values.
pub(crate) fn value_column(text: bool) -> &'static str {
    if text { "text_value" } else { "number_value" }
}

fn split(intervals: &[Interval]) -> (Vec<&Literal>, Vec<&Interval>) {
    let points = intervals.iter().filter_map(Interval::as_point).collect();
    let ranges = intervals.iter().filter(|interval| interval.as_point().is_none()).collect();
    (points, ranges)
}
