//! Reading data connectors from requests.

use deskwire_domain::data_connectors::{Change, ConnectorState, DataInput, InputType, Method, UserType, as_described};
use deskwire_domain::error::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::body::{Body, must_be};
use crate::request::Request;

/// Reads the body.
pub(super) fn read(request: &Request) -> Result<Change> {
    change(&request.body).map_err(as_described)
}

/// The requested state.
pub(super) fn state(request: &Request) -> Result<Option<ConnectorState>> {
    let text = request.body.text("state").map_err(as_described)?.flatten();
    let unknown = || invalid("state", "Invalid state. Must be one of: draft, live");
    text.map(|text| ConnectorState::parse(&text).ok_or_else(unknown)).transpose()
}

fn change(body: &Body) -> Result<Change> {
    let method = body.text("http_method")?.flatten();
    let method =
        method.map(|text| Method::parse(&text).ok_or_else(|| invalid("http_method", "Http Method isn't an option")));
    Ok(Change {
        name: body.text("name")?,
        description: body.long("description")?,
        http_method: method.transpose()?,
        url: body.text("url")?,
        body: body.long("body")?,
        direct_fin_usage: body.boolean("direct_fin_usage")?.flatten(),
        audiences: list(body, "audiences", user_type)?,
        headers: list(body, "headers", header)?,
        data_inputs: list(body, "data_inputs", data_input)?,
        customer_authentication: body.boolean("customer_authentication")?.flatten(),
        bypass_authentication: body.boolean("bypass_authentication")?.flatten(),
        validate_missing_attributes: body.boolean("validate_missing_attributes")?.flatten(),
        mock_response: body.object("mock_response")?.map(Option::<&_>::cloned),
        token_ids: list(body, "token_ids", |value| {
            value.as_str().map(str::to_owned).ok_or_else(|| must_be("token_ids", "an array of strings"))
        })?,
    })
}

/// A list; null clears it.
fn list<T>(body: &Body, key: &'static str, read: impl Fn(&Value) -> Result<T>) -> Result<Option<Vec<T>>> {
    let Some(values) = body.array(key)? else { return Ok(None) };
    values.map_or(&[][..], Vec::as_slice).iter().map(read).collect::<Result<_>>().map(Some)
}

fn user_type(value: &Value) -> Result<UserType> {
    let unknown = || invalid("audiences", "Invalid audiences. Must be a subset of: leads, users, visitors");
    value.as_str().and_then(UserType::parse).ok_or_else(unknown)
}

fn header(value: &Value) -> Result<(String, String)> {
    let fields = fields(value, "headers")?;
    let value = fields.long("value")?.flatten();
    Ok((fields.text("name")?.flatten().unwrap_or_default(), value.unwrap_or_default()))
}

fn data_input(value: &Value) -> Result<DataInput> {
    let fields = fields(value, "data_inputs")?;
    let kind = fields.text("type")?.flatten();
    let unknown =
        || invalid("data_inputs", "The type of a data input must be one of: string, integer, decimal, boolean");
    Ok(DataInput {
        name: fields.text("name")?.flatten().unwrap_or_default(),
        r#type: kind.map_or(Some(InputType::String), |text| InputType::parse(&text)).ok_or_else(unknown)?,
        description: fields.text("description")?.flatten(),
        required: fields.boolean("required")?.flatten().unwrap_or(false),
        default_value: fields.text("default_value")?.flatten().unwrap_or_default(),
    })
}

fn fields(value: &Value, key: &'static str) -> Result<Body> {
    value.as_object().map(|map| Body(map.clone())).ok_or_else(|| must_be(key, "an array of objects"))
}

fn invalid(field: &'static str, message: &'static str) -> Error {
    Error::new(ErrorKind::Unprocessable, message).field(field)
}
