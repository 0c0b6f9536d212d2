//! `POST /auth/eagle/token`

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::oauth;
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, PRAGMA};
use serde::Serialize;

use super::browser::{Answer, BrowserRequest, Fields};
use crate::reply::Reply;
use crate::{auth, intake};

#[derive(Serialize)]
struct Token<'a> {
    token_type: &'static str,
    token: &'a str,
    access_token: &'a str,
}

/// The body of a token request.
struct TokenRequest {
    client_id: String,
    client_secret: String,
    code: String,
    redirect_uri: Option<String>,
}

/// Exchanges a code for a token, once.
pub(super) async fn handle(request: BrowserRequest, body: HttpBody) -> Answer {
    let TokenRequest { client_id, client_secret, code, redirect_uri } = token_request(&request, body).await?;
    let db = &request.db();
    let app = db.read(move |tx| oauth::client(tx, &client_id, &client_secret)).await?;
    let app = app.ok_or_else(|| Error::from(ErrorKind::ClientUnauthorized))?;
    let token = db.write(move |tx| oauth::redeem(tx, &app, &code, redirect_uri.as_deref())).await?;
    let Some(token) = token else {
        // The code may have been used before: then the token that it gave must stop working at once.
        request.app.tokens.refresh(db).await;
        return Err(Error::from(ErrorKind::CodeUnauthorized).into());
    };
    let answer = Token { token_type: "Bearer", token: &token, access_token: &token };
    let mut reply = Reply::json(StatusCode::OK, &answer)?;
    reply.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply.headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    Ok(reply)
}

/// Reads a form or JSON. The client may also authenticate by a `Basic` header.
async fn token_request(request: &BrowserRequest, body: HttpBody) -> Result<TokenRequest> {
    let headers = &request.parts.headers;
    let limit = request.app.config.body_limit.min(64 << 10);
    let intake::Bytes { bytes, .. } = intake::bytes(&request.app, request.share(), limit, headers, body).await?;
    let media = intake::essence(headers);
    let json = match media.as_str() {
        "application/json" => Some(intake::object(&bytes)?),
        "application/x-www-form-urlencoded" => None,
        _ if bytes.is_empty() => None,
        _ => {
            let message = "The Content-Type header should send a media type of application/json or application/x-www-form-urlencoded";
            return Err(Error::new(ErrorKind::MediaTypeUnsupported, message));
        }
    };
    let form = if json.is_some() { Fields::default() } else { Fields::read(&String::from_utf8_lossy(&bytes)) };
    let field = |name| match &json {
        Some(body) => Ok(body.id(name)?.flatten().filter(|v| !v.is_empty())),
        None => Ok::<_, Error>(form.get(name)?.map(str::to_owned)),
    };
    let (user, password) = auth::basic(headers).map(|(user, password)| (plain(&user), plain(&password))).unzip();
    let needed = |name: &'static str, value: Option<String>| {
        value.ok_or_else(|| Error::missing(format!("{name} is required")).field(name))
    };
    Ok(TokenRequest {
        client_id: needed("client_id", field("client_id")?.or(user))?,
        client_secret: needed("client_secret", field("client_secret")?.or(password))?,
        code: needed("code", field("code")?)?,
        redirect_uri: field("redirect_uri")?,
    })
}

/// Decodes a value that the client form-encoded for the header (RFC 6749, 2.3.1).
fn plain(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().replace('\0', "")
}
