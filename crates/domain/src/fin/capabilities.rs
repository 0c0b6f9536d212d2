//! What Fin can do for a user.

use super::people::{self, User};
use super::procedures::{self, FinProcedure};
use super::{attributes, settings};
use crate::Cx;
use crate::error::Result;

/// Something that Fin can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capability {
    /// Run a procedure.
    Procedure(FinProcedure),
    /// Go on with a conversation.
    Reply,
    /// Answer one question.
    Ask,
    /// Hand over to teammates.
    Escalate,
}

/// What Fin can do for a user, who is created or changed; where it is not enabled, nothing is done and nothing is found.
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
