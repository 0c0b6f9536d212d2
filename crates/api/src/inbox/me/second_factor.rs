//! `/app/v1/me/totp`: the teammate's second factor. Responses hold secrets, so they are not stored for repeated
//! requests.

use deskwire_domain::Cx;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::sign_in::second_factor;
use serde::Deserialize;

use super::super::request::Request;
use super::super::session::refusal;
use super::super::types::{Nothing, RecoveryCodes, SecondFactor, SecondFactorSetup};
use crate::reply::Reply;

#[derive(Deserialize)]
struct Input {
    code: String,
}

/// Whether a second factor is set up.
pub async fn show(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let (active, recovery_codes_left) = second_factor::state(cx)?;
            Ok(SecondFactor { active, recovery_codes_left })
        })
        .await
}

/// Starts to set one up.
pub async fn begin(request: Request) -> Result<Reply> {
    request
        .write_unstored(|cx| {
            let second_factor::Setup { secret, url } = second_factor::begin(cx)?;
            Ok(SecondFactorSetup { secret, url })
        })
        .await
}

/// Enables it, given a code, and ends the other sessions.
pub async fn confirm(request: Request) -> Result<Reply> {
    let (Input { code }, own) = (request.body()?, request.teammate.session.id);
    let enable = move |cx: &mut Cx| second_factor::confirm(cx, &code, own).map(|codes| RecoveryCodes { codes });
    let reply = request.write_unstored(enable).await?;
    request.end_other_sessions();
    Ok(reply)
}

/// Removes it, given a code or a recovery code. Wrong ones are counted.
pub async fn remove(request: Request) -> Result<Reply> {
    let (Input { code }, address) = (request.body()?, request.ip());
    request
        .write_or_refuse(move |cx| {
            let is_right = second_factor::remove(cx, &code, address.as_deref()).map_err(refusal)?;
            Ok(if is_right { Ok(Nothing {}) } else { Err(ErrorKind::CodeWrong.into()) })
        })
        .await
}
