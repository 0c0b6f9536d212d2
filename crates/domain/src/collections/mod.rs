//! Collections: the hierarchy of a help center, three levels deep.

mod change;

use deskwire_store::collections as store;
use deskwire_store::help_centers;
use deskwire_store::ids::CollectionId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use change::{Input, Translation, create, delete, update};
pub use deskwire_store::collections::Collection;

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::help_centers::HelpCenter;

/// The maximum nesting depth of collections.
const MAX_DEPTH: i64 = 3;

/// The levels that an operation covers: old versions have collections on the first level, and sections below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Levels {
    /// All three.
    All,
    /// The first.
    First,
    /// Those below the first.
    Sections,
}

impl Levels {
    const fn bounds(self) -> (i64, i64) {
        match self {
            Levels::All => (1, MAX_DEPTH),
            Levels::First => (1, 1),
            Levels::Sections => (2, MAX_DEPTH),
        }
    }

    fn has(self, collection: &Collection) -> bool {
        let (least, most) = self.bounds();
        (least..=most).contains(&collection.level)
    }
}

/// A name and a description in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The name.
    pub name: String,
    /// The description.
    #[serde(default)]
    pub description: String,
}

/// A collection and its help center.
#[derive(Debug, Clone)]
pub struct Full {
    /// The collection's row.
    pub collection: Collection,
    /// Its help center.
    pub help_center: HelpCenter,
}

impl Full {
    /// The name and description in each language except the default one, by locale.
    pub fn translations(&self) -> Vec<(String, Text)> {
        let all: Map<String, Value> = serde_json::from_str(&self.collection.translations).unwrap_or_default();
        all.into_iter().map(|(locale, text)| (locale, serde_json::from_value(text).unwrap_or_default())).collect()
    }
}

/// A page of collections, most recently changed first, and the total count.
pub fn page(cx: &mut Cx, levels: Levels, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    let (rows, total) = store::page(cx, levels.bounds(), limit, offset)?;
    let centers = help_centers::all(cx)?;
    let full = |collection: Collection| {
        let help_center = centers.iter().find(|center| center.id == collection.help_center_id)?.clone();
        Some(Full { collection, help_center })
    };
    Ok((rows.into_iter().filter_map(full).collect(), total))
}

/// One collection.
pub fn find(cx: &mut Cx, levels: Levels, id: CollectionId) -> Result<Full> {
    let collection = store::get(cx, id)?.filter(|c| levels.has(c)).ok_or(ErrorKind::ResourceNotFound)?;
    full(cx, collection)
}

fn full(cx: &mut Cx, collection: Collection) -> Result<Full> {
    let center = help_centers::get(cx, collection.help_center_id)?;
    let help_center = center.ok_or_else(|| Error::internal("a collection without a help center"))?;
    Ok(Full { collection, help_center })
}
