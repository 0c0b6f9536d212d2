//! `/app/v1/session`: signing in and out.

mod choose;
mod join;
mod second_factor;
mod show;
mod sign_in;
mod sign_out;

use deskwire_domain::error::{Error, ErrorKind};

use super::rows::Rows;

pub(super) fn rows(rows: &mut Rows) {
    rows.open("GET /app/v1/session", show::handle);
    rows.open("POST /app/v1/session", sign_in::handle);
    rows.open("DELETE /app/v1/session", sign_out::handle);
    rows.open("POST /app/v1/session/choose", choose::handle);
    rows.open("POST /app/v1/session/totp", second_factor::handle);
    rows.open("POST /app/v1/session/invitation", join::show);
    rows.open("POST /app/v1/session/join", join::accept);
}

/// The error for too many attempts, with the seconds to wait.
fn wait(seconds: i64) -> Error {
    Error::from(ErrorKind::TooManyAttempts).with("retry_after", seconds)
}
