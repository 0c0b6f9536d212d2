//! Folders: a tree that organizes content.

use std::collections::HashMap;

use deskwire_store::counters::{self, Counter};
use deskwire_store::{Hold, folders as store};

pub use deskwire_store::folders::Folder;

use crate::error::{Error, ErrorKind, Result};
use crate::ids::FolderId;
use crate::{Cx, names};

/// The maximum nesting depth of folders.
const MAX_DEPTH: usize = 10;
/// The maximum number of folders per workspace.
const MAX_FOLDERS: i64 = 500;
/// The maximum lengths of a name, a description and an emoji, in characters.
const MAX_LENGTHS: [(&str, usize); 3] = [("name", 255), ("description", 2_000), ("emoji", 32)];

/// The fields of a folder. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Its name.
    pub name: Option<String>,
    /// Its description; `Some(None)` removes it.
    pub description: Option<Option<String>>,
    /// Its emoji; `Some(None)` removes it.
    pub emoji: Option<Option<String>>,
    /// The folder that it is in; `Some(None)` for the top level.
    pub parent_folder_id: Option<Option<FolderId>>,
}

/// A folder with the number of its contents.
#[derive(Debug, Clone)]
pub struct Full {
    /// Its row.
    pub folder: Folder,
    /// How many contents are directly in it.
    pub content_count: i64,
}

/// A page of all folders, or of the direct children of one, oldest first, and the total count.
pub fn page(cx: &mut Cx, parent: Option<FolderId>, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    let mut all = store::all(cx)?;
    all.retain(|folder| parent.is_none() || folder.parent_folder_id == parent);
    let total = i64::try_from(all.len()).map_err(Error::internal)?;
    let count = |rows: i64| usize::try_from(rows).unwrap_or(usize::MAX);
    let page: Vec<Folder> = all.into_iter().skip(count(offset)).take(count(limit)).collect();
    let ids: Vec<FolderId> = page.iter().map(|folder| folder.id).collect();
    let counts = store::content_counts(cx, &ids)?;
    let full = |folder: Folder| Full { content_count: counts.get(&folder.id).copied().unwrap_or(0), folder };
    Ok((page.into_iter().map(full).collect(), total))
}

/// One folder.
pub fn find(cx: &mut Cx, id: FolderId) -> Result<Full> {
    let folder = store::all(cx)?.into_iter().find(|folder| folder.id == id).ok_or(ErrorKind::FolderNotFound)?;
    full(cx, folder)
}

/// Creates a folder.
pub fn create(cx: &mut Cx, input: &Input) -> Result<Full> {
    let now = cx.now();
    // Serializes changes of the tree.
    if counters::next::<i64>(cx, Counter::Folders)? > MAX_FOLDERS {
        return Err(Error::invalid(format!("A workspace can have {MAX_FOLDERS} folders")).field("folder"));
    }
    let mut folder = Folder {
        id: counters::next(cx, Counter::Content)?,
        name: String::new(),
        description: None,
        emoji: None,
        parent_folder_id: None,
        created_at: now,
        updated_at: now,
    };
    if input.name.is_none() {
        return Err(Error::missing("name is required").field("name"));
    }
    write(cx, &mut folder, input)?;
    store::insert(cx, &folder)?;
    full(cx, folder)
}

/// Updates a folder. Its content moves with it.
pub fn update(cx: &mut Cx, id: FolderId, input: &Input) -> Result<Full> {
    if input.parent_folder_id.is_some() {
        lock_tree(cx)?;
    }
    let before = store::hold(cx, id, Hold::Change)?.ok_or(ErrorKind::FolderNotFound)?;
    let mut after = before.clone();
    write(cx, &mut after, input)?;
    if after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
    }
    full(cx, after)
}

/// Deletes an empty folder.
pub fn delete(cx: &mut Cx, id: FolderId) -> Result<()> {
    lock_tree(cx)?;
    store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::FolderNotFound)?;
    if store::all(cx)?.iter().any(|folder| folder.parent_folder_id == Some(id)) {
        return Err(Error::new(ErrorKind::Unprocessable, "Folder contains folders and cannot be deleted"));
    }
    if store::content_counts(cx, &[id])?.contains_key(&id) {
        return Err(Error::new(ErrorKind::Unprocessable, "Folder contains content and cannot be deleted"));
    }
    store::delete(cx, id)?;
    Ok(counters::decrease(cx, Counter::Folders)?)
}

/// Locks the folder that content is put into.
pub(crate) fn hold(cx: &mut Cx, id: FolderId) -> Result<FolderId> {
    let unknown = || Error::from(ErrorKind::FolderNotFound).field("folder_id");
    store::hold(cx, id, Hold::Reference)?.map(|folder| folder.id).ok_or_else(unknown)
}

/// These folders and all their descendants. Unknown ids are ignored.
pub fn with_descendants(cx: &mut Cx, ids: &[FolderId]) -> Result<Vec<FolderId>> {
    let all = store::all(cx)?;
    let mut found: Vec<FolderId> = all.iter().map(|folder| folder.id).filter(|id| ids.contains(id)).collect();
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        at += 1;
        let inner = all.iter().filter(|folder| folder.parent_folder_id == Some(parent)).map(|folder| folder.id);
        let inner: Vec<FolderId> = inner.filter(|id| !found.contains(id)).collect();
        found.extend(inner);
    }
    Ok(found)
}

/// Serializes changes of the tree.
fn lock_tree(cx: &mut Cx) -> Result<()> {
    Ok(counters::decrease_by(cx, Counter::Folders, 0)?)
}

fn full(cx: &mut Cx, folder: Folder) -> Result<Full> {
    let counts = store::content_counts(cx, &[folder.id])?;
    Ok(Full { content_count: counts.get(&folder.id).copied().unwrap_or(0), folder })
}

/// Sets the columns of the fields that the input has.
fn write(cx: &mut Cx, folder: &mut Folder, input: &Input) -> Result<()> {
    if let Some(name) = &input.name {
        name.trim().clone_into(&mut folder.name);
        if folder.name.is_empty() {
            return Err(Error::invalid("name must not be empty").field("name"));
        }
    }
    let text =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(description) = &input.description {
        folder.description = text(description);
    }
    if let Some(emoji) = &input.emoji {
        folder.emoji = text(emoji);
    }
    let texts = [Some(folder.name.as_str()), folder.description.as_deref(), folder.emoji.as_deref()];
    for ((field, most), text) in MAX_LENGTHS.into_iter().zip(texts) {
        names::at_most(field, text.unwrap_or_default(), most)?;
    }
    if let Some(parent) = input.parent_folder_id {
        folder.parent_folder_id = parent;
        check_place(cx, folder)?;
    }
    Ok(())
}

/// Rejects a parent that does not exist, that is the folder itself or one of its descendants, or that is too deep.
fn check_place(cx: &mut Cx, folder: &Folder) -> Result<()> {
    let Some(parent) = folder.parent_folder_id else { return Ok(()) };
    let field = "parent_folder_id";
    let all = store::all(cx)?;
    let mut parents: HashMap<FolderId, Option<FolderId>> =
        all.iter().map(|other| (other.id, other.parent_folder_id)).collect();
    if !parents.contains_key(&parent) {
        return Err(Error::invalid("parent_folder_id must be the id of a folder").field(field));
    }
    parents.insert(folder.id, Some(parent));
    let depth = |id: FolderId| {
        let chain = std::iter::successors(Some(id), |id| parents.get(id).copied().flatten());
        chain.take(MAX_DEPTH + 1).count()
    };
    let is_inside = |id: FolderId| {
        std::iter::successors(Some(id), |id| parents.get(id).copied().flatten())
            .take(MAX_DEPTH + 1)
            .any(|id| id == folder.id)
    };
    if is_inside(parent) {
        return Err(Error::invalid("A folder cannot be in itself or in a folder that is in it").field(field));
    }
    if parents.keys().any(|id| is_inside(*id) && depth(*id) > MAX_DEPTH) {
        return Err(Error::invalid(format!("Folders can be {MAX_DEPTH} levels deep")).field(field));
    }
    Ok(())
}
