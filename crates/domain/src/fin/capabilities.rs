//! Fin's capabilities for a user.

use super::people::{self, User};
use super::procedures::{self, FinProcedure};
use super::{attributes, settings};
use crate::Cx;
use crate::error::Result;

/// A capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capability {
    /// Run a procedure.
    Procedure(FinProcedure),
    /// Continue a conversation.
    Reply,
    /// Answer one question.
    Ask,
    /// Hand over to teammates.
    Escalate,
}

/// Creates or updates a user, and returns Fin's capabilities for them. If Fin is not enabled, does nothing and returns
/// none.
pub fn capabilities(cx: &mut Cx, user: &User) -> Result<Vec<Capability>> {
    attributes::check(&user.attributes)?;
    if !settings::load(cx)?.enabled {
        return Ok(Vec::new());
    }
    let (contact, _) = people::save(cx, user)?;
    let runnable = procedures::runnable(cx, contact.id)?;
    let mut all: Vec<Capability> = runnable.into_iter().map(Capability::Procedure).collect();
    all.extend([Capability::Reply, Capability::Ask, Capability::Escalate]);
    Ok(all)
}
