//! The pages.

use deskwire_domain::error::{Class, Error};
use deskwire_domain::oauth::Asking;
use deskwire_store::admins::Admin;
use http::StatusCode;

use super::browser::{BrowserRequest, Flow, proof};
use super::document::{page, with_cookie};
use super::html::Html;
use crate::auth::Scopes;
use crate::error::status;
use crate::reply::Reply;

/// How many of those who can be asked are named.
const SHOWN: usize = 10;

/// A page that leads nowhere.
fn problem(code: StatusCode, title: &'static str, content: &Html) -> Reply {
    page(code, title, &Html::new().markup("<h1>").text(title).markup("</h1>\n").html(content), "")
}

/// No app calls itself what the link says.
pub(super) fn unknown_client() -> Reply {
    let words = "<p>The link that brought you here names an app that this server does not know. \
                 Nobody got access to anything. Ask whoever sent you here for another link.</p>\n";
    problem(StatusCode::BAD_REQUEST, "Unknown app", &Html::new().markup(words))
}

/// The app may not have people sent to where the link says.
pub(super) fn unknown_redirect(app: &str) -> Reply {
    let content = Html::new()
        .markup("<p>The link that brought you here wants to send you on to a place that <strong>")
        .text(app)
        .markup(
            "</strong> has not registered, so it may be forged. Nobody got access to anything.</p>\n\
             <p class=\"soft\">If this is your app: its redirect URI must be registered, letter by letter.</p>\n",
        );
    problem(StatusCode::BAD_REQUEST, "This link leads astray", &content)
}

/// A refusal that people read.
pub(super) fn failure(error: &Error) -> Reply {
    let code = status(error.kind.class());
    match error.kind.class() {
        Class::Internal => tracing::error!(cause = error.cause.as_deref(), "{error}"),
        Class::Unavailable | Class::Timeout => tracing::warn!(cause = error.cause.as_deref(), "{error}"),
        _ => {
            let content = Html::new().markup("<p>").text(&error.message).markup(".</p>\n");
            return problem(code, "That did not work", &content);
        }
    }
    problem(
        code,
        "Something went wrong",
        &Html::new().markup("<p>It is our fault. Please try again in a moment.</p>\n"),
    )
}

/// The hidden fields that every form hands on.
fn hidden(flow: &Flow, cookie: &str) -> Html {
    let proof = proof(cookie);
    let fields = flow.pairs().chain([("csrf", proof.as_str())]);
    fields.fold(Html::new(), |html, (name, value)| {
        let html = html.markup("<input type=\"hidden\" name=\"").text(name).markup("\" value=\"").text(value);
        html.markup("\">\n")
    })
}

/// Email address and password. `problem`: what went wrong the last time; `email`: what was typed then.
pub(super) fn sign_in(
    request: &BrowserRequest,
    flow: &Flow,
    asking: &Asking,
    problem: Option<(StatusCode, &str)>,
    email: &str,
) -> Result<Reply, Error> {
    let (cookie, fresh) = request.cookie_or_new()?;
    let mut html = Html::new()
        .markup("<h1>Sign in to ")
        .text(&asking.tenant.name)
        .markup("</h1>\n<p>The app <strong>")
        .text(&asking.app.name)
        .markup("</strong> asks for access. You decide about it on the next page.</p>\n");
    if let Some((_, words)) = problem {
        html = html.markup("<p class=\"problem\" role=\"alert\" id=\"problem\">").text(words).markup("</p>\n");
    }
    let described = if problem.is_some() { " aria-describedby=\"problem\"" } else { "" };
    html = html
        .markup("<form method=\"post\" action=\"")
        .text(request.base())
        .markup("/oauth/sign_in\">\n")
        .html(&hidden(flow, &cookie))
        .markup("<label for=\"email\">Email address</label>\n")
        .markup("<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" required")
        .markup(described)
        .markup(" value=\"")
        .text(email)
        .markup("\">\n<label for=\"password\">Password</label>\n")
        .markup("<input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required")
        .markup(described)
        .markup(">\n<button class=\"go\" type=\"submit\">Sign in</button>\n</form>\n");
    let code = problem.map_or(StatusCode::OK, |(code, _)| code);
    let reply = page(code, "Sign in", &html, "");
    Ok(match fresh {
        Some(text) => with_cookie(reply, &text),
        None => reply,
    })
}

/// What the app wants, and whether it shall have it. `problem`: why it is asked again.
pub(super) fn consent(
    request: &BrowserRequest,
    flow: &Flow,
    asking: &Asking,
    admin: &Admin,
    problem: Option<&str>,
) -> Result<Reply, Error> {
    let (cookie, _) = request.cookie_or_new()?;
    if let Some(permitted) = &asking.permitted {
        return Ok(not_permitted(request, flow, asking, (admin, permitted), &cookie));
    }
    let mut html = Html::new()
        .markup("<h1>Let ")
        .text(&asking.app.name)
        .markup(" into ")
        .text(&asking.tenant.name)
        .markup("?</h1>\n");
    if let Some(words) = problem {
        html = html.markup("<p class=\"problem\" role=\"alert\">").text(words).markup("</p>\n");
    }
    html = html
        .html(&signed_in(request, flow, admin, &cookie))
        .markup("<p id=\"asked\">In your name, the app <strong>")
        .text(&asking.app.name)
        .markup("</strong> will be able to:</p>\n<ul aria-labelledby=\"asked\">\n")
        .html(&permissions(&asking.app.scopes))
        .markup("</ul>\n<p class=\"soft\">You will be sent on to ")
        .text(site(&asking.redirect_uri))
        .markup(".</p>\n<form method=\"post\" action=\"")
        .text(request.base())
        .markup("/oauth/consent\">\n")
        .html(&hidden(flow, &cookie))
        .markup("<input type=\"hidden\" name=\"scopes\" value=\"")
        .text(&asking.app.scopes)
        .markup("\">\n<button class=\"go\" type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>\n")
        .markup("<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\n</form>\n");
    let code = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(page(code, "Allow access", &html, leaves_to(&asking.redirect_uri)))
}

/// Who is signed in, and how to change that.
fn signed_in(request: &BrowserRequest, flow: &Flow, admin: &Admin, cookie: &str) -> Html {
    Html::new()
        .markup("<p>You are signed in as <strong>")
        .text(&admin.name)
        .markup("</strong> (")
        .text(&admin.email)
        .markup(").</p>\n<form method=\"post\" action=\"")
        .text(request.base())
        .markup("/oauth/sign_out\">\n")
        .html(&hidden(flow, cookie))
        .markup("<button class=\"link\" type=\"submit\">Not you? Sign out</button>\n</form>\n")
}

/// The consent page of an admin whose role is not enough: who can be asked instead.
fn not_permitted(
    request: &BrowserRequest,
    flow: &Flow,
    asking: &Asking,
    (admin, permitted): (&Admin, &[String]),
    cookie: &str,
) -> Reply {
    let mut html = Html::new()
        .markup("<h1>You cannot give ")
        .text(&asking.app.name)
        .markup(" access</h1>\n<p class=\"problem\" role=\"alert\">Your role in ")
        .text(&asking.tenant.name)
        .markup(" does not permit you to give apps access. Nobody got access to anything.</p>\n");
    if !permitted.is_empty() {
        html = html.markup("<p id=\"ask\">You can ask:</p>\n<ul aria-labelledby=\"ask\">\n");
        for name in permitted.iter().take(SHOWN) {
            html = html.markup("<li>").text(name).markup("</li>\n");
        }
        html = html.markup("</ul>\n");
    }
    html = html
        .html(&signed_in(request, flow, admin, cookie))
        .markup("<form method=\"post\" action=\"")
        .text(request.base())
        .markup("/oauth/consent\">\n")
        .html(&hidden(flow, cookie))
        .markup("<button type=\"submit\" name=\"decision\" value=\"deny\">Back to the app</button>\n</form>\n");
    page(StatusCode::FORBIDDEN, "You cannot give access", &html, leaves_to(&asking.redirect_uri))
}

/// The permissions in words, with those that others bring along.
fn permissions(scopes: &str) -> Html {
    let scopes = Scopes::parse_known(scopes);
    let mut html = Html::new().markup("<li>See your name, your email address and the workspace's name</li>\n");
    if scopes == Scopes::ALL {
        return html.markup("<li>See and change everything in the workspace</li>\n");
    }
    for scope in scopes.iter() {
        html = html.markup("<li>").markup(scope.words()).markup("</li>\n");
    }
    html
}

/// Scheme and host of a URL: what tells people where they go.
fn site(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find(['/', '?']).map_or(url, |end| &url[..host + end])
}

/// Browsers hold a form's policy against every place that its answer sends them on to, and apps send people on once
/// more. So it can only say with which scheme.
fn leaves_to(redirect_uri: &str) -> &'static str {
    if redirect_uri.starts_with("http://") { " http: https:" } else { " https:" }
}

#[cfg(test)]
mod tests {
    use super::{permissions, site};

    #[test]
    fn where_people_go() {
        assert_eq!(site("https://a.test/back?x=/"), "https://a.test");
        assert_eq!(site("http://localhost:3000"), "http://localhost:3000");
        assert_eq!(site("https://a.test?x"), "https://a.test");
    }

    #[test]
    fn what_a_permission_brings_along_is_named() {
        let words = permissions("write_tickets").into_string();
        assert!(words.contains("Read all tickets") && words.contains("Create, change and delete tickets"), "{words}");
        assert_eq!(words.matches("<li>").count(), 3);
        assert!(permissions("all").into_string().contains("everything"));
        assert_eq!(permissions("").into_string().matches("<li>").count(), 1);
    }
}
