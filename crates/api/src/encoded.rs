//! Base64 as clients encode it.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padding is optional.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Decodes base64 in either alphabet, with or without padding and line breaks.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let plain = |byte: u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(plain).collect();
    LENIENT.decode(packed).ok()
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn every_way_of_writing_it_is_read() {
        let bytes: &[u8] = &[0xfb, 0xff, 0xbf, 0xfe];
        for text in ["+/+//g==", "-_-__g==", "+/+//g", "-_-__g", "+/+/\r\n /g==\n"] {
            assert_eq!(base64(text).as_deref(), Some(bytes), "{text}");
        }
        assert_eq!(base64("").as_deref(), Some(&[][..]));
        for text in ["a", "ab!d", "=", "+/+//g=x", "aGk=aGk="] {
            assert_eq!(base64(text), None, "{text}");
        }
    }
}
