//! Ratings of conversations by users.

use deskwire_store::fin_sessions as store;
use deskwire_store::text_enum;
use serde_json::{Value, json};

use super::session::Session;
use crate::Cx;
use crate::conversations::Happened;
use crate::conversations::ai_agent::{self, AiAgent};
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;

/// How long after the request a rating can be given and changed, in seconds.
const WINDOW: i64 = 86_400;
/// The maximum length of a remark, in characters.
const MAX_REMARK: usize = 2_000;

text_enum! {
    /// A user's rating.
    pub enum Rating {
        Terrible = "terrible",
        Bad = "bad",
        Ok = "ok",
        Good = "good",
        Amazing = "amazing",
    }
}

impl Rating {
    const fn emoji_and_label(self) -> (&'static str, &'static str) {
        match self {
            Rating::Terrible => ("😠", "Terrible"),
            Rating::Bad => ("🙁", "Bad"),
            Rating::Ok => ("😐", "OK"),
            Rating::Good => ("😃", "Great"),
            Rating::Amazing => ("🤩", "Amazing"),
        }
    }
}

/// The ratings that users choose from.
pub(super) fn options() -> Vec<Value> {
    let option = |rating: &Rating| {
        let (emoji, label) = rating.emoji_and_label();
        json!({"key": rating, "emoji": emoji, "label": label})
    };
    Rating::ALL.iter().map(option).collect()
}

/// A recorded rating.
#[derive(Debug, Clone)]
pub struct Rated {
    /// The client's id for the conversation.
    pub external_id: String,
    /// The rating.
    pub rating: Rating,
}

/// Records a rating. A remark can be given once.
pub fn rate(cx: &mut Cx, external_id: &str, rating: &str, remark: Option<&str>) -> Result<Rated> {
    let rejected = |message: &'static str| Error::new(ErrorKind::Unprocessable, message);
    let unknown =
        || rejected("Conversation not found for the given external_conversation_id").field("external_conversation_id");
    let found = store::by_external_id(cx, external_id)?.ok_or_else(unknown)?;
    let (mut session, mut edit) = Session::open(cx, &found)?.ok_or_else(unknown)?;
    let row = &session.now;
    let rating = Rating::parse(rating).ok_or_else(|| rejected("Rating isn't an option").field("rating"))?;
    let remark = remark.map(str::trim).filter(|remark| !remark.is_empty());
    if remark.is_some_and(|remark| remark.chars().count() > MAX_REMARK) {
        return Err(rejected("Remark is too long").field("remark"));
    }
    let requested_at =
        row.rating_requested_at.ok_or_else(|| rejected("No rating survey found for this conversation"))?;
    let rated = Rated { external_id: row.external_id.clone(), rating };
    let is_same = row.rating.as_deref() == Some(rating.as_str());
    if is_same && (remark.is_none() || remark == row.rating_remark.as_deref()) {
        return Ok(rated);
    }
    if row.rating_remark.is_some() {
        return Err(rejected("This rating can no longer be changed because a remark has already been submitted"));
    }
    if cx.now() >= requested_at + WINDOW {
        return Err(rejected("The rating window for this conversation has closed"));
    }
    let now = cx.now();
    ai_agent::change(&mut edit, |agent| note(agent, rating, remark, now))?;
    edit.emit(Happened::both(Topic::ConversationRatingAdded, Topic::TicketRatingProvided), None);
    edit.save(cx)?;
    session.now.rating = Some(rating.as_str().to_owned());
    session.now.rating_remark = remark.map(str::to_owned);
    session.save(cx)?;
    Ok(rated)
}

fn note(agent: &mut AiAgent, rating: Rating, remark: Option<&str>, now: i64) {
    agent.rating = Rating::ALL.iter().zip(1..).find(|(one, _)| **one == rating).map(|(_, stars)| stars);
    agent.rating_remark = remark.map(str::to_owned);
    agent.rated_at = Some((agent.rated_at.map_or(now, |(first, _)| first), now));
}
