//! `GET /export/reporting_data/get_datasets`

use deskwire_domain::error::Result;
use deskwire_domain::exports;
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct List {
    r#type: &'static str,
    data: Vec<Dataset>,
}

#[derive(Serialize)]
struct Dataset {
    id: &'static str,
    name: &'static str,
    description: &'static str,
    default_time_attribute_id: &'static str,
    attributes: Vec<Attribute>,
}

#[derive(Serialize)]
struct Attribute {
    id: &'static str,
    qualified_id: String,
    name: &'static str,
}

/// The datasets, with the attributes that the caller may export.
pub async fn handle(request: Request) -> Result<Reply> {
    let view = |attribute: &exports::Attribute| Attribute {
        id: attribute.id,
        qualified_id: attribute.qualified_id(),
        name: attribute.name,
    };
    let data = exports::datasets(&request.caller().actor()).into_iter().map(|(dataset, attributes)| Dataset {
        id: dataset.id,
        name: dataset.name,
        description: dataset.description,
        default_time_attribute_id: dataset.time,
        attributes: attributes.into_iter().map(view).collect(),
    });
    request.json(&List { r#type: "list", data: data.collect() })
}
