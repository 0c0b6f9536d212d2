//! `/office_hours_schedules`

pub mod create;
pub mod delete;
pub mod exceptions;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
mod view;

use crate::auth::Scope::ReadWriteOfficeHours;
use crate::request::Request;
use crate::routes::Routes;
use crate::versions::Version::V2_16;
use deskwire_domain::ids::{OfficeHoursExceptionId, OfficeHoursScheduleId};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    let scopes = &[ReadWriteOfficeHours];
    routes.row("GET /office_hours_schedules",         scopes, V2_16.., list::handle);
    routes.row("POST /office_hours_schedules",        scopes, V2_16.., create::handle);
    routes.row("GET /office_hours_schedules/{id}",    scopes, V2_16.., retrieve::handle);
    routes.row("PUT /office_hours_schedules/{id}",    scopes, V2_16.., update::handle);
    routes.row("DELETE /office_hours_schedules/{id}", scopes, V2_16.., delete::handle);
    routes.row("GET /office_hours_schedules/{id}/office_hours_exceptions",                   scopes, V2_16.., exceptions::list::handle);
    routes.row("POST /office_hours_schedules/{id}/office_hours_exceptions",                  scopes, V2_16.., exceptions::create::handle);
    routes.row("GET /office_hours_schedules/{id}/office_hours_exceptions/{exception_id}",    scopes, V2_16.., exceptions::retrieve::handle);
    routes.row("PUT /office_hours_schedules/{id}/office_hours_exceptions/{exception_id}",    scopes, V2_16.., exceptions::update::handle);
    routes.row("DELETE /office_hours_schedules/{id}/office_hours_exceptions/{exception_id}", scopes, V2_16.., exceptions::delete::handle);
}

/// The id of the schedule in the path.
fn schedule(request: &Request) -> Option<OfficeHoursScheduleId> {
    OfficeHoursScheduleId::parse(request.param("id"))
}

/// The id of the exception in the path.
fn exception(request: &Request) -> Option<OfficeHoursExceptionId> {
    OfficeHoursExceptionId::parse(request.param("exception_id"))
}
