//! Searching tickets.

use std::collections::HashMap;

use deskwire_store::search;
use serde_json::Value;

use crate::Cx;
use crate::conversations::{Context, Full, find_tickets};
use crate::error::{ErrorKind, Result};
use crate::ids::ConversationId;

use crate::search::ticket_fields::TICKETS;
use crate::search::{self as language, Custom, CustomType, Page, Request, TICKET_ATTRIBUTE, Term, Test};
use crate::ticket_states::{self, TicketState};
use crate::ticket_types::{self, Category, TicketDataType, TicketTypeAttribute};

/// The workspace's attributes and states that a search may refer to.
struct Names {
    attributes: Vec<TicketTypeAttribute>,
    states: Vec<TicketState>,
}

/// Tickets that match a search, each with its newest parts.
pub fn search(cx: &mut Cx, request: &Request) -> Result<Page<(Vec<Full>, Context)>> {
    let names = Names::load(cx, request)?;
    let context = language::Context {
        custom: names.custom(),
        translate: &|term| names.translate(term),
        ..language::Context::new::<ConversationId>(cx)
    };
    request.run(cx, (&TICKETS, &search::TICKETS), &context, find_tickets)
}

impl Names {
    fn load(cx: &mut Cx, request: &Request) -> Result<Self> {
        let terms = request.query.terms();
        let mut ids = terms.iter().filter_map(|term| term.field.strip_prefix(TICKET_ATTRIBUTE));
        if ids.any(|id| id.parse::<i64>().is_err()) {
            return Err(ErrorKind::TicketAttributeInvalid.into());
        }
        Ok(Self {
            attributes: if request.names(TICKET_ATTRIBUTE) { ticket_types::attributes(cx)? } else { Vec::new() },
            states: if request.names("state") { ticket_states::list(cx)? } else { Vec::new() },
        })
    }

    fn custom(&self) -> HashMap<String, Custom> {
        let custom = |a: &TicketTypeAttribute| Some((a.id.to_string(), Custom { id: a.id.number(), kind: kind(a)? }));
        self.attributes.iter().filter_map(custom).collect()
    }

    /// Translates a term to stored values: categories, states by category, and items of lists.
    fn translate(&self, term: &Term) -> Option<Term> {
        match term.field.as_str() {
            "category" => Some(term.with_texts(|word| match word {
                "request" => Some(Category::Customer.as_str().to_owned()),
                "task" => Some(Category::BackOffice.as_str().to_owned()),
                "tracker" => Some(Category::Tracker.as_str().to_owned()),
                _ => None,
            })),
            "state" => self.by_state(term),
            field => {
                let id: i64 = field.strip_prefix(TICKET_ATTRIBUTE)?.parse().ok()?;
                let list = self.attributes.iter().find(|a| a.id.number() == id)?;
                if list.data_type != TicketDataType::List {
                    return None;
                }
                let items = ticket_types::items(list);
                let label = |word: &str| items.iter().find(|item| item.id == word).map(|item| item.label.clone());
                Some(term.with_texts(label))
            }
        }
    }

    /// Translates a test of a state's category to a test of the states in that category.
    fn by_state(&self, term: &Term) -> Option<Term> {
        let negated = match term.operator.as_ref().ok()?.test {
            Test::Eq | Test::In => false,
            Test::Ne | Test::NotIn => true,
            _ => return None,
        };
        if !matches!(term.value, Some(Value::String(_) | Value::Array(_))) {
            return None;
        }
        let named = |state: &&TicketState| term.values().iter().any(|value| *value == state.category.as_str());
        let mut ids: Vec<i64> = self.states.iter().filter(named).map(|state| state.id.number()).collect();
        if ids.is_empty() {
            // No state has the id 0: an unknown category matches nothing.
            ids.push(0);
        }
        Some(Term::one_of("ticket_state_id", ids, negated))
    }
}

/// The comparison of an attribute; `None` for files.
fn kind(attribute: &TicketTypeAttribute) -> Option<CustomType> {
    Some(match attribute.data_type {
        TicketDataType::String | TicketDataType::List => CustomType::String,
        TicketDataType::Integer => CustomType::Integer,
        TicketDataType::Decimal => CustomType::Float,
        TicketDataType::Boolean => CustomType::Boolean,
        TicketDataType::Datetime => CustomType::Time,
        TicketDataType::Files => return None,
    })
}
