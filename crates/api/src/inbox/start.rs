//! `GET /app/v1/start`: what the inbox needs to open.

use deskwire_domain::admins::{self, Admin};
use deskwire_domain::attributes::Model;
use deskwire_domain::conversation_attributes::{self as of_conversations, ConversationAttribute};
use deskwire_domain::data_attributes::{self, DataAttribute};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::AdminId;
use deskwire_domain::inbox::{lists, preferences};
use deskwire_domain::macros;
use deskwire_domain::notifications::{self, Recipient};
use deskwire_domain::teams;
use deskwire_domain::ticket_types::{self, TicketTypeAttribute};
use deskwire_domain::{Access, Cx, Noun, Permissions, permissions, tags, ticket_states};

use super::request::Request;
use super::rows::{Needs, Rows};
use super::types::{
    AttributeDefinition, AttributeId, AttributeOwner, MacroName, Me, Sort, Start, Tag, Team, Teammate, TicketState,
    TicketType, View, ViewKind, Workspace,
};
use super::views::own;
use crate::reply::Reply;

/// The maximum number of tags and macros in the response. The inbox searches for others.
const MAX_ITEMS: usize = 5_000;
/// Conversations with unread notifications are counted up to this number. One more stands for any larger number.
pub(crate) const COUNTED: i64 = 99;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/start", Needs::Session, handle);
}

async fn handle(request: Request) -> Result<Reply> {
    let config = &request.app.config;
    let (demo, shows_sent) = (config.demo, config.outbox.is_some());
    let manages_apps = request.teammate.session.can_manage_apps;
    request.search(move |cx| start(cx, (demo, shows_sent), manages_apps)).await
}

fn start(cx: &mut Cx, (demo, shows_sent): (bool, bool), manages_apps: bool) -> Result<Start> {
    let actor = cx.actor();
    let admin_id = actor.admin_id().ok_or(ErrorKind::Forbidden)?;
    let (teammates, teams) = (admins::list(cx)?, teams::list(cx)?);
    let own = teammates.iter().find(|full| full.admin.id == admin_id).ok_or(ErrorKind::SignedOut)?;
    let me = Me {
        teammate: teammate(&own.admin),
        permissions: named(actor.permissions, manages_apps),
        preferences: preferences::get(cx)?,
        unread_notifications: notifications::unread(cx, Recipient::Admin(admin_id))?.count.min(COUNTED + 1),
    };
    let views = views(cx, &teams)?;
    let is_seen = |id: AdminId| actor.reads(Noun::Admins) || id == admin_id;
    let reads_some = actor.permissions.of_conversations() >= Access::Read;
    let tenant = &actor.tenant;
    Ok(Start {
        build: deskwire_web::BUILD,
        me,
        workspace: Workspace {
            id: tenant.id.clone(),
            name: tenant.name.clone(),
            timezone: tenant.timezone.clone(),
            demo,
            shows_sent,
        },
        teammates: teammates.iter().map(|full| &full.admin).filter(|of| is_seen(of.id)).map(teammate).collect(),
        teams: teams.iter().map(|full| team(full, is_seen)).collect(),
        tags: if actor.sees(Noun::Tags) { all_tags(cx)? } else { Vec::new() },
        ticket_types: if actor.sees(Noun::Tickets) { all_ticket_types(cx)? } else { Vec::new() },
        ticket_states: if actor.sees(Noun::Tickets) { all_ticket_states(cx)? } else { Vec::new() },
        attributes: attributes(cx, admin_id)?,
        macros: if reads_some { all_macros(cx)? } else { Vec::new() },
        views,
    })
}

/// The names of the permissions of a role.
fn named(of: Permissions, manages_apps: bool) -> Vec<&'static str> {
    let mut names = permissions::named(of);
    names.extend(manages_apps.then_some(permissions::MANAGE_APPS));
    names
}

/// The views of the teammate, with their counts.
fn views(cx: &mut Cx, teams: &[teams::Full]) -> Result<Vec<View>> {
    let lists = lists::shown(cx, teams);
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let counts = lists::counts(cx, &lists.iter().map(|list| list.which).collect::<Vec<_>>())?;
    let built_in = lists.into_iter().zip(counts).map(|(list, count)| View {
        id: list.id,
        kind: ViewKind::Builtin,
        name: list.name,
        query: None,
        sort: Sort::Newest,
        count: i64::try_from(count).unwrap_or(i64::MAX),
    });
    let mut all: Vec<View> = built_in.collect();
    all.extend(own(cx)?);
    Ok(all)
}

/// A teammate, as others see them.
pub(super) fn teammate(admin: &Admin) -> Teammate {
    Teammate {
        id: admin.id,
        name: admin.name.clone(),
        email: admin.email.clone(),
        avatar: admin.avatar.clone(),
        away: admin.away_mode_enabled,
        role: admin.role_name.clone(),
    }
}

/// A team, with the members that the teammate may see.
fn team(full: &teams::Full, is_seen: impl Fn(AdminId) -> bool) -> Team {
    let members = full.members.iter().map(|member| member.admin_id).filter(|id| is_seen(*id));
    Team { id: full.team.id, name: full.team.name.clone(), member_ids: members.collect() }
}

fn all_tags(cx: &mut Cx) -> Result<Vec<Tag>> {
    let all = tags::list(cx)?.into_iter().take(MAX_ITEMS);
    Ok(all.map(|tag| Tag { id: tag.id, name: tag.name }).collect())
}

fn all_macros(cx: &mut Cx) -> Result<Vec<MacroName>> {
    let page = macros::list(cx, None, None, i64::try_from(MAX_ITEMS).unwrap_or(i64::MAX))?;
    let named = page.macros.into_iter().map(|full| MacroName {
        id: full.row.id,
        name: full.row.name,
        has_actions: full.row.actions != "[]",
    });
    Ok(named.collect())
}

fn all_ticket_types(cx: &mut Cx) -> Result<Vec<TicketType>> {
    let live = ticket_types::list(cx)?.into_iter().filter(|full| !full.row.archived);
    let view = |full: ticket_types::Full| TicketType {
        id: full.row.id,
        name: full.row.name.clone(),
        icon: Some(full.row.icon.clone()).filter(|icon| !icon.is_empty()),
        category: full.row.category.to_string(),
        attributes: full.attributes.iter().filter(|attribute| !attribute.archived).map(of_ticket).collect(),
    };
    Ok(live.map(view).collect())
}

fn all_ticket_states(cx: &mut Cx) -> Result<Vec<TicketState>> {
    let view = |state: ticket_states::TicketState| TicketState {
        id: state.id,
        has_first_label: ticket_states::has_first_label(&state),
        archived: state.archived,
        category: state.category.to_string(),
        internal_label: state.internal_label.clone(),
        external_label: state.external_label.clone(),
        ticket_type_ids: state.types,
    };
    Ok(ticket_states::list(cx)?.into_iter().map(view).collect())
}

/// The custom attributes of all objects that the teammate may see.
fn attributes(cx: &mut Cx, admin: AdminId) -> Result<Vec<AttributeDefinition>> {
    let actor = cx.actor();
    let mut all = Vec::new();
    if actor.sees(Noun::People) {
        for attribute in data_attributes::custom(cx, false)? {
            all.push(of_people(&attribute)?);
        }
    }
    // Tickets have those of conversations too.
    if actor.permissions.of_conversations() >= Access::Read {
        all.extend(of_conversations::visible_to(cx, admin)?.iter().map(of_conversation));
    }
    Ok(all)
}

fn of_people(attribute: &DataAttribute) -> Result<AttributeDefinition> {
    let options = attribute.options.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
    Ok(AttributeDefinition {
        id: AttributeId::People(attribute.id),
        on: if attribute.model == Model::Company { AttributeOwner::Company } else { AttributeOwner::Contact },
        name: attribute.name.clone(),
        label: attribute.name.clone(),
        data_type: if options.is_some() { "list".to_owned() } else { attribute.data_type.to_string() },
        options,
        writable: true,
        required: false,
    })
}

fn of_conversation(attribute: &ConversationAttribute) -> AttributeDefinition {
    let choices = of_conversations::choices(attribute).into_iter().filter(|choice| !choice.archived);
    AttributeDefinition {
        id: AttributeId::Conversation(attribute.id),
        on: AttributeOwner::Conversation,
        name: attribute.name.clone(),
        label: attribute.name.clone(),
        data_type: attribute.data_type.to_string(),
        options: attribute.options.is_some().then(|| choices.map(|choice| choice.label).collect()),
        writable: true,
        required: attribute.required,
    }
}

fn of_ticket(attribute: &TicketTypeAttribute) -> AttributeDefinition {
    let items = ticket_types::items(attribute).into_iter().filter(|item| !item.archived);
    let label = match attribute.name.as_str() {
        ticket_types::TITLE => "Title",
        ticket_types::DESCRIPTION => "Description",
        name => name,
    };
    AttributeDefinition {
        id: AttributeId::Ticket(attribute.id),
        on: AttributeOwner::Ticket,
        name: attribute.name.clone(),
        label: label.to_owned(),
        data_type: attribute.data_type.to_string(),
        options: attribute.list_items.is_some().then(|| items.map(|item| item.label).collect()),
        writable: true,
        required: false,
    }
}
