//! `/app/v1/settings/tokens`: access tokens. A new token is displayed once, so its response is not stored for repeated
//! requests.

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::TokenId;
use deskwire_domain::tokens::{self, Listed, New};
use deskwire_domain::{Actor, Noun, Permissions};

use super::apps::{known_version, not_permitted, scopes_of, stored, versions};
use crate::auth::{Scope, Scopes};
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{NewToken, Nothing, TokenSecret, TokenSettings, TokensSettings};
use crate::reply::Reply;

/// The length of a page.
const PAGE: usize = 100;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/tokens", Needs::Apps, list);
    rows.row("POST /app/v1/settings/tokens", Needs::Apps, create);
    rows.row("DELETE /app/v1/settings/tokens/{id}", Needs::Apps, revoke);
}

/// A page of tokens, newest first, and the scopes that the teammate may grant.
async fn list(request: Request) -> Result<Reply> {
    let revoked = request.query_flag("revoked", false)?;
    let before = request.query("before").map(|text| {
        TokenId::parse(&text).ok_or_else(|| Error::invalid("before must be the id of a token").field("before"))
    });
    let before = before.transpose()?;
    let scopes = Scopes::ALL.within(request.actor().permissions);
    request
        .read(move |cx| {
            let mut items = tokens::page(cx, revoked, before, as_limit(PAGE + 1))?;
            let has_more = items.len() > PAGE;
            items.truncate(PAGE);
            let next = items.last().filter(|_| has_more).map(|last| last.id);
            let actor = cx.actor();
            let items = items.into_iter().map(|token| view(token, actor)).collect();
            Ok(TokensSettings { items, next, scopes: scopes_of(scopes), versions: versions() })
        })
        .await
}

/// Creates a token that acts as the teammate.
async fn create(request: Request) -> Result<Reply> {
    let NewToken { name, scopes, api_version } = request.body()?;
    let scopes = stored(&scopes)?;
    check_permitted(&scopes, request.actor().permissions)?;
    let (api_version, ip) = (known_version(api_version)?.filter(|version| !version.is_empty()), request.ip());
    request
        .write_unstored(move |cx| {
            let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
            let token = tokens::generate()?;
            let new = New {
                app_id: None,
                admin_id,
                token: &token,
                scopes: &scopes,
                name: Some(&name),
                api_version: api_version.as_deref(),
            };
            let id = tokens::issue(cx, &new, ip.as_deref())?;
            Ok(TokenSecret { item: view(tokens::listed(cx, id)?, cx.actor()), token })
        })
        .await
}

/// Revokes a token.
async fn revoke(request: Request) -> Result<Reply> {
    let (id, ip): (TokenId, _) = (request.id("id", ErrorKind::ResourceNotFound)?, request.ip());
    request.write(move |cx| tokens::withdraw(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}

/// Rejects scopes beyond the permissions of the role. `all` stands for whatever the role permits.
fn check_permitted(scopes: &str, permissions: Permissions) -> Result<()> {
    if scopes == "all" {
        return Ok(());
    }
    let permitted = Scopes::parse_known(scopes).within(permissions);
    match scopes.split(' ').filter_map(Scope::parse).find(|scope| !permitted.has(*scope)) {
        Some(scope) => Err(not_permitted(scope)),
        None => Ok(()),
    }
}

/// A token for a teammate. The addresses of teammates are for those who may change teammates.
fn view(token: Listed, actor: &Actor) -> TokenSettings {
    TokenSettings {
        id: token.id,
        name: token.name,
        app: token.app,
        admin_name: token.admin_name,
        admin_email: Some(token.admin_email).filter(|_| actor.writes(Noun::Admins)),
        scopes: token.scopes.split_whitespace().map(str::to_owned).collect(),
        api_version: token.api_version,
        created_at: token.created_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    }
}

pub(in crate::inbox) fn as_limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
