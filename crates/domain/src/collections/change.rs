//! Creating, changing, moving and deleting collections.

use deskwire_store::ids::{CollectionId, HelpCenterId};
use std::collections::BTreeMap;

use deskwire_store::collections as store;
use deskwire_store::counters::{self, Counter};
use deskwire_store::help_center_redirects::{self as redirects, RedirectTarget};
use deskwire_store::{Hold, articles};

use super::{Collection, Full, Levels, MAX_DEPTH, Text, full};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::help_centers::{self, known_locale};

/// The fields of a collection. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Its name.
    pub name: Option<String>,
    /// Its description; `Some(None)` empties it.
    pub description: Option<Option<String>>,
    /// Its parent collection: `Some(None)` for the first level, `Some(Some(None))` for an id that no collection can
    /// have.
    pub parent_id: Option<Option<Option<CollectionId>>>,
    /// Its help center, if it has no parent.
    pub help_center_id: Option<HelpCenterId>,
    /// Its name and description by locale; `None` removes them.
    pub translations: BTreeMap<String, Option<Translation>>,
}

/// A name and a description in one language.
#[derive(Debug, Clone, Default)]
pub struct Translation {
    /// The name.
    pub name: Option<String>,
    /// The description.
    pub description: Option<String>,
}

/// Creates a collection, as the last of its parent.
pub fn create(cx: &mut Cx, levels: Levels, input: &Input) -> Result<Full> {
    let name = input.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    if name.is_none() && !is_named_by_translation(input) {
        return Err(Error::missing("Name is a required parameter."));
    }
    let parent = match input.parent_id.flatten() {
        Some(id) => {
            lock_tree(cx)?;
            Some(parent(cx, levels, id)?)
        }
        None if levels == Levels::Sections => return Err(Error::missing("parent_id is required").field("parent_id")),
        None => None,
    };
    let of_parent = parent.as_ref().map(|parent| parent.help_center_id);
    let center = help_centers::hold(cx, input.help_center_id.or(of_parent))?;
    if of_parent.is_some_and(|of_parent| of_parent != center.id) {
        return Err(elsewhere());
    }
    let level = parent.as_ref().map_or(1, |parent| parent.level + 1);
    check_depth(level)?;
    let parent_id = parent.map(|parent| parent.id);
    let now = cx.now();
    let mut collection = Collection {
        id: counters::next(cx, Counter::Content)?,
        help_center_id: center.id,
        parent_id,
        level,
        position: store::last_position(cx, center.id, parent_id)? + 1,
        name: String::new(),
        description: String::new(),
        icon: "book-bookmark".to_owned(),
        translations: "{}".to_owned(),
        created_at: now,
        updated_at: now,
    };
    write_texts(&mut collection, input, help_centers::default_locale(&center))?;
    store::insert(cx, &collection)?;
    Ok(Full { collection, help_center: center })
}

/// Updates a collection, or moves it with its content.
pub fn update(cx: &mut Cx, levels: Levels, id: CollectionId, input: &Input) -> Result<Full> {
    if input.parent_id.is_some() {
        lock_tree(cx)?;
    }
    let before = store::hold(cx, id, Hold::Change)?.filter(|c| levels.has(c)).ok_or(ErrorKind::ResourceNotFound)?;
    let center = full(cx, before.clone())?.help_center;
    let mut after = before.clone();
    write_texts(&mut after, input, help_centers::default_locale(&center))?;
    let parent_id = match input.parent_id {
        None => before.parent_id,
        Some(None) if levels == Levels::Sections => before.parent_id,
        Some(None) => None,
        Some(Some(parent)) => Some(parent.ok_or_else(unknown_parent)?),
    };
    if parent_id != before.parent_id {
        let to = match parent_id {
            Some(id) => Some(parent(cx, levels, Some(id))?),
            None => None,
        };
        relocate(cx, &mut after, to.as_ref())?;
    }
    if after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
    }
    full(cx, after)
}

/// Deletes a collection. Its child collections take its place, and its articles are removed from it.
pub fn delete(cx: &mut Cx, levels: Levels, id: CollectionId) -> Result<()> {
    lock_tree(cx)?;
    let collection = store::hold(cx, id, Hold::End)?.filter(|c| levels.has(c)).ok_or(ErrorKind::ResourceNotFound)?;
    let parent = match collection.parent_id {
        Some(parent) => store::get(cx, parent)?,
        None => None,
    };
    let children = store::lock_children(cx, id)?;
    let more = i64::try_from(children.len()).unwrap_or(i64::MAX) - 1;
    if more > 0 {
        store::make_room(cx, &collection, more)?;
    }
    for (child, position) in children.into_iter().zip(collection.position..) {
        let mut moved = child.clone();
        relocate(cx, &mut moved, parent.as_ref())?;
        moved.position = position;
        moved.updated_at = cx.now();
        store::update(cx, &child, &moved)?;
    }
    articles::empty_collection(cx, id)?;
    redirects::delete_to(cx, RedirectTarget::Collection, id)?;
    Ok(store::delete(cx, id)?)
}

/// Moves a collection and its descendants below another parent, as the last. The caller writes the collection's row.
fn relocate(cx: &mut Cx, collection: &mut Collection, to: Option<&Collection>) -> Result<()> {
    if to.is_some_and(|parent| parent.help_center_id != collection.help_center_id) {
        return Err(elsewhere());
    }
    let mut above = to.cloned();
    while let Some(parent) = above {
        if parent.id == collection.id {
            return Err(Error::invalid("A collection cannot be in itself").field("parent_id"));
        }
        above = match parent.parent_id {
            Some(id) => store::get(cx, id)?,
            None => None,
        };
    }
    collection.parent_id = to.map(|parent| parent.id);
    collection.position = store::last_position(cx, collection.help_center_id, collection.parent_id)? + 1;
    set_level(cx, collection, to.map_or(1, |parent| parent.level + 1))
}

/// Sets the level of the descendants of a collection.
fn set_level(cx: &mut Cx, collection: &mut Collection, level: i64) -> Result<()> {
    check_depth(level)?;
    collection.level = level;
    for child in store::lock_children(cx, collection.id)? {
        let mut moved = child.clone();
        set_level(cx, &mut moved, level + 1)?;
        store::update(cx, &child, &moved)?;
    }
    Ok(())
}

fn check_depth(level: i64) -> Result<()> {
    if level > MAX_DEPTH {
        return Err(Error::invalid(format!("Collections can be {MAX_DEPTH} levels deep")).field("parent_id"));
    }
    Ok(())
}

/// The new parent of a collection. Sections are in collections of the first level.
fn parent(cx: &mut Cx, levels: Levels, id: Option<CollectionId>) -> Result<Collection> {
    let found = match id {
        Some(id) => store::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    found.filter(|parent| levels == Levels::All || parent.level == 1).ok_or_else(unknown_parent)
}

/// Serializes moves of collections: two concurrent moves could put two collections into each other.
fn lock_tree(cx: &mut Cx) -> Result<()> {
    Ok(cx.guard("collections", "")?)
}

fn elsewhere() -> Error {
    Error::invalid("parent_id must be the id of a collection of the same help center").field("parent_id")
}

fn unknown_parent() -> Error {
    Error::new(ErrorKind::ResourceNotFound, "Parent collection not found").field("parent_id")
}

/// Whether the translation in the default language has a name, which then replaces the name.
fn is_named_by_translation(input: &Input) -> bool {
    input.translations.values().flatten().any(|text| text.name.as_deref().is_some_and(|name| !name.trim().is_empty()))
}

/// Sets the name, the description and the translations. The translation in the default locale sets the collection's own
/// name and description.
fn write_texts(collection: &mut Collection, input: &Input, default: &str) -> Result<()> {
    let mut all: BTreeMap<String, Text> = serde_json::from_str(&collection.translations).map_err(Error::internal)?;
    for (locale, text) in &input.translations {
        known_locale(locale)?;
        let of_default = locale == default;
        let Some(text) = text else {
            if of_default {
                let field = format!("translated_content.{locale}");
                let message = format!("{field} is the default language, which every collection has");
                return Err(Error::new(ErrorKind::Unprocessable, message).field(field));
            }
            all.remove(locale);
            continue;
        };
        let before = if of_default {
            Text { name: collection.name.clone(), description: collection.description.clone() }
        } else {
            all.get(locale).cloned().unwrap_or_default()
        };
        let after = Text {
            name: text.name.as_deref().map_or(before.name, |name| name.trim().to_owned()),
            description: text.description.clone().unwrap_or(before.description),
        };
        if after.name.is_empty() {
            return Err(Error::missing("Name is a required parameter."));
        }
        if of_default {
            (collection.name, collection.description) = (after.name, after.description);
        } else {
            all.insert(locale.clone(), after);
        }
    }
    if let Some(name) = &input.name {
        name.trim().clone_into(&mut collection.name);
    }
    if let Some(description) = &input.description {
        collection.description = description.clone().unwrap_or_default();
    }
    if collection.name.is_empty() {
        return Err(Error::missing("Name is a required parameter."));
    }
    collection.translations = serde_json::to_string(&all).map_err(Error::internal)?;
    Ok(())
}
