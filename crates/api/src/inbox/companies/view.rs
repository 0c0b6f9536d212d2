//! Companies as the inbox displays them.

use deskwire_domain::companies::{self, Full};
use deskwire_domain::error::Result;
use deskwire_domain::ids::CompanyId;
use deskwire_domain::{Cx, Noun};

use super::super::contacts::view as of_contacts;
use super::super::types::{Company, CompanyPage, Named, Tag};

/// The maximum number of contacts on a page.
const SHOWN: i64 = 20;

/// A company.
pub(in super::super) fn company(full: &Full) -> Result<Company> {
    let company = &full.company;
    Ok(Company {
        id: company.id,
        company_id: company.company_id.clone(),
        name: company.name.clone(),
        plan: full.plan.as_ref().map(|(_, name)| name.clone()),
        size: company.size,
        website: company.website.clone(),
        industry: company.industry.clone(),
        monthly_spend: company.monthly_spend,
        user_count: company.user_count,
        created_at: company.created_at,
        updated_at: company.updated_at,
        last_seen_at: company.last_request_at,
        custom_attributes: of_contacts::object(&company.custom_attributes)?,
    })
}

/// The page of a company, without what the teammate may not see.
pub(super) fn page(cx: &mut Cx, id: CompanyId) -> Result<CompanyPage> {
    let full = companies::find(cx, id)?;
    let actor = cx.actor();
    let (_, contacts) = companies::contacts_of(cx, id, 0, SHOWN)?;
    let tags = full.tags.iter().filter(|_| actor.sees(Noun::Tags));
    Ok(CompanyPage {
        company: company(&full)?,
        tags: tags.map(|(id, name)| Tag { id: *id, name: name.clone() }).collect(),
        segments: full.segments.iter().map(|row| Named { id: row.id, name: row.name.clone() }).collect(),
        notes: full.notes.iter().map(of_contacts::note).collect(),
        contacts: contacts.iter().map(|full| of_contacts::contact(&full.contact)).collect::<Result<_>>()?,
    })
}
