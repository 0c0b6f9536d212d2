//! The demo's data connector.

use deskwire_domain::data_connectors::{
    self, Change, ConnectorState, DataInput, ExecutionSource, InputType, Method, Start,
};
use deskwire_domain::{Cx, Result};
use serde_json::{Map, json};

/// Creates a live connector, and has it executed without its input: no request is sent.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let order = DataInput {
        name: "order_id".to_owned(),
        r#type: InputType::String,
        description: Some("The number of the order".to_owned()),
        required: true,
        default_value: String::new(),
    };
    let mock = json!({"order": {"id": "A-1001", "status": "shipped", "delivered_on": "2026-03-02"}});
    let change = Change {
        name: Some(Some("Order status".to_owned())),
        description: Some(Some("Looks up how far an order is".to_owned())),
        http_method: Some(Method::Get),
        url: Some(Some("https://api.example.com/orders/{{order_id}}".to_owned())),
        headers: Some(vec![("Authorization".to_owned(), "Bearer demo".to_owned())]),
        data_inputs: Some(vec![order]),
        validate_missing_attributes: Some(true),
        mock_response: Some(mock.as_object().cloned()),
        ..Change::default()
    };
    let made = data_connectors::create(cx, &change)?;
    let live = data_connectors::update(cx, made.id, &Change::default(), Some(ConnectorState::Live))?;
    let start = Start {
        connector_id: live.id,
        state: live.state,
        inputs: Map::new(),
        source_type: Some(ExecutionSource::Inbox),
        source_id: None,
        conversation_id: None,
        contact_id: None,
    };
    data_connectors::enqueue(cx, start).map(drop)
}
