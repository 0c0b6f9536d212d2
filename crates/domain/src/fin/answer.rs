//! The embedded answerer: it quotes the workspace's content, and recognizes when that does not answer the question.

use super::model::Model;
use super::phrases;
use super::retrieval::Passage;
use super::turns::Turn;
use crate::conversations::ai_agent::ContentSource;

/// Fin's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An answer from content.
    Found {
        /// The answer, as plain text.
        paragraphs: Vec<String>,
        /// The content that it quotes.
        sources: Vec<ContentSource>,
        /// Other content that may help.
        related: Vec<ContentSource>,
        /// The stream in which its chunks were sent.
        stream_id: Option<String>,
    },
    /// The user only greets.
    Greeting,
    /// The message needs no answer.
    Nothing,
    /// The user's question is resolved.
    Thanks,
    /// The user asks for a person.
    Human,
    /// The session's procedure continues.
    Continue {
        /// The user's message.
        said: String,
    },
    /// There is no answer.
    Unsure {
        /// Content that may help.
        related: Vec<ContentSource>,
    },
}

impl Answer {
    /// No answer, and no related content.
    pub const NONE: Self = Self::Unsure { related: Vec::new() };
}

/// The maximum number of articles linked in a reply.
const NAMED: usize = 3;

/// Answers from the passages, without a language model.
pub fn embedded(turn: &Turn) -> Answer {
    let text = turn.question.text.as_str();
    if turn.runs_procedure {
        return Answer::Continue { said: text.to_owned() };
    }
    if phrases::asks_for_human(text) {
        return Answer::Human;
    }
    let is_nod = phrases::is_nod(text);
    if turn.has_answered && (is_nod || phrases::is_thanks(text)) {
        return Answer::Thanks;
    }
    if turn.has_answered && phrases::is_complaint(text) {
        return Answer::NONE;
    }
    if phrases::is_greeting(text) {
        return Answer::Greeting;
    }
    if is_nod {
        return Answer::Nothing;
    }
    let related = |passages: &[Passage]| passages.iter().filter(|p| p.is_related()).map(|p| p.source.clone()).collect();
    let named = &turn.passages[..turn.passages.len().min(NAMED)];
    match named.split_first() {
        Some((best, others)) if best.is_sure() => Answer::Found {
            paragraphs: paragraphs(best),
            sources: vec![best.source.clone()],
            related: related(others),
            stream_id: None,
        },
        _ => Answer::Unsure { related: related(named) },
    }
}

fn paragraphs(passage: &Passage) -> Vec<String> {
    passage.text.split('\n').map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The language model to use instead of the embedded answer, if one is configured: only for questions, and only if
/// there are passages to answer from.
pub fn model_for<'t>(turn: &'t Turn, embedded: &Answer) -> Option<&'t Model> {
    let uses_model = match embedded {
        Answer::Found { .. } => true,
        Answer::Unsure { related } => !related.is_empty(),
        _ => false,
    };
    turn.model.as_ref().filter(|_| uses_model)
}
