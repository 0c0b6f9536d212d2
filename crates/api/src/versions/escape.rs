//! Escapes characters in the strings of JSON.

use std::fmt;

/// Escapes what is formatted into it.
pub(super) struct Escaped<'t>(pub(super) &'t mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        escape(self.0, piece);
        Ok(())
    }
}

/// Writes the inner part of a JSON string.
pub(super) fn escape(text: &mut Vec<u8>, value: &str) {
    let mut rest = value.as_bytes();
    while let Some(at) = special(rest) {
        text.extend_from_slice(&rest[..at]);
        let byte = rest[at];
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0c => b'f',
            b'\r' => b'r',
            _ => b'u',
        };
        text.extend_from_slice(&[b'\\', short]);
        if short == b'u' {
            let digit = |half: u8| b"0123456789abcdef"[usize::from(half)];
            text.extend_from_slice(&[b'0', b'0', digit(byte >> 4), digit(byte & 0xf)]);
        }
        rest = &rest[at + 1..];
    }
    text.extend_from_slice(rest);
}

/// The position of the first byte that a JSON string cannot contain as it is: a control character, `"` or `\`.
pub(super) fn special(bytes: &[u8]) -> Option<usize> {
    /// This byte eight times.
    const fn each(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    /// Sets the highest bit of each byte of `word` below `limit`, and perhaps of some that come after such a byte.
    const fn below(word: u64, limit: u8) -> u64 {
        word.wrapping_sub(each(limit)) & !word & each(0x80)
    }
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = below(word, 0x20) | below(word ^ each(b'"'), 1) | below(word ^ each(b'\\'), 1);
        if found != 0 {
            return Some(place * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let is_special = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    rest.iter().position(is_special).map(|place| words.len() * 8 + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_every_character_like_serde_json_at_any_offset() {
        let characters = (0..=0x100).filter_map(char::from_u32).chain(['\u{2028}', '\u{ffff}', '\u{1f600}']);
        for character in characters {
            for before in 0..18 {
                let text = format!("{}{character}{character}12345678{character}", "\u{1f}é.".repeat(before));
                let mut written = Vec::new();
                escape(&mut written, &text);
                let written = format!("\"{}\"", String::from_utf8(written).unwrap());
                assert_eq!(written, serde_json::to_string(&text).unwrap());
            }
        }
    }
}
