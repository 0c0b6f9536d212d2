//! Splitting texts into words for the content index and for searches (ADR 45). The results are stored, so a change
//! needs a migration that adds a job of kind `content.index` to each workspace, and that empties the index unless words
//! are only added.

use std::collections::{BTreeMap, BTreeSet};

use deskwire_store::search::{fold, without_accents};

use crate::html::plain;

/// The maximum length of an indexed word, in characters.
const MAX_LENGTH: usize = 40;
/// The weights of the title and the description, and the maximum weight of the body.
const TITLE: i64 = 1_000;
const DESCRIPTION: i64 = 300;
const BODY: f64 = 220.0;
/// The number of words in a body of average length.
const AVERAGE_LENGTH: f64 = 300.0;

/// Stop words, in the languages that many help centers have. They find only titles, and only if a phrase has no other
/// words.
const STOP_WORDS: &[&str] = &[
    // English
    "a", "about", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "have", "how", "i",
    "if", "in", "is", "it", "me", "my", "of", "on", "or", "our", "so", "that", "the", "there", "this", "to", "was",
    "we", "what", "when", "where", "which", "why", "will", "with", "you", "your", // French
    "au", "aux", "ce", "ces", "comment", "dans", "de", "des", "du", "en", "est", "et", "je", "la", "le", "les", "leur",
    "mon", "ne", "nous", "ou", "par", "pas", "pour", "que", "qui", "sa", "se", "ses", "son", "sont", "sur", "un",
    "une", "vos", "votre", "vous", // German
    "auf", "aus", "das", "dem", "den", "der", "die", "ein", "eine", "einen", "er", "es", "fur", "ich", "ihr", "im",
    "ist", "kann", "man", "mein", "meine", "mit", "nicht", "oder", "sie", "sind", "und", "von", "wie", "wir",
    "zu", // Spanish
    "al", "como", "con", "del", "el", "las", "lo", "los", "mi", "para", "por", "su", "una", "y",
];

/// The prefix of the keys of stop words, so that they differ from the stems of other words: "wire" is not "wir".
const STOP_MARK: char = '=';

/// A word of a text and its position.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Its key in the index.
    pub(crate) key: String,
    /// Its first byte in the text.
    pub(crate) start: usize,
    /// The byte after it.
    pub(crate) end: usize,
    /// Whether it is a stop word.
    pub(crate) is_stop_word: bool,
}

impl Word {
    /// The word at this position of a text.
    fn of(text: &str, start: usize, end: usize) -> Self {
        let whole = whole(&text[start..end]);
        let is_stop_word = STOP_WORDS.contains(&whole.as_str());
        let key = if is_stop_word { format!("{STOP_MARK}{whole}") } else { stem(&whole).to_owned() };
        Self { key, start, end, is_stop_word }
    }

    /// A word in a script that is written without spaces.
    fn dense(text: &str, start: usize, end: usize) -> Self {
        Self { key: fold(&text[start..end]), start, end, is_stop_word: false }
    }
}

/// Whether a script is written without spaces between words.
fn is_dense(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0e7f | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x2_ffff)
}

/// The words of a text. In scripts without spaces, each pair of adjacent letters is a word.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut all = Vec::new();
    let mut open: Option<usize> = None;
    let mut dense: Option<(usize, char)> = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let continues = matches!(c, '\'' | '’' | '\u{300}'..='\u{36f}');
        let inside = c.is_alphanumeric() || (continues && open.is_some());
        if let (Some(start), true) = (open, !inside || is_dense(c)) {
            all.push(Word::of(text, start, at));
            open = None;
        }
        if !is_dense(c) {
            dense = None;
            if inside && open.is_none() {
                open = Some(at);
            }
            continue;
        }
        let end = at + c.len_utf8();
        match dense {
            Some((start, _)) => all.push(Word::dense(text, start, end)),
            // A single letter.
            None if text[end..].chars().next().is_none_or(|next| !is_dense(next)) => {
                all.push(Word::dense(text, at, end));
            }
            None => {}
        }
        dense = Some((at, c));
    }
    all.retain(|word| !word.key.is_empty());
    all
}

/// Folds a word: lower case, without accents and apostrophes, truncated to the maximum length.
fn whole(word: &str) -> String {
    let folded = without_accents(&fold(word));
    let mut whole = folded.trim_end_matches("'s").trim_end_matches("’s").replace(['\'', '’'], "");
    if let Some((end, _)) = whole.char_indices().nth(MAX_LENGTH) {
        whole.truncate(end);
    }
    whole
}

/// A word without the English endings of plurals and verbs. In other languages this does little harm, because the words
/// of a phrase are stemmed in the same way.
fn stem(word: &str) -> &str {
    if !word.is_ascii() || word.len() < 3 {
        return word;
    }
    let mut root = word;
    if word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| root.ends_with(ending)) {
        root = &root[..root.len() - 1];
    }
    for ending in ["ing", "ed"] {
        let rest = &root[..root.len().saturating_sub(ending.len())];
        // The stem of a verb has a vowel: "sing", "red" and "need" are not stemmed.
        let is_verb = root.ends_with(ending) && rest.len() >= 2 && !rest.ends_with('e');
        if is_verb && rest.bytes().any(|letter| b"aeiouy".contains(&letter)) {
            root = undoubled(rest);
            break;
        }
    }
    // "use", "using", "used" and "uses" are the same word; so are "copy" and "copies".
    let ending =
        ["ie", "e", "y", "i"].into_iter().find(|ending| root.ends_with(ending) && root.len() >= ending.len() + 2);
    ending.map_or(root, |ending| &root[..root.len() - ending.len()])
}

/// Removes the doubled consonant of "stopping" and "stopped".
fn undoubled(root: &str) -> &str {
    let letters = root.as_bytes();
    match letters {
        [.., a, b] if letters.len() > 3 && a == b && !b"aeiolsz".contains(a) => &root[..root.len() - 1],
        _ => root,
    }
}

/// The words that find a text, each with its weight.
pub(super) fn weights(title: &str, description: &str, html: &str) -> BTreeMap<String, i64> {
    let mut all: BTreeMap<String, i64> = BTreeMap::new();
    let body: Vec<Word> = words(&plain(html)).into_iter().filter(|word| !word.is_stop_word).collect();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let length = f64::from(u32::try_from(body.len()).unwrap_or(u32::MAX));
    for word in body {
        *counts.entry(word.key).or_default() += 1;
    }
    for (word, count) in counts {
        let count = f64::from(count);
        let weight = BODY * count / (count + 1.2 * (0.25 + 0.75 * length / AVERAGE_LENGTH));
        *all.entry(word).or_default() += rounded(weight).max(1);
    }
    let title = words(title);
    for (words, weight) in [(&title, TITLE), (&words(description), DESCRIPTION)] {
        let keys: BTreeSet<&str> =
            words.iter().filter(|word| !word.is_stop_word).map(|word| word.key.as_str()).collect();
        for word in keys {
            *all.entry(word.to_owned()).or_default() += weight;
        }
    }
    all.extend(stop_words_of_title(title));
    all
}

/// The stop words of a title. The fewer words the title has, the more they weigh.
fn stop_words_of_title(title: Vec<Word>) -> BTreeMap<String, i64> {
    let weight = TITLE / i64::try_from(title.len().max(1)).unwrap_or(TITLE);
    title.into_iter().filter(|word| word.is_stop_word).map(|word| (word.key, weight.max(1))).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "weights of bodies are below 221")]
fn rounded(weight: f64) -> i64 {
    weight.round() as i64
}

/// The words of a phrase, without stop words.
pub(crate) fn significant_words(phrase: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in words(phrase) {
        if !word.is_stop_word && !all.contains(&word.key) {
            all.push(word.key);
        }
    }
    all
}

/// The words that a search looks for: those that are not stop words or, if there are none, all.
pub(super) fn search_words(phrase: &str) -> Vec<String> {
    let mut all = significant_words(phrase);
    if all.is_empty() {
        for word in words(phrase) {
            if !all.contains(&word.key) {
                all.push(word.key);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{search_words, significant_words, weights, words};

    fn keys(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.key).collect()
    }

    #[test]
    fn forms_of_a_word_are_one() {
        for forms in [
            &["export", "exports", "exporting", "exported", "Export's"][..],
            &["use", "uses", "used", "using"],
            &["copy", "copies", "copied"],
            &["cancel", "cancels"],
            &["stop", "stopping", "stopped"],
            &["invoice", "invoices", "invoiced"],
        ] {
            let first = keys(forms[0]);
            assert!(forms.iter().all(|form| keys(form) == first), "{forms:?}: {:?}", keys(&forms.join(" ")));
        }
        assert_ne!(keys("bill"), keys("bike"));
    }

    #[test]
    fn words_are_found_where_they_stand() {
        let text = "Don't  panic: Ärger!";
        let found: Vec<&str> = words(text).iter().map(|word| &text[word.start..word.end]).collect();
        assert_eq!(found, ["Don't", "panic", "Ärger"]);
        assert_eq!(keys("東京都 x 山"), ["東京", "京都", "x", "山"]);
        assert_eq!(keys("v2.0"), ["v2", "0"]);
        assert_eq!(keys("Cafe\u{301}s"), keys("Cafés"));
        assert_eq!(keys("が 한국어"), ["が", "한국어"]);
    }

    #[test]
    fn accents_make_no_difference() {
        for (with, without) in [
            ("Réinitialiser", "reinitialiser"),
            ("Überweisung", "uberweisung"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("cafés", "cafe"),
            ("Ελλάδα", "ελλαδα"),
        ] {
            assert_eq!(keys(with), keys(without));
        }
    }

    #[test]
    fn stop_words_are_not_searched_for() {
        assert_eq!(significant_words("How do I export my contacts?"), ["export", "contact"]);
        assert_eq!(significant_words("Wie kann ich das Passwort ändern"), ["passwort", "andern"]);
        assert!(significant_words("how to").is_empty());
        assert_eq!(search_words("How to, how?").join(" "), "=how =to");
        assert_eq!(search_words("how to export"), ["export"]);
        let found = weights("How to: IT", "it is", "it was");
        let found: Vec<(&str, i64)> = found.iter().map(|(word, weight)| (word.as_str(), *weight)).collect();
        assert_eq!(found, [("=how", 333), ("=it", 333), ("=to", 333)]);
        // Their stems are stop words in other languages.
        assert_eq!(significant_words("wire deny lose due many Sony"), ["wir", "den", "los", "du", "man", "son"]);
    }
}
