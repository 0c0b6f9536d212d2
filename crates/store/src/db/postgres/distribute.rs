//! Tables distributed over the nodes of Citus.

use super::Session;
use crate::db::tx::Lane;
use crate::{Error, Result};

/// The tables whose rows belong to no workspace, and why. On Citus each node has a full copy of them, except of those in
/// [`ON_COORDINATOR`]. All other tables are distributed by workspace.
pub const SHARED_TABLES: [(&str, &str); 4] = [
    ("duties", "one process does them for all workspaces"),
    ("epochs", "caches of a process hold data of all workspaces"),
    ("schema_migrations", "about the database itself"),
    ("workers", "a process works for all workspaces"),
];

/// Those of them that only the coordinator has. Processes write them while they work; what every node has a copy of can
/// only be written while all nodes are up.
pub const ON_COORDINATOR: [&str; 2] = ["duties", "workers"];

/// The table that the shards of the other tables are colocated with.
const FIRST: &str = "workspaces";

const MISSING: &str = "SELECT c.relname::text FROM pg_catalog.pg_class c
    WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema())
        AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND NOT EXISTS (SELECT 1 FROM pg_dist_partition d WHERE d.logicalrelid = c.oid)
    ORDER BY c.relname <> 'workspaces', c.relname::text COLLATE \"C\"";
const COPIED: &str = "SELECT c.relname::text FROM pg_catalog.pg_class c
    JOIN pg_dist_partition d ON d.logicalrelid = c.oid
    WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema())
    ORDER BY c.relname::text COLLATE \"C\"";

impl Session {
    /// Distributes the tables that are not distributed yet, and moves those that belong on the coordinator there. Returns
    /// their names. Tables distributed before a failure stay distributed.
    pub(super) fn distribute(&mut self) -> Result<Vec<String>> {
        if !self.holds("SELECT pg_catalog.to_regclass('pg_dist_partition') IS NOT NULL")? {
            return Err(Error::Unavailable(
                "the extension citus is not installed in this database (CREATE EXTENSION citus, on every node)"
                    .to_owned(),
            ));
        }
        let mut tables = self.undistributed()?;
        if !self.holds("SELECT EXISTS (SELECT 1 FROM pg_dist_local_group WHERE groupid = 0)")? {
            return Err(Error::Unavailable(
                "this node of Citus is not the coordinator, which alone can distribute and migrate tables".to_owned(),
            ));
        }
        for table in &tables {
            self.batch(&statement(table))?;
            tracing::info!(table, "distributed");
        }
        for table in self.names(COPIED)?.into_iter().filter(|table| ON_COORDINATOR.contains(&table.as_str())) {
            self.batch(&format!("SELECT undistribute_table('{table}')"))?;
            tracing::info!(table, "moved to the coordinator");
            tables.push(table);
        }
        Ok(tables)
    }

    /// Returns the names of the tables that are not distributed, in the order in which they must be.
    pub(super) fn undistributed(&mut self) -> Result<Vec<String>> {
        let mut tables = self.names(MISSING)?;
        tables.retain(|table| !ON_COORDINATOR.contains(&table.as_str()));
        Ok(tables)
    }

    fn names(&mut self, question: &str) -> Result<Vec<String>> {
        let mut names = Vec::new();
        self.statement(Lane::Read, question, &[], &mut |row| {
            names.extend(row.str(0).map(str::to_owned));
            true
        })?;
        Ok(names)
    }

    fn holds(&mut self, question: &str) -> Result<bool> {
        let mut holds = false;
        self.statement(Lane::Read, question, &[], &mut |row| {
            holds = row.get(0) == Ok(true);
            false
        })?;
        Ok(holds)
    }
}

/// Returns the statement that distributes a table. Table names come from the program and need no quotes.
fn statement(table: &str) -> String {
    if SHARED_TABLES.iter().any(|(shared, _)| *shared == table) {
        return format!("SELECT create_reference_table('{table}')");
    }
    let beside = if table == FIRST { "none" } else { FIRST };
    format!("SELECT create_distributed_table('{table}', 'workspace_id', colocate_with => '{beside}')")
}
