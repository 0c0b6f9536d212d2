//! The kind of server behind a connection, and the settings of its planner.

use super::Session;
use crate::Result;
use crate::db::tx::Lane;

/// For the statements of a search: lasts until the end of the transaction or a reset.
pub(super) const BY_VALUE: &str = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = on";

const WHAT: &str = "SELECT version(), EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'citus'),
    coalesce((SELECT c.relkind = 'p' FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass('workspaces')), FALSE),
    pg_catalog.to_regclass('pg_dist_partition') IS NOT NULL";
const SPREAD: &str = "SELECT EXISTS (SELECT 1 FROM pg_dist_partition
    WHERE logicalrelid = pg_catalog.to_regclass('workspaces') AND partmethod = 'h')";

/// The kind of a server and of its tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Whether equal snapshots mean equal data, as on PostgreSQL itself. Databases that only speak its wire protocol,
    /// and clusters, determine visibility in other ways.
    pub(crate) comparable: bool,
    /// Whether tables are distributed: in shards of Citus, or in partitions.
    pub(crate) distributed: bool,
    /// Whether Citus distributes them.
    pub(crate) citus: bool,
}

impl Kind {
    /// Returns the settings of a session.
    ///
    /// Plans are generic, as in SQLite. Every workspace is planned as one of average size, whereas outdated statistics
    /// would treat a new one as empty and scan it. A table may have grown since a plan was made, so all plans use
    /// indexes. Searches choose their own plans. For distributed tables the server chooses the kind of plan: Citus
    /// cannot plan a join without the values that determine its shard, and a generic plan opens all partitions.
    pub(super) fn planning(self) -> &'static str {
        if self.distributed {
            "SET plan_cache_mode = auto; SET enable_seqscan = off; SET jit = off"
        } else {
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off"
        }
    }

    /// Returns the settings that a session goes back to after a search, in its transaction.
    pub(super) fn planning_again(self) -> &'static str {
        if self.distributed {
            "SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = off"
        } else {
            "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off"
        }
    }
}

impl Session {
    /// Detects the kind of server.
    pub(super) fn look_at_kind(&mut self) -> Result<Kind> {
        let (mut kind, mut has_citus) = (Kind::default(), false);
        self.statement(Lane::Read, WHAT, &[], &mut |row| {
            let version = row.str(0).unwrap_or_default();
            kind.comparable =
                version.starts_with("PostgreSQL ") && !version.contains("-YB-") && row.get(1) == Ok(false);
            kind.distributed = row.get(2) == Ok(true);
            has_citus = row.get(3) == Ok(true);
            false
        })?;
        if has_citus {
            self.statement(Lane::Read, SPREAD, &[], &mut |row| {
                kind.citus = row.get(0) == Ok(true);
                false
            })?;
            kind.distributed |= kind.citus;
        }
        self.kind = kind;
        Ok(kind)
    }
}
