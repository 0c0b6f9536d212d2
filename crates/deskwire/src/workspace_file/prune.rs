//! Removing objects that a workspace file does not mention.

use deskwire_domain::error::ErrorKind;
use deskwire_domain::{
    Cx, Removed, Result, admins, apps, audiences, brands, conversation_attributes, custom_objects, data_attributes,
    subscriptions, tags, ticket_types,
};

use super::kinds::Item;

/// The result of pruning a kind of object.
#[derive(Debug, Default)]
pub(super) struct Pruned {
    /// The removed objects.
    pub(super) removed: Vec<Removed>,
    /// The kept objects, each with the reason.
    pub(super) stays: Vec<(String, String)>,
    /// Other notes, one per line.
    pub(super) notes: Vec<String>,
}

impl Pruned {
    /// A result in which all objects are kept for the same reason.
    fn none(names: impl Iterator<Item = String>, why: &str) -> Self {
        Self { stays: names.map(|name| (name, why.to_owned())).collect(), ..Self::default() }
    }

    /// A result from the removed objects and those in use.
    pub(super) fn unused((removed, in_use): (Vec<String>, Vec<String>)) -> Self {
        let removed = removed.into_iter().map(|name| Removed { name, uses: Vec::new() }).collect();
        Self { removed, ..Self::none(in_use.into_iter(), "it is in use") }
    }
}

impl From<Vec<Removed>> for Pruned {
    fn from(removed: Vec<Removed>) -> Self {
        Self { removed, ..Self::default() }
    }
}

/// The names of the objects in a file.
pub(super) fn names<'k, T: Item>(kept: &[&'k T]) -> Vec<&'k str> {
    kept.iter().map(|item| item.label().trim()).collect()
}

/// Those of these names that a file does not mention.
fn others<T: Item>(all: impl Iterator<Item = String>, kept: &[&T]) -> Vec<String> {
    let kept = names(kept);
    all.filter(|name| !kept.contains(&name.as_str())).collect()
}

pub(super) fn admins(cx: &mut Cx, kept: &[&admins::Declared]) -> Result<Pruned> {
    let why = "declare them as removed, or use `deskwire admin remove`";
    let all = admins::list(cx)?.into_iter().map(|full| full.admin.email);
    let is_kept = |email: &String| kept.iter().any(|admin| admin.email.trim().eq_ignore_ascii_case(email));
    Ok(Pruned::none(all.filter(|email| !is_kept(email)), why))
}

pub(super) fn data_attributes(cx: &mut Cx, kept: &[&data_attributes::Declared]) -> Result<Pruned> {
    let all = data_attributes::custom(cx, false)?.into_iter().map(|attribute| attribute.name);
    Ok(Pruned::none(others(all, kept).into_iter(), "archive it through the API"))
}

pub(super) fn conversation_attributes(cx: &mut Cx, kept: &[&conversation_attributes::Declared]) -> Result<Pruned> {
    let all = conversation_attributes::list(cx, false)?.into_iter().map(|attribute| attribute.name);
    Ok(Pruned::none(others(all, kept).into_iter(), "archive it through the API"))
}

/// Prunes object types, and lists undeclared attributes of the remaining ones.
pub(super) fn object_types(cx: &mut Cx, kept: &[&custom_objects::Declared]) -> Result<Pruned> {
    let custom_objects::Pruned { removed, not_removed } = custom_objects::prune(cx, &names(kept))?;
    let note = |(of, name)| format!("attribute {name:?} of object type {of:?} stays: declare it as archived");
    let notes = custom_objects::undeclared(cx, kept)?.into_iter().map(note).collect();
    let stays = not_removed.into_iter().map(|(name, why)| (name, why.to_owned())).collect();
    Ok(Pruned { removed, stays, notes })
}

pub(super) fn tags(cx: &mut Cx, kept: &[&tags::Declared]) -> Result<Pruned> {
    let kept: Vec<String> = kept.iter().map(|tag| tag.key()).collect();
    let mut pruned = Pruned::default();
    for tag in tags::list(cx)?.into_iter().filter(|tag| !kept.contains(&tag.name.to_lowercase())) {
        let (name, uses) = (tag.name, tags::uses(cx, tag.id)?);
        match tags::delete(cx, tag.id) {
            Ok(()) => pruned.removed.push(Removed { name, uses }),
            Err(e) if e.kind == ErrorKind::TagInUse => pruned.stays.push((name, e.message.into_owned())),
            Err(e) => return Err(e),
        }
    }
    Ok(pruned)
}

pub(super) fn subscription_types(cx: &mut Cx, kept: &[&subscriptions::Declared]) -> Result<Pruned> {
    let all = subscriptions::list(cx)?.into_iter().map(|kind| kind.name);
    let is_kept = |name: &String| kept.iter().any(|kind| kind.name == *name);
    Ok(Pruned::none(all.filter(|name| !is_kept(name)), "declare it as archived"))
}

pub(super) fn audiences(cx: &mut Cx, kept: &[&audiences::Declared]) -> Result<Pruned> {
    let all = audiences::declared(cx)?.into_iter().map(|audience| audience.name);
    Ok(Pruned::none(others(all, kept).into_iter(), "delete it through the API"))
}

pub(super) fn brands(cx: &mut Cx, kept: &[&brands::Declared]) -> Result<Pruned> {
    let (removed, stays) = brands::prune(cx, &names(kept))?;
    Ok(Pruned { removed, ..Pruned::none(stays.into_iter(), "it has email addresses") })
}

pub(super) fn apps(cx: &mut Cx, kept: &[&apps::Declared]) -> Result<Pruned> {
    let all = apps::list(cx)?.into_iter().map(|(app, _)| app);
    let is_kept = |app: &apps::App| kept.iter().any(|known| known.client_id.trim() == app.client_id);
    Ok(Pruned::none(all.filter(|app| !is_kept(app)).map(|app| app.name), "use `deskwire app remove`"))
}

pub(super) fn ticket_types(cx: &mut Cx, kept: &[&ticket_types::Declared]) -> Result<Pruned> {
    let all = ticket_types::rows(cx)?.into_iter().filter(|row| !row.archived).map(|row| row.name);
    Ok(Pruned::none(others(all, kept).into_iter(), "declare it as archived"))
}
