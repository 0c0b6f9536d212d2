//! Custom objects: their instances, and what these are related to.

mod instances;
mod relations;

use deskwire_domain::Cx;
use deskwire_domain::custom_objects;
use deskwire_testkit::{Client, TestApp, Value, json};

use crate::support::id;

const ORDERS: &str = "/custom_object_instances/Order";

/// Two types that know each other, contacts that have orders, and a type without anything.
fn declared() -> Value {
    json!([
        {"identifier": "Order", "attributes": [
            {"name": "order_number", "data_type": "string"},
            {"name": "total_amount", "data_type": "decimal"},
            {"name": "items", "data_type": "integer"},
            {"name": "paid", "data_type": "boolean"},
            {"name": "due_at", "data_type": "datetime"},
            {"name": "status", "data_type": "list", "options": ["open", "shipped"]},
            {"name": "customer", "data_type": "relation", "to": "contact", "reverse": "order"},
            {"name": "watchers", "data_type": "relation", "to": "contact", "cardinality": "many"},
            {"name": "replaces", "data_type": "relation", "to": "Order", "reverse": "replaced_by", "reverse_cardinality": "one"},
        ]},
        {"identifier": "Parcel", "attributes": [
            {"name": "orders", "data_type": "relation", "to": "Order", "cardinality": "many", "reverse": "parcels"},
            {"name": "Owner", "data_type": "relation", "to": "contact", "reverse": "parcel", "reverse_cardinality": "one"},
        ]},
        {"identifier": "Nothing", "attributes": [
            {"name": "said", "data_type": "relation", "to": "conversation", "cardinality": "many", "reverse": "things"},
            {"name": "asked", "data_type": "relation", "to": "ticket", "reverse": "thing", "reverse_cardinality": "one"},
        ]},
    ])
}

/// Declares the types in the app's workspace.
pub(crate) async fn declare(app: &TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        let all: Vec<custom_objects::Declared> = serde_json::from_value(declared()).unwrap();
        for one in &all {
            custom_objects::announce(&mut Cx::new(tx, &actor), one)?;
        }
        for one in &all {
            custom_objects::declare(&mut Cx::new(tx, &actor), one)?;
        }
        Ok(())
    })
    .await;
}

/// An order with these custom attributes.
async fn order(client: &Client, external_id: &str, attributes: Value) -> Value {
    client.post(ORDERS, json!({"external_id": external_id, "custom_attributes": attributes})).await.ok()
}

/// The external ids of a list's instances.
fn external_ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|i| i["external_id"].as_str().unwrap()).collect()
}

/// The ids of the objects that a relation shows.
fn shown_ids(object: &Value, name: &str) -> Vec<String> {
    let relation = &object["custom_attributes"][name];
    let list = ["instances", "contacts", "conversations", "tickets"].iter().find_map(|key| relation[key].as_array());
    list.map(|list| list.iter().map(id).collect()).unwrap_or_default()
}
