//! The demo's external pages for AI agents.

use deskwire_domain::ai_content::{pages, sources};
use deskwire_domain::html::Html;
use deskwire_domain::{Cx, Result};

/// Title, path and text of each page.
const PAGES: &[(&str, &str, &str)] = &[
    (
        "Service levels",
        "service-levels",
        "<h1>Service levels</h1><p>We answer within four hours on working days. On the Enterprise plan, urgent messages are \
         answered within one hour, also at night.</p>",
    ),
    (
        "Where data is stored",
        "data",
        "<h1>Where data is stored</h1><p>All data stays on your own servers. Backups are encrypted and kept for 30 days.</p>",
    ),
    (
        "Refunds",
        "refunds",
        "<h1>Refunds</h1><p>Write to us within 14 days of a payment. Refunds take three to five days to arrive.</p>",
    ),
];

/// Creates a source with its pages.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let site = "https://www.example.com/policies";
    let input = sources::Input {
        sync_behavior: Some(sources::SyncBehavior::Api),
        url: Some(site.to_owned()),
        ..sources::Input::default()
    };
    let source = sources::create(cx, &input)?;
    for (title, path, html) in PAGES {
        let input = pages::Input {
            source_id: Some(source.id),
            external_id: Some((*path).to_owned()),
            title: Some((*title).to_owned()),
            html: Some(Html::read(html, "", "html")?),
            url: Some(Some(format!("{site}/{path}"))),
            ai_agent_availability: Some(true),
            ai_copilot_availability: Some(true),
            ..pages::Input::default()
        };
        pages::save(cx, &input)?;
    }
    Ok(())
}
