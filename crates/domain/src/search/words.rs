//! Texts that are compared word by word and can also be searched for substrings.
//!
//! A text is stored as runs of letters and runs of symbols, separated by spaces:
//!
//! ```text
//! I love C++!  ->  " i love c \u{1}++! "
//! a.b          ->  " a \u{1}.\u{1} b "
//! a . b        ->  " a . b "
//! ```
//!
//! So a whole word is always between two spaces, whatever is next to it. `\u{1}` distinguishes a symbol that touches a
//! word from one that stands alone. The separator of two adjacent characters depends only on these two, so a text
//! contains a part if and only if its stored form contains the stored form of the part.

use deskwire_store::search::fold;

/// Marks the side of a symbol that touches a word.
const TOUCHING: char = '\u{1}';

/// The class of a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Symbol,
}

impl Class {
    fn of(c: char) -> Class {
        if c.is_alphanumeric() || is_mark(c) {
            Class::Letter
        } else if c.is_whitespace() || c.is_control() {
            Class::Space
        } else {
            Class::Symbol
        }
    }
}

/// Returns whether a character combines with the letter before it: accents, vowel signs, variation selectors.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff
        | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// Returns the stored form of a text; empty if the text is blank.
pub(crate) fn stored(text: &str) -> String {
    match part(text) {
        part if part.is_empty() => part,
        part => format!(" {part} "),
    }
}

/// Returns the stored form of a part of a text, without the spaces at its ends.
pub(super) fn part(text: &str) -> String {
    let folded = fold(text);
    let mut out = String::with_capacity(folded.len() + 8);
    let mut before = Class::Space;
    for c in folded.trim_matches(|c| Class::of(c) == Class::Space).chars() {
        let class = Class::of(c);
        match (before, class) {
            (_, Class::Space) => {}
            (Class::Space, _) if !out.is_empty() => out.push(' '),
            (Class::Letter, Class::Symbol) => out.extend([' ', TOUCHING]),
            (Class::Symbol, Class::Letter) => out.extend([TOUCHING, ' ']),
            _ => {}
        }
        if class != Class::Space {
            out.push(c);
        }
        before = class;
    }
    out
}

/// Returns the stored form of a whole word, or `None` if the text is not a single word.
pub(super) fn whole(word: &str) -> Option<String> {
    let folded = fold(word);
    let mut classes = folded.trim().chars().map(Class::of).peekable();
    let (first, mut last) = (*classes.peek()?, Class::Space);
    for class in classes {
        if class == Class::Space {
            return None;
        }
        last = class;
    }
    // A symbol at an end of the word is a boundary itself, so the adjacent character does not matter.
    let (before, after) = [first, last].map(|class| if class == Class::Letter { " " } else { "" }).into();
    Some(format!("{before}{}{after}", part(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_words_apart_and_remembers_what_touches() {
        assert_eq!(stored("  I love\n C++! "), " i love c \u{1}++! ");
        assert_eq!(stored("a.b"), " a \u{1}.\u{1} b ");
        assert_eq!(stored("a . b"), " a . b ");
        assert_eq!(stored("\u{1f600}"), " \u{1f600} ");
        assert_eq!(stored(" \u{1}\t "), "");
    }

    /// Texts of few distinct characters, so that parts of one often occur in another.
    fn texts() -> Vec<String> {
        let letters = ['a', 'É', '.', '+', ' ', '\u{1f600}', '山'];
        let mut texts = vec![String::new()];
        for length in 0..4 {
            let longest: Vec<String> = texts.iter().filter(|t| t.chars().count() == length).cloned().collect();
            texts.extend(longest.iter().flat_map(|t| letters.iter().map(move |c| format!("{t}{c}"))));
        }
        texts
    }

    #[test]
    fn a_text_contains_a_part_exactly_if_its_stored_form_contains_the_parts() {
        let (texts, plain) = (texts(), |text: &str| fold(text).split_whitespace().collect::<Vec<_>>().join(" "));
        let parts: Vec<(String, String)> =
            texts.iter().filter(|t| t.chars().count() < 4).map(|t| (plain(t), part(t))).collect();
        for text in &texts {
            let (whole, stored) = (plain(text), stored(text));
            for (wanted, part) in &parts {
                assert_eq!(stored.contains(part.as_str()), whole.contains(wanted.as_str()), "{wanted:?} in {text:?}");
            }
        }
    }

    #[test]
    fn finds_whole_words_beside_any_characters() {
        let has = |text: &str, word: &str| whole(word).is_some_and(|word| stored(text).contains(&word));
        for (text, word) in
            [("I need support.", "Support"), ("(support)", "support"), ("I like C++, too", "c++"), ("so 😀", "😀")]
        {
            assert!(has(text, word), "{word} in {text}");
        }
        for (text, word) in
            [("supported", "support"), ("abc++", "c++"), ("a c", "c++"), ("I need support", "need support"), ("a", " ")]
        {
            assert!(!has(text, word), "{word} in {text}");
        }
    }
}
