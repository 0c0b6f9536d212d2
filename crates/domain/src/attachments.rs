//! Attachments: files that come with messages, their signed URLs, and their removal.
//!
//! An uploaded file is stored before its row is written; one given by URL is fetched later by the worker. URLs of
//! attachments are signed and expire.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use deskwire_store::attachments as store;
use deskwire_store::attachments::AttachmentState;
use deskwire_store::global::files;
use deskwire_store::loose_files::{self, Taking};
use deskwire_store::{Files, Key, Tx, Unfinished, WorkspaceTx};
use imagesize::ImageType;
use serde::{Deserialize, Serialize};

pub use deskwire_store::attachments::Attachment;

use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AttachmentId, as_number};
use crate::jobs::{self, Job, JobKind, Work};
use crate::{names, secrets};

/// The maximum number of files per message.
pub const MAX_FILES: usize = 10;
/// The maximum size of one file, in bytes.
pub const MAX_BYTES: usize = 20 << 20;
/// The maximum size of a picture of a teammate, in bytes.
pub const MAX_PICTURE_BYTES: usize = 2 << 20;
/// The maximum width and height of such a picture, in pixels.
const MAX_PICTURE_SIDE: usize = 4096;
/// The minimum lifetime of a signed URL, in seconds.
const MIN_LIFETIME: i64 = 1800;
/// The lifetime of the URL of an image in a text, in seconds: practically unlimited.
const IMAGE_LIFETIME: i64 = 100 * 365 * 86_400;
/// Signed URLs created within this many seconds are equal, so that clients can cache them.
const STEP: i64 = 300;
/// The number of hexadecimal digits of the signature in a URL.
const DIGITS: usize = 40;
/// How long a file is kept after its last reference was removed, in seconds.
const GRACE: i64 = 120;
/// How long a file is kept after it was found to be unreferenced, in seconds.
const UNREFERENCED_RETENTION: i64 = 3600;
/// How long the removal of a file is remembered, in seconds: longer than any upload takes.
const REMOVAL_RETENTION: i64 = 86_400;
/// The number of unreferenced files read at a time.
const DUE: i64 = 200;

/// A file that comes with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    /// Uploaded, and already stored under its hash.
    Stored {
        /// Its file name, as sent.
        name: String,
        /// Its media type.
        content_type: String,
        /// Its size in bytes.
        filesize: i64,
        /// Width and height in pixels, of images.
        size: Option<(i64, i64)>,
        /// The SHA-256 of its content, hex.
        hash: String,
    },
    /// Given by URL, to be fetched after the commit.
    Url {
        /// The URL.
        url: String,
        /// Its name; by default the last segment of the URL.
        name: Option<String>,
    },
}

impl New {
    /// The file of an attachment, to be attached to something else. One that is not stored is fetched again.
    fn of(file: Attachment) -> Option<New> {
        let Attachment { name, content_type, filesize, width, height, hash, source_url, .. } = file;
        match (hash, source_url) {
            (Some(hash), _) => Some(New::Stored { name, content_type, filesize, size: width.zip(height), hash }),
            (None, Some(url)) => Some(New::Url { url, name: Some(name) }),
            (None, None) => None,
        }
    }
}

/// Whether a file can be requested from a URL. The request itself may still fail.
pub fn is_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Adds attachments. Returns their ids.
pub(crate) fn insert(cx: &mut WorkspaceTx, files: &[New]) -> Result<Vec<AttachmentId>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    signing_key(cx)?;
    files.iter().map(|file| insert_one(cx, file)).collect()
}

/// Adds attachments with the same files as these, which stay when the others are removed. Returns each of these with its
/// copy; those without a file are left out.
pub(crate) fn copies(cx: &mut WorkspaceTx, ids: &[AttachmentId]) -> Result<Vec<(AttachmentId, AttachmentId)>> {
    let known = store::get_many(cx, ids)?;
    let (originals, files): (Vec<AttachmentId>, Vec<New>) =
        known.into_iter().filter_map(|of| Some((of.id, New::of(of)?))).unzip();
    let copies = insert(cx, &files)?;
    Ok(originals.into_iter().zip(copies).collect())
}

/// The key that signs the workspace's URLs. Creates one if the workspace has none.
pub(crate) fn signing_key(cx: &mut WorkspaceTx) -> Result<String> {
    if let Some(key) = store::key(cx)? {
        return Ok(key);
    }
    store::insert_key(cx, &secrets::key()?)?;
    store::key(cx)?.ok_or_else(|| Error::internal("a signing key is missing"))
}

/// Ids of attachments in stored form, a JSON array of numbers; `None` for an empty list.
pub(crate) fn listed(files: &[AttachmentId]) -> Option<String> {
    let numbers: Vec<i64> = files.iter().map(|id| id.number()).collect();
    (!numbers.is_empty()).then(|| serde_json::Value::from(numbers).to_string())
}

fn insert_one(cx: &mut WorkspaceTx, file: &New) -> Result<AttachmentId> {
    let (id, created_at) = (cx.mint(), cx.now());
    let row = match file {
        New::Stored { name, content_type, filesize, size, hash } => Attachment {
            id,
            state: AttachmentState::Stored,
            name: names::of_file(name),
            content_type: content_type.clone(),
            filesize: *filesize,
            width: size.map(|s| s.0),
            height: size.map(|s| s.1),
            hash: Some(hash.clone()),
            source_url: None,
            created_at,
        },
        New::Url { url, name } => Attachment {
            id,
            state: AttachmentState::Pending,
            name: name.as_deref().filter(|n| !n.is_empty()).map_or_else(|| name_in(url), names::of_file),
            content_type: "application/octet-stream".to_owned(),
            source_url: Some(url.clone()),
            created_at,
            ..Attachment::default()
        },
    };
    claim(cx, row.hash.as_deref())?;
    store::insert(cx, &row)?;
    if let New::Url { url, .. } = file {
        jobs::insert(cx, &Fetch { id, url: url.clone() })?;
    }
    Ok(id)
}

/// The payload of the job that fetches an attachment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fetch {
    /// The attachment.
    #[serde(serialize_with = "as_number")]
    pub id: AttachmentId,
    /// Its sender's URL.
    pub url: String,
}

impl Work for Fetch {
    const KIND: JobKind = JobKind::FetchAttachment;
}

/// The payload of the job that removes a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Removal {
    hash: String,
}

impl Work for Removal {
    const KIND: JobKind = JobKind::RemoveFile;
}

/// The content of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its media type.
    pub content_type: String,
    /// Its size in bytes.
    pub filesize: i64,
    /// Width and height in pixels, of images.
    pub size: Option<(i64, i64)>,
    /// The SHA-256 of its content, hex.
    pub hash: String,
}

impl Content {
    /// Stores bytes; `content_type` is as claimed by the sender.
    pub fn store(files: &Files, workspace: &str, bytes: &[u8], content_type: Option<&str>) -> Result<Self> {
        let mut file = files.begin(workspace).map_err(unstored)?;
        file.write(bytes).map_err(unstored)?;
        Self::finish(file, content_type)
    }

    /// Stores a written file; `content_type` is as claimed by the sender.
    pub fn finish(file: Unfinished, content_type: Option<&str>) -> Result<Self> {
        let plain = |text: &str| text.len() <= 100 && text.contains('/') && text.bytes().all(|b| b.is_ascii_graphic());
        let declared = content_type.and_then(|t| t.split(';').next()).map(|t| t.trim().to_ascii_lowercase());
        let size = imagesize::size(file.path()).ok();
        let pixels = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Self {
            content_type: declared.filter(|t| plain(t)).unwrap_or_else(|| "application/octet-stream".to_owned()),
            filesize: i64::try_from(file.len()).unwrap_or(i64::MAX),
            size: size.map(|s| (pixels(s.width), pixels(s.height))),
            hash: file.finish().map_err(unstored)?,
        })
    }

    /// Stores a written file that must be a picture. What it contains determines its media type.
    pub fn finish_picture(file: Unfinished) -> Result<Self> {
        let media_type = picture_type(file.path()).ok_or(ErrorKind::PictureInvalid)?;
        Self::finish(file, Some(media_type))
    }

    /// The file, to be attached to something under this name.
    pub fn named(self, name: String) -> New {
        let Self { content_type, filesize, size, hash } = self;
        New::Stored { name, content_type, filesize, size, hash }
    }
}

/// The media type of a picture that browsers show and that is not too large to be shown often.
fn picture_type(path: &Path) -> Option<&'static str> {
    let size = imagesize::size(path).ok()?;
    if size.width.max(size.height) > MAX_PICTURE_SIDE || size.width.min(size.height) == 0 {
        return None;
    }
    match imagesize::reader_type(BufReader::new(File::open(path).ok()?)).ok()? {
        ImageType::Png => has_png_header(path).then_some("image/png"),
        ImageType::Jpeg => Some("image/jpeg"),
        ImageType::Gif => Some("image/gif"),
        ImageType::Webp => Some("image/webp"),
        _ => None,
    }
}

/// Whether the signature of a PNG is followed by its first chunk, which has 13 bytes.
fn has_png_header(path: &Path) -> bool {
    let mut start = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start.ends_with(b"\0\0\0\x0dIHDR")
}

/// The error for a file that could not be stored.
#[expect(clippy::needless_pass_by_value, reason = "map_err passes it by value")]
pub fn unstored(error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::StorageFull => ErrorKind::StorageFull,
        _ => ErrorKind::FilesUnavailable,
    };
    Error { cause: Some(error.to_string()), ..kind.into() }
}

/// The error for a stored file that cannot be read: it is lost, or the storage does not respond.
pub fn unread(hash: &str, error: &io::Error) -> Error {
    tracing::error!(hash, %error, "a file cannot be read");
    match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::FileLost.into(),
        _ => Error { cause: Some(error.to_string()), ..ErrorKind::FilesUnavailable.into() },
    }
}

/// Records that a file was fetched.
pub fn fetched(tx: &mut WorkspaceTx, id: AttachmentId, content: &Content) -> Result<()> {
    let Some(before) = store::lock(tx, id)? else {
        // The attachment was redacted while it was fetched, so the file must not be kept.
        return unneeded(tx, std::slice::from_ref(&content.hash));
    };
    let after = Attachment {
        state: AttachmentState::Stored,
        content_type: content.content_type.clone(),
        filesize: content.filesize,
        width: content.size.map(|s| s.0),
        height: content.size.map(|s| s.1),
        hash: Some(content.hash.clone()),
        ..before.clone()
    };
    claim(tx, after.hash.as_deref())?;
    Ok(store::update(tx, &before, &after)?)
}

/// Adds a reference to a stored file.
fn claim(tx: &mut WorkspaceTx, hash: Option<&str>) -> Result<()> {
    match hash {
        Some(hash) if !loose_files::claim(tx, hash)? => {
            Err(Error::new(ErrorKind::FilesUnavailable, "The same file is just being removed. Please try again."))
        }
        _ => Ok(()),
    }
}

/// Records that a file cannot be fetched.
pub fn failed(tx: &mut WorkspaceTx, id: AttachmentId) -> Result<()> {
    let Some(before) = store::lock(tx, id)? else { return Ok(()) };
    let after = Attachment { state: AttachmentState::Failed, ..before.clone() };
    Ok(store::update(tx, &before, &after)?)
}

/// Removes attachments, and their files if no other attachment has the same content.
pub(crate) fn remove(tx: &mut WorkspaceTx, ids: &[AttachmentId]) -> Result<()> {
    let hashes = store::delete_many(tx, ids)?;
    unneeded(tx, &hashes)
}

/// Schedules the removal of files that have lost a reference. Each is removed if nothing refers to it by then.
pub(crate) fn unneeded(tx: &mut WorkspaceTx, hashes: &[String]) -> Result<()> {
    loose_files::mark(tx, hashes)?;
    for hash in hashes {
        jobs::insert_in(tx, &Removal { hash: hash.clone() }, GRACE)?;
    }
    Ok(())
}

/// Marks the file of a [`JobKind::RemoveFile`] job for removal, unless something refers to it.
pub fn take_of(tx: &mut Tx<'_>, job: &Job) -> Result<(Key, Taking)> {
    let Removal { hash } = Removal::of(job)?;
    let taking = loose_files::take(&mut tx.within(&job.workspace), &hash, GRACE)?;
    Ok((Key { workspace: job.workspace.clone(), hash }, taking))
}

/// Marks a file for removal that has never been referred to, or whose removal was not completed.
pub fn take_unclaimed(tx: &mut Tx<'_>, file: &Key) -> Result<Taking> {
    Ok(loose_files::take(&mut tx.within(&file.workspace), &file.hash, UNREFERENCED_RETENTION)?)
}

/// Records that a marked file has been removed.
pub fn removed(tx: &mut Tx<'_>, file: &Key) -> Result<()> {
    Ok(loose_files::removed(&mut tx.within(&file.workspace), &file.hash)?)
}

/// Those of a workspace's files that nothing refers to and that are not recorded as unreferenced yet.
pub fn unmarked(tx: &mut Tx<'_>, workspace: &str, hashes: &[String]) -> Result<Vec<String>> {
    let tx = &mut tx.within(workspace);
    let mut unmarked = Vec::new();
    for hash in loose_files::unused(tx, hashes)? {
        if loose_files::state(tx, &hash)?.is_none() {
            unmarked.push(hash);
        }
    }
    Ok(unmarked)
}

/// Records these files of a workspace as unreferenced.
pub fn mark(tx: &mut Tx<'_>, workspace: &str, hashes: &[String]) -> Result<()> {
    Ok(loose_files::mark(&mut tx.within(workspace), hashes)?)
}

/// Some of the files that can be removed now, oldest first. Also deletes the records of files that were removed long
/// ago.
pub fn unclaimed(tx: &mut Tx<'_>) -> Result<Vec<Key>> {
    let now = tx.now();
    files::forget(tx, now - REMOVAL_RETENTION)?;
    let due = files::due(tx, now - UNREFERENCED_RETENTION, DUE)?;
    Ok(due.into_iter().map(|(workspace, hash)| Key { workspace, hash }).collect())
}

/// Those of these files that nothing refers to, in any workspace.
pub fn orphans(tx: &mut Tx<'_>, hashes: &[String]) -> Result<Vec<String>> {
    let known = files::used(tx, hashes)?;
    Ok(hashes.iter().filter(|hash| !known.contains(*hash)).cloned().collect())
}

/// The path and query of an attachment's signed URL; `key` is the workspace's.
pub fn path(key: &str, workspace: &str, file: &Attachment, now: i64) -> String {
    let expires = now - now.rem_euclid(STEP) + STEP + MIN_LIFETIME;
    let name = percent_encoding::utf8_percent_encode(&file.name, percent_encoding::NON_ALPHANUMERIC);
    let signature = sign(key, workspace, file.id, expires);
    format!("/attachments/{workspace}/{}/{name}?expires={expires}&signature={signature}", file.id)
}

/// The same with an unlimited lifetime, for images in texts.
pub(crate) fn lasting_path(key: &str, workspace: &str, file: &Attachment, now: i64) -> String {
    path(key, workspace, file, now + IMAGE_LIFETIME)
}

/// The attachment of a signed URL. A URL that has expired or has a wrong signature is not found.
pub fn find(tx: &mut WorkspaceTx, id: AttachmentId, expires: i64, signature: &str) -> Result<Attachment> {
    let key = store::key(tx)?.ok_or(ErrorKind::ResourceNotFound)?;
    let right = sign(&key, tx.workspace(), id, expires);
    if expires < tx.now() || !secrets::same(&right, signature) {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    store::get(tx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

fn sign(key: &str, workspace: &str, id: AttachmentId, expires: i64) -> String {
    let mut signature = secrets::signature(key, &format!("{workspace}/{id}/{expires}"));
    signature.truncate(DIGITS);
    signature
}

/// The file name in a URL: the last segment of its path.
fn name_in(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    match path.split_once('/').and_then(|(_, path)| path.rsplit('/').next()) {
        Some(name) if !name.is_empty() => {
            names::of_file(&percent_encoding::percent_decode_str(name).decode_utf8_lossy())
        }
        _ => "attachment".to_owned(),
    }
}
