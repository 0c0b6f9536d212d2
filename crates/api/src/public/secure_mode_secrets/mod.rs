//! `/secure_mode_secrets`

pub mod create;
pub mod delete;
pub mod list;
mod view;

use crate::auth::Scope::{ReadSecureModeSecrets, WriteSecureModeSecrets};
use crate::routes::Routes;
use crate::versions::Version::Unstable;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /secure_mode_secrets",         &[ReadSecureModeSecrets],  Unstable.., list::handle);
    routes.row("POST /secure_mode_secrets",        &[WriteSecureModeSecrets], Unstable.., create::handle);
    routes.row("DELETE /secure_mode_secrets/{id}", &[WriteSecureModeSecrets], Unstable.., delete::handle);
}
