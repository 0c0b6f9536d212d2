//! The demo's data connector.

use deskwire_domain::data_connectors::{
    self, Change, ConnectorState, DataInput, ExecutionSource, InputType, Method, Outcome, Start,
};
use deskwire_domain::{Cx, Result};
use serde_json::{Value, json};

const HOUR: i64 = 3_600;

/// An execution: its age in hours, its order, and the response.
struct Sample {
    hours: i64,
    order: Option<&'static str>,
    status: u16,
    ms: i64,
    body: &'static str,
}

#[rustfmt::skip]
const EXECUTIONS: &[Sample] = &[
    Sample { hours: 171, order: Some("A-1001"), status: 200, ms: 212, body: r#"{"order": {"id": "A-1001", "status": "placed", "delivered_on": null}}"# },
    Sample { hours: 98, order: Some("A-1001"), status: 200, ms: 187, body: r#"{"order": {"id": "A-1001", "status": "shipped", "delivered_on": null}}"# },
    Sample { hours: 75, order: Some("B-77"), status: 404, ms: 154, body: r#"{"error": "There is no order B-77"}"# },
    Sample { hours: 51, order: Some("A-1040"), status: 200, ms: 240, body: r#"{"order": {"id": "A-1040", "status": "shipped", "delivered_on": null}}"# },
    Sample { hours: 26, order: None, status: 0, ms: 0, body: "" },
    Sample { hours: 4, order: Some("A-1040"), status: 200, ms: 198, body: r#"{"order": {"id": "A-1040", "status": "returned", "delivered_on": "2026-03-02"}}"# },
];

/// Creates a live connector with some executions. One of them lacks its input, so that no request was sent.
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
    let now = cx.now();
    for Sample { hours, order, status, ms, body } in EXECUTIONS {
        let inputs = order.map(|order| ("order_id".to_owned(), Value::from(order)));
        let start = Start {
            connector_id: live.id,
            state: live.state,
            inputs: inputs.into_iter().collect(),
            source_type: Some(ExecutionSource::Inbox),
            source_id: None,
            conversation_id: None,
            contact_id: None,
        };
        cx.set_now(now - hours * HOUR);
        data_connectors::report(cx, start, &Outcome { response: Ok((*status, (*body).to_owned())), ms: *ms })?;
    }
    cx.set_now(now);
    Ok(())
}
