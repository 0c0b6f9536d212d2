//! Contacts and companies together.

use deskwire_store::{Tx, companies, contact_companies as store};
use serde_json::json;

use super::{Company, Full, active, find, find_many};
use crate::actor::Actor;
use crate::contacts::{self, Contact};
use crate::error::{Kind, Result};
use crate::events::{self, Topic};
use crate::ids;

/// How many companies a contact may have.
const MOST: i64 = 1000;

/// Attaches a contact to a company; again changes nothing.
pub fn attach(tx: &mut Tx<'_>, actor: &Actor, contact: i64, company: Option<i64>) -> Result<Full> {
    let (contact, company) = both(tx, actor, contact, company)?;
    attach_known(tx, actor, &contact, &company)?;
    find(tx, actor, company.id)
}

/// The company is locked first, as everywhere, but it is the contact whose absence is told first.
fn both(tx: &mut Tx<'_>, actor: &Actor, contact: i64, company: Option<i64>) -> Result<(Contact, Company)> {
    let company = match company {
        Some(id) => active(companies::lock(tx, actor.workspace(), id)?),
        None => None,
    };
    let contact = contacts::lock(tx, actor, contact)?;
    Ok((contact, company.ok_or(Kind::CompanyNotFound)?))
}

/// Attaches two whose rows are held.
pub fn attach_known(tx: &mut Tx<'_>, actor: &Actor, contact: &Contact, company: &Company) -> Result<()> {
    let workspace = actor.workspace();
    if store::exists(tx, workspace, contact.id, company.id)? {
        return Ok(());
    }
    if contact.company_count >= MOST {
        return Err(Kind::ContactCompanyLimit.into());
    }
    if store::attach(tx, workspace, contact.id, company.id)? {
        tell(tx, actor, Topic::ContactAttached, contact, company)?;
    }
    Ok(())
}

/// Detaches a contact from a company.
pub fn detach(tx: &mut Tx<'_>, actor: &Actor, contact: i64, company: Option<i64>) -> Result<Full> {
    let (contact, company) = both(tx, actor, contact, company)?;
    if !detach_known(tx, actor, &contact, &company)? {
        return Err(Kind::CompanyNotFound.into());
    }
    find(tx, actor, company.id)
}

/// Detaches two whose rows are held; false when they were not attached.
pub fn detach_known(tx: &mut Tx<'_>, actor: &Actor, contact: &Contact, company: &Company) -> Result<bool> {
    let detached = store::detach(tx, actor.workspace(), contact.id, company.id)?;
    if detached {
        tell(tx, actor, Topic::ContactDetached, contact, company)?;
    }
    Ok(detached)
}

fn tell(tx: &mut Tx<'_>, actor: &Actor, topic: Topic, contact: &Contact, company: &Company) -> Result<()> {
    let payload = json!({
        "company": {"type": "company", "id": ids::hex(company.id), "company_id": company.company_id},
        "contact": {"type": "contact", "id": ids::hex(contact.id), "external_id": contact.external_id, "role": contact.role},
    });
    events::emit(tx, actor, topic, company.id, &payload)
}

/// A page of a contact's companies, and how many there are.
pub fn companies_of(tx: &mut Tx<'_>, actor: &Actor, contact: i64, offset: i64, limit: i64) -> Result<(i64, Vec<Full>)> {
    contacts::find(tx, actor, contact)?;
    let (total, ids) = store::companies_of(tx, actor.workspace(), contact, offset, limit)?;
    Ok((total, find_many(tx, actor, &ids)?))
}

/// A page of a company's active contacts, and how many there are.
pub fn contacts_of(
    tx: &mut Tx<'_>,
    actor: &Actor,
    company: i64,
    offset: i64,
    limit: i64,
) -> Result<(i64, Vec<contacts::Full>)> {
    find(tx, actor, company)?;
    let (total, ids) = store::contacts_of(tx, actor.workspace(), company, offset, limit)?;
    Ok((total, contacts::find_many(tx, actor, &ids)?))
}
