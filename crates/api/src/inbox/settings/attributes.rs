//! `/app/v1/settings/attributes`: attributes of contacts, companies and conversations.

use deskwire_domain::Noun;
use deskwire_domain::attributes::Model;
use deskwire_domain::conversation_attributes::{ConversationAttribute, Reference, choices};
use deskwire_domain::data_attributes::DataAttribute;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{ConversationAttributeId, DataAttributeId, TeamId};
use deskwire_domain::settings::attributes::{
    self as verbs, ConversationChanges, Label, NewOfConversations, NewOfPeople, PeopleChanges,
};
use serde_json::Value;

use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{
    AttributeId, AttributeOption, AttributeOwner, ChangeAttribute, NewAttribute, OneAttribute, SettingsAttribute,
    SettingsAttributes,
};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/attributes", Needs::write(Noun::Admins), list);
    rows.row("POST /app/v1/settings/attributes", Needs::write(Noun::Admins), create);
    rows.row("PATCH /app/v1/settings/attributes/{on}/{id}", Needs::write(Noun::Admins), change);
}

/// All custom attributes, archived ones included.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let mut items = verbs::of_people(cx)?.into_iter().map(of_people).collect::<Result<Vec<_>>>()?;
            for attribute in verbs::of_conversations(cx)? {
                items.push(of_conversations(attribute)?);
            }
            Ok(SettingsAttributes { items })
        })
        .await
}

async fn create(request: Request) -> Result<Reply> {
    let (new, ip) = (request.body::<NewAttribute>()?, request.ip());
    request
        .write(move |cx| {
            let attribute = if let Some(model) = model(new.on)? {
                of_people(verbs::create_of_people(cx, &new_of_people(model, &new), ip.as_deref())?)?
            } else {
                let made = verbs::create_of_conversations(cx, &new_of_conversations(&new), ip.as_deref())?;
                of_conversations(made)?
            };
            Ok(OneAttribute { attribute })
        })
        .await
}

async fn change(request: Request) -> Result<Reply> {
    let on = owner(request.param("on"))?;
    let (changes, ip) = (request.body::<ChangeAttribute>()?, request.ip());
    let id = request.param("id").to_owned();
    request
        .write(move |cx| {
            let attribute = if on == AttributeOwner::Conversation {
                let id = ConversationAttributeId::parse(&id);
                let (fields, options) = changes_of_conversations(&changes);
                let all = (&fields, options.as_deref(), changes.archived);
                of_conversations(verbs::change_of_conversations(cx, id, all, ip.as_deref())?)?
            } else {
                let id = DataAttributeId::parse(&id);
                of_people(verbs::change_of_people(cx, id, &changes_of_people(&changes), ip.as_deref())?)?
            };
            Ok(OneAttribute { attribute })
        })
        .await
}

/// The kind of object in the path.
fn owner(name: &str) -> Result<AttributeOwner> {
    match name {
        "contact" => Ok(AttributeOwner::Contact),
        "company" => Ok(AttributeOwner::Company),
        "conversation" => Ok(AttributeOwner::Conversation),
        _ => Err(ErrorKind::AttributeNotFound.into()),
    }
}

/// The model that has the attributes; `None` for conversations. The attributes of tickets belong to their types.
fn model(on: AttributeOwner) -> Result<Option<Model>> {
    match on {
        AttributeOwner::Contact => Ok(Some(Model::Contact)),
        AttributeOwner::Company => Ok(Some(Model::Company)),
        AttributeOwner::Conversation => Ok(None),
        AttributeOwner::Ticket => Err(Error::invalid("on must be contact, company or conversation").field("on")),
    }
}

fn labels(options: &[AttributeOption]) -> Vec<String> {
    options.iter().map(|option| option.label.clone()).collect()
}

fn new_of_people(model: Model, new: &NewAttribute) -> NewOfPeople {
    NewOfPeople {
        model: Some(model.to_string()),
        name: Some(new.name.clone()),
        description: Some(new.description.clone()),
        data_type: Some(new.data_type.clone()),
        options: (!new.options.is_empty()).then(|| labels(&new.options)),
        messenger_writable: new.messenger_writable,
    }
}

fn new_of_conversations(new: &NewAttribute) -> NewOfConversations {
    NewOfConversations {
        name: new.name.clone(),
        description: new.description.clone(),
        data_type: new.data_type.clone(),
        required: new.required,
        visible_to_team_ids: ids(&new.team_ids),
        multiline: new.multiline.then_some(true),
        options: (!new.options.is_empty()).then(|| labels(&new.options)),
        reference: new.object_type.clone().map(|of| Reference { many: new.many, object_type_id: Some(of) }),
    }
}

fn changes_of_people(changes: &ChangeAttribute) -> PeopleChanges {
    PeopleChanges {
        description: changes.description.clone().map(Some),
        options: changes.options.as_deref().map(labels),
        messenger_writable: changes.messenger_writable,
        archived: changes.archived,
    }
}

fn changes_of_conversations(changes: &ChangeAttribute) -> (ConversationChanges, Option<Vec<Label>>) {
    let fields = ConversationChanges {
        name: changes.name.clone(),
        description: changes.description.clone(),
        multiline: changes.multiline,
        required: changes.required,
        visible_to_team_ids: changes.team_ids.as_deref().map(ids),
        reference: None,
    };
    let label = |option: &AttributeOption| Label { id: option.id.clone(), label: option.label.clone() };
    (fields, changes.options.as_ref().map(|options| options.iter().map(label).collect()))
}

fn ids(teams: &[TeamId]) -> Vec<String> {
    teams.iter().map(ToString::to_string).collect()
}

fn of_people(attribute: DataAttribute) -> Result<SettingsAttribute> {
    let options: Option<Vec<String>> =
        attribute.options.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
    let option = |label: String| AttributeOption { id: None, label };
    Ok(SettingsAttribute {
        id: AttributeId::People(attribute.id),
        on: if attribute.model == Model::Company { AttributeOwner::Company } else { AttributeOwner::Contact },
        name: attribute.name,
        description: attribute.description.unwrap_or_default(),
        data_type: if options.is_some() { "list".to_owned() } else { attribute.data_type.to_string() },
        options: options.map(|labels| labels.into_iter().map(option).collect()),
        messenger_writable: attribute.messenger_writable,
        required: false,
        multiline: false,
        team_ids: Vec::new(),
        object_type: None,
        many: false,
        archived: attribute.archived,
    })
}

fn of_conversations(attribute: ConversationAttribute) -> Result<SettingsAttribute> {
    let teams: Vec<TeamId> = serde_json::from_str(&attribute.visible_to_team_ids).map_err(Error::internal)?;
    let reference: Option<Value> =
        attribute.reference.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
    let live = choices(&attribute).into_iter().filter(|choice| !choice.archived);
    let option = |choice: deskwire_domain::conversation_attributes::Choice| AttributeOption {
        id: Some(choice.id),
        label: choice.label,
    };
    Ok(SettingsAttribute {
        id: AttributeId::Conversation(attribute.id),
        on: AttributeOwner::Conversation,
        options: attribute.options.is_some().then(|| live.map(option).collect()),
        name: attribute.name,
        description: attribute.description,
        data_type: attribute.data_type.to_string(),
        messenger_writable: false,
        required: attribute.required,
        multiline: attribute.multiline.unwrap_or(false),
        team_ids: teams,
        object_type: reference.as_ref().and_then(|of| of["object_type_id"].as_str()).map(str::to_owned),
        many: reference.is_some_and(|of| of["type"] == "many"),
        archived: attribute.archived,
    })
}
