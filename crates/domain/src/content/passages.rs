//! Excerpts of a text around matching words.

use super::words::words;

/// The maximum number of passages of a text.
const PASSAGES: usize = 3;
/// The length of a passage on each side of its first match, in bytes.
const AROUND: usize = 80;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Whether it is a match.
    pub found: bool,
    /// The text.
    pub text: String,
}

/// The passages of a text that have the words, in order.
pub fn passages(text: &str, keys: &[String]) -> Vec<Vec<Piece>> {
    let mut passages = Vec::new();
    let mut end = 0;
    for word in words(text) {
        if word.start < end || !keys.contains(&word.key) || passages.len() == PASSAGES {
            continue;
        }
        let start = boundary(text, word.start.saturating_sub(AROUND).max(end), false);
        end = boundary(text, (word.end + AROUND).min(text.len()), true);
        passages.push(pieces(text[start..end].trim(), keys));
    }
    passages
}

/// The next word boundary, backwards or forwards.
fn boundary(text: &str, mut at: usize, forwards: bool) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    if at == 0 || at == text.len() {
        return at;
    }
    let near = |rest: usize| rest <= AROUND / 2;
    if forwards {
        text[at..].find(char::is_whitespace).filter(|rest| near(*rest)).map_or(at, |rest| at + rest)
    } else {
        text[..at].rfind(char::is_whitespace).filter(|place| near(at - place)).unwrap_or(at)
    }
}

/// Splits a text into matches and the text between them.
pub fn pieces(text: &str, keys: &[String]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut put = |found: bool, part: &str| match pieces.last_mut() {
        _ if part.is_empty() => {}
        Some(last) if last.found == found => last.text.push_str(part),
        _ => pieces.push(Piece { found, text: part.to_owned() }),
    };
    let mut done = 0;
    for word in words(text) {
        if keys.contains(&word.key) {
            put(false, &text[done..word.start.max(done)]);
            put(true, &text[word.start.max(done)..word.end]);
            done = word.end;
        }
    }
    put(false, &text[done..]);
    pieces
}
