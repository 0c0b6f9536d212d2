//! `/app/v1/settings/object_types`: types of custom objects.

use deskwire_domain::Noun;
use deskwire_domain::custom_objects::{Cardinality, Declared, DeclaredAttribute};
use deskwire_domain::error::Result;
use deskwire_domain::settings::objects as verbs;

use crate::inbox::request::Request;
use crate::inbox::rows::{Needs, Rows};
use crate::inbox::types::{
    ChangeObjectAttribute, ChangeObjectType, NewObjectAttribute, NewObjectType, Nothing, ObjectAttribute,
    OneObjectType, SettingsObjectType, SettingsObjectTypes,
};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/object_types", write, list);
    rows.row("POST /app/v1/settings/object_types", write, create);
    rows.row("PATCH /app/v1/settings/object_types/{identifier}", write, change);
    rows.row("DELETE /app/v1/settings/object_types/{identifier}", write, delete);
    rows.row("POST /app/v1/settings/object_types/{identifier}/attributes", write, add_attribute);
    rows.row("PATCH /app/v1/settings/object_types/{identifier}/attributes/{name}", write, change_attribute);
}

/// All types with their attributes.
async fn list(request: Request) -> Result<Reply> {
    request.read(|cx| Ok(SettingsObjectTypes { items: verbs::list(cx)?.into_iter().map(view).collect() })).await
}

async fn create(request: Request) -> Result<Reply> {
    let (NewObjectType { identifier, name, description }, ip) = (request.body()?, request.ip());
    let new = Declared { identifier, name, description, attributes: Vec::new() };
    request.write(move |cx| verbs::create(cx, &new, ip.as_deref()).map(one)).await
}

async fn change(request: Request) -> Result<Reply> {
    let (ChangeObjectType { name, description }, ip) = (request.body()?, request.ip());
    let identifier = request.param("identifier").to_owned();
    let changes = (name, description);
    request.write(move |cx| verbs::change(cx, &identifier, changes.clone(), ip.as_deref()).map(one)).await
}

async fn delete(request: Request) -> Result<Reply> {
    let (identifier, ip) = (request.param("identifier").to_owned(), request.ip());
    request.write(move |cx| verbs::delete(cx, &identifier, ip.as_deref()).map(|()| Nothing {})).await
}

async fn add_attribute(request: Request) -> Result<Reply> {
    let (identifier, ip) = (request.param("identifier").to_owned(), request.ip());
    let new = declared(request.body()?);
    request.write(move |cx| verbs::add_attribute(cx, &identifier, &new, ip.as_deref()).map(one)).await
}

async fn change_attribute(request: Request) -> Result<Reply> {
    let (identifier, name) = (request.param("identifier").to_owned(), request.param("name").to_owned());
    let (changes, ip) = (request.body::<ChangeObjectAttribute>()?, request.ip());
    request
        .write(move |cx| {
            let changes = changes.clone();
            let change = |attribute: &mut DeclaredAttribute| lay_over(attribute, changes);
            verbs::change_attribute(cx, (&identifier, &name), change, ip.as_deref()).map(one)
        })
        .await
}

fn declared(new: NewObjectAttribute) -> DeclaredAttribute {
    let is_relation = new.to.is_some();
    let many = |many: bool| if many { Cardinality::Many } else { Cardinality::One };
    DeclaredAttribute {
        name: new.name,
        data_type: new.data_type,
        description: new.description,
        options: new.options,
        to: new.to,
        cardinality: is_relation.then(|| many(new.many)),
        reverse_cardinality: new.reverse.as_ref().map(|_| many(new.reverse_many)),
        reverse: new.reverse,
        archived: false,
    }
}

fn lay_over(attribute: &mut DeclaredAttribute, changes: ChangeObjectAttribute) {
    let ChangeObjectAttribute { description, options, archived } = changes;
    if let Some(description) = description {
        attribute.description = description;
    }
    if let Some(options) = options {
        attribute.options = options;
    }
    attribute.archived = archived.unwrap_or(attribute.archived);
}

fn one(declared: Declared) -> OneObjectType {
    OneObjectType { object_type: view(declared) }
}

fn view(declared: Declared) -> SettingsObjectType {
    let attribute = |of: DeclaredAttribute| ObjectAttribute {
        name: of.name,
        data_type: of.data_type,
        description: of.description,
        options: (!of.options.is_empty()).then_some(of.options),
        to: of.to,
        many: of.cardinality == Some(Cardinality::Many),
        reverse_many: of.reverse.is_some() && of.reverse_cardinality != Some(Cardinality::One),
        reverse: of.reverse,
        archived: of.archived,
    };
    SettingsObjectType {
        name: declared.name.unwrap_or_else(|| declared.identifier.clone()),
        identifier: declared.identifier,
        description: declared.description,
        attributes: declared.attributes.into_iter().map(attribute).collect(),
    }
}
