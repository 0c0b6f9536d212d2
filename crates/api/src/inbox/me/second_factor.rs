//! `/app/v1/me/totp`: the second factor of the teammate. Its answers hold secrets, so they are not kept for repeated
//! requests.

use deskwire_domain::error::Result;
use deskwire_domain::sign_in::second_factor;
use serde::Deserialize;

use super::super::request::Request;
use super::super::types::{Nothing, RecoveryCodes, SecondFactor, SecondFactorSetup};
use crate::reply::Reply;

#[derive(Deserialize)]
struct Input {
    code: String,
}

/// Whether there is one.
pub async fn show(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let (active, recovery_codes_left) = second_factor::state(cx)?;
            Ok(SecondFactor { active, recovery_codes_left })
        })
        .await
}

/// Begins to set one up.
pub async fn begin(request: Request) -> Result<Reply> {
    request
        .write_unkept(|cx| {
            let second_factor::Setup { secret, url } = second_factor::begin(cx)?;
            Ok(SecondFactorSetup { secret, url })
        })
        .await
}

/// Puts it into force, with a code of it.
pub async fn confirm(request: Request) -> Result<Reply> {
    let (Input { code }, own) = (request.body()?, request.teammate.session.id);
    request.write_unkept(move |cx| Ok(RecoveryCodes { codes: second_factor::confirm(cx, &code, own)? })).await
}

/// Removes it, with a code of it or a recovery code.
pub async fn remove(request: Request) -> Result<Reply> {
    let Input { code } = request.body()?;
    request.write_unkept(move |cx| second_factor::remove(cx, &code).map(|()| Nothing {})).await
}
