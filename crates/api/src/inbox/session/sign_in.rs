//! `POST /app/v1/session`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::sign_in::inbox::{self as sign_in, Attempt, MAX_LIFETIME, Outcome, SECOND_FACTOR};
use http::StatusCode;
use serde::Deserialize;

use super::super::types::{SignIn, Step, WorkspaceName};
use super::super::visitor::Visitor;
use super::{account_key, refusal};
use crate::reply::Reply;

/// The maximum length of an email address and of a password, in bytes.
const MAX_TEXT_BYTES: usize = 1_000;

#[derive(Deserialize)]
struct Input {
    email: String,
    password: String,
    workspace_id: Option<String>,
}

/// Checks an email address and a password. Signs in, or asks for the second factor or for one of several workspaces.
pub async fn handle(visitor: Visitor) -> Result<Reply> {
    let Input { email, password, workspace_id } = visitor.body()?;
    if email.len() > MAX_TEXT_BYTES || password.len() > MAX_TEXT_BYTES {
        return Err(ErrorKind::SignInFailed.into());
    }
    let (who, device) = (email.clone(), visitor.device());
    let begun = move |tx: &mut deskwire_store::Tx<'_>| {
        sign_in::begin(tx, &who, workspace_id.as_deref(), device.address.as_deref())
    };
    let attempt = visitor.db().write(begun).await.map_err(refusal)?;
    let right = verify(&visitor, &attempt, &email, password).await?;
    let device = visitor.device();
    let outcome = visitor.db().write(move |tx| sign_in::finish(tx, &attempt, &right, &email, &device)).await?;
    let answer = |step, workspaces| Reply::json(StatusCode::OK, &SignIn { step, workspaces });
    match outcome {
        Outcome::Wrong => Err(ErrorKind::SignInFailed.into()),
        Outcome::Choose(workspaces) => {
            let named = workspaces.into_iter().map(|(id, name)| WorkspaceName { id, name });
            answer(Step::Choose, Some(named.collect()))
        }
        Outcome::SecondFactor(secret) => Ok(visitor.remember(answer(Step::Totp, None)?, &secret, SECOND_FACTOR)),
        Outcome::Session(secret) => Ok(visitor.remember(answer(Step::Done, None)?, &secret, MAX_LIFETIME)),
    }
}

/// Checks the password against each account. Without an account, a hash is checked too, to take the same time.
async fn verify(visitor: &Visitor, attempt: &Attempt, email: &str, password: String) -> Result<Vec<bool>> {
    let turn = account_key(email);
    let passwords = &visitor.app.passwords;
    if attempt.accounts.is_empty() {
        passwords.verify(visitor.share(), turn, password, None).await?;
        return Ok(Vec::new());
    }
    let mut right = Vec::with_capacity(attempt.accounts.len());
    for account in &attempt.accounts {
        let hash = Some(account.password.clone());
        right.push(passwords.verify(visitor.share(), turn, password.clone(), hash).await?);
    }
    Ok(right)
}
