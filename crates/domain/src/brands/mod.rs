//! Brands: the names that a workspace shows its customers. One, the default, is the workspace itself.

mod declare;

use crate::ids::BrandId;
use deskwire_store::WorkspaceTx;
use deskwire_store::brands as store;

pub use declare::{Declared, create, declare, declared, prune};
pub use deskwire_store::brands::Brand;

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};

/// The stored id of the default brand. The API shows the workspace's id instead.
const DEFAULT: BrandId = BrandId::new(1);

/// All brands, the default one first.
pub fn list(cx: &mut Cx) -> Result<Vec<Brand>> {
    Ok(store::all(cx)?)
}

/// The brand with this id in the API.
pub fn find(cx: &mut Cx, public_id: &str) -> Result<Brand> {
    let found = if public_id == cx.workspace() {
        store::default(cx)?
    } else if let Some(id) = BrandId::parse(public_id) {
        store::get(cx, id)?.filter(|brand| !brand.is_default)
    } else {
        None
    };
    found.ok_or_else(|| Error::new(ErrorKind::ResourceNotFound, "Brand not found"))
}

/// The id of a brand in the API: for the default brand, that of the workspace.
pub fn shown_id(id: BrandId, is_default: bool, workspace: &str) -> String {
    if is_default { workspace.to_owned() } else { id.to_string() }
}

/// Gives a new workspace its default brand.
pub(crate) fn predefined(tx: &mut WorkspaceTx, name: &str) -> Result<()> {
    let now = tx.now();
    let brand = Brand {
        id: DEFAULT,
        name: name.to_owned(),
        is_default: true,
        help_center_id: None,
        created_at: now,
        updated_at: now,
        effective_help_center_id: None,
        default_address_id: None,
    };
    Ok(store::insert(tx, &brand)?)
}
