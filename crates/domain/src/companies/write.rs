//! Creating and updating companies.

use deskwire_store::companies::CompanyState;
use deskwire_store::{Hold, companies as store};

use super::{Company, Full, Input, hold, read};
use crate::Cx;
use crate::attributes::{Known, Model};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::CompanyId;
use crate::people_index;

/// Updates the company with this `company_id`, or creates one.
///
/// Without a `company_id`, a company is always created, and its own id serves as its `company_id`.
pub fn upsert(cx: &mut Cx, input: &Input) -> Result<Full> {
    let company = upsert_row(cx, input)?;
    read::load(cx, company)
}

/// The same for a request with both an id and a `company_id`, which clients send when they save a company that they
/// fetched. Both must refer to the same company.
pub fn upsert_known(cx: &mut Cx, id: &str, input: &Input) -> Result<Full> {
    let known = match input.company_id() {
        Some(company_id) => store::by_company_id(cx, company_id)?,
        None => None,
    };
    match known {
        Some(known) if known.id.to_string() == id => update(cx, known.id, input),
        _ => {
            let message = "bad 'id' parameter: it must be the id of the company that company_id names";
            Err(Error::new(ErrorKind::BadRequest, message).field("id"))
        }
    }
}

/// The same, without related data.
pub(crate) fn upsert_row(cx: &mut Cx, input: &Input) -> Result<Company> {
    let Some(company_id) = input.company_id() else {
        if input.name().is_none() {
            return Err(Error::missing("company_id or name is required").field("company_id"));
        }
        return create(cx, input, None)?.ok_or_else(|| cx.collided("companies").into());
    };
    if let Some(known) = store::by_company_id(cx, company_id)? {
        return change(cx, &known, input);
    }
    if let Some(company) = create(cx, input, Some(company_id))? {
        return Ok(company);
    }
    // It was created concurrently, or the new id is in use.
    let known = store::by_company_id(cx, company_id)?.ok_or_else(|| cx.collided("companies"))?;
    change(cx, &known, input)
}

/// Changes a company by its id. Its `company_id` stays.
pub fn update(cx: &mut Cx, id: CompanyId, input: &Input) -> Result<Full> {
    let known = hold(cx, id, Hold::Change)?;
    let company = change(cx, &known, input)?;
    read::load(cx, company)
}

/// A new company; `None` if its `company_id` is in use.
fn create(cx: &mut Cx, input: &Input, company_id: Option<&str>) -> Result<Option<Company>> {
    let (id, now) = (cx.mint(), cx.now());
    let mut company = Company {
        id,
        state: CompanyState::Active,
        company_id: company_id.map_or_else(|| id.to_string(), str::to_owned),
        created_at: now,
        updated_at: now,
        custom_attributes: "{}".to_owned(),
        ..Company::default()
    };
    let mut known = Known::new(Model::Company);
    input.apply(cx, &mut company, &mut known)?;
    // The API descriptions have it in every response, so it defaults to now.
    company.remote_created_at = company.remote_created_at.or(Some(now));
    if !store::insert_new(cx, &company)? {
        return Ok(None);
    }
    people_index::put_company(cx, None, &company, &mut known)?;
    events::emit(cx, Topic::CompanyCreated, id, Nothing {})?;
    Ok(Some(company))
}

fn change(cx: &mut Cx, before: &Company, input: &Input) -> Result<Company> {
    let mut company = before.clone();
    let mut known = Known::new(Model::Company);
    input.apply(cx, &mut company, &mut known)?;
    company.updated_at = cx.now();
    store::update(cx, before, &company)?;
    people_index::put_company(cx, Some(before), &company, &mut known)?;
    events::emit(cx, Topic::CompanyUpdated, company.id, Nothing {})?;
    Ok(company)
}
