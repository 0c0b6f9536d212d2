//! Searching conversations by their attributes. Callers search lists by label; the index has the ids of options.

use std::collections::HashMap;

use deskwire_store::conversation_attributes as store;
use deskwire_store::search::fold;

use super::{ConversationAttribute, ConversationDataType, choices};
use crate::Cx;
use crate::error::Result;
use crate::search::{CUSTOM, Custom, CustomType, Request, Term, Test};

/// The attributes that a search may use.
pub(crate) fn for_search(cx: &mut Cx, request: &Request) -> Result<Vec<ConversationAttribute>> {
    if request.names(CUSTOM) { Ok(store::live(cx)?) } else { Ok(Vec::new()) }
}

/// Their types of comparison.
pub(crate) fn custom(live: &[ConversationAttribute]) -> HashMap<String, Custom> {
    let custom =
        |a: &ConversationAttribute| Some((a.name.clone(), Custom { id: a.id.number(), kind: kind(a.data_type)? }));
    live.iter().filter_map(custom).collect()
}

/// The comparison of a type; `None` for relationships and files.
const fn kind(data_type: ConversationDataType) -> Option<CustomType> {
    match data_type {
        ConversationDataType::String | ConversationDataType::List => Some(CustomType::String),
        ConversationDataType::Integer => Some(CustomType::Integer),
        ConversationDataType::Decimal => Some(CustomType::Float),
        ConversationDataType::Boolean => Some(CustomType::Boolean),
        ConversationDataType::Datetime => Some(CustomType::Date),
        ConversationDataType::Relationship | ConversationDataType::Files => None,
    }
}

/// Translates the labels of a term over a list to ids of options. Invalid terms are left as they are.
pub(crate) fn by_options(live: &[ConversationAttribute], term: &Term) -> Option<Term> {
    let name = term.field.strip_prefix(CUSTOM)?;
    let list = live.iter().rfind(|a| a.name == name).filter(|a| a.data_type == ConversationDataType::List)?;
    let test = term.operator.as_ref().ok()?.test;
    term.value.as_ref()?;
    let given: Vec<String> = term.values().iter().map(|value| value.as_str().map(fold)).collect::<Option<_>>()?;
    let (matches, negated): (fn(&str, &str) -> bool, bool) = match test {
        Test::Eq | Test::In => (|label, given| label == given, false),
        Test::Ne | Test::NotIn => (|label, given| label == given, true),
        Test::Contains => (|label, given| label.contains(given), false),
        Test::NotContains => (|label, given| label.contains(given), true),
        Test::StartsWith => (|label, given| label.starts_with(given), false),
        Test::EndsWith => (|label, given| label.ends_with(given), false),
        Test::Gt | Test::Lt | Test::Ge | Test::Le => return None,
    };
    let found = choices(list).into_iter().filter(|c| given.iter().any(|g| matches(&fold(&c.label), g)));
    let mut ids: Vec<String> = found.map(|c| c.id).collect();
    if ids.is_empty() {
        // No option has this id, so it matches no conversation.
        ids.push("-".to_owned());
    }
    Some(Term::one_of(&term.field, ids, negated))
}
