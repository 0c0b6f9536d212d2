//! `/app/v1/settings`: what a workspace is set to.

mod apps;
mod tokens;
mod webhook_deliveries;
mod webhooks;

use super::rows::Rows;

pub(super) use tokens::as_limit;
pub(super) use webhook_deliveries::line;

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    apps::rows(rows);
    tokens::rows(rows);
    webhook_deliveries::rows(rows);
    webhooks::rows(rows);
}
