//! Validating names.

use crate::error::{Error, Result};

/// The maximum length of a name, in characters.
pub(crate) const MAX_NAME_LENGTH: usize = 255;

/// Trims a name. Rejects one that is empty or too long, with `field` in the error.
pub(crate) fn checked<'t>(field: &'static str, name: &'t str) -> Result<&'t str> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid(format!("{field} must not be empty")).field(field));
    }
    if name.contains('\0') {
        return Err(Error::invalid(format!("{field} must not contain a NUL character")).field(field));
    }
    at_most(field, name, MAX_NAME_LENGTH)?;
    Ok(name)
}

/// The same for a name that must not look like another, because it decides who may do what: rejects invisible characters.
pub(crate) fn checked_visible<'t>(field: &'static str, name: &'t str) -> Result<&'t str> {
    let name = checked(field, name)?;
    let mut before = ' ';
    for c in name.chars() {
        // Emoji and several scripts need these. After other letters, they show nothing.
        let joins = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}') && !before.is_ascii();
        if !joins && (is_hidden(c) || is_invisible(c)) {
            return Err(Error::invalid(format!("{field} must not contain invisible characters")).field(field));
        }
        before = c;
    }
    Ok(name)
}

/// Whether a character is shown as nothing, or as a gap, without being a space.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}' | '\u{1160}'
            | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a character is a control character, or breaks a line or changes the direction of writing without being one. Such
/// characters can make a name look like another: "invoice\u{202e}fdp.exe" looks like "invoiceexe.pdf".
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a text shows nothing: it is empty, or has only spaces and characters that are not shown.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_hidden(c) || is_invisible(c))
}

/// The name of a file that somebody sent, without characters that could disguise it.
pub fn of_file(name: &str) -> String {
    name.chars().filter(|c| !is_hidden(*c)).take(MAX_NAME_LENGTH).collect()
}

/// A text in one line: line breaks and other control characters become a space.
pub(crate) fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(breaks).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Rejects a text of more than `most` characters.
pub(crate) fn at_most(field: &'static str, text: &str, most: usize) -> Result<()> {
    if text.chars().count() > most {
        return Err(Error::invalid(format!("{field} is too long (maximum is {most} characters)")).field(field));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{checked_visible, is_blank, one_line};

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(one_line("Re:  your\r\nBcc: eve@evil.test\u{2028}"), "Re:  your Bcc: eve@evil.test");
    }

    #[test]
    fn a_text_without_a_visible_character_is_blank() {
        for blank in ["", " \t\n\u{a0}", "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{3164}\u{115f}\u{1160}\u{ad}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["0", "می\u{200c}خواهم", "❤\u{fe0f}", "\u{200b}."] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn names_have_no_invisible_characters() {
        for good in ["Owner", "Équipe 2", "می\u{200c}خواهم", "👩\u{200d}💻 Devs", "❤\u{fe0f}"] {
            assert!(checked_visible("name", good).is_ok(), "{good:?}");
        }
        for c in "\u{200b}\u{200c}\u{200d}\u{2060}\u{ad}\u{202e}\u{feff}\u{fe0f}\u{e0041}\t".chars() {
            assert!(checked_visible("name", &format!("Ow{c}ner")).is_err(), "{c:?}");
        }
    }
}
