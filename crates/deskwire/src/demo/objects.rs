//! The demo's custom objects, created like through the API.

use deskwire_domain::custom_objects::{self, Input};
use deskwire_domain::{Cx, Result};
use serde_json::{Value, json};

const DAY: i64 = 86_400;

/// An order to create.
struct Order {
    number: &'static str,
    total: f64,
    status: &'static str,
    /// The external id of the buyer.
    customer: &'static str,
}

#[rustfmt::skip]
const ORDERS: &[Order] = &[
    Order { number: "1001", total: 99.99, status: "shipped", customer: "marie" },
    Order { number: "1002", total: 18.50, status: "shipped", customer: "marie" },
    Order { number: "1003", total: 240.0, status: "placed", customer: "alan" },
    Order { number: "1004", total: 12.0, status: "returned", customer: "katherine" },
];

/// Creates the orders, and a shipment for each order in transit.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    for order in ORDERS {
        let attributes = json!({
            "order_number": order.number, "total_amount": order.total, "status": order.status, "customer": order.customer,
        });
        save(cx, "Order", order.number, attributes)?;
    }
    let shipped: Vec<&str> = ORDERS.iter().filter(|o| o.status == "shipped").map(|o| o.number).collect();
    let attributes = json!({"carrier": "Albatross", "expected_at": cx.now() + 2 * DAY, "orders": shipped});
    save(cx, "Shipment", "S-7", attributes)
}

fn save(cx: &mut Cx, object_type: &str, external_id: &str, attributes: Value) -> Result<()> {
    let Value::Object(attributes) = attributes else { return Ok(()) };
    let input = Input {
        external_id: Some(external_id.to_owned()),
        external_created_at: Some(Some(cx.now() - 3 * DAY)),
        custom_attributes: Some(attributes),
        ..Input::default()
    };
    custom_objects::save(cx, object_type, &input).map(drop)
}
