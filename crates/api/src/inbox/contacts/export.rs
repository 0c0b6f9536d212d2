//! `POST /app/v1/contacts/export`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;
use deskwire_domain::inbox::exports::List;
use deskwire_store::csv::Csv;

use super::super::request::Request;
use super::{Listed, csv, list};
use crate::reply::Reply;

const COLUMNS: [&str; 11] = [
    "id",
    "role",
    "external_id",
    "name",
    "email",
    "phone",
    "owner_id",
    "created_at",
    "signed_up_at",
    "last_seen_at",
    "custom_attributes",
];

/// The contacts that match, as comma-separated values, 100,000 at most. The activity log names who exported them.
pub async fn handle(request: Request) -> Result<Reply> {
    let listed = Listed::read(&request, list::FIELDS, "created_at")?;
    let (source, query) = (request.source(), listed.query.clone());
    let piece = move |after: Option<String>| {
        let (wanted, is_first) = (listed.largest(after.clone()), after.is_none());
        let found = source.search(move |cx| {
            let page = contacts::search(cx, &wanted)?;
            Ok((page.items, page.next))
        });
        async move {
            let (contacts, next) = found.await?;
            let mut text = Csv::default();
            if is_first {
                text.header(COLUMNS);
            }
            for contact in contacts.iter().map(|full| &full.contact) {
                text.plain(Some(contact.id));
                text.plain(Some(contact.role));
                for value in [&contact.external_id, &contact.name, &contact.email, &contact.phone] {
                    csv::text(&mut text, value.as_deref());
                }
                text.plain(contact.owner_id);
                for time in [Some(contact.created_at), contact.signed_up_at, contact.last_seen_at] {
                    text.plain(time);
                }
                text.value(Some(&contact.custom_attributes));
                text.end();
            }
            Ok((text, next))
        }
    };
    csv::reply(&request, (List::Contacts, query), piece).await
}
