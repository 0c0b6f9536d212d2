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

/// What Fin can do for a user, who is created or changed; nothing where it is not enabled.
pub fn capabilities(cx: &mut Cx, user: &User) -> Result<Vec<Capability>> {
    attributes::check(&user.attributes)?;
    people::save(cx, user)?;
    if !settings::load(cx)?.enabled {
        return Ok(Vec::new());
    }
    let mut all: Vec<Capability> = procedures::runnable(cx)?.into_iter().map(Capability::Procedure).collect();
    all.extend([Capability::Reply, Capability::Ask, Capability::Escalate]);
    Ok(all)
}
