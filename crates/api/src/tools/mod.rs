//! Operations for tools, which the described API does not have. Tokens, versions and errors are those of the API.

mod batches;
pub(crate) mod content_jobs;
mod events;
pub(crate) mod streams;

use crate::auth::Scope::ReadContent;
use crate::routes::Routes;
use crate::versions::Version::{V2_7, V2_16};

/// The rows.
pub(crate) fn routes(routes: &mut Routes) {
    // The token's scopes are checked for each topic.
    routes.row("GET /app/events", &[], V2_7.., events::handle);
    routes.row("GET /app/content_jobs/{id}", &[ReadContent], V2_16.., content_jobs::handle);
}
