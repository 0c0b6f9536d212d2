//! `/app/v1/me`: a teammate's own settings.

mod mail;
mod name;
mod password;
mod picture;
mod preferences;
mod second_factor;
mod sessions;

use super::rows::{Needs, Rows};

pub(super) fn rows(rows: &mut Rows) {
    rows.row("PATCH /app/v1/me", Needs::Session, name::change);
    rows.row("PUT /app/v1/me/picture", Needs::Session, picture::put).with_bytes();
    rows.row("DELETE /app/v1/me/picture", Needs::Session, picture::remove);
    rows.row("GET /app/v1/me/password", Needs::Session, password::show);
    rows.row("PUT /app/v1/me/password", Needs::Session, password::put);
    rows.row("PUT /app/v1/me/preferences", Needs::Session, preferences::handle);
    rows.row("GET /app/v1/me/mail", Needs::Session, mail::show);
    rows.row("PUT /app/v1/me/mail", Needs::Session, mail::put);
    rows.row("GET /app/v1/me/totp", Needs::Session, second_factor::show);
    rows.row("POST /app/v1/me/totp", Needs::Session, second_factor::begin);
    rows.row("POST /app/v1/me/totp/confirm", Needs::Session, second_factor::confirm);
    rows.row("POST /app/v1/me/totp/remove", Needs::Session, second_factor::remove);
    rows.row("GET /app/v1/me/sessions", Needs::Session, sessions::list);
    rows.row("DELETE /app/v1/me/sessions/{id}", Needs::Session, sessions::end);
}
