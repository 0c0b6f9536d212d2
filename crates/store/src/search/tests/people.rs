//! Contacts and companies for the tests.

use crate::search::resource::{Composite, link, unindexed};
use crate::search::{CONTACTS, Column, Document, Kind, Link, Resource, SearchValue, contacts, fold, index_object};
use crate::{WorkspaceTx, params};

/// Attributes of the tests: a text, a number, a boolean.
pub(super) const PLAN: i64 = 1001;
pub(super) const SCORE: i64 = 1002;
pub(super) const VIP: i64 = 1003;

/// Long texts have no index except that of their trigrams.
pub(super) static LONG_NAME: Column = unindexed("name_key", Kind::Folded).nullable().grams('n');
pub(super) static BOUNCED: Column = unindexed("has_hard_bounced", Kind::Bool);
pub(super) static WORKS_AT: Link = link(
    "contact_companies",
    "sqlite_autoindex_contact_companies_1",
    "contact_id",
    "company_id",
    "contact_companies_company",
);

/// Contacts with one more index.
pub(super) const SEEN_INDEX: &str = "CREATE INDEX test_role_owner_seen
    ON contacts (workspace_id, role, owner_id, last_seen_at, created_at) WHERE state = 'active'";
pub(super) static PEOPLE: Resource = Resource {
    table: CONTACTS.table,
    live: CONTACTS.live,
    id_index: CONTACTS.id_index,
    values_are_live: CONTACTS.values_are_live,
    columns: CONTACTS.columns,
    composites: &[Composite {
        index: "test_role_owner_seen",
        columns: &[&contacts::ROLE, &contacts::OWNER_ID, &contacts::LAST_SEEN_AT],
        besides: &[&contacts::CREATED_AT],
        guard: "",
    }],
    links: &[&contacts::TAGS, &WORKS_AT],
};

/// A contact.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) state: &'static str,
    pub(super) role: &'static str,
    pub(super) external_id: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) name: Option<String>,
    pub(super) owner_id: Option<i64>,
    pub(super) created_at: i64,
    pub(super) last_seen_at: Option<i64>,
    pub(super) plan: Option<String>,
    pub(super) score: Option<f64>,
    pub(super) vip: bool,
    pub(super) bounced: bool,
    pub(super) tags: Vec<i64>,
    pub(super) companies: Vec<i64>,
}

impl Person {
    pub(super) fn document(&self) -> Document {
        let texts = [('x', &self.external_id), ('e', &self.email), ('p', &self.phone), ('n', &self.name)];
        let mut document = Document::default();
        for (letter, text) in texts {
            if let Some(text) = text {
                document.texts.push((letter, text.clone()));
            }
        }
        if let Some(plan) = &self.plan {
            document.values.push(SearchValue::text(PLAN, plan));
        }
        if let Some(score) = self.score {
            document.values.push(SearchValue::number(SCORE, score));
        }
        if self.vip {
            document.values.push(SearchValue::number(VIP, 1.0));
        }
        document
    }

    pub(super) fn insert(&self, tx: &mut WorkspaceTx) -> crate::Result<()> {
        let email_key = self.email.as_deref().map(fold);
        let domain = email_key.as_deref().and_then(|email| email.split_once('@')).map(|(_, domain)| domain);
        tx.execute(
            "INSERT INTO contacts (workspace_id, id, state, role, external_id, email, email_key, email_domain,
                phone, formatted_phone, name, name_key, owner_id, email_verified, has_hard_bounced,
                marked_email_as_spam, unsubscribed_from_emails, created_at, updated_at, last_seen_at,
                details, custom_attributes, tag_count, note_count, company_count, subscription_count,
                object_count)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, '{}', '{}', 0, 0, 0, 0, 0)",
            params![
                self.id,
                self.state,
                self.role,
                &self.external_id,
                &self.email,
                &email_key,
                domain,
                &self.phone,
                &self.phone,
                &self.name,
                self.name.as_deref().map(fold).as_ref(),
                self.owner_id,
                false,
                self.bounced,
                false,
                false,
                self.created_at,
                self.created_at,
                self.last_seen_at
            ],
        )?;
        if self.state == "active" {
            index_object(tx, self.id, &self.document())?;
        }
        for tag in &self.tags {
            tx.execute(
                "INSERT INTO contact_tags (workspace_id, contact_id, tag_id, applied_at) VALUES ($1, $2, $3, 0)",
                params![self.id, *tag],
            )?;
        }
        for company in &self.companies {
            tx.execute(
                "INSERT INTO contact_companies (workspace_id, contact_id, company_id, created_at)
                 VALUES ($1, $2, $3, 0)",
                params![self.id, *company],
            )?;
        }
        Ok(())
    }
}
