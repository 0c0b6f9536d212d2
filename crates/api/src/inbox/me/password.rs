//! `GET /app/v1/me/password` and `PUT /app/v1/me/password`. Responses are not stored for repeated requests: the hash that
//! tells such requests apart would allow guessing the passwords quickly.

use deskwire_domain::Cx;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::sign_in::{own_password, passwords};
use serde::Deserialize;

use super::super::request::Request;
use super::super::session::{account_key, refusal};
use super::super::types::{Nothing, PasswordState};
use crate::proxies::share_of;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Input {
    current_password: String,
    new_password: String,
}

/// Whether the teammate has a password.
pub async fn show(request: Request) -> Result<Reply> {
    request.read(|cx| Ok(PasswordState { exists: own_password::exists(cx)? })).await
}

/// Changes the password, given the current one. Wrong ones are counted.
pub async fn put(request: Request) -> Result<Reply> {
    let Input { current_password, new_password } = request.body()?;
    passwords::check_length(&new_password).map_err(|error| error.field("new_password"))?;
    let (actor, address) = (request.actor().clone(), request.ip());
    let begin =
        move |tx: &mut deskwire_store::Tx<'_>| own_password::begin(&mut Cx::new(tx, &actor), address.as_deref());
    let current = request.db().write(begin).await.map_err(refusal)?;
    let (share, turn) = (share_of(request.ip), account_key(&current.email));
    let verified = request.app.passwords.verify(share, turn, current_password, Some(current.hash.clone()));
    if !verified.await? {
        return Err(wrong(ErrorKind::PasswordWrong.into()));
    }
    let hash = request.app.passwords.hash(share, new_password).await?;
    let (own, address) = (request.teammate.session.id, request.ip());
    let change = move |cx: &mut Cx| {
        own_password::change(cx, &current, &hash, own, address.as_deref()).map(|()| Nothing {}).map_err(wrong)
    };
    let reply = request.write_unstored(change).await?;
    request.end_other_sessions();
    Ok(reply)
}

/// Names the field of a wrong password.
fn wrong(error: Error) -> Error {
    if error.kind == ErrorKind::PasswordWrong { error.field("current_password") } else { error }
}
