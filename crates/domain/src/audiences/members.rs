//! The members of audiences.

use deskwire_store::search::{self, Filter};
use deskwire_store::{audiences as store, contact_companies};

use super::Audience;
use super::predicates::{self, Filters};
use crate::Cx;
use crate::contacts;
use crate::error::Result;
use crate::ids::{AudienceId, CompanyId, ContactId};

/// The number of audiences per statement.
const BATCH_SIZE: usize = 25;
/// The number of companies per statement.
const COMPANIES: usize = 500;

/// Returns the audiences that an active contact is in, oldest first.
pub fn of_contact(cx: &mut Cx, contact: ContactId) -> Result<Vec<AudienceId>> {
    let contact = contacts::active(cx, contact)?;
    let audiences = store::all(cx)?;
    in_batches(cx, contact.id, &audiences)
}

/// Returns which of these audiences a contact is in.
pub(crate) fn among(cx: &mut Cx, contact: ContactId, audiences: &[AudienceId]) -> Result<Vec<AudienceId>> {
    let audiences = store::get_many(cx, audiences)?;
    in_batches(cx, contact, &audiences)
}

/// Which of these audience names belong to audiences that the contact is in.
pub(crate) fn named_of(cx: &mut Cx, contact: ContactId, names: &[&str]) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut audiences = store::all(cx)?;
    audiences.retain(|audience| names.contains(&audience.name.as_str()));
    let own = in_batches(cx, contact, &audiences)?;
    audiences.retain(|audience| own.contains(&audience.id));
    Ok(audiences.into_iter().map(|audience| audience.name).collect())
}

fn in_batches(cx: &mut Cx, contact: ContactId, audiences: &[Audience]) -> Result<Vec<AudienceId>> {
    let mut of = Vec::new();
    for some in audiences.chunks(BATCH_SIZE) {
        of.extend(batch(cx, contact, some)?);
    }
    Ok(of)
}

/// Returns which of a few audiences a contact is in.
fn batch(cx: &mut Cx, contact: ContactId, audiences: &[Audience]) -> Result<Vec<AudienceId>> {
    let predicates: Vec<_> = audiences.iter().map(|audience| predicates::read(&audience.predicates)).collect();
    let stored = predicates::stored(cx, predicates.iter().flatten().flatten())?;
    let (mut wanted_ids, mut of_contact, mut of_companies) = (Vec::new(), Vec::new(), Vec::new());
    for (audience, predicates) in audiences.iter().zip(predicates) {
        let Filters { contact, company } = Filters::of(&stored, audience, predicates);
        wanted_ids.push((audience.id, company.is_some()));
        of_contact.push(contact);
        of_companies.extend(company);
    }
    let matches = search::matches(cx, &search::CONTACTS, contact.number(), &of_contact)?;
    let mut by_company = any_company(cx, contact, &of_companies)?.into_iter();
    let mut of = Vec::new();
    for ((id, asks_company), matches) in wanted_ids.into_iter().zip(matches) {
        let has_company = !asks_company || by_company.next().unwrap_or_default();
        if matches && has_company {
            of.push(id);
        }
    }
    Ok(of)
}

/// Returns for each filter whether one of the contact's companies matches it.
fn any_company(cx: &mut Cx, contact: ContactId, filters: &[Filter]) -> Result<Vec<bool>> {
    let mut any = vec![false; filters.len()];
    if filters.is_empty() {
        return Ok(any);
    }
    let (_, companies) = contact_companies::companies_of(cx, contact, 0, i64::from(i32::MAX))?;
    for some in companies.chunks(COMPANIES) {
        for (_, matches) in search::matches_many::<CompanyId>(cx, &search::COMPANIES, some, filters)? {
            any.iter_mut().zip(matches).for_each(|(any, matches)| *any |= matches);
        }
    }
    Ok(any)
}
