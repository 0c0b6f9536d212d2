//! Merging a lead into a user.

use deskwire_store::Hold;
use deskwire_store::calls;
use deskwire_store::contact_activities::{self, Activity, ActivityType};
use deskwire_store::contacts::{ContactRole, ContactState};
use deskwire_store::{contact_links, contacts as store, conversation_links};
use serde_json::{Value, json};

use super::{Contact, Full, conflict, hold};
use crate::Cx;
use crate::actor::Noun;
use crate::attributes;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Merged, Topic};
use crate::ids::ContactId;
use crate::people_index;

/// Two contacts to merge, and whether they must be duplicates.
#[derive(Debug, Clone, Copy)]
pub struct Merge {
    /// The lead, which is merged away.
    pub from: ContactId,
    /// The user, who remains.
    pub into: ContactId,
    /// Whether they must share an email address, a phone number or an external id.
    pub only_duplicates: bool,
}

/// Why a merge is refused: a code for clients, and a message.
type Reason = (&'static str, &'static str);

const ROLES: Reason = ("invalid_merge_role_pair", "Contacts can only be merged from a lead into a user.");
const STRANGERS: Reason = (
    "no_shared_identifier",
    "These contacts don't share a common identifier (email, phone, or external ID), so they aren't recognised as duplicates. \
     Set skip_duplicate_validation to true to preview the merge anyway.",
);

/// The descriptions have no code for this. It is due to the roles: leads may share an address, users may not.
const TAKEN: Reason = (
    "invalid_merge_role_pair",
    "The user has no email address and would get the lead's, but another user has that address already.",
);

/// Merges a lead into a user. The inner error is recorded as an activity, so the transaction must commit.
pub fn merge(cx: &mut Cx, merge: Merge) -> Result<Result<Full>> {
    if merge.from == merge.into {
        return Err(Error::new(ErrorKind::InvalidMerge, "A contact cannot be merged into itself"));
    }
    // Always lock in the same order, so that two merges of the same pair wait for each other instead of deadlocking.
    let (low, high) = (merge.from.min(merge.into), merge.from.max(merge.into));
    contact_links::hold_moved(cx, merge.from)?;
    let how = |id: ContactId| if id == merge.from { Hold::End } else { Hold::Change };
    let (first, second) = (hold(cx, low, how(low))?, hold(cx, high, how(high))?);
    let (from, into) = if first.id == merge.from { (first, second) } else { (second, first) };
    if let Some(reason) = rejection(&from, &into, merge.only_duplicates) {
        let message = format!("Merge {} into {}: {}", from.role, into.role, reason.1);
        record_merge(cx, ActivityType::MergeFailed, &from, merge, Some(message))?;
        let error = if reason == STRANGERS {
            ErrorKind::InvalidMerge.into()
        } else {
            Error::new(ErrorKind::InvalidMerge, reason.1)
        };
        return Ok(Err(error));
    }
    if let Some(error) = email_conflict(cx, &from, &into)? {
        let message = format!("Merge {} into {}: {}", from.role, into.role, TAKEN.1);
        record_merge(cx, ActivityType::MergeFailed, &from, merge, Some(message))?;
        return Ok(Err(error));
    }
    contact_links::hold_moved(cx, from.id)?;
    contact_links::move_all(cx, from.id, into.id)?;
    let merged = absorbed(cx, &from, &into)?;
    let gone = Contact {
        state: ContactState::Merged,
        merged_into: Some(into.id),
        merged_at: Some(cx.now()),
        updated_at: cx.now(),
        tag_count: 0,
        note_count: 0,
        company_count: 0,
        subscription_count: 0,
        object_count: 0,
        ..from.clone()
    };
    store::update(cx, &from, &gone)?;
    store::update(cx, &into, &merged)?;
    people_index::remove(cx, from.id)?;
    people_index::put_contact(cx, Some(&into), &merged)?;
    record_merge(cx, ActivityType::Merged, &merged, merge, None)?;
    events::emit(cx, Topic::ContactMerged, into.id, Merged { merged_from: from.id })?;
    Ok(Ok(Full::load(cx, merged)?))
}

fn rejection(from: &Contact, into: &Contact, only_duplicates: bool) -> Option<Reason> {
    if from.role != ContactRole::Lead || into.role != ContactRole::User {
        return Some(ROLES);
    }
    let same = |a: Option<&String>, b: Option<&String>| a.is_some() && a == b;
    let shared = same(from.email_key.as_ref(), into.email_key.as_ref())
        || same(
            from.formatted_phone.as_ref().or(from.phone.as_ref()),
            into.formatted_phone.as_ref().or(into.phone.as_ref()),
        )
        || same(from.external_id.as_ref(), into.external_id.as_ref());
    (only_duplicates && !shared).then_some(STRANGERS)
}

/// Returns the error that names another user who has the email address that this user would get from the lead.
/// `None` if there is no such user.
pub(crate) fn email_conflict(cx: &mut Cx, from: &Contact, into: &Contact) -> Result<Option<Error>> {
    // A visitor may have the role of a user: then no other user has its address.
    if into.email.is_some() || from.email_key.is_none() || from.role == ContactRole::User {
        return Ok(None);
    }
    conflict(cx, &Contact { external_id: None, email_key: from.email_key.clone(), ..into.clone() })
}

/// Returns the user with the fields that only the lead had, and with new counts.
pub(crate) fn absorbed(cx: &mut Cx, from: &Contact, into: &Contact) -> Result<Contact> {
    let counts = contact_links::counts(cx, into.id)?;
    let mut merged = into.clone();
    let fill = |target: &mut Option<String>, source: &Option<String>| {
        if target.is_none() {
            target.clone_from(source);
        }
    };
    if merged.email.is_none() {
        merged.email.clone_from(&from.email);
        merged.email_key.clone_from(&from.email_key);
        merged.email_domain.clone_from(&from.email_domain);
        merged.email_verified = from.email_verified;
    }
    if merged.phone.is_none() {
        merged.phone.clone_from(&from.phone);
        merged.formatted_phone.clone_from(&from.formatted_phone);
    }
    if merged.name.is_none() {
        merged.name.clone_from(&from.name);
        merged.name_key.clone_from(&from.name_key);
    }
    fill(&mut merged.avatar, &from.avatar);
    fill(&mut merged.language_override, &from.language_override);
    merged.owner_id = merged.owner_id.or(from.owner_id);
    merged.signed_up_at = merged.signed_up_at.or(from.signed_up_at);
    merged.last_seen_at = merged.last_seen_at.max(from.last_seen_at);
    merged.last_replied_at = merged.last_replied_at.max(from.last_replied_at);
    merged.last_contacted_at = merged.last_contacted_at.max(from.last_contacted_at);
    merged.unsubscribed_from_emails |= from.unsubscribed_from_emails;
    merged.custom_attributes = filled(&into.custom_attributes, &from.custom_attributes);
    merged.details = filled(&into.details, &from.details);
    merged.updated_at = cx.now();
    [merged.tag_count, merged.note_count, merged.company_count, merged.subscription_count, merged.object_count] =
        counts;
    Ok(merged)
}

/// Returns the first JSON object with the keys that only the second has.
fn filled(first: &str, second: &str) -> String {
    let mut values = attributes::parse(first);
    for (key, value) in attributes::parse(second) {
        values.entry(key).or_insert(value);
    }
    Value::Object(values).to_string()
}

fn record_merge(
    cx: &mut Cx,
    event_type: ActivityType,
    contact: &Contact,
    merge: Merge,
    failure: Option<String>,
) -> Result<()> {
    let activity = Activity {
        id: cx.mint(),
        event_type,
        contact_id: contact.id,
        external_id: contact.external_id.clone(),
        role: contact.role,
        merge_source_id: Some(merge.from),
        merge_target_id: Some(merge.into),
        failure_reason: failure,
        created_at: cx.now(),
    };
    Ok(contact_activities::insert(cx, &activity)?)
}

/// The preview of a merge.
#[derive(Debug)]
pub enum Preview {
    /// The merge is refused, for these reasons.
    Refused(Vec<Reason>),
    /// The merge is allowed.
    Allowed {
        /// The attributes that would change or be discarded.
        changes: Vec<AttributeChange>,
        /// For each kind of object, how many the lead and the user have.
        reassigned: Vec<(&'static str, i64, i64)>,
    },
}

/// The result of a merge for an attribute.
#[derive(Debug)]
pub struct AttributeChange {
    /// The name of the attribute.
    pub field: String,
    /// `adopted`: the user had no value. `discarded`: the user keeps their value. `merged`: the two lists are combined.
    pub outcome: &'static str,
    /// The lead's value.
    pub from: Value,
    /// The user's value.
    pub into: Option<Value>,
    /// The user's value after the merge.
    pub result: Value,
}

/// Returns what [`merge`] would do, without doing it.
pub fn preview(cx: &mut Cx, merge: Merge) -> Result<Preview> {
    let actor = cx.actor();
    let from = super::find(cx, merge.from)?.contact;
    let into = super::find(cx, merge.into)?.contact;
    if let Some(reason) = rejection(&from, &into, merge.only_duplicates) {
        return Ok(Preview::Refused(vec![reason]));
    }
    if email_conflict(cx, &from, &into)?.is_some() {
        return Ok(Preview::Refused(vec![TAKEN]));
    }
    let mut changes = Vec::new();
    for (field, from, into) in attributes_of(&from, &into) {
        changes.extend(change(field, from, into));
    }
    changes.extend(companies(cx, &from, &into)?);
    let mut reassigned = vec![("tags", from.tag_count, into.tag_count), ("notes", from.note_count, into.note_count)];
    let [theirs, mine] = [from.id, into.id].map(|contact| conversation_links::counts(cx, contact));
    let (theirs, mine) = (theirs?, mine?);
    let counts = [("conversations", theirs[0], mine[0]), ("tickets", theirs[1], mine[1])];
    let seen = counts.into_iter().zip([Noun::Conversations, Noun::Tickets]).filter(|(_, noun)| actor.reads(*noun));
    reassigned.extend(seen.map(|(count, _)| count));
    if actor.reads(Noun::Conversations) {
        let [theirs, mine] = [from.id, into.id].map(|contact| calls::count_of_contact(cx, contact));
        reassigned.push(("phone_calls", theirs?, mine?));
    }
    Ok(Preview::Allowed { changes, reassigned })
}

fn attributes_of(from: &Contact, into: &Contact) -> Vec<(String, Value, Value)> {
    let mut pairs = vec![
        ("name".to_owned(), json!(from.name), json!(into.name)),
        ("email".to_owned(), json!(from.email), json!(into.email)),
        ("phone".to_owned(), json!(from.phone), json!(into.phone)),
        ("avatar".to_owned(), json!(from.avatar), json!(into.avatar)),
        ("language_override".to_owned(), json!(from.language_override), json!(into.language_override)),
        (
            "owner_id".to_owned(),
            json!(from.owner_id.map(|o| o.to_string())),
            json!(into.owner_id.map(|o| o.to_string())),
        ),
        ("signed_up_at".to_owned(), json!(from.signed_up_at), json!(into.signed_up_at)),
    ];
    let mine = attributes::parse(&into.custom_attributes);
    for (key, value) in attributes::parse(&from.custom_attributes) {
        let existing = mine.get(&key).cloned().unwrap_or(Value::Null);
        pairs.push((key, value, existing));
    }
    pairs
}

fn change(field: String, from: Value, into: Value) -> Option<AttributeChange> {
    if from.is_null() || from == into {
        return None;
    }
    Some(if into.is_null() {
        AttributeChange { field, outcome: "adopted", result: from.clone(), from, into: None }
    } else {
        AttributeChange { field, outcome: "discarded", from, result: into.clone(), into: Some(into) }
    })
}

fn companies(cx: &mut Cx, from: &Contact, into: &Contact) -> Result<Option<AttributeChange>> {
    let theirs = contact_links::company_names(cx, from.id)?;
    if theirs.is_empty() {
        return Ok(None);
    }
    let mine = contact_links::company_names(cx, into.id)?;
    let mut all = mine.clone();
    all.extend(theirs.iter().filter(|n| !mine.contains(n)).cloned());
    Ok(Some(AttributeChange {
        field: "companies".to_owned(),
        outcome: if mine.is_empty() { "adopted" } else { "merged" },
        from: json!(theirs),
        into: (!mine.is_empty()).then(|| json!(mine)),
        result: json!(all),
    }))
}
