//! What kind of server is behind a connection, and how it is told to plan.

use super::Session;
use crate::Result;
use crate::db::tx::Lane;

/// For the statements of a search: until the end of the transaction, or until it is reset.
pub(super) const BY_VALUE: &str = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = on";

const WHAT: &str = "SELECT version(), EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'citus'),
    coalesce((SELECT c.relkind = 'p' FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass('workspaces')), FALSE),
    pg_catalog.to_regclass('pg_dist_partition') IS NOT NULL";
const SPREAD: &str = "SELECT EXISTS (SELECT 1 FROM pg_dist_partition
    WHERE logicalrelid = pg_catalog.to_regclass('workspaces') AND partmethod = 'h')";

/// What a server is, and its tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Whether equal snapshots mean equal data, as on PostgreSQL itself. Databases that only speak its
    /// wire, and clusters, decide elsewhere what is visible.
    pub(crate) comparable: bool,
    /// Whether tables are distributed: in shards of Citus, or in partitions.
    pub(crate) distributed: bool,
    /// Whether it is Citus that distributes them.
    pub(crate) citus: bool,
}

impl Kind {
    /// The settings of a session.
    ///
    /// Plans are generic, as in SQLite: every workspace is planned as one of average size, where outdated statistics would
    /// treat a new one as empty and scan it. A table may have grown since a plan was made, so all plans use indexes.
    /// Searches choose their own plans. Of distributed tables, Citus cannot plan a join without the values that say which
    /// shard it is in, and a generic plan opens all partitions.
    pub(super) fn planning(self) -> &'static str {
        if self.distributed {
            "SET plan_cache_mode = auto; SET enable_seqscan = off; SET jit = off"
        } else {
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off"
        }
    }

    /// What a session is set to after a search, in its transaction.
    pub(super) fn planning_again(self) -> &'static str {
        if self.distributed {
            "SET LOCAL plan_cache_mode = auto; SET LOCAL enable_seqscan = off"
        } else {
            "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off"
        }
    }
}

impl Session {
    /// Finds out what kind of server this is.
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
