//! Lists of conversations: windows of them, and their counts.

use deskwire_store::search::{
    self as store, ALL_CONVERSATIONS, Filter, Order, Position, Resource, TICKETS, Target, conversations as column,
};
use deskwire_store::views::ViewSort;

use super::rows::{Row, rows};
use super::views::{self, Which};
use crate::actor::{Access, Actor, Noun};
use crate::conversations::{self, ConversationState, Priority};
use crate::error::{ErrorKind, Result};
use crate::ids::ConversationId;
use crate::{Cx, cursor, teams};

/// The maximum number of rows per window.
pub const MAX_ROWS: usize = 50;
/// The number up to which a list is counted.
pub const MAX_COUNTED: usize = 100;

/// A requested window.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The list.
    pub which: Which,
    /// Only conversations in this state; `None` for any.
    pub state: Option<ConversationState>,
    /// The order; by default, that of the list.
    pub sort: Option<ViewSort>,
    /// The cursor of the window.
    pub after: Option<String>,
    /// The maximum number of rows.
    pub limit: usize,
}

/// The rows of a window, and the cursor of the next.
#[derive(Debug)]
pub struct Window {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// The cursor of the next window, if there is one.
    pub next: Option<String>,
}

/// A window of a list.
pub fn window(cx: &mut Cx, wanted: &Wanted) -> Result<Window> {
    let (filter, own) = views::filter(cx, wanted.which, wanted.state)?;
    let steps = steps(wanted.sort.or(own).unwrap_or_default());
    let (mut at, mut after) = match &wanted.after {
        None => (0, None),
        Some(cursor) => start(cx.workspace(), cursor, &steps).ok_or(ErrorKind::ClientError)?,
    };
    let ((resource, kind), limit) = (of_windows(cx.actor())?, wanted.limit.clamp(1, MAX_ROWS));
    let mut ids: Vec<ConversationId> = Vec::with_capacity(limit);
    let mut next = None;
    while let Some((also, order)) = steps.get(at) {
        let filter = Filter::And([Some(filter.clone()), also.clone(), kind.clone()].into_iter().flatten().collect());
        let (found, more) = store::window(cx, resource, &filter, *order, after.as_ref(), limit - ids.len())?;
        ids.extend(found.into_iter().map(ConversationId::new));
        if let Some(position) = more {
            next = Some(format!("{at}~{}", position.encode()));
            break;
        }
        (at, after) = (at + 1, None);
        if ids.len() >= limit {
            next = (at < steps.len()).then(|| format!("{at}~"));
            break;
        }
    }
    let next = next.map(|next| cursor::seal(cx.workspace(), &next));
    Ok(Window { rows: rows(cx, &ids)?, next })
}

/// The number of open conversations in each of these lists, counted up to [`MAX_COUNTED`]. A list of a single state
/// counts that state instead.
pub fn counts(cx: &mut Cx, lists: &[Which]) -> Result<Vec<usize>> {
    let resource = conversations::resource(cx.actor())?;
    let mut counts = Vec::with_capacity(lists.len());
    for which in lists {
        let (filter, _) = views::filter(cx, *which, Some(ConversationState::Open))?;
        counts.push(store::count_up_to(cx, resource, &filter, MAX_COUNTED)?);
    }
    Ok(counts)
}

/// The maximum number of team lists shown to a teammate.
const MAX_TEAMS: usize = 20;
/// The built-in lists, in order.
const BUILT_IN: [&str; 8] = ["mine", "mentions", "unassigned", "all", "created", "snoozed", "closed", "tickets"];

/// A list in the sidebar of a teammate.
#[derive(Debug, Clone)]
pub struct NamedList {
    /// Its id in URLs.
    pub id: String,
    /// Its name; for a built-in list, its id.
    pub name: String,
    /// The list.
    pub which: Which,
}

/// The actor's lists except custom views: the built-in ones, and one for each team of the actor. `all` are the teams of
/// the workspace.
pub fn shown(cx: &Cx, all: &[teams::Full]) -> Vec<NamedList> {
    let actor = cx.actor();
    if actor.permissions.of_conversations() < Access::Read {
        return Vec::new();
    }
    let is_seen = |id: &&str| *id != "tickets" || actor.reads(Noun::Tickets);
    let is_mine = |full: &&teams::Full| full.members.iter().any(|member| Some(member.admin_id) == actor.admin_id());
    let built_in = BUILT_IN.iter().copied().filter(is_seen).map(|id| (id.to_owned(), id.to_owned()));
    let own = all.iter().filter(is_mine).take(MAX_TEAMS);
    let own = own.map(|full| (format!("team:{}", full.team.id), full.team.name.clone()));
    let named = built_in.chain(own);
    named.filter_map(|(id, name)| Some(NamedList { which: Which::parse(&id)?, id, name })).collect()
}

/// The resource that the actor's lists are read from, and a filter if the actor may read tickets alone. Tickets may be
/// few among many conversations, so the index by ticket type finds them, as for the list of tickets.
fn of_windows(actor: &Actor) -> Result<(&'static Resource, Option<Filter>)> {
    let resource = conversations::resource(actor)?;
    if std::ptr::eq(resource, &raw const TICKETS) {
        return Ok((&ALL_CONVERSATIONS, Some(Filter::is_set(Target::Column(&column::TICKET_TYPE_ID)))));
    }
    Ok((resource, None))
}

/// The steps of an order: all conversations of a step come before those of the next.
type Steps = Vec<(Option<Filter>, Order)>;

fn steps(sort: ViewSort) -> Steps {
    let by = |column, descending| Order { target: Target::Column(column), descending };
    let newest = by(&column::UPDATED_AT, true);
    let waiting = Target::Column(&column::WAITING_SINCE);
    match sort {
        ViewSort::Newest => vec![(None, newest)],
        ViewSort::Oldest => vec![(None, by(&column::UPDATED_AT, false))],
        ViewSort::Waiting => vec![
            (Some(Filter::is_set(waiting)), by(&column::WAITING_SINCE, false)),
            (Some(Filter::is_unset(waiting)), newest),
        ],
        ViewSort::Priority => {
            let of =
                |priority: &Priority| (Some(Filter::eq(Target::Column(&column::PRIORITY), priority.as_str())), newest);
            Priority::ALL.iter().rev().map(of).collect()
        }
    }
}

/// The step of a cursor, and the position in it.
fn start(workspace: &str, cursor: &str, steps: &Steps) -> Option<(usize, Option<Position>)> {
    let text = cursor::open(workspace, cursor)?;
    let (at, position) = text.split_once('~')?;
    let at: usize = at.parse().ok()?;
    let (_, order) = steps.get(at)?;
    if position.is_empty() {
        return Some((at, None));
    }
    Some((at, Some(Position::decode(position, *order)?)))
}
