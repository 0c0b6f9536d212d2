//! Ticket states: four default states in every workspace, and custom ones.

use deskwire_store::counters::{self, Counter};
use deskwire_store::{WorkspaceTx, conversations, ticket_states as store, ticket_types, workspaces};
use serde::{Deserialize, Serialize};

use deskwire_store::ticket_states::State;
pub use deskwire_store::ticket_states::{StateCategory as Category, TicketState};

use crate::error::{Error, ErrorKind, Result};
use crate::ids::{TicketStateId, TicketTypeId};
use crate::{Cx, Removed, names};

/// The labels of the default state of a category, for teammates and contacts.
const fn labels(category: Category) -> (&'static str, &'static str) {
    match category {
        Category::Submitted => ("Submitted", "Submitted"),
        Category::InProgress => ("In progress", "In progress"),
        Category::WaitingOnCustomer => ("Waiting on customer", "Waiting on you"),
        Category::Resolved => ("Resolved", "Resolved"),
    }
}

/// All states, archived ones too, in their order.
pub fn list(cx: &mut Cx) -> Result<Vec<TicketState>> {
    Ok(store::all(cx)?)
}

/// Whether tickets of this type can be in the state.
pub fn allowed_for(state: &TicketState, ticket_type: TicketTypeId) -> bool {
    !state.archived && (state.is_default || state.types.contains(&ticket_type))
}

/// Whether a default state still has its original label for teammates, which clients can translate.
pub fn has_first_label(state: &TicketState) -> bool {
    state.is_default && state.internal_label == labels(state.category).0
}

/// The states that tickets of a type can be in.
pub fn of_type(all: &[TicketState], ticket_type: TicketTypeId) -> impl Iterator<Item = &TicketState> {
    all.iter().filter(move |state| allowed_for(state, ticket_type))
}

/// The default state of a category.
pub fn default_of(all: &[TicketState], category: Category) -> Result<&TicketState> {
    let found = all.iter().find(|state| state.is_default && state.category == category);
    found.ok_or_else(|| Error::internal("a workspace without the default ticket states"))
}

/// Creates the default states of a new workspace.
pub fn predefined(tx: &mut WorkspaceTx) -> Result<()> {
    for category in Category::ALL {
        let (internal, external) = labels(*category);
        let state = new(tx, *category, internal, external, true)?;
        store::insert(tx, &state)?;
    }
    Ok(())
}

fn new(tx: &mut WorkspaceTx, category: Category, internal: &str, external: &str, is_default: bool) -> Result<State> {
    Ok(State {
        id: counters::next(tx, Counter::Setting)?,
        category,
        internal_label: internal.to_owned(),
        external_label: external.to_owned(),
        is_default,
        archived: false,
        created_at: tx.now(),
        updated_at: tx.now(),
    })
}

/// The maximum number of custom states per workspace, archived ones too.
const MAX: usize = 250;

/// Fields of a state; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The category of a new state.
    pub category: Option<String>,
    /// Its label for teammates, unique in the workspace.
    pub internal_label: Option<String>,
    /// Its label for contacts.
    pub external_label: Option<String>,
    /// The ticket types that have it.
    pub ticket_types: Option<Vec<TicketTypeId>>,
    /// Whether it is archived: no ticket can move into it.
    pub archived: Option<bool>,
}

/// Creates a state of some ticket types.
pub fn create(cx: &mut Cx, new: &Changes) -> Result<TicketState> {
    let needed = |text: &Option<String>, field: &'static str| match text {
        Some(text) => names::checked(field, text).map(str::to_owned),
        None => Err(Error::missing(format!("{field} is required")).field(field)),
    };
    let category = category(new.category.as_deref().unwrap_or_default())?;
    let (internal, external) =
        (needed(&new.internal_label, "internal_label")?, needed(&new.external_label, "external_label")?);
    let types = known_types(cx, new.ticket_types.as_deref().unwrap_or_default())?;
    // Serializes the creation of states in a workspace, so that no two get the same label.
    workspaces::lock(cx)?;
    let all = list(cx)?;
    if all.len() >= MAX {
        return Err(Error::invalid(format!("A workspace has at most {MAX} ticket states")));
    }
    is_free(&all, None, &internal)?;
    let row = self::new(cx, category, &internal, &external, false)?;
    store::insert(cx, &row)?;
    store::set_types(cx, row.id, &types)?;
    Ok(TicketState { row, types })
}

/// Updates a state. Returns it before and after the change. Its category cannot change.
pub fn update(cx: &mut Cx, id: TicketStateId, changes: &Changes) -> Result<(TicketState, TicketState)> {
    workspaces::lock(cx)?;
    let all = list(cx)?;
    let before = all.iter().find(|state| state.id == id).ok_or(ErrorKind::ResourceNotFound)?;
    let row = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    if let Some(label) = &changes.internal_label {
        names::checked("internal_label", label)?.clone_into(&mut after.internal_label);
        is_free(&all, Some(id), &after.internal_label)?;
    }
    if let Some(label) = &changes.external_label {
        names::checked("external_label", label)?.clone_into(&mut after.external_label);
    }
    after.archived = changes.archived.unwrap_or(before.archived);
    if before.is_default && (after.archived || changes.ticket_types.is_some()) {
        return Err(Error::invalid(DEFAULT_STATES_ARE_FIXED).field("ticket_type_ids"));
    }
    if let Some(ids) = &changes.ticket_types {
        after.types = known_types(cx, ids)?;
    }
    if changes.category.as_deref().is_some_and(|name| name != before.category.as_str()) {
        return Err(Error::invalid("The category of a ticket state cannot change").field("category"));
    }
    if after != *before {
        after.updated_at = cx.now();
        store::update(cx, &row, &after.row)?;
        store::set_types(cx, id, &after.types)?;
    }
    Ok((before.clone(), after))
}

/// Rejects a label that another state has.
fn is_free(all: &[TicketState], own: Option<TicketStateId>, label: &str) -> Result<()> {
    if all.iter().any(|state| Some(state.id) != own && state.internal_label == label) {
        let message = format!("There is a ticket state '{label}' already");
        return Err(Error::new(ErrorKind::Conflict, message).field("internal_label"));
    }
    Ok(())
}

/// The ids of these types, in stored order. There must be at least one, and all must exist.
fn known_types(cx: &mut Cx, ids: &[TicketTypeId]) -> Result<Vec<TicketTypeId>> {
    let all = ticket_types::all(cx)?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Err(Error::invalid("A ticket state must have ticket_types").field("ticket_type_ids"));
    }
    match ids.iter().find(|id| all.iter().all(|of| of.id != **id)) {
        Some(unknown) => Err(Error::invalid(format!("There is no ticket type {unknown}")).field("ticket_type_ids")),
        None => Ok(ids),
    }
}

fn category(name: &str) -> Result<Category> {
    Category::parse(name).ok_or_else(|| {
        let message = "category must be one of submitted, in_progress, waiting_on_customer or resolved";
        Error::invalid(message).field("category")
    })
}

const DEFAULT_STATES_ARE_FIXED: &str =
    "The states that every workspace has are of every ticket type, and are not archived";

/// A state as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// `submitted`, `in_progress`, `waiting_on_customer` or `resolved`.
    pub category: String,
    /// Its label for teammates, unique in the workspace.
    pub internal_label: String,
    /// Its label for contacts.
    pub external_label: String,
    /// The names of the types that have it. The states that every workspace has are every type's.
    #[serde(default)]
    pub ticket_types: Vec<String>,
    /// Whether it is archived: no ticket can move into it.
    #[serde(default)]
    pub archived: bool,
}

/// Creates or changes the state as declared. Returns whether anything changed. Its category cannot change.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let category = category(&declared.category)?;
    let internal = names::checked("internal_label", &declared.internal_label)?;
    let external = names::checked("external_label", &declared.external_label)?;
    let types = declared_types(cx, &declared.ticket_types)?;
    let found = list(cx)?.into_iter().find(|state| state.internal_label == internal);
    let Some(before) = found else {
        if types.is_empty() {
            return Err(Error::invalid("A ticket state must have ticket_types").field("ticket_types"));
        }
        let state = State { archived: declared.archived, ..new(cx, category, internal, external, false)? };
        store::insert(cx, &state)?;
        store::set_types(cx, state.id, &types)?;
        return Ok(true);
    };
    if before.category != category {
        let message = format!("The ticket state '{internal}' is of category {}, which cannot change", before.category);
        return Err(Error::invalid(message).field("category"));
    }
    if before.is_default == types.is_empty() && !(before.is_default && declared.archived) {
        let row = store::lock(cx, before.id)?.ok_or(ErrorKind::Conflict)?;
        let after = State { external_label: external.to_owned(), archived: declared.archived, ..row.clone() };
        if after == row && types == before.types {
            return Ok(false);
        }
        let after = State { updated_at: cx.now(), ..after };
        store::update(cx, &row, &after)?;
        store::set_types(cx, before.id, &types)?;
        return Ok(true);
    }
    let message = if before.is_default { DEFAULT_STATES_ARE_FIXED } else { "A ticket state must have ticket_types" };
    Err(Error::invalid(message).field("ticket_types"))
}

/// All states as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let types = ticket_types::all(cx)?;
    let declared = |s: TicketState| Declared {
        ticket_types: types.iter().filter(|t| s.types.contains(&t.id)).map(|t| t.name.clone()).collect(),
        category: s.row.category.to_string(),
        internal_label: s.row.internal_label,
        external_label: s.row.external_label,
        archived: s.row.archived,
    };
    Ok(list(cx)?.into_iter().map(declared).collect())
}

/// The ids of the types with these names, in stored order.
fn declared_types(cx: &mut Cx, names: &[String]) -> Result<Vec<TicketTypeId>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let all = ticket_types::all(cx)?;
    let mut ids = names
        .iter()
        .map(|name| {
            let found = all.iter().filter(|t| t.name == name.trim()).min_by_key(|t| (t.archived, t.id));
            let unknown = || Error::invalid(format!("There is no ticket type '{name}'")).field("ticket_types");
            found.map(|t| t.id).ok_or_else(unknown)
        })
        .collect::<Result<Vec<TicketTypeId>>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Archives the custom states that are not among these. Returns their labels.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    for state in list(cx)? {
        if !state.is_default && !state.archived && !keep.contains(&state.internal_label.as_str()) {
            let Some(row) = store::lock(cx, state.id)? else { continue };
            let after = State { archived: true, updated_at: cx.now(), ..row.clone() };
            store::update(cx, &row, &after)?;
            let uses = vec![("ticket", conversations::count_in_state(cx, row.id)?)];
            removed.push(Removed { name: row.internal_label, uses });
        }
    }
    Ok(removed)
}

/// The state with this id, if tickets of this type can be in it.
pub fn find(all: &[TicketState], id: TicketStateId, ticket_type: TicketTypeId) -> Result<&TicketState> {
    let found = all.iter().find(|state| state.id == id && allowed_for(state, ticket_type));
    found.ok_or_else(|| ErrorKind::TicketStateInvalid.into())
}
