//! Reading external pages from requests.

use deskwire_domain::ai_content::pages::Input;
use deskwire_domain::error::Result;
use deskwire_domain::html::Html;
use deskwire_domain::ids::ContentImportSourceId;

use crate::request::Request;

/// Reads the body. `fin_availability` is the default for the availabilities that the body does not set.
pub(super) fn read(request: &Request) -> Result<Input> {
    let body = &request.body;
    let html = match body.long("html")?.flatten() {
        Some(text) => Some(Html::read(&text, &request.origin, "html")?),
        None => None,
    };
    let fin = body.boolean("fin_availability")?.flatten();
    let availability = |key| Ok::<_, deskwire_domain::Error>(body.boolean(key)?.flatten().or(fin));
    Ok(Input {
        source_id: body.integer("source_id")?.flatten().map(ContentImportSourceId::new),
        external_id: body.id("external_id")?.flatten(),
        title: body.text("title")?.flatten(),
        html,
        url: body.text("url")?,
        locale: body.text("locale")?.flatten(),
        ai_agent_availability: availability("ai_agent_availability")?,
        ai_copilot_availability: availability("ai_copilot_availability")?,
        ai_sales_agent_availability: availability("ai_sales_agent_availability")?,
    })
}
