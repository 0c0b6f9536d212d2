//! Transcripts of calls.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The maximum size of a transcript in its stored form, in bytes.
const MAX_BYTES: usize = 100_000;
/// The latest offset into a call, in seconds.
const MAX_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Who speaks in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Speaker {
    Admin,
    Contact,
    Fin,
}

impl Speaker {
    /// The speaker's name in transcripts.
    pub const fn name(self) -> &'static str {
        match self {
            Speaker::Admin => "Teammate 1",
            Speaker::Contact => "User",
            Speaker::Fin => "Fin",
        }
    }
}

/// One utterance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its offset, in seconds from the start of the call.
    pub at: i64,
    /// The speaker.
    pub by: Speaker,
    /// The text.
    pub text: String,
}

impl Entry {
    /// Its offset as hours, minutes and seconds.
    pub fn timestamp(&self) -> String {
        format!("{:02}:{:02}:{:02}", self.at / 3600, self.at / 60 % 60, self.at % 60)
    }
}

/// Parses the stored form.
pub(super) fn read(json: &str) -> Result<Vec<Entry>> {
    serde_json::from_str(json).map_err(Error::internal)
}

/// The stored form.
pub(super) fn written(entries: &[Entry]) -> Result<String> {
    let invalid = |message: &'static str| Error::invalid(message).field("transcript");
    if entries.iter().any(|entry| !(0..=MAX_SECONDS).contains(&entry.at)) {
        return Err(invalid("the entries of a transcript begin within a week after the start of the call"));
    }
    if !entries.is_sorted_by_key(|entry| entry.at) {
        return Err(invalid("the entries of a transcript must be in order"));
    }
    if entries.iter().any(|entry| entry.text.trim().is_empty()) {
        return Err(invalid("the entries of a transcript must have a text"));
    }
    let json = serde_json::to_string(entries).map_err(Error::internal)?;
    if json.len() > MAX_BYTES {
        return Err(invalid("the transcript is too long (maximum is 100000 bytes)"));
    }
    Ok(json)
}

/// A transcript as plain text, one line per entry.
pub fn text(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let text = entry.text.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("[{}] {}: \"{text}\"", entry.timestamp(), entry.by.name())
    };
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}
