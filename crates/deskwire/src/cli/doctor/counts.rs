//! The counts in rows, compared with what there is, and corrected.

use deskwire_domain::{doctor as domain, workspaces};
use deskwire_store::Db;

use super::Report;
use crate::cli::Result;

/// Compares all counts of all workspaces; with `repairs`, corrects the wrong ones.
pub(super) fn check(report: &mut Report, db: &Db, repairs: bool) -> Result {
    let workspaces = db.search_sync(workspaces::all)?;
    for of in domain::COUNTS {
        let mut rows = 0;
        for workspace in &workspaces {
            let wrong = wrong(db, &workspace.id, *of)?;
            rows += wrong.len();
            if repairs {
                repair(db, &workspace.id, *of, wrong)?;
            }
        }
        let what = format!("{} of {}", of.column, of.table);
        match rows {
            0 => Report::good(format_args!("{what}: all right"))?,
            _ if repairs => Report::good(format_args!("{what}: {rows} corrected"))?,
            _ => report.bad(format_args!("{what}: {rows} wrong; --repair-counts corrects them"))?,
        }
    }
    Ok(())
}

/// The rows of a workspace whose count is wrong.
fn wrong(db: &Db, workspace: &str, of: domain::StoredCount) -> Result<Vec<i64>> {
    let (mut wrong, mut after) = (Vec::new(), 0);
    loop {
        let workspace = workspace.to_owned();
        let compared = db.search_sync(move |tx| domain::compare_counts(tx, &workspace, of, after))?;
        wrong.extend(compared.wrong);
        let Some(last) = compared.last else { return Ok(wrong) };
        after = last;
    }
}

/// Corrects the counts of these rows, each in its own transaction, so that nobody waits for long.
fn repair(db: &Db, workspace: &str, of: domain::StoredCount, rows: Vec<i64>) -> Result {
    for id in rows {
        let workspace = workspace.to_owned();
        db.write_sync(move |tx| domain::repair_count(tx, &workspace, of, id))?;
    }
    Ok(())
}
