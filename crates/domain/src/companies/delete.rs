//! Deleting a company.

use deskwire_store::companies::CompanyState;
use deskwire_store::{Hold, companies as store, contact_companies};

use super::{Company, hold};
use crate::Cx;
use crate::error::Result;
use crate::events::{self, CompanyDeleted, Topic};
use crate::ids::CompanyId;
use crate::people_index;

/// Archives a company permanently and detaches its contacts. Its `company_id` can be used for a new company.
pub fn delete(cx: &mut Cx, id: CompanyId) -> Result<()> {
    let before = hold(cx, id, Hold::End)?;
    contact_companies::detach_all(cx, id)?;
    people_index::remove(cx, id)?;
    let archived = Company { state: CompanyState::Archived, user_count: 0, updated_at: cx.now(), ..before.clone() };
    store::update(cx, &before, &archived)?;
    let payload = CompanyDeleted { id, company_id: archived.company_id, name: archived.name };
    events::emit(cx, Topic::CompanyDeleted, id, payload)
}
