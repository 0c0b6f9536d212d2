//! Notes that teammates write on contacts and companies.

use deskwire_store::counters::{self, Counter};
use deskwire_store::{company_tags, notes as store, teams};

pub use deskwire_store::notes::{Author, Note, Subject};

use crate::Cx;
use crate::actor::Noun;
use crate::error::{ErrorKind, Result};
use crate::events::{self, NewNote, Topic};
use crate::html::Html;
use crate::ids::{AdminId, CompanyId, NoteId};
use crate::{admins, contacts};

/// One page of notes.
#[derive(Debug, Clone)]
pub struct Page {
    /// The notes, newest first.
    pub notes: Vec<Note>,
    /// The total count.
    pub total: i64,
    /// Whether more follow.
    pub more: bool,
}

/// One note.
pub fn find(cx: &mut Cx, id: NoteId) -> Result<Note> {
    let mut note = store::get(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    detail(cx, std::slice::from_mut(&mut note))?;
    Ok(note)
}

/// Adds the details of authors, if the actor may read admins.
fn detail(cx: &mut Cx, notes: &mut [Note]) -> Result<()> {
    let actor = cx.actor();
    let authors: Vec<&mut Author> = notes.iter_mut().filter_map(|note| note.author.as_mut()).collect();
    if !actor.reads(Noun::Admins) {
        for author in authors {
            author.details = None;
        }
        return Ok(());
    }
    let mut ids: Vec<AdminId> = authors.iter().map(|author| author.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let members = teams::memberships(cx, &ids)?;
    for author in authors {
        let teams = members.iter().filter(|member| member.admin_id == author.id).map(|member| member.team_id);
        if let Some(details) = &mut author.details {
            details.team_ids = teams.collect();
        }
    }
    Ok(())
}

/// A page of a contact's or company's notes, newest first, after an id and an offset.
pub fn page(cx: &mut Cx, of: Subject, after: Option<NoteId>, offset: i64, limit: i64) -> Result<Page> {
    let total = match of {
        Subject::Contact(id) => contacts::active(cx, id)?.note_count,
        Subject::Company(id) => {
            known_company(cx, id)?;
            store::count(cx, id)?
        }
    };
    if offset >= total {
        return Ok(Page { notes: Vec::new(), total, more: false });
    }
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    // One more than requested, to see whether more follow.
    let mut notes = store::page(cx, of, after.unwrap_or(NoteId::new(i64::MAX)), offset, limit.saturating_add(1))?;
    let more = notes.len() > most;
    notes.truncate(most);
    detail(cx, &mut notes)?;
    Ok(Page { notes, total, more })
}

/// Writes a note. `author` is an admin's id in digits; by default the actor.
pub fn create(cx: &mut Cx, of: Subject, author: Option<&str>, body: &Html) -> Result<Note> {
    let actor = cx.actor();
    match of {
        Subject::Contact(id) => drop(contacts::lock(cx, id)?),
        Subject::Company(id) => known_company(cx, id)?,
    }
    let author = match author {
        None => actor.admin_id(),
        Some(text) => Some(known_admin(cx, text)?),
    };
    let id = counters::next(cx, Counter::Note)?;
    store::insert(cx, id, of, author, body.as_str())?;
    if let Subject::Contact(contact) = of {
        events::emit(cx, Topic::NoteCreated, contact, NewNote { note_id: id })?;
    }
    find(cx, id)
}

fn known_company(cx: &mut Cx, id: CompanyId) -> Result<()> {
    if company_tags::lock_active(cx, &[id])?.is_empty() {
        return Err(ErrorKind::CompanyNotFound.into());
    }
    Ok(())
}

fn known_admin(cx: &mut Cx, text: &str) -> Result<AdminId> {
    let id = AdminId::parse(text).ok_or(ErrorKind::ResourceNotFound)?;
    if admins::exists(cx, id)? { Ok(id) } else { Err(ErrorKind::ResourceNotFound.into()) }
}
