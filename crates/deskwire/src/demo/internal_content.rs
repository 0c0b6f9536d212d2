//! The demo's content for teammates and AI agents.

use deskwire_domain::articles::body;
use deskwire_domain::content::{self, Availability};
use deskwire_domain::internal_articles::{self, Input};
use deskwire_domain::{Cx, Result, tags};

/// Title and Markdown of each internal article.
const INTERNAL_ARTICLES: &[(&str, &str)] = &[
    (
        "Refunds above 500 euros",
        "# Refunds above 500 euros\n\nAsk a team lead before you promise one.\n\n1. Look up the order and the payment.\n2. Note the reason in the conversation.\n3. Assign it to **Billing**.\n",
    ),
    (
        "When the shop is down",
        "Create a tracker ticket, link all conversations to it, and post in *Incidents*. Reply to customers only with the text in the ticket.\n",
    ),
];

/// Creates internal articles, one with a tag.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let by = cx.actor().admin_id();
    for (title, text) in INTERNAL_ARTICLES {
        let input = Input {
            title: Some((*title).to_owned()),
            body: Some(body::read_markdown(text, "", "body_markdown")?),
            author_id: by,
            owner_id: by,
            availability: Availability { ai_copilot: Some(true), ..Availability::default() },
            ..Input::default()
        };
        let made = internal_articles::create(cx, &input)?;
        if let Some(tag) = tags::list(cx)?.first() {
            content::tag(cx, made.article.id, Some(tag.id), None)?;
        }
    }
    Ok(())
}
