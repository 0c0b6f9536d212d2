//! `/ip_allowlist`

pub mod retrieve;
pub mod update;
mod view;

use crate::auth::Scope::{ReadIpAllowlist, WriteIpAllowlist};
use crate::routes::Routes;
use crate::versions::Version::{V2_14, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /ip_allowlist", &[ReadIpAllowlist],  V2_14..=V2_16, retrieve::handle);
    routes.row("PUT /ip_allowlist", &[WriteIpAllowlist], V2_14..=V2_16, update::handle);
}
