//! Attaching contacts to companies.

use deskwire_store::{companies, contact_companies as store};

use super::{Company, Full, active, find, find_many};
use crate::Cx;
use crate::contacts::{self, Contact};
use crate::error::{ErrorKind, Result};
use crate::events::{self, Membership, Topic};
use crate::ids::{CompanyId, ContactId};

/// The maximum number of companies per contact.
const MAX: i64 = 1000;

/// Attaches a contact to a company; idempotent.
pub fn attach(cx: &mut Cx, contact: ContactId, company: Option<CompanyId>) -> Result<Full> {
    let (contact, company) = lock_both(cx, contact, company)?;
    attach_known(cx, &contact, &company)?;
    find(cx, company.id)
}

/// The company is locked first, to avoid deadlocks, but a missing contact is reported first.
fn lock_both(cx: &mut Cx, contact: ContactId, company: Option<CompanyId>) -> Result<(Contact, Company)> {
    let company = match company {
        Some(id) => active(companies::lock(cx, id)?),
        None => None,
    };
    let contact = contacts::lock(cx, contact)?;
    Ok((contact, company.ok_or(ErrorKind::CompanyNotFound)?))
}

/// Attaches a locked contact to a locked company.
pub fn attach_known(cx: &mut Cx, contact: &Contact, company: &Company) -> Result<()> {
    if store::exists(cx, contact.id, company.id)? {
        return Ok(());
    }
    if contact.company_count >= MAX {
        return Err(ErrorKind::ContactCompanyLimit.into());
    }
    if store::attach(cx, contact.id, company.id)? {
        emit(cx, Topic::ContactAttached, contact, company)?;
    }
    Ok(())
}

/// Detaches a contact from a company.
pub fn detach(cx: &mut Cx, contact: ContactId, company: Option<CompanyId>) -> Result<Full> {
    let (contact, company) = lock_both(cx, contact, company)?;
    if !detach_known(cx, &contact, &company)? {
        return Err(ErrorKind::CompanyNotFound.into());
    }
    find(cx, company.id)
}

/// Detaches a locked contact from a locked company. Returns false if they were not attached.
pub fn detach_known(cx: &mut Cx, contact: &Contact, company: &Company) -> Result<bool> {
    let detached = store::detach(cx, contact.id, company.id)?;
    if detached {
        emit(cx, Topic::ContactDetached, contact, company)?;
    }
    Ok(detached)
}

fn emit(cx: &mut Cx, topic: Topic, contact: &Contact, company: &Company) -> Result<()> {
    events::emit(cx, topic, company.id, Membership::new(company, contact))
}

/// A page of a contact's companies, and how many there are.
pub fn companies_of(cx: &mut Cx, contact: ContactId, offset: i64, limit: i64) -> Result<(i64, Vec<Full>)> {
    contacts::active(cx, contact)?;
    let (total, ids) = store::companies_of(cx, contact, offset, limit)?;
    Ok((total, find_many(cx, &ids)?))
}

/// A page of a company's active contacts, and how many there are.
pub fn contacts_of(cx: &mut Cx, company: CompanyId, offset: i64, limit: i64) -> Result<(i64, Vec<contacts::Full>)> {
    active(companies::get(cx, company)?).ok_or(ErrorKind::CompanyNotFound)?;
    let (total, ids) = store::contacts_of(cx, company, offset, limit)?;
    Ok((total, contacts::find_many(cx, &ids)?))
}
