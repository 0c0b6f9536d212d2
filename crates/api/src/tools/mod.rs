//! What tools may ask for that the described API does not have. The same tokens, versions and refusals.

pub mod events;

use crate::routes::Routes;
use crate::versions::Version::V2_7;

/// Where it all is.
pub(crate) const UNDER: &str = "/app/";
/// The streams that a process keeps open at once.
pub(crate) const STREAMS: usize = 1000;

/// The table of these operations.
#[expect(clippy::expect_used, reason = "the rows are constants; every start of a server builds this table")]
pub fn table() -> Routes {
    let mut table = Routes::default();
    // Which events it shows is a matter of the token's scopes, topic by topic.
    table.row("GET /app/events", &[], V2_7.., events::handle);
    table.index().expect("no two paths of the table are alike")
}
