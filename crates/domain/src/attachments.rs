//! Files that come with messages.

use deskwire_store::Tx;
use deskwire_store::attachments as store;
pub use deskwire_store::attachments::Attachment;

use crate::actor::Actor;
use crate::error::Result;

/// The most files that one message may bring.
pub const MOST: usize = 10;

/// A file that comes with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    /// It came along and is stored under its hash already.
    Stored {
        /// What the sender called it.
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
    /// It is to be fetched from this address after the commit.
    Url(String),
}

/// Writes attachments down; their ids.
pub(crate) fn insert(tx: &mut Tx<'_>, actor: &Actor, files: &[New]) -> Result<Vec<i64>> {
    files.iter().map(|file| insert_one(tx, actor, file)).collect()
}

fn insert_one(tx: &mut Tx<'_>, actor: &Actor, file: &New) -> Result<i64> {
    let (id, created_at) = (tx.mint(), tx.now());
    let row = match file {
        New::Stored { name, content_type, filesize, size, hash } => Attachment {
            id,
            state: "stored".to_owned(),
            name: name.clone(),
            content_type: content_type.clone(),
            filesize: *filesize,
            width: size.map(|s| s.0),
            height: size.map(|s| s.1),
            hash: Some(hash.clone()),
            source_url: None,
            created_at,
        },
        New::Url(url) => Attachment {
            id,
            state: "pending".to_owned(),
            name: name_in(url),
            content_type: "application/octet-stream".to_owned(),
            source_url: Some(url.clone()),
            created_at,
            ..Attachment::default()
        },
    };
    store::insert(tx, actor.workspace(), &row)?;
    Ok(id)
}

/// What a file is called by its address: the last piece of the path.
fn name_in(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    match path.split_once('/').and_then(|(_, path)| path.rsplit('/').next()) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "attachment".to_owned(),
    }
}
