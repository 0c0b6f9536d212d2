//! How many there are of everything.

use deskwire_store::search::conversations::{ADMIN_ASSIGNEE_ID, STATE};
use deskwire_store::search::{
    self, COMPANIES, CONTACTS, Filter, PLAIN_CONVERSATIONS, Target, companies, contacts as columns,
};
use deskwire_store::{Tx, admins, counts as store, segments as segment_rows};

pub use deskwire_store::counts::CompanySize;

use crate::actor::{Actor, Noun};
use crate::error::{Kind, Result};
use crate::segments;

/// The whole workspace in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Totals {
    pub companies: i64,
    pub users: i64,
    pub leads: i64,
    pub tags: i64,
    pub segments: i64,
}

/// Conversations by where they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Conversations {
    pub open: i64,
    pub closed: i64,
    pub assigned: i64,
    pub unassigned: i64,
}

/// An admin and the conversations assigned to them.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AdminLoad {
    pub id: i64,
    pub name: String,
    pub open: i64,
    pub closed: i64,
}

/// A name and how many carry it.
pub type Named = (String, i64);

/// The whole workspace.
pub fn totals(tx: &mut Tx<'_>, actor: &Actor) -> Result<Totals> {
    Ok(Totals {
        companies: companies(tx, actor)?,
        users: contacts(tx, actor, "user")?,
        leads: contacts(tx, actor, "lead")?,
        tags: store::tags(tx, actor.workspace())?,
        segments: store::segments(tx, actor.workspace())?,
    })
}

/// The companies that have people.
pub fn companies(tx: &mut Tx<'_>, actor: &Actor) -> Result<i64> {
    Ok(number(search::count(tx, &COMPANIES, actor.workspace(), &Filter::All)?))
}

/// The active contacts of a role.
fn contacts(tx: &mut Tx<'_>, actor: &Actor, role: &str) -> Result<i64> {
    Ok(number(search::count(tx, &CONTACTS, actor.workspace(), &of_role(role))?))
}

fn of_role(role: &str) -> Filter {
    Filter::eq(Target::Column(&columns::ROLE), role)
}

/// The users with each tag.
pub fn users_by_tag(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Named>> {
    by_tag(tx, actor, |tx, tag| {
        let filter = Filter::And(vec![of_role("user"), Filter::eq(Target::Link(&columns::TAGS), tag)]);
        Ok(number(search::count(tx, &CONTACTS, actor.workspace(), &filter)?))
    })
}

/// The companies with each tag.
pub fn companies_by_tag(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Named>> {
    by_tag(tx, actor, |tx, tag| {
        Ok(number(search::count(tx, &COMPANIES, actor.workspace(), &Filter::eq(Target::Link(&companies::TAGS), tag))?))
    })
}

/// The users in each segment of users.
pub fn users_by_segment(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Named>> {
    by_segment(tx, actor, "user")
}

/// The companies in each segment of companies.
pub fn companies_by_segment(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Named>> {
    by_segment(tx, actor, "company")
}

/// Refuses who may not read the names that something is counted by.
fn named(actor: &Actor, noun: Noun) -> Result<()> {
    if actor.reads(noun) { Ok(()) } else { Err(Kind::TokenUnauthorized.into()) }
}

fn by_segment(tx: &mut Tx<'_>, actor: &Actor, person_type: &str) -> Result<Vec<Named>> {
    named(actor, Noun::Segments)?;
    let mut all = segment_rows::all(tx, actor.workspace())?;
    all.retain(|s| s.person_type == person_type);
    all.into_iter().map(|s| Ok((s.name.clone(), segments::count(tx, actor, &s)?))).collect()
}

fn by_tag(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mut count: impl FnMut(&mut Tx<'_>, i64) -> Result<i64>,
) -> Result<Vec<Named>> {
    named(actor, Noun::Tags)?;
    let tags = store::tag_names(tx, actor.workspace())?;
    tags.into_iter().map(|(id, name)| Ok((name, count(tx, id)?))).collect()
}

/// One page of companies with how many contacts each has, and how many companies there are.
pub fn company_sizes(tx: &mut Tx<'_>, actor: &Actor, limit: i64, offset: i64) -> Result<(Vec<CompanySize>, i64)> {
    named(actor, Noun::People)?;
    let rows = store::company_sizes(tx, actor.workspace(), limit, offset)?;
    Ok((rows, companies(tx, actor)?))
}

/// Conversations by where they stand. Snoozed ones are open; who has them is told of open ones only.
pub fn conversations(tx: &mut Tx<'_>, actor: &Actor) -> Result<Conversations> {
    let open = of_conversations(tx, actor, vec![not_closed()])?;
    let unassigned = of_conversations(tx, actor, vec![of_admin(0), not_closed()])?;
    let closed = of_conversations(tx, actor, vec![is_closed()])?;
    Ok(Conversations { open, closed, assigned: open - unassigned, unassigned })
}

/// What each admin has to do.
pub fn conversations_by_admin(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<AdminLoad>> {
    named(actor, Noun::Admins)?;
    let mut loads = Vec::new();
    for admin in admins::all(tx, actor.workspace())? {
        loads.push(AdminLoad {
            open: of_conversations(tx, actor, vec![of_admin(admin.id), not_closed()])?,
            closed: of_conversations(tx, actor, vec![of_admin(admin.id), is_closed()])?,
            id: admin.id,
            name: admin.name,
        });
    }
    Ok(loads)
}

/// The conversations, tickets left out, that pass all these tests.
fn of_conversations(tx: &mut Tx<'_>, actor: &Actor, tests: Vec<Filter>) -> Result<i64> {
    Ok(number(search::count(tx, &PLAIN_CONVERSATIONS, actor.workspace(), &Filter::And(tests))?))
}

fn of_admin(id: i64) -> Filter {
    Filter::eq(Target::Column(&ADMIN_ASSIGNEE_ID), id)
}

fn not_closed() -> Filter {
    Filter::is_in(Target::Column(&STATE), ["open".into(), "snoozed".into()])
}

fn is_closed() -> Filter {
    Filter::eq(Target::Column(&STATE), "closed")
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
