//! `POST /ecommerce/connectors/{id}/catalog`

use deskwire_domain::catalogs::{self, Received, Upload};
use deskwire_domain::error::{Error, ErrorKind, Result};
use http::StatusCode;
use serde_json::{Value, json};

use crate::body::Body;
use crate::intake::FILE;
use crate::reply::Reply;
use crate::request::Request;

/// Uploads a product catalog, or a part of one.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let source = request.id("id", ErrorKind::ImportSourceNotFound)?;
    let upload = read(&mut request.body)?;
    match request.write(move |cx| catalogs::receive(cx, source, &upload)).await? {
        Received::Part(job, next) => request.json(&json!({"import_job_id": job, "next_part_number": next})),
        Received::Started(job) => {
            let message = "Catalog received. Sync has started.";
            let started = json!({"import_job_id": job, "status": "processing", "message": message});
            request.json_with(StatusCode::ACCEPTED, &started)
        }
    }
}

fn read(body: &mut Body) -> Result<Upload> {
    let catalog = match body.0.remove("catalog") {
        None => None,
        Some(Value::Object(mut file)) => file.remove(FILE),
        Some(_) => {
            return Err(Error::new(ErrorKind::CatalogNotFound, "catalog must be an uploaded file").field("catalog"));
        }
    };
    let job = body.text("import_job_id")?.flatten().filter(|job| !job.is_empty());
    let part = match body.text("part_number")?.flatten() {
        None => None,
        Some(text) => Some(text.parse::<i64>().ok().filter(|part| *part > 0).ok_or(ErrorKind::InvalidPartNumber)?),
    };
    Ok(Upload { catalog, finalize: body.boolean("finalize")?.flatten(), job, part })
}
