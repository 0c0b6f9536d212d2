//! The demo's conversation with Fin. The worker answers it when the demo starts.

use deskwire_domain::error::Error;
use deskwire_domain::fin::{self, FinMode, Message, Options, Speaker, Start, User};
use deskwire_domain::html::Html;
use deskwire_domain::{Cx, Result};
use serde_json::Map;

/// Asks Fin a question that the help center answers. `url` is the URL of the server.
pub(super) fn fill(cx: &mut Cx, url: &str) -> Result<()> {
    let question = "How do I create an account?";
    let body = Html::of_text(question).ok_or_else(|| Error::internal("a question without a text"))?;
    let user = User { id: "fin-visitor".to_owned(), name: Some("Mary Somerville".to_owned()), ..User::default() };
    let start = Start {
        external_id: "demo-1".to_owned(),
        mode: FinMode::Conversation,
        procedure_id: None,
        message: Some(Message { author: Speaker::User, body, sent_ms: None }),
        attachments: Vec::new(),
        user,
        history: Vec::new(),
        attributes: Map::new(),
        options: Options { email: false, follow_up_questions: true, replying: true },
        origin: url.to_owned(),
    };
    fin::start(cx, &start).map(drop)
}
