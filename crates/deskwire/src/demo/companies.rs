//! The demo's companies, created like through the API.

use deskwire_domain::html::Html;
use deskwire_domain::notes::{self, Subject};
use deskwire_domain::tags::{self, Change, Item, Key};
use deskwire_domain::{Cx, Result, companies, contacts};
use serde_json::{Map, Value};

/// A company to create.
struct Company {
    id: &'static str,
    name: &'static str,
    plan: &'static str,
    size: i64,
    spend: i64,
    region: &'static str,
    tag: Option<&'static str>,
    note: &'static str,
}

#[rustfmt::skip]
const COMPANIES: &[Company] = &[
    Company { id: "radium", name: "Radium Institute", plan: "Enterprise", size: 400, spend: 12_000, region: "FR", tag: Some("VIP"), note: "Renews in March." },
    Company { id: "bletchley", name: "Bletchley Computing", plan: "Pro", size: 120, spend: 6_500, region: "GB", tag: None, note: "" },
    Company { id: "hop", name: "Frequency Hop", plan: "Pro", size: 15, spend: 900, region: "AT", tag: Some("Beta"), note: "" },
];

/// Creates the companies, with their tags and notes.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    for company in COMPANIES {
        let text = |text: &str| Some(Some(text.to_owned()));
        let attributes = Map::from_iter([("region_code".to_owned(), Value::from(company.region))]);
        let input = companies::Input {
            company_id: text(company.id),
            name: text(company.name),
            plan: text(company.plan),
            size: Some(Some(company.size)),
            monthly_spend: Some(Some(company.spend)),
            custom_attributes: Some(attributes),
            update_last_request_at: true,
            ..companies::Input::default()
        };
        let id = companies::upsert(cx, &input)?.company.id;
        if let Some(tag) = company.tag {
            let item = Item { key: Key::External(company.id.to_owned()), untag: false };
            tags::save(cx, &Change { name: tag.to_owned(), companies: vec![item], ..Change::default() })?;
        }
        if let Some(body) = Html::read(company.note, "", "body")? {
            notes::create(cx, Subject::Company(id), None, &body)?;
        }
    }
    Ok(())
}

/// Attaches a contact to a company.
pub(super) fn join(cx: &mut Cx, contact: &contacts::Contact, company: &str) -> Result<()> {
    let company = companies::find_by_company_id(cx, company)?.company;
    companies::attach(cx, contact.id, Some(company.id)).map(drop)
}
