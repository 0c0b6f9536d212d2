//! `/app/v1/settings/tags`

use deskwire_domain::Noun;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::TagId;
use deskwire_domain::settings::tags::{self as verbs, Listed};

use super::window;
use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{MergeTag, NamedTag, Nothing, OneTag, SettingsTag, SettingsTags};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/tags", Needs::read(Noun::Tags), list);
    rows.row("POST /app/v1/settings/tags", Needs::write(Noun::Tags), create);
    rows.row("PATCH /app/v1/settings/tags/{id}", Needs::write(Noun::Tags), rename);
    rows.row("POST /app/v1/settings/tags/{id}/merge", Needs::write(Noun::Tags), merge);
    rows.row("DELETE /app/v1/settings/tags/{id}", Needs::write(Noun::Tags), delete);
}

/// A window of the tags by name, with the number of objects that have each.
async fn list(request: Request) -> Result<Reply> {
    let wanted = window(&request)?;
    request
        .search(move |cx| {
            let (tags, next) = verbs::list(cx, &wanted)?;
            Ok(SettingsTags { items: tags.into_iter().map(view).collect(), next })
        })
        .await
}

async fn create(request: Request) -> Result<Reply> {
    let (NamedTag { name }, ip) = (request.body()?, request.ip());
    request.write(move |cx| verbs::create(cx, &name, ip.as_deref()).map(one)).await
}

async fn rename(request: Request) -> Result<Reply> {
    let (id, NamedTag { name }, ip) = (id(&request)?, request.body()?, request.ip());
    request.write(move |cx| verbs::rename(cx, id, &name, ip.as_deref()).map(one)).await
}

/// Merges this tag into another one.
async fn merge(request: Request) -> Result<Reply> {
    let (id, MergeTag { into }, ip) = (id(&request)?, request.body()?, request.ip());
    request.write(move |cx| verbs::merge(cx, id, into, ip.as_deref()).map(one)).await
}

async fn delete(request: Request) -> Result<Reply> {
    let (id, ip) = (id(&request)?, request.ip());
    request.write(move |cx| verbs::delete(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}

fn id(request: &Request) -> Result<TagId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

fn one(listed: Listed) -> OneTag {
    OneTag { tag: view(listed) }
}

fn view(Listed { tag, uses }: Listed) -> SettingsTag {
    SettingsTag {
        id: tag.id,
        name: tag.name,
        contacts: uses.contacts,
        companies: uses.companies,
        conversations: uses.conversations,
        contents: uses.contents,
    }
}
