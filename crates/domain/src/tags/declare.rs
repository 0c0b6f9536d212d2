//! Tags in a workspace file.

use serde::{Deserialize, Serialize};

use super::ensure;
use super::save::checked;
use crate::Cx;
use crate::error::Result;

/// A tag as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique ignoring case.
    pub name: String,
}

/// Creates the tag if it does not exist. Returns whether it was created.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    Ok(ensure(cx, checked(&declared.name)?)?.1)
}

/// All tags as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    Ok(super::list(cx)?.into_iter().map(|tag| Declared { name: tag.name }).collect())
}
