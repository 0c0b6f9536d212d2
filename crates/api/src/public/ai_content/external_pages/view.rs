//! An external page as the API represents it.

use deskwire_domain::ai_content::pages::ExternalPage;
use deskwire_domain::ids::ExternalPageId;
use serde::Serialize;

/// An external page.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: ExternalPageId,
    r#type: &'static str,
    title: &'a str,
    html: &'a str,
    url: &'a str,
    ai_agent_availability: bool,
    ai_copilot_availability: bool,
    ai_sales_agent_availability: bool,
    fin_availability: bool,
    locale: &'a str,
    source_id: i64,
    external_id: &'a str,
    created_at: i64,
    updated_at: i64,
    last_ingested_at: i64,
}

impl<'a> From<&'a ExternalPage> for View<'a> {
    fn from(page: &'a ExternalPage) -> Self {
        Self {
            id: page.id,
            r#type: "external_page",
            title: &page.title,
            html: &page.html,
            url: page.url.as_deref().unwrap_or_default(),
            ai_agent_availability: page.ai_agent_availability,
            ai_copilot_availability: page.ai_copilot_availability,
            ai_sales_agent_availability: page.ai_sales_agent_availability,
            fin_availability: page.ai_agent_availability,
            locale: &page.locale,
            source_id: page.source_id.number(),
            external_id: &page.external_id,
            created_at: page.created_at,
            updated_at: page.updated_at,
            last_ingested_at: page.last_ingested_at,
        }
    }
}

impl View<'_> {
    /// The same page without its text.
    pub(super) fn without_html(self) -> Self {
        Self { html: "", ..self }
    }
}
