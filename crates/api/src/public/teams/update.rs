//! `PUT /teams/{id}`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::AdminId;
use deskwire_domain::teams::{self, Full, Input};
use serde_json::{Map, Value};

use super::view::View;
use crate::body::{Body, must_be};
use crate::reply::Reply;
use crate::request::Request;

/// The maximum number of members a team may have.
const MAX: usize = 1_000;

/// Replaces the members of a team.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::TeamNotFound)?;
    if let Some(query) = request.uri.query().filter(|q| !q.is_empty()) {
        let name = query.split(['=', '&']).next().unwrap_or_default().to_owned();
        return Err(Error::invalid(format!("{name} must be sent in the body, not in the query string")));
    }
    // Whether the team exists is checked before the request.
    let view = request.read(move |cx| teams::find(cx, id)).await?;
    unchanged(&request.body, &view, &request)?;
    let input = input(&request.body)?;
    let ip = request.ip();
    let full = request.write(move |cx| teams::replace_members(cx, id, &input, ip.as_deref())).await?;
    request.json(&View::new(&full, request.version()))
}

/// A client may send back a whole team, as long as only its members differ.
fn unchanged(body: &Body, full: &Full, request: &Request) -> Result<()> {
    let view = serde_json::to_value(View::new(full, request.version())).map_err(Error::internal)?;
    for (name, value) in &body.0 {
        if !matches!(name.as_str(), "admin_ids" | "admin_priority_level") && view.get(name) != Some(value) {
            let message = format!(
                "Only admin_ids and admin_priority_level can be updated on a team, but the request changed {name}"
            );
            return Err(Error::invalid(message).field(name.clone()));
        }
    }
    Ok(())
}

fn input(body: &Body) -> Result<Input> {
    let admin_ids = body.array("admin_ids")?.flatten();
    let admin_ids = admin_ids.ok_or_else(|| Error::missing("admin_ids is required").field("admin_ids"))?;
    if admin_ids.is_empty() || admin_ids.len() > MAX {
        let message = format!("admin_ids must contain at least one id and no more than {MAX}");
        return Err(Error::invalid(message).field("admin_ids"));
    }
    let invalid = || Error::invalid("admin_ids must contain only numeric admin ids").field("admin_ids");
    let admin_ids = numbers(admin_ids).ok_or_else(invalid)?;
    let Some(levels) = body.object("admin_priority_level")?.flatten() else {
        return Ok(Input { admin_ids, ..Input::default() });
    };
    if let Some(name) = levels.keys().find(|k| !matches!(k.as_str(), "primary_admin_ids" | "secondary_admin_ids")) {
        let message = format!("admin_priority_level has no field {name}");
        return Err(Error::invalid(message).field("admin_priority_level"));
    }
    Ok(Input {
        admin_ids,
        primary: level(levels, "primary_admin_ids")?,
        secondary: level(levels, "secondary_admin_ids")?,
    })
}

fn level(levels: &Map<String, Value>, name: &'static str) -> Result<Vec<AdminId>> {
    match levels.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => numbers(items)
            .ok_or_else(|| Error::invalid(format!("{name} must contain only numeric admin ids")).field(name)),
        Some(_) => Err(must_be(name, "an array")),
    }
}

/// Ids as numbers, or as strings of digits.
fn numbers(items: &[Value]) -> Option<Vec<AdminId>> {
    let number = |item: &Value| match item {
        Value::Number(n) => n.as_i64().map(AdminId::new),
        Value::String(s) => AdminId::parse(s),
        _ => None,
    };
    items.iter().map(number).collect()
}
