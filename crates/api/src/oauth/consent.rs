//! `POST /oauth/consent`

use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::Actor;
use deskwire_domain::Cx;
use deskwire_domain::oauth;
use http::StatusCode;

use super::browser::{Answer, BrowserRequest, Fields, Flow};
use super::{document, pages};
use crate::request::encode;

const STALE: &str = "Your session has ended. Please sign in again.";
const CHANGED: &str = "The access that the app requests has just changed. Please review it again.";

/// Redirects the browser to the app with the admin's decision.
pub(super) async fn handle(request: BrowserRequest, body: HttpBody) -> Answer {
    let fields = request.form(body).await?;
    let flow = Flow::read(&fields)?;
    let asking = request.asking(&flow).await?;
    let Some(admin) = asking.admin.as_ref().filter(|_| request.is_ours(&fields)) else {
        return Ok(pages::sign_in(&request, &flow, &asking, Some((StatusCode::FORBIDDEN, STALE)), "")?);
    };
    if fields.get("decision")? != Some("allow") {
        return Ok(back(&asking.redirect_uri, ("error", "access_denied"), flow.state.as_deref()));
    }
    if asking.permitted.is_some() {
        return Ok(pages::consent(&request, &flow, &asking, admin, None)?);
    }
    let actor = Actor::admin(Arc::new(asking.tenant.clone()), admin.id);
    let (app, redirect_uri, ip) = (asking.app.id, asking.redirect_uri.clone(), request.address());
    let shown_scopes = shown_scopes(&fields)?;
    let allow = move |tx: &mut deskwire_store::Tx<'_>| {
        oauth::allow(&mut Cx::new(tx, &actor), app, &redirect_uri, &shown_scopes, ip.as_deref())
    };
    match request.db().write(allow).await? {
        Some(code) => Ok(back(&asking.redirect_uri, ("code", &code), flow.state.as_deref())),
        None => Ok(pages::consent(&request, &flow, &asking, admin, Some(CHANGED))?),
    }
}

/// The scopes that the consent page listed.
fn shown_scopes(fields: &Fields) -> deskwire_domain::Result<String> {
    Ok(fields.get("scopes")?.unwrap_or_default().to_owned())
}

/// The redirect back to the app. A query in the app's URI is kept.
fn back(redirect_uri: &str, (name, value): (&str, &str), state: Option<&str>) -> crate::Reply {
    let joint = match redirect_uri {
        uri if uri.ends_with(['?', '&']) => "",
        uri if uri.contains('?') => "&",
        _ => "?",
    };
    let state = state.map_or(String::new(), |state| format!("&state={}", encode(state)));
    document::redirect(StatusCode::FOUND, &format!("{redirect_uri}{joint}{name}={}{state}", encode(value)))
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn the_query_of_a_redirect_uri_stays() {
        let to = |uri, state| {
            back(uri, ("code", "a=b"), state).headers["location"].to_str().map(str::to_owned).unwrap_or_default()
        };
        assert_eq!(to("https://a.test/back", Some("x y&z")), "https://a.test/back?code=a%3Db&state=x%20y%26z");
        assert_eq!(to("https://a.test/back?t=1", None), "https://a.test/back?t=1&code=a%3Db");
        assert_eq!(to("https://a.test?", None), "https://a.test?code=a%3Db");
        assert_eq!(to("https://a.test/?t=1&", None), "https://a.test/?t=1&code=a%3Db");
    }
}
