//! One item of a bulk task, and the verbs that it runs.

use deskwire_store::companies as company_rows;

use crate::Cx;
use crate::actor::Noun;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{CompanyId, ContactId, TagId};
use crate::{companies, contacts, content, tags};

/// An operation on one contact, company or content.
#[derive(Debug, Clone)]
pub enum Item {
    /// Create a contact. Fails if it exists.
    CreateContact(ContactItem),
    /// Change a contact.
    UpdateContact(ContactId, ContactItem),
    /// Permanently delete a contact.
    DeleteContact(ContactId),
    /// Create a company, or update the one with this `company_id`.
    UpsertCompany(companies::Input),
    /// Change a company.
    UpdateCompany(CompanyId, companies::Input),
    /// Delete a company.
    DeleteCompany(CompanyId),
    /// Apply an action to a content.
    Content(ContentItem),
}

/// An action on a content.
#[derive(Debug, Clone)]
pub struct ContentItem {
    /// The action.
    pub action: content::Action,
    /// The content.
    pub target: content::Target,
}

/// The fields of a contact, and changes of its companies and tags.
#[derive(Debug, Clone, Default)]
pub struct ContactItem {
    /// The fields.
    pub input: contacts::Input,
    /// The companies to attach or detach.
    pub companies: Vec<CompanyLink>,
    /// The tags to add. Unknown tags are skipped, and all tags without the permission to tag.
    pub tag: Vec<TagId>,
    /// The tags to remove. Unknown tags, and tags that the contact does not have, are skipped.
    pub untag: Vec<TagId>,
}

/// A company to attach or detach.
#[derive(Debug, Clone)]
pub struct CompanyLink {
    /// Its `company_id`. If no company has it, one is created.
    pub company_id: String,
    /// Its name.
    pub name: Option<String>,
    /// Whether to detach instead.
    pub remove: bool,
}

impl Item {
    /// Runs the operation.
    pub(super) fn run(self, cx: &mut Cx) -> Result<()> {
        match self {
            Item::CreateContact(item) => {
                let id = contacts::create(cx, &item.input)?.contact.id;
                item.link(cx, id)
            }
            Item::UpdateContact(id, item) => {
                item.hold_companies(cx)?;
                contacts::update(cx, id, &item.input)?;
                item.link(cx, id)
            }
            Item::DeleteContact(id) => contacts::delete(cx, id).map(drop),
            Item::UpsertCompany(input) => companies::upsert(cx, &input).map(drop),
            Item::UpdateCompany(id, input) => companies::update(cx, id, &input).map(drop),
            Item::DeleteCompany(id) => companies::delete(cx, id),
            Item::Content(item) => content::run(cx, &item.action, item.target),
        }
    }
}

impl ContactItem {
    /// Locks the companies. Every write locks companies before contacts, to avoid deadlocks.
    fn hold_companies(&self, cx: &mut Cx) -> Result<()> {
        let mut ids: Vec<&str> = self.companies.iter().map(|link| link.company_id.as_str()).collect();
        ids.sort_unstable();
        for id in ids {
            company_rows::by_company_id(cx, id)?;
        }
        Ok(())
    }

    fn link(&self, cx: &mut Cx, contact: ContactId) -> Result<()> {
        let actor = cx.actor();
        for link in &self.companies {
            let known = company_rows::by_company_id(cx, &link.company_id)?;
            let company = match known {
                Some(company) if link.remove || link.name.is_none() => company,
                None if link.remove => continue,
                _ => companies::upsert_row(cx, &link.input())?,
            };
            // Read again each time, because attaching changes the contact's count of companies.
            let contact = contacts::lock(cx, contact)?;
            if link.remove {
                companies::detach_known(cx, &contact, &company)?;
            } else {
                companies::attach_known(cx, &contact, &company)?;
            }
        }
        if !actor.writes(Noun::Tags) {
            return Ok(());
        }
        for tag in &self.tag {
            passing_unknown(tags::tag_contact(cx, contact, Some(*tag)))?;
        }
        for tag in &self.untag {
            passing_unknown(tags::untag_contact(cx, contact, Some(*tag)))?;
        }
        Ok(())
    }
}

impl CompanyLink {
    fn input(&self) -> companies::Input {
        companies::Input {
            company_id: Some(Some(self.company_id.clone())),
            name: self.name.clone().map(Some),
            ..companies::Input::default()
        }
    }
}

fn passing_unknown<T>(result: Result<T>) -> Result<()> {
    match result {
        Ok(_) | Err(Error { kind: ErrorKind::ResourceNotFound, .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
