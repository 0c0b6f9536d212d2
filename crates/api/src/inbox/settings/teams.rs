//! `/app/v1/settings/teams`: teams and their members.

use deskwire_domain::Noun;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AdminId, TeamId};
use deskwire_domain::teams::{self, Distribution, Draft, Full};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{Dismissed, ManagedTeam, ManagedTeams, Nothing};
use crate::reply::Reply;

/// A team with more conversations than this cannot be deleted.
const MAX_CONVERSATIONS: usize = 1_000;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/teams", Needs::read(Noun::Admins), list);
    rows.row("POST /app/v1/settings/teams", write, create);
    rows.row("PUT /app/v1/settings/teams/{id}", write, change);
    rows.row("DELETE /app/v1/settings/teams/{id}", write, delete);
}

/// All teams, oldest first.
async fn list(request: Request) -> Result<Reply> {
    request.read(|cx| Ok(ManagedTeams { items: teams::list(cx)?.into_iter().map(view).collect() })).await
}

fn view(full: Full) -> ManagedTeam {
    ManagedTeam {
        id: full.team.id,
        member_ids: full.members.iter().map(|member| member.admin_id).collect(),
        distribution: full.team.distribution_method.unwrap_or(Distribution::Manual).as_str(),
        assignment_limit: full.team.assignment_limit,
        name: full.team.name,
    }
}

#[derive(Deserialize)]
struct Body {
    name: String,
    member_ids: Vec<String>,
    #[serde(default)]
    distribution: Option<Distribution>,
    #[serde(default)]
    assignment_limit: Option<i64>,
}

impl Body {
    fn draft(self) -> Result<Draft> {
        let unknown = || Error::invalid("member_ids must contain only ids of teammates").field("member_ids");
        let ids = self.member_ids.iter().map(|text| AdminId::parse(text).ok_or_else(unknown));
        Ok(Draft {
            members: ids.collect::<Result<_>>()?,
            distribution: self.distribution.unwrap_or(Distribution::Manual),
            assignment_limit: self.assignment_limit,
            name: self.name,
        })
    }
}

/// Creates a team.
async fn create(request: Request) -> Result<Reply> {
    let (draft, ip) = (request.body::<Body>()?.draft()?, request.ip());
    request.write(move |cx| teams::create(cx, &draft, ip.as_deref()).map(|_| Nothing {})).await
}

/// Replaces a team.
async fn change(request: Request) -> Result<Reply> {
    let id: TeamId = request.id("id", ErrorKind::TeamNotFound)?;
    let (draft, ip) = (request.body::<Body>()?.draft()?, request.ip());
    request.write(move |cx| teams::change(cx, id, &draft, ip.as_deref()).map(|()| Nothing {})).await
}

/// Deletes a team and unassigns its conversations.
async fn delete(request: Request) -> Result<Reply> {
    let id: TeamId = request.id("id", ErrorKind::TeamNotFound)?;
    let ip = request.ip();
    request
        .write(move |cx| {
            let unassigned = teams::delete(cx, id, MAX_CONVERSATIONS, ip.as_deref())?;
            Ok(Dismissed { unassigned, done: true })
        })
        .await
}
