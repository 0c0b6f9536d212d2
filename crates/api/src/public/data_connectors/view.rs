//! A data connector as the API represents it.

use deskwire_domain::data_connectors::{ConnectorState, DataInput, Full, Method, REDACTED, ResponseField, UserType};
use deskwire_domain::ids::{AdminId, DataConnectorId};
use deskwire_domain::times;
use serde::Serialize;
use serde_json::Value;

/// A data connector in a list.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: DataConnectorId,
    name: &'a str,
    description: Option<&'a str>,
    state: ConnectorState,
    http_method: Method,
    direct_fin_usage: bool,
    created_by_admin_id: Option<AdminId>,
    updated_by_admin_id: Option<AdminId>,
    created_at: String,
    updated_at: String,
    execution_results_url: String,
}

impl<'a> View<'a> {
    pub(super) fn new(full: &'a Full) -> Self {
        Self {
            r#type: "data_connector",
            id: full.id,
            name: &full.settings.name,
            description: full.settings.description.as_deref(),
            state: full.state,
            http_method: full.settings.http_method,
            direct_fin_usage: full.settings.direct_fin_usage,
            created_by_admin_id: full.created_by,
            updated_by_admin_id: full.updated_by,
            created_at: times::utc(full.created_at),
            updated_at: times::utc(full.updated_at),
            execution_results_url: format!("/data_connectors/{}/execution_results", full.id),
        }
    }
}

/// A data connector with all of its settings.
#[derive(Serialize)]
pub(super) struct Detail<'a> {
    #[serde(flatten)]
    view: View<'a>,
    url: Option<&'a str>,
    body: &'a str,
    headers: Vec<Header<'a>>,
    audiences: &'a [UserType],
    execution_type: &'static str,
    configuration_response_type: &'static str,
    data_transformation_type: &'static str,
    client_function_name: Option<&'static str>,
    client_function_timeout_ms: Option<i64>,
    data_inputs: &'a [DataInput],
    response_fields: &'a [ResponseField],
    object_mappings: [Value; 0],
    token_ids: [Value; 0],
    customer_authentication: bool,
    bypass_authentication: bool,
    validate_missing_attributes: bool,
}

#[derive(Serialize)]
struct Header<'a> {
    name: &'a str,
    value: &'static str,
}

impl<'a> Detail<'a> {
    pub(super) fn new(full: &'a Full) -> Self {
        let settings = &full.settings;
        Self {
            view: View::new(full),
            url: settings.url.as_deref(),
            body: &settings.body,
            headers: settings.headers.iter().map(|name| Header { name, value: REDACTED }).collect(),
            audiences: &settings.audiences,
            execution_type: "server_side",
            configuration_response_type: if settings.is_mocked { "mock_response_type" } else { "test_response_type" },
            data_transformation_type: "full_access",
            client_function_name: None,
            client_function_timeout_ms: None,
            data_inputs: &settings.data_inputs,
            response_fields: &settings.response_fields,
            object_mappings: [],
            token_ids: [],
            customer_authentication: settings.customer_authentication,
            bypass_authentication: settings.bypass_authentication,
            validate_missing_attributes: settings.validate_missing_attributes,
        }
    }
}
