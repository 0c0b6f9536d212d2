//! `/phone_call_redirects`

pub mod create;

use crate::auth::Scope::CreatePhoneCallRedirects;
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /phone_call_redirects", &[CreatePhoneCallRedirects], V2_7.., create::handle);
}
