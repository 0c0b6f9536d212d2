//! `/app/v1/settings`: what a workspace is set to.

mod apps;
mod tokens;
mod webhook_deliveries;
mod webhooks;

use super::rows::Rows;

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    apps::rows(rows);
    tokens::rows(rows);
    webhook_deliveries::rows(rows);
    webhooks::rows(rows);
}
