//! Searching tickets.

use std::collections::HashMap;

use deskwire_store::search;

use crate::Cx;
use crate::conversations::{Context, Full, find_tickets};
use crate::error::{ErrorKind, Result};
use crate::ids::ConversationId;

use crate::search::ticket_fields::TICKETS;
use crate::search::{self as language, Custom, CustomType, Page, Request, TICKET_ATTRIBUTE, Term};
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
        categories: names.states.iter().map(|state| (state.category.as_str(), state.id.number())).collect(),
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
            states: if request.query.names("state") { ticket_states::list(cx)? } else { Vec::new() },
        })
    }

    fn custom(&self) -> HashMap<String, Custom> {
        let custom = |a: &TicketTypeAttribute| Some((a.id.to_string(), Custom { id: a.id.number(), kind: kind(a)? }));
        self.attributes.iter().filter_map(custom).collect()
    }

    /// Translates a term to stored values: categories of types, and items of lists.
    fn translate(&self, term: &Term) -> Option<Term> {
        match term.field.as_str() {
            "category" => Some(term.with_texts(|word| match word {
                "request" => Some(Category::Customer.as_str().to_owned()),
                "task" => Some(Category::BackOffice.as_str().to_owned()),
                "tracker" => Some(Category::Tracker.as_str().to_owned()),
                _ => None,
            })),
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
