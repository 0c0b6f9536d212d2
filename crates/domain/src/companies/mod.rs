//! Companies and their contacts.
//!
//! Lists, scrolls and searches show a company while an active contact is attached to it. Archived and blocked contacts
//! stay attached, so that unarchiving restores them, but are not counted.

mod attach;
mod delete;
mod input;
mod list;
mod read;
mod scroll;
mod write;

use deskwire_store::Hold;
use deskwire_store::companies as store;
pub use deskwire_store::companies::Company;
use deskwire_store::companies::CompanyState;

pub use attach::{attach, attach_known, companies_of, contacts_of, detach, detach_known};
pub use delete::delete;
pub use input::Input;
pub use list::{PageByNumber, in_segment, list, search, segments_of, tagged};
pub use read::{find, find_by_company_id, find_by_name, find_many, lock};
pub use scroll::{Scroll, scroll};
pub(crate) use write::upsert_row;
pub use write::{update, upsert, upsert_known};

use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::{CompanyId, PlanId, TagId};
use crate::notes::Note;
use crate::segments::Segment;

/// A company with its related data.
#[derive(Debug, Clone)]
pub struct Full {
    /// The company's row.
    pub company: Company,
    /// Its plan: id and name.
    pub plan: Option<(PlanId, String)>,
    /// Its tags: id and name.
    pub tags: Vec<(TagId, String)>,
    /// The segments it is in.
    pub segments: Vec<Segment>,
    /// Its newest ten notes, newest first.
    pub notes: Vec<Note>,
    /// How many notes it has.
    pub note_count: i64,
}

/// A company that is not archived.
fn active(company: Option<Company>) -> Option<Company> {
    company.filter(|c| c.state == CompanyState::Active)
}

/// The company with this id, locked, if it is not archived.
pub(crate) fn hold(cx: &mut Cx, id: CompanyId, hold: Hold) -> Result<Company> {
    active(store::hold(cx, id, hold)?).ok_or_else(|| ErrorKind::CompanyNotFound.into())
}
