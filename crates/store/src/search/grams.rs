//! Trigrams of texts, as `search_grams` stores them, and the choice of those to search for.

use std::collections::HashSet;

use super::filter::{Leaf, Target, Test};
use super::fold;
use super::plan::Limits;
use crate::{Dialect, Result, Tx, Value};

/// The number of characters of a trigram.
const LENGTH: usize = 3;
/// Follows the last character of a text, so that endings have trigrams of their own.
const END: char = '\u{1ff}';
/// Added to ASCII characters that are neither letters nor digits, so that tokenizers do not split at them.
const SHIFT: u32 = 0x180;
/// The maximum number of trigrams of a pattern to count.
const COUNTED: usize = 24;
/// With at most this many candidates left, examining them is faster than searching for another trigram.
const FEW: u64 = 20;
/// The assumed number of objects, to estimate how many contain several trigrams. With fewer objects the estimate is too
/// low, and does less harm.
const MANY: u64 = 1_000_000;
/// The maximum number of trigrams to search for at once.
const CHOSEN: usize = 4;

/// Trigrams that must all occur.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grams(Vec<String>);

impl Grams {
    /// Returns the trigrams as an FTS5 query.
    pub(crate) fn fts(&self) -> String {
        let mut query = String::with_capacity(self.0.len() * 20);
        for token in &self.0 {
            if !query.is_empty() {
                query.push_str(" AND ");
            }
            query.push('"');
            query.push_str(token);
            query.push('"');
        }
        query
    }

    /// Returns the trigrams, separated by spaces.
    pub(crate) fn spaced(&self) -> String {
        self.0.join(" ")
    }
}

/// Returns the prefix that separates the trigrams of a workspace from those of others: four letters derived from its
/// id. Two workspaces may share a prefix; matches are compared with the objects in any case.
fn prefix(workspace: &str) -> String {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in workspace.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    (0..4).map(|i| char::from(b"abcdefghijklmnopqrstuvwxyz234567"[(hash >> (5 * i)) as usize & 31])).collect()
}

fn shifted(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() { char::from_u32(u32::from(c) + SHIFT).unwrap_or(c) } else { c }
}

/// The field prefix for words of messages, which are stored whole.
const WORD: char = 'w';

/// Returns these words as tokens that are searched for as a whole, separated by spaces.
pub(crate) fn words<'t>(workspace: &str, words: impl IntoIterator<Item = &'t str>) -> String {
    let prefix = prefix(workspace);
    let mut document = String::new();
    for word in words {
        if !document.is_empty() {
            document.push(' ');
        }
        document.push_str(&prefix);
        document.push(WORD);
        document.extend(word.chars().map(shifted));
    }
    document
}

/// Returns the query for the texts that contain all of these words.
pub(crate) fn of_words(workspace: &str, wanted: &[String]) -> Grams {
    Grams(wanted.iter().map(|word| words(workspace, [word.as_str()])).collect())
}

/// Returns all trigrams of the texts, each with its field prefix, separated by spaces.
pub(crate) fn document<'t>(workspace: &str, texts: impl IntoIterator<Item = (char, &'t str)>) -> String {
    let prefix = prefix(workspace);
    let mut seen = HashSet::new();
    let mut document = String::with_capacity(1024);
    for (letter, text) in texts {
        let mut window = ['\0'; LENGTH];
        let letters = fold(text);
        for (i, c) in letters.chars().chain([END]).enumerate() {
            window.rotate_left(1);
            window[LENGTH - 1] = shifted(c);
            if i + 1 >= LENGTH && seen.insert((letter, window)) {
                if !document.is_empty() {
                    document.push(' ');
                }
                document.push_str(&prefix);
                document.push(letter);
                document.extend(window);
            }
        }
    }
    document
}

/// Returns the trigrams that a text must contain to pass the test, with their positions in the pattern.
fn pieces(workspace: &str, letter: char, test: &Test) -> Vec<(usize, String)> {
    let (pattern, end) = match test {
        Test::Contains(pattern) => (pattern, None),
        Test::EndsWith(pattern) => (pattern, Some(END)),
        Test::Within(_) => return Vec::new(),
    };
    let prefix = prefix(workspace);
    let letters: Vec<char> = fold(pattern).chars().chain(end).map(shifted).collect();
    let mut tokens: Vec<(usize, String)> = Vec::new();
    for (place, window) in letters.windows(LENGTH).enumerate() {
        let mut token = prefix.clone();
        token.push(letter);
        token.extend(window);
        if tokens.iter().all(|(_, other)| *other != token) {
            tokens.push((place, token));
        }
    }
    tokens
}

/// The trigrams to search for, and the maximum number of objects that may contain them all.
pub(crate) struct Choice {
    pub(crate) grams: Grams,
    /// `None` if the trigrams were not counted.
    pub(crate) at_most: Option<u64>,
}

/// Chooses the trigrams that find candidates for `leaf`. `None` if there are none or all are common.
pub(crate) fn choose(tx: &mut Tx<'_>, workspace: &str, leaf: &Leaf, limits: Limits) -> Result<Option<Choice>> {
    let Target::Column(column) = leaf.target else {
        return Ok(None);
    };
    let Some(letter) = column.letter else {
        return Ok(None);
    };
    let mut pieces = pieces(workspace, letter, &leaf.test);
    // A long pattern has more trigrams than are worth counting.
    let step = pieces.len().div_ceil(COUNTED).max(1);
    pieces = pieces.into_iter().step_by(step).collect();
    if pieces.is_empty() {
        return Ok(None);
    }
    if tx.dialect() == Dialect::Postgres {
        // PostgreSQL's index finds the rare ones itself.
        let step = pieces.len().div_ceil(2 * CHOSEN);
        let tokens = pieces.into_iter().step_by(step).map(|(_, token)| token);
        let grams = Grams(tokens.collect());
        return Ok(Some(Choice { grams, at_most: None }));
    }
    let mut counted = Vec::with_capacity(pieces.len());
    for (place, token) in pieces {
        counted.push((frequency(tx, &token, limits.common)?, place, token));
    }
    counted.sort();
    let rarest = counted.first().map_or(0, |(count, ..)| *count);
    if rarest > limits.common {
        return Ok(None);
    }
    let mut tokens: Vec<(usize, String)> = Vec::new();
    // Trigrams that share no character with those chosen before come first: they are the most selective. Another
    // trigram must be worth reading its objects: if few candidates are left, examining them is faster.
    let mut left = u64::MAX;
    for apart in [LENGTH, 1] {
        for (count, place, token) in &counted {
            let far = tokens.iter().all(|(p, _)| p.abs_diff(*place) >= apart);
            if tokens.len() < CHOSEN && *count <= limits.common && far && left > FEW {
                left = if tokens.is_empty() { *count } else { left.saturating_mul(*count) / MANY };
                tokens.push((*place, token.clone()));
            }
        }
    }
    Ok(Some(Choice { grams: Grams(tokens.into_iter().map(|(_, token)| token).collect()), at_most: Some(rarest) }))
}

/// Returns in how many objects a trigram occurs, up to `common` + 1. The count may be some time old.
fn frequency(tx: &mut Tx<'_>, token: &str, common: u64) -> Result<u64> {
    if let Some(count) = tx.memory().frequency(token) {
        return Ok(count);
    }
    let query = Grams(vec![token.to_owned()]).fts();
    let limit = i64::try_from(common + 1).unwrap_or(i64::MAX);
    let count = tx.query_one(
        "SELECT count(*) FROM (SELECT 1 FROM search_grams WHERE search_grams MATCH $1 LIMIT $2)",
        &[Value::Text(&query), Value::Int(limit)],
        |row| row.get::<i64>(0),
    )?;
    let count = u64::try_from(count).unwrap_or(0);
    tx.memory().keep_frequency(token, count);
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_piece_for_each_place_and_for_its_end() {
        let prefix = prefix("ws");
        let tokens = document("ws", [('e', "A@b"), ('n', "x")]);
        assert_eq!(tokens, format!("{prefix}ea\u{1c0}b {prefix}e\u{1c0}b{END}"));
        assert_eq!(document("ws", [('n', "aaaaa")]), format!("{prefix}naaa {prefix}naa{END}"));
    }

    #[test]
    fn matching_texts_have_all_trigrams_of_the_pattern() {
        let all: HashSet<String> =
            document("ws", [('n', "Ünal -Öz' Đorđe 山田太郎")]).split(' ').map(str::to_owned).collect();
        for test in [
            Test::Contains("nal -öz'".to_owned()),
            Test::Contains("山田太".to_owned()),
            Test::EndsWith("太郎".to_owned()),
        ] {
            let pieces = pieces("ws", 'n', &test);
            assert!(!pieces.is_empty());
            assert!(pieces.iter().all(|(_, token)| all.contains(token)), "{test:?}");
        }
        assert!(pieces("ws", 'n', &Test::Contains("ab".to_owned())).is_empty());
    }
}
