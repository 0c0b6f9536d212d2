//! Notes on contacts and companies.

use super::changed_at;
use crate::ids::{AdminId, CompanyId, ContactId, NoteId, TeamId};
use crate::{Result, Row, Value, WorkspaceTx, params};

/// The subject of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
}

/// A note with its author.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are described in the migration")]
pub struct Note {
    pub id: NoteId,
    pub contact_id: Option<ContactId>,
    pub company_id: Option<CompanyId>,
    /// HTML.
    pub body: String,
    pub created_at: i64,
    /// `None` if it has no author, or if the author no longer exists.
    pub author: Option<Author>,
}

/// The admin who wrote a note.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are described in the migration")]
pub struct Author {
    pub id: AdminId,
    pub name: String,
    pub email: String,
    pub away_mode_enabled: bool,
    pub away_mode_reassign: bool,
    /// Details for actors who may read admins.
    pub details: Option<Details>,
}

/// The details of the author of a note.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are described in the migration")]
pub struct Details {
    pub job_title: Option<String>,
    pub has_inbox_seat: bool,
    /// Read separately.
    pub team_ids: Vec<TeamId>,
}

const SELECT: &str = "SELECT n.id, n.contact_id, n.company_id, n.body, n.created_at, a.id, a.name, a.email, a.away_mode_enabled, \
     a.away_mode_reassign, a.job_title, a.has_inbox_seat FROM notes n LEFT JOIN admins a ON a.workspace_id = n.workspace_id AND a.id = n.author_id \
     WHERE n.workspace_id = $1";

fn from_row(row: &Row<'_>) -> Result<Note> {
    let author = match row.get(5)? {
        None => None,
        Some(id) => Some(Author {
            id,
            name: row.get(6)?,
            email: row.get(7)?,
            away_mode_enabled: row.get(8)?,
            away_mode_reassign: row.get(9)?,
            details: Some(Details { job_title: row.get(10)?, has_inbox_seat: row.get(11)?, team_ids: Vec::new() }),
        }),
    };
    Ok(Note {
        id: row.get(0)?,
        contact_id: row.get(1)?,
        company_id: row.get(2)?,
        body: row.get(3)?,
        created_at: row.get(4)?,
        author,
    })
}

/// One note.
pub fn get(tx: &mut WorkspaceTx, id: NoteId) -> Result<Option<Note>> {
    tx.query_opt(&format!("{SELECT} AND n.id = $2"), params![id], from_row)
}

/// A page of the notes of a contact or company before an id, newest first, after skipping `offset`.
pub fn page(tx: &mut WorkspaceTx, of: Subject, before: NoteId, offset: i64, limit: i64) -> Result<Vec<Note>> {
    let (column, id) = of.column();
    let sql = format!(
        "{SELECT} AND n.{column} = $2 AND n.{column} IS NOT NULL AND n.id < $3 ORDER BY n.id DESC LIMIT $4 OFFSET $5"
    );
    tx.query_all(&sql, params![id, before, limit, offset], from_row)
}

/// The newest ten notes of each of these companies, newest first, each with the total count of the company.
pub fn latest_of_companies(tx: &mut WorkspaceTx, companies: &[CompanyId]) -> Result<Vec<(Note, i64)>> {
    let sql = "SELECT n.id, n.contact_id, n.company_id, n.body, n.created_at, a.id, a.name, a.email, a.away_mode_enabled, \
               a.away_mode_reassign, a.job_title, a.has_inbox_seat, n.total FROM (SELECT id, contact_id, company_id, author_id, body, created_at, \
               ROW_NUMBER() OVER (PARTITION BY company_id ORDER BY id DESC) AS place, COUNT(*) OVER (PARTITION BY company_id) AS total \
               FROM notes WHERE workspace_id = $1 AND company_id IN (@) AND company_id IS NOT NULL) n \
               LEFT JOIN admins a ON a.workspace_id = $1 AND a.id = n.author_id WHERE n.place <= 10 \
               ORDER BY n.company_id, n.id DESC";
    super::companies::of_many(tx, companies, sql, |row| Ok((from_row(row)?, row.get(12)?)))
}

/// The number of notes of a company. Contacts have a counter instead.
pub fn count(tx: &mut WorkspaceTx, company: CompanyId) -> Result<i64> {
    tx.query_one(
        "SELECT count(*) FROM notes WHERE workspace_id = $1 AND company_id = $2 AND company_id IS NOT NULL",
        params![company],
        |row| row.get(0),
    )
}

/// Adds a note, and updates its contact or company.
pub fn insert(tx: &mut WorkspaceTx, id: NoteId, of: Subject, author: Option<AdminId>, body: &str) -> Result<()> {
    let (column, subject) = of.column();
    let now = tx.now();
    tx.send(
        &format!(
            "INSERT INTO notes (workspace_id, id, {column}, author_id, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![id, subject, author, body, now],
    )?;
    let changed = changed_at(2);
    let sql = match of {
        Subject::Contact(_) => {
            format!("UPDATE contacts SET note_count = note_count + 1, {changed} WHERE workspace_id = $1 AND id = $3")
        }
        Subject::Company(_) => format!("UPDATE companies SET {changed} WHERE workspace_id = $1 AND id = $3"),
    };
    tx.send(&sql, params![now, subject])
}

impl Subject {
    fn column(self) -> (&'static str, Value<'static>) {
        match self {
            Subject::Contact(id) => ("contact_id", id.into()),
            Subject::Company(id) => ("company_id", id.into()),
        }
    }
}
