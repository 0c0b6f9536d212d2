//! The demo's content for teammates and AI agents.

use deskwire_domain::articles::body;
use deskwire_domain::content::{self, Availability};
use deskwire_domain::internal_articles::{self, Input};
use deskwire_domain::{Cx, Result, content_snippets, folders, tags};

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

/// Title and Markdown of each content snippet.
const SNIPPETS: &[(&str, &str)] = &[
    ("Support hours", "We answer **Monday to Friday**, 9:00 to 17:00 in Dublin.\n"),
    ("Which carriers we use", "- Ireland: An Post\n- Europe: DHL\n"),
];

/// Creates internal articles in a folder, each with a tag, and content snippets.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let by = cx.actor().admin_id();
    let text = |text: &str| Some(Some(text.to_owned()));
    let fields = folders::Input {
        name: Some("Runbooks".to_owned()),
        description: text("What to do when"),
        emoji: text("📚"),
        ..folders::Input::default()
    };
    let folder = folders::create(cx, &fields)?.folder.id;
    for (title, text) in INTERNAL_ARTICLES {
        let input = Input {
            title: Some((*title).to_owned()),
            body: Some(body::read_markdown(text, "", "body_markdown")?),
            author_id: by,
            owner_id: by,
            folder_id: Some(Some(folder)),
            availability: Availability { ai_copilot: Some(true), ..Availability::default() },
            ..Input::default()
        };
        let made = internal_articles::create(cx, &input)?;
        if let Some(tag) = tags::list(cx)?.first() {
            content::tag(cx, made.article.id, Some(tag.id), None)?;
        }
    }
    for (title, text) in SNIPPETS {
        let input = content_snippets::Input {
            title: Some((*title).to_owned()),
            body: Some(body::read_markdown(text, "", "body_markdown")?),
            availability: Availability { ai_chatbot: Some(true), ai_copilot: Some(true), ..Availability::default() },
            ..content_snippets::Input::default()
        };
        content_snippets::create(cx, &input)?;
    }
    Ok(())
}
