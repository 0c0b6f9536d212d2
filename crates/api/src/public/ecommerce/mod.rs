//! `/ecommerce`

pub mod upload;

use crate::auth::Scope::ReadWriteAiContent;
use crate::routes::Routes;
use crate::versions::Version::Unstable;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /ecommerce/connectors/{id}/catalog", &[ReadWriteAiContent], Unstable.., upload::handle).with_form();
}
