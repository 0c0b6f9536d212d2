//! The OAuth pages, with the templates in `templates/oauth/`.

use askama::Template;
use deskwire_domain::error::{Error, ErrorClass};
use deskwire_domain::oauth::Asking;
use deskwire_store::admins::Admin;
use http::StatusCode;

use super::browser::{BrowserRequest, Flow, proof};
use super::document::{Problem, page, with_cookie};

use crate::auth::{Scope, Scopes};
use crate::error::status;
use crate::reply::Reply;

/// The maximum number of admins named as able to grant access.
const MAX_SHOWN: usize = 10;

/// The hidden fields of each form: the flow that it continues, and the CSRF token.
struct Form<'a> {
    base: &'a str,
    flow: &'a Flow,
    proof: String,
}

impl<'a> Form<'a> {
    fn new(request: &'a BrowserRequest, flow: &'a Flow, cookie: &str) -> Self {
        Self { base: request.base(), flow, proof: proof(cookie) }
    }

    /// The hidden fields, by name.
    fn hidden(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.flow.pairs().chain([("csrf", self.proof.as_str())])
    }
}

#[derive(Template)]
#[template(path = "oauth/unknown_client.html")]
struct UnknownClient;

/// The page for an unknown client id.
pub(super) fn unknown_client() -> Reply {
    page(StatusCode::BAD_REQUEST, &UnknownClient, "")
}

#[derive(Template)]
#[template(path = "oauth/unknown_redirect.html")]
struct UnknownRedirect<'a> {
    app: &'a str,
}

/// The page for a redirect URI that the app has not registered.
pub(super) fn unknown_redirect(app: &str) -> Reply {
    page(StatusCode::BAD_REQUEST, &UnknownRedirect { app }, "")
}

/// The page of an error.
pub(super) fn failure(error: &Error) -> Reply {
    let class = error.kind.class();
    match class {
        ErrorClass::Internal => tracing::error!(cause = error.cause.as_deref(), "{error}"),
        ErrorClass::Unavailable | ErrorClass::Timeout => tracing::warn!(cause = error.cause.as_deref(), "{error}"),
        _ => {
            let text = &format!("{}.", error.message);
            return page(status(class), &Problem { title: "That did not work", text }, "");
        }
    }
    let text = "The server could not complete your request. Please try again in a moment.";
    page(status(class), &Problem { title: "Something went wrong", text }, "")
}

#[derive(Template)]
#[template(path = "oauth/sign_in.html")]
struct SignIn<'a> {
    form: Form<'a>,
    asking: &'a Asking,
    problem: Option<&'a str>,
    email: &'a str,
}

/// The sign-in page. `problem`: why the last attempt failed; `email`: what was entered then.
pub(super) fn sign_in(
    request: &BrowserRequest,
    flow: &Flow,
    asking: &Asking,
    problem: Option<(StatusCode, &str)>,
    email: &str,
) -> Result<Reply, Error> {
    let (cookie, fresh) = request.cookie_or_new()?;
    let form = Form::new(request, flow, &cookie);
    let (code, problem) = problem.map_or((StatusCode::OK, None), |(code, text)| (code, Some(text)));
    let reply = page(code, &SignIn { form, asking, problem, email }, "");
    Ok(match fresh {
        Some(text) => with_cookie(reply, &text),
        None => reply,
    })
}

#[derive(Template)]
#[template(path = "oauth/consent.html")]
struct Consent<'a> {
    form: Form<'a>,
    asking: &'a Asking,
    admin: &'a Admin,
    problem: Option<&'a str>,
    permissions: Vec<&'static str>,
    site: &'a str,
}

/// The page for an admin whose role may not grant access: it names admins who may.
#[derive(Template)]
#[template(path = "oauth/not_permitted.html")]
struct NotPermitted<'a> {
    form: Form<'a>,
    asking: &'a Asking,
    admin: &'a Admin,
    permitted: &'a [String],
}

/// The consent page. `problem`: why it is displayed again.
pub(super) fn consent(
    request: &BrowserRequest,
    flow: &Flow,
    asking: &Asking,
    admin: &Admin,
    problem: Option<&str>,
) -> Result<Reply, Error> {
    let (cookie, _) = request.cookie_or_new()?;
    let form = Form::new(request, flow, &cookie);
    let leaves_to = leaves_to(&asking.redirect_uri);
    if let Some(permitted) = &asking.permitted {
        let permitted = &permitted[..permitted.len().min(MAX_SHOWN)];
        return Ok(page(StatusCode::FORBIDDEN, &NotPermitted { form, asking, admin, permitted }, leaves_to));
    }
    let permissions = permissions(&asking.app.scopes);
    let code = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let site = site(&asking.redirect_uri);
    Ok(page(code, &Consent { form, asking, admin, problem, permissions, site }, leaves_to))
}

/// The permissions that scopes grant, those of implied scopes included.
fn permissions(scopes: &str) -> Vec<&'static str> {
    let scopes = Scopes::parse_known(scopes);
    let mut permissions = vec!["See your name, your email address and the workspace's name"];
    if scopes == Scopes::ALL {
        permissions.push("See and change everything in the workspace");
    } else {
        permissions.extend(scopes.iter().map(Scope::words));
    }
    permissions
}

/// Scheme and host of a URL.
fn site(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find(['/', '?']).map_or(url, |end| &url[..host + end])
}

/// Browsers apply the form policy of a page to each redirect that follows, and apps redirect once more. So the policy
/// can only name the scheme.
fn leaves_to(redirect_uri: &str) -> &'static str {
    if redirect_uri.starts_with("http://") { " http: https:" } else { " https:" }
}

#[cfg(test)]
mod tests {
    use super::{permissions, site};

    #[test]
    fn the_consent_page_names_the_site_of_the_redirect() {
        assert_eq!(site("https://a.test/back?x=/"), "https://a.test");
        assert_eq!(site("http://localhost:3000"), "http://localhost:3000");
        assert_eq!(site("https://a.test?x"), "https://a.test");
    }

    #[test]
    fn a_permission_lists_what_it_includes() {
        let words = permissions("write_tickets");
        assert!(
            words.contains(&"Read all tickets") && words.contains(&"Create, change and delete tickets"),
            "{words:?}"
        );
        assert_eq!(words.len(), 3);
        assert!(permissions("all").iter().any(|words| words.contains("everything")));
        assert_eq!(permissions("").len(), 1);
    }
}
