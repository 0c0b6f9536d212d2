//! Counts of all kinds of objects.

use deskwire_store::contacts::ContactRole;
use deskwire_store::search::conversations::{ADMIN_ASSIGNEE_ID, STATE};
use deskwire_store::search::{
    self, COMPANIES, CONTACTS, Filter, PLAIN_CONVERSATIONS, Target, companies, contacts as columns,
};
use deskwire_store::segments::PersonType;
use deskwire_store::{Tx, admins, counts as store, segments as segment_rows};

pub use deskwire_store::counts::CompanySize;

use crate::Cx;
use crate::actor::{Actor, Noun};
use crate::error::{ErrorKind, Result};
use crate::ids::{AdminId, TagId};
use crate::segments;
use deskwire_store::conversations::Assigned;

/// The totals of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Totals {
    pub companies: i64,
    pub users: i64,
    pub leads: i64,
    pub tags: i64,
    pub segments: i64,
}

/// Conversations by state.
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
    pub id: AdminId,
    pub name: String,
    pub open: i64,
    pub closed: i64,
}

/// The name of a group, and its count.
pub type Named = (String, i64);

/// Counts the whole workspace.
pub fn totals(cx: &mut Cx) -> Result<Totals> {
    Ok(Totals {
        companies: companies(cx)?,
        users: contacts(cx, ContactRole::User)?,
        leads: contacts(cx, ContactRole::Lead)?,
        tags: store::tags(cx)?,
        segments: store::segments(cx)?,
    })
}

/// The companies that have people.
pub fn companies(cx: &mut Cx) -> Result<i64> {
    Ok(number(search::count(cx, &COMPANIES, &Filter::All)?))
}

/// The active contacts of a role.
fn contacts(cx: &mut Cx, role: ContactRole) -> Result<i64> {
    Ok(number(search::count(cx, &CONTACTS, &of_role(role))?))
}

fn of_role(role: ContactRole) -> Filter {
    Filter::eq(Target::Column(&columns::ROLE), role.as_str())
}

/// The users with each tag.
pub fn users_by_tag(cx: &mut Cx) -> Result<Vec<Named>> {
    let actor = cx.actor();
    by_tag(cx, |cx, tag| {
        let filter =
            Filter::And(vec![of_role(ContactRole::User), Filter::eq(Target::Link(&columns::TAGS), tag.number())]);
        Ok(number(search::count(&mut cx.within(actor.workspace()), &CONTACTS, &filter)?))
    })
}

/// The companies with each tag.
pub fn companies_by_tag(cx: &mut Cx) -> Result<Vec<Named>> {
    let actor = cx.actor();
    by_tag(cx, |cx, tag| {
        Ok(number(search::count(
            &mut cx.within(actor.workspace()),
            &COMPANIES,
            &Filter::eq(Target::Link(&companies::TAGS), tag.number()),
        )?))
    })
}

/// The users in each segment of users.
pub fn users_by_segment(cx: &mut Cx) -> Result<Vec<Named>> {
    by_segment(cx, PersonType::User)
}

/// The companies in each segment of companies.
pub fn companies_by_segment(cx: &mut Cx) -> Result<Vec<Named>> {
    by_segment(cx, PersonType::Company)
}

/// Fails if the actor may not read the names of the groups.
fn named(actor: &Actor, noun: Noun) -> Result<()> {
    if actor.reads(noun) { Ok(()) } else { Err(ErrorKind::TokenUnauthorized.into()) }
}

fn by_segment(cx: &mut Cx, person_type: PersonType) -> Result<Vec<Named>> {
    let actor = cx.actor();
    named(actor, Noun::Segments)?;
    let mut all = segment_rows::all(cx)?;
    all.retain(|s| s.person_type == person_type);
    all.into_iter().map(|s| Ok((s.name.clone(), segments::count(cx, &s)?))).collect()
}

fn by_tag(cx: &mut Cx, mut count: impl FnMut(&mut Tx<'_>, TagId) -> Result<i64>) -> Result<Vec<Named>> {
    let actor = cx.actor();
    named(actor, Noun::Tags)?;
    let tags = store::tag_names(cx)?;
    tags.into_iter().map(|(id, name)| Ok((name, count(cx, id)?))).collect()
}

/// A page of companies with their numbers of contacts, and the total count of companies.
pub fn company_sizes(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<CompanySize>, i64)> {
    let actor = cx.actor();
    named(actor, Noun::People)?;
    let rows = store::company_sizes(cx, limit, offset)?;
    Ok((rows, companies(cx)?))
}

/// Counts conversations by state. Snoozed ones count as open; `assigned` and `unassigned` count open ones only.
pub fn conversations(cx: &mut Cx) -> Result<Conversations> {
    let open = of_conversations(cx, vec![not_closed()])?;
    let unassigned = of_conversations(cx, vec![of_admin(None), not_closed()])?;
    let closed = of_conversations(cx, vec![is_closed()])?;
    Ok(Conversations { open, closed, assigned: open - unassigned, unassigned })
}

/// The workload of each admin.
pub fn conversations_by_admin(cx: &mut Cx) -> Result<Vec<AdminLoad>> {
    let actor = cx.actor();
    named(actor, Noun::Admins)?;
    let mut loads = Vec::new();
    for admin in admins::all(cx)? {
        loads.push(AdminLoad {
            open: of_conversations(cx, vec![of_admin(Some(admin.id)), not_closed()])?,
            closed: of_conversations(cx, vec![of_admin(Some(admin.id)), is_closed()])?,
            id: admin.id,
            name: admin.name,
        });
    }
    Ok(loads)
}

/// Counts the conversations, except tickets, that match all these filters.
fn of_conversations(cx: &mut Cx, tests: Vec<Filter>) -> Result<i64> {
    Ok(number(search::count(cx, &PLAIN_CONVERSATIONS, &Filter::And(tests))?))
}

fn of_admin(id: Option<AdminId>) -> Filter {
    Filter::eq(Target::Column(&ADMIN_ASSIGNEE_ID), Assigned(id).number())
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
