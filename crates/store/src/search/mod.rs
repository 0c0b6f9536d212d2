//! Searches. A filter is a tree of tests, evaluated over real indexes with an exact count.
//!
//! [`run`] returns one page and the number of all matches. A filter with few candidates is evaluated completely,
//! beginning with its most selective test. A filter with many is evaluated along the index of the order until the page
//! is full, and its count is cached until the data changes.

mod cache;
pub mod conversations;
mod count;
mod filter;
mod grams;
mod index;
mod many;
mod messages;
mod normal;
mod order;
mod plan;
mod rebuild;
mod resource;
mod run;
mod sql;
#[cfg(test)]
mod tests;
mod walk;

pub(crate) use cache::Memory;
pub use conversations::{ALL_CONVERSATIONS, PLAIN_CONVERSATIONS, TICKETS};
pub use filter::{Cut, Filter, Interval, Leaf, Literal, TEXT_LENGTH, Target, Test};
pub use index::delete_grams as forget_grams;
pub use index::{Document, SearchValue, index_again, index_object, index_words, reindex_object, unindex_object};
pub use many::matches_many;
pub use messages::{forget_messages, of_messages};
pub use order::{Order, Position};
pub(crate) use rebuild::rebuild_grams;
pub use resource::{COMPANIES, CONTACTS, Column, Kind, Link, Resource, companies, contacts};
pub use run::{Found, count, count_up_to, matches, run, window};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Returns a text in the form in which it is compared: in lower case, with composed characters (Unicode's form NFC),
/// and with one form of sigma, because a part of a word may end where the word does not.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.to_lowercase().replace('ς', "σ");
    match is_nfc_quick(lower.chars()) {
        IsNormalized::Yes => lower,
        _ => lower.nfc().collect(),
    }
}

/// Returns a folded text without diacritics, so that "e" finds "é".
pub fn without_accents(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let mut text = String::with_capacity(folded.len());
    for c in folded.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).nfc() {
        match c {
            'ß' => text.push_str("ss"),
            'æ' => text.push_str("ae"),
            'œ' => text.push_str("oe"),
            'ø' => text.push('o'),
            'ł' => text.push('l'),
            'đ' | 'ð' => text.push('d'),
            'ı' => text.push('i'),
            c => text.push(c),
        }
    }
    text
}
