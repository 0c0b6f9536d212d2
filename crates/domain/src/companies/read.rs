//! Finding companies.

use deskwire_store::companies::CompanyState;
use std::collections::HashMap;

use deskwire_store::{Hold, companies as store, notes};

use super::{Company, Full, hold};
use crate::Cx;
use crate::actor::Noun;
use crate::attributes::{self, Model};
use crate::contacts::fold;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{CompanyId, PlanId, TagId};
use crate::segments;

/// One company, unless it is archived.
pub fn find(cx: &mut Cx, id: CompanyId) -> Result<Full> {
    let company = store::get(cx, id)?.filter(|c| c.state == CompanyState::Active).ok_or(ErrorKind::CompanyNotFound)?;
    load(cx, company)
}

/// One company, unless it is archived, locked to be changed.
pub fn lock(cx: &mut Cx, id: CompanyId) -> Result<Full> {
    let company = hold(cx, id, Hold::Change)?;
    load(cx, company)
}

/// The company with this `company_id`.
pub fn find_by_company_id(cx: &mut Cx, company_id: &str) -> Result<Full> {
    let company = store::by_company_id(cx, company_id)?.ok_or(ErrorKind::CompanyNotFound)?;
    load(cx, company)
}

/// The oldest company with this name, ignoring case.
pub fn find_by_name(cx: &mut Cx, name: &str) -> Result<Full> {
    let company = store::by_name(cx, &fold(name))?.ok_or(ErrorKind::CompanyNotFound)?;
    load(cx, company)
}

/// Several companies, in the order of their ids.
pub fn find_many(cx: &mut Cx, ids: &[CompanyId]) -> Result<Vec<Full>> {
    let companies = store::get_many(cx, ids)?;
    load_many(cx, companies)
}

/// A company with its related data.
pub(super) fn load(cx: &mut Cx, company: Company) -> Result<Full> {
    load_many(cx, vec![company])?.pop().ok_or_else(|| Error::internal("a company was lost while loading"))
}

/// The same for several companies. Each kind of related data takes one statement.
pub(super) fn load_many(cx: &mut Cx, mut companies: Vec<Company>) -> Result<Vec<Full>> {
    let actor = cx.actor();
    let values = companies.iter_mut().map(|c| &mut c.custom_attributes);
    attributes::hide_archived(cx, Model::Company, values)?;
    let ids: Vec<CompanyId> = companies.iter().map(|c| c.id).collect();
    let mut plans: Vec<PlanId> = companies.iter().filter_map(|c| c.plan_id).collect();
    plans.sort_unstable();
    plans.dedup();
    let plans = store::plan_names(cx, &plans)?;
    let mut tags: HashMap<CompanyId, Vec<(TagId, String)>> = HashMap::new();
    for (company, id, name) in store::tags(cx, &ids)? {
        tags.entry(company).or_default().push((id, name));
    }
    let mut latest: HashMap<CompanyId, (i64, Vec<_>)> = HashMap::new();
    for (mut note, total) in notes::latest_of_companies(cx, &ids)? {
        if let Some(author) = &mut note.author {
            author.details = None;
        }
        let of = note.company_id.unwrap_or_default();
        latest.entry(of).or_insert((total, Vec::new())).1.push(note);
    }
    let mut segments = if actor.sees(Noun::Segments) { segments::of_companies(cx, &ids)? } else { HashMap::new() };
    let full = |company: Company| {
        let (note_count, mut notes) = latest.remove(&company.id).unwrap_or_default();
        if !actor.reads(Noun::People) {
            notes.clear();
        }
        Full {
            plan: company.plan_id.and_then(|id| Some((id, plans.get(&id)?.clone()))),
            tags: tags.remove(&company.id).unwrap_or_default(),
            segments: segments.remove(&company.id).unwrap_or_default(),
            notes,
            note_count,
            company,
        }
    };
    Ok(companies.into_iter().map(full).collect())
}
