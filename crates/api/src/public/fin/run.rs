//! `POST /fin/procedures/{procedure_id}/run`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::fin::{self, FinMode, Start};
use deskwire_domain::ids::FinProcedureId;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Runs a procedure in a new conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let body = &request.body;
    let metadata = input::metadata(body)?;
    let procedure_id = FinProcedureId::parse(request.param("procedure_id"));
    let start = Start {
        external_id: input::conversation_id(body, "conversation_id is required")?,
        mode: FinMode::Procedure,
        procedure_id: Some(procedure_id.ok_or_else(|| Error::invalid("Procedure not found"))?),
        message: input::optional_message(&request)?,
        user: input::user(body)?,
        history: Vec::new(),
        attributes: input::attributes(&metadata)?,
        options: input::options(&request)?,
        attachments: Vec::new(),
        origin: request.origin.clone(),
    };
    let started = request.write(move |cx| fin::start(cx, &start)).await?;
    view::answer(&request, &started)
}
