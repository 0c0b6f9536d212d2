//! Creating, renaming and applying a tag, which is one operation of the API.

use deskwire_store::contacts::ContactRole;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use deskwire_store::taggings::{self, Taggable};
use deskwire_store::tags as store;
use deskwire_store::{Hold, company_tags, contact_tags};

use super::contact::emit_tagged;
use super::{Tag, ensure, key};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{CompanyId, ContactId, Id, TagId};
use crate::{Cx, macros};

/// The maximum number of people or companies per request.
const MAX: usize = 1_000;

/// What to do with a tag.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The tag's id in digits, to rename it. Without an id, the tag is found by its name.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// The people to tag or untag.
    pub users: Vec<Item>,
    /// The companies to tag or untag.
    pub companies: Vec<Item>,
    /// Whether unknown people and companies are skipped instead of rejected.
    pub skip_unknown: bool,
}

/// A person or a company to tag or untag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The reference to it.
    pub key: Key,
    /// Whether to remove the tag.
    pub untag: bool,
}

/// A reference to a person or a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The id in its API form.
    Id(String),
    /// The external id, or `company_id`.
    External(String),
    /// An email address; for people only.
    Email(String),
}

/// The result.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The tag.
    pub tag: Tag,
    /// The people, each with whether they now have the tag.
    pub users: Vec<(ContactId, bool)>,
    /// The companies, each with whether they now have the tag.
    pub companies: Vec<(CompanyId, bool)>,
}

/// Creates, renames and applies a tag.
pub fn save(cx: &mut Cx, change: &Change) -> Result<Saved> {
    let name = checked(&change.name)?;
    for (field, items) in [("users", &change.users), ("companies", &change.companies)] {
        if items.len() > MAX {
            return Err(Error::invalid(format!("{field} can hold at most {MAX} items")).field(field));
        }
    }
    let tag = match &change.id {
        Some(id) => renamed(cx, TagId::parse(id), name)?,
        None => ensure(cx, name)?.0,
    };
    // Companies before contacts, in every transaction that locks both.
    let companies = apply_to_companies(cx, &tag, change)?;
    let users = apply_to_users(cx, &tag, change)?;
    Ok(Saved { tag, users, companies })
}

/// Validates the name of a tag.
pub(super) fn checked(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() || name.contains('\0') {
        return Err(Error::invalid("invalid tag parameters"));
    }
    Ok(name)
}

/// Renames a tag, also in the macros that add it.
fn renamed(cx: &mut Cx, id: Option<TagId>, name: &str) -> Result<Tag> {
    let id = id.ok_or(ErrorKind::ResourceNotFound)?;
    let before = store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::ResourceNotFound)?;
    if before.name == name {
        return Ok(before);
    }
    let name_key = key(name);
    if name_key != before.name_key && store::by_key(cx, &name_key)?.is_some() {
        return Err(Error::new(ErrorKind::Conflict, format!("A tag named '{name}' already exists")).field("name"));
    }
    let after = Tag { name: name.to_owned(), name_key, updated_at: cx.now(), ..before.clone() };
    store::update(cx, &before, &after)?;
    macros::rename(cx, macros::Named::Tag, &before.name, &after.name)?;
    Ok(after)
}

fn apply_to_users(cx: &mut Cx, tag: &Tag, change: &Change) -> Result<Vec<(ContactId, bool)>> {
    let texts = Texts::of(&change.users);
    let external = map(contact_tags::by_external_ids(cx, &texts.external)?);
    let emails: Vec<String> = texts.emails.iter().map(|e| e.trim().to_lowercase()).collect();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    let by_email = map(contact_tags::by_email_keys(cx, &emails)?);
    let id = |key: &Key| match key {
        Key::Id(text) => ContactId::parse(text),
        Key::External(text) => external.get(text).copied(),
        Key::Email(text) => by_email.get(&text.trim().to_lowercase()).copied(),
    };
    let wanted = wanted(&change.users, id);
    let known = contact_tags::lock_active(cx, &known_ids(&wanted))?;
    let roles: HashMap<ContactId, ContactRole> = known.into_iter().map(|p| (p.id, p.role)).collect();
    let wanted = settled(wanted, |id| roles.contains_key(&id), change.skip_unknown, ErrorKind::ContactNotFound)?;
    let (on, off) = change_links(cx, tag, &taggings::CONTACTS, &wanted)?;
    for (ids, tagged) in [(on, true), (off, false)] {
        for id in ids {
            if let Some(role) = roles.get(&id) {
                emit_tagged(cx, tag, id, *role, tagged)?;
            }
        }
    }
    Ok(wanted)
}

fn apply_to_companies(cx: &mut Cx, tag: &Tag, change: &Change) -> Result<Vec<(CompanyId, bool)>> {
    let texts = Texts::of(&change.companies);
    let external = map(company_tags::by_company_ids(cx, &texts.external)?);
    let id = |key: &Key| match key {
        Key::Id(text) => CompanyId::parse(text),
        Key::External(text) => external.get(text).copied(),
        Key::Email(_) => None,
    };
    let wanted = wanted(&change.companies, id);
    let known = company_tags::lock_active(cx, &known_ids(&wanted))?;
    let known: HashSet<CompanyId> = known.into_iter().collect();
    let wanted = settled(wanted, |id| known.contains(&id), change.skip_unknown, ErrorKind::CompanyNotFound)?;
    change_links(cx, tag, &taggings::COMPANIES, &wanted)?;
    Ok(wanted)
}

/// Adds and removes the tag as requested. Returns the objects that were tagged, and those that were untagged.
fn change_links<I: Id>(cx: &mut Cx, tag: &Tag, what: &Taggable<I>, wanted: &[(I, bool)]) -> Result<(Vec<I>, Vec<I>)> {
    let actor = cx.actor();
    let ids: Vec<I> = wanted.iter().map(|(id, _)| *id).collect();
    let had: HashSet<I> = what.tagged(cx, tag.id, &ids)?.into_iter().collect();
    let (mut on, mut off) = split(wanted);
    on.retain(|id| !had.contains(id));
    off.retain(|id| had.contains(id));
    what.add(cx, tag.id, actor.admin_id(), &on)?;
    what.remove(cx, tag.id, &off)?;
    Ok((on, off))
}

/// The references to look up, each kind in one statement.
struct Texts<'a> {
    external: Vec<&'a str>,
    emails: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    fn of(items: &'a [Item]) -> Self {
        let mut texts = Self { external: Vec::new(), emails: Vec::new() };
        for item in items {
            match &item.key {
                Key::Id(_) => {}
                Key::External(text) => texts.external.push(text),
                Key::Email(text) => texts.emails.push(text),
            }
        }
        texts
    }
}

fn map<K: Eq + Hash, I>(pairs: Vec<(K, I)>) -> HashMap<K, I> {
    pairs.into_iter().collect()
}

/// The ids of the items, in order, with whether each is to be tagged. Of duplicates, the last one wins.
fn wanted<I: Id>(items: &[Item], id: impl Fn(&Key) -> Option<I>) -> Vec<(Option<I>, bool)> {
    let mut wanted: Vec<(Option<I>, bool)> = Vec::with_capacity(items.len());
    let mut places: HashMap<I, usize> = HashMap::new();
    for item in items {
        let found = id(&item.key);
        if let Some(place) = found.and_then(|id| places.get(&id)) {
            wanted[*place].1 = !item.untag;
            continue;
        }
        if let Some(id) = found {
            places.insert(id, wanted.len());
        }
        wanted.push((found, !item.untag));
    }
    wanted
}

fn known_ids<I: Id>(wanted: &[(Option<I>, bool)]) -> Vec<I> {
    wanted.iter().filter_map(|(id, _)| *id).collect()
}

/// The known items if unknown ones are skipped; otherwise an error.
fn settled<I: Id>(
    wanted: Vec<(Option<I>, bool)>,
    known: impl Fn(I) -> bool,
    skip_unknown: bool,
    unknown: ErrorKind,
) -> Result<Vec<(I, bool)>> {
    let mut settled = Vec::with_capacity(wanted.len());
    for (id, tagged) in wanted {
        match id.filter(|id| known(*id)) {
            Some(id) => settled.push((id, tagged)),
            None if skip_unknown => {}
            None => return Err(unknown.into()),
        }
    }
    Ok(settled)
}

/// Splits ids into those to tag and those to untag.
fn split<I: Id>(wanted: &[(I, bool)]) -> (Vec<I>, Vec<I>) {
    let of = |tagged: bool| wanted.iter().filter(|(_, t)| *t == tagged).map(|(id, _)| *id).collect();
    (of(true), of(false))
}
