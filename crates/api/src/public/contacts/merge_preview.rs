//! `POST /contacts/merge/preview`

use std::collections::BTreeMap;

use deskwire_domain::contacts::{self, AttributeChange, Preview};
use deskwire_domain::error::Result;
use serde::Serialize;
use serde_json::Value;

use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
#[serde(untagged)]
enum View {
    Refused { allowed: bool, reasons: Vec<Reason> },
    Allowed { allowed: bool, summary: Summary },
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: &'static str,
}

#[derive(Serialize)]
struct Summary {
    attribute_changes: Changes,
    reassignments: BTreeMap<&'static str, Counts>,
}

#[derive(Serialize)]
struct Changes {
    total_count: usize,
    attributes: Vec<Change>,
}

#[derive(Serialize)]
struct Change {
    field: String,
    outcome: &'static str,
    from_value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    into_value: Option<Value>,
    new_into_value: Value,
}

#[derive(Serialize)]
struct Counts {
    from: i64,
    into: i64,
}

impl From<AttributeChange> for Change {
    fn from(c: AttributeChange) -> Self {
        Self { field: c.field, outcome: c.outcome, from_value: c.from, into_value: c.into, new_into_value: c.result }
    }
}

impl From<Preview> for View {
    fn from(preview: Preview) -> Self {
        match preview {
            Preview::Refused(reasons) => View::Refused {
                allowed: false,
                reasons: reasons.into_iter().map(|(code, message)| Reason { code, message }).collect(),
            },
            Preview::Allowed { changes, reassigned } => View::Allowed {
                allowed: true,
                summary: Summary {
                    attribute_changes: Changes {
                        total_count: changes.len(),
                        attributes: changes.into_iter().map(Change::from).collect(),
                    },
                    reassignments: reassigned.into_iter().map(|(of, from, into)| (of, Counts { from, into })).collect(),
                },
            },
        }
    }
}

/// Previews a merge.
pub async fn handle(request: Request) -> Result<Reply> {
    let merge = super::merge::read(&request)?;
    let preview = request.read(move |cx| contacts::preview(cx, merge)).await?;
    request.json(&View::from(preview))
}
