//! `POST /oauth/sign_in`

use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::oauth::Asking;
use deskwire_domain::sign_in::{self, Begun, Candidate};
use deskwire_store::fair::Key;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};

use super::browser::{Answer, BrowserRequest, Flow, Halt};
use super::{document, pages};

const STALE: &str = "This page was out of date. Please try again.";
const WRONG: &str = "The email address or the password is wrong.";

/// Signs an admin in, unless the password is wrong or there were too many failed attempts.
pub(super) async fn handle(request: BrowserRequest, body: HttpBody) -> Answer {
    let fields = request.form(body).await?;
    let flow = Flow::read(&fields)?;
    let asking = request.asking(&flow).await?;
    let email = fields.get("email")?.unwrap_or_default().to_owned();
    if !request.is_ours(&fields) {
        return Ok(pages::sign_in(&request, &flow, &asking, Some((StatusCode::FORBIDDEN, STALE)), &email)?);
    }
    let password = fields.get("password")?.unwrap_or_default().to_owned();
    match open(&request, &asking, &email, password).await? {
        Opened::Session(secret) => {
            let reply = document::redirect(StatusCode::SEE_OTHER, &flow.path(&request));
            Ok(document::with_cookie(reply, &request.set_cookie(&secret)))
        }
        Opened::Wrong => Ok(pages::sign_in(&request, &flow, &asking, Some((StatusCode::FORBIDDEN, WRONG)), &email)?),
        Opened::Wait(seconds) => {
            let message = format!("There were too many failed attempts. Please try again in {}.", duration(seconds));
            let refused = Some((StatusCode::TOO_MANY_REQUESTS, message.as_str()));
            let mut reply = pages::sign_in(&request, &flow, &asking, refused, &email)?;
            reply.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            Ok(reply)
        }
    }
}

enum Opened {
    Session(String),
    Wrong,
    Wait(i64),
}

/// Counts the attempt, verifies the password outside of any transaction, and records the result.
async fn open(request: &BrowserRequest, asking: &Asking, email: &str, password: String) -> Result<Opened, Halt> {
    let db = request.db();
    let tenant = Arc::new(asking.tenant.clone());
    let (workspace, who, ip) = (tenant.id.clone(), email.to_owned(), request.address());
    let begun = db.write(move |tx| sign_in::begin(&mut tx.within(&workspace), &who, ip.as_deref())).await?;
    let candidate: Candidate = match begun {
        Begun::Wait(seconds) => return Ok(Opened::Wait(seconds)),
        Begun::Try(candidate) => *candidate,
    };
    let account = Key::of(&("account", &tenant.id, email.to_lowercase()));
    let right = request.app.passwords.verify(request.share(), account, password, candidate.hash.clone()).await?;
    let (who, ip) = (email.to_owned(), request.address());
    let opened = db.write(move |tx| {
        if right {
            sign_in::succeed(tx, &tenant, &who, &candidate, ip.as_deref())
        } else {
            sign_in::fail(tx, &tenant, &candidate, ip.as_deref()).map(|()| None)
        }
    });
    Ok(opened.await?.map_or(Opened::Wrong, Opened::Session))
}

fn duration(seconds: i64) -> String {
    match (seconds, (seconds + 59) / 60) {
        (1, _) => "a second".to_owned(),
        (..=90, _) => format!("{seconds} seconds"),
        (_, minutes) => format!("{minutes} minutes"),
    }
}
