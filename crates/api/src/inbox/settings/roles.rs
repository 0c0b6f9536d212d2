//! `/app/v1/settings/roles`: roles and their permissions.

use deskwire_domain::admins::{self, CountedRole, RoleDraft};
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::RoleId;
use deskwire_domain::{Noun, permissions};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{Nothing, Role, Roles};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/roles", Needs::read(Noun::Admins), list);
    rows.row("POST /app/v1/settings/roles", write, create);
    rows.row("PUT /app/v1/settings/roles/{id}", write, change);
    rows.row("DELETE /app/v1/settings/roles/{id}", write, delete);
}

/// All roles, the built-in ones first.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let items = admins::counted_roles(cx)?.into_iter().map(view).collect();
            Ok(Roles { items, permissions: permissions::names().collect() })
        })
        .await
}

fn view(role: CountedRole) -> Role {
    let permits = permissions::named(permissions::of_role(role.permissions.as_deref()));
    Role {
        id: role.id,
        name: role.name,
        is_built_in: role.is_built_in,
        permissions: permits,
        can_manage_apps: role.can_manage_apps,
        can_manage_content: role.can_manage_content,
        teammates: role.teammates,
    }
}

#[derive(Deserialize)]
struct Body {
    name: String,
    permissions: Vec<String>,
    #[serde(default)]
    can_manage_apps: bool,
    #[serde(default)]
    can_manage_content: bool,
}

impl Body {
    fn draft(self) -> RoleDraft {
        let Self { name, permissions, can_manage_apps, can_manage_content } = self;
        RoleDraft { name, permissions, can_manage_apps, can_manage_content }
    }
}

/// Creates a role.
async fn create(request: Request) -> Result<Reply> {
    let (draft, ip) = (request.body::<Body>()?.draft(), request.ip());
    request.write(move |cx| admins::create_role(cx, &draft, ip.as_deref()).map(|_| Nothing {})).await
}

/// Replaces a role.
async fn change(request: Request) -> Result<Reply> {
    let id: RoleId = request.id("id", ErrorKind::ResourceNotFound)?;
    let (draft, ip) = (request.body::<Body>()?.draft(), request.ip());
    let reply =
        request.write(move |cx| admins::change_role(cx, id, &draft, ip.as_deref()).map(|()| Nothing {})).await?;
    // The change is made. Rooms check the permissions of their clients as well.
    if let Ok(holders) = request.load(move |cx| admins::holders(cx, id)).await {
        for admin in holders {
            request.app.live.change_role(request.actor().workspace(), admin);
        }
    }
    Ok(reply)
}

/// Deletes a role that no teammate has.
async fn delete(request: Request) -> Result<Reply> {
    let id: RoleId = request.id("id", ErrorKind::ResourceNotFound)?;
    let ip = request.ip();
    request.write(move |cx| admins::delete_role(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}
