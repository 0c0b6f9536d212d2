//! `/app/v1/session`: signing in and out.

mod choose;
mod join;
mod second_factor;
mod show;
mod sign_in;
mod sign_out;

use deskwire_domain::error::{Error, ErrorKind};
use deskwire_domain::sign_in::inbox::Refused;
use deskwire_store::fair::Key;

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

/// The key under which verifications of the passwords of an email address take turns.
pub(super) fn account_key(email: &str) -> Key {
    Key::of(&("inbox account", email.trim().to_ascii_lowercase()))
}

/// The error of a refused attempt; for too many attempts, with the seconds to wait.
pub(super) fn refusal(refused: Refused) -> Error {
    match refused {
        Refused::Wait(seconds) => Error::from(ErrorKind::TooManyAttempts).with("retry_after", seconds),
        Refused::Failed(error) => error,
    }
}
