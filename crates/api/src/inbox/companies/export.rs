//! `POST /app/v1/companies/export`

use deskwire_domain::companies;
use deskwire_domain::error::Result;
use deskwire_domain::inbox::exports::List;
use deskwire_store::csv::Csv;

use super::super::contacts::{Listed, csv};
use super::super::request::Request;
use super::list;
use crate::reply::Reply;

const COLUMNS: [&str; 10] = [
    "id",
    "company_id",
    "name",
    "plan",
    "website",
    "industry",
    "size",
    "monthly_spend",
    "user_count",
    "custom_attributes",
];

/// The companies that match, as comma-separated values, 100,000 at most. The activity log names who exported them.
pub async fn handle(request: Request) -> Result<Reply> {
    let listed = Listed::read(&request, list::FIELDS, "created_at")?;
    let (source, query) = (request.source(), listed.query.clone());
    let piece = move |after: Option<String>| {
        let (wanted, is_first) = (listed.largest(after.clone()), after.is_none());
        let found = source.search(move |cx| {
            let page = companies::search(cx, &wanted)?;
            Ok((page.items, page.next))
        });
        async move {
            let (companies, next) = found.await?;
            let mut text = Csv::default();
            if is_first {
                text.header(COLUMNS);
            }
            for full in &companies {
                let company = &full.company;
                text.plain(Some(company.id));
                csv::text(&mut text, Some(&company.company_id));
                csv::text(&mut text, company.name.as_deref());
                csv::text(&mut text, full.plan.as_ref().map(|(_, name)| name.as_str()));
                csv::text(&mut text, company.website.as_deref());
                csv::text(&mut text, company.industry.as_deref());
                for number in [company.size, Some(company.monthly_spend), Some(company.user_count)] {
                    text.plain(number);
                }
                text.value(Some(&company.custom_attributes));
                text.end();
            }
            Ok((text, next))
        }
    };
    csv::reply(&request, (List::Companies, query), piece).await
}
