//! Finds the end of a body in a stream of bytes.

use std::io;

use super::head::Framing;

/// The maximum number of bytes of chunk extensions and trailers, which are not used.
const MAX_EXTRA: usize = 8 << 10;

/// The parser state of a body.
#[derive(Debug)]
pub(super) enum Remaining {
    /// The number of bytes left.
    Length(u64),
    /// Chunks.
    Chunks(Chunks),
}

/// The parser state of a chunked body.
#[derive(Debug)]
pub(super) struct Chunks {
    at: At,
    /// The number of bytes of extensions and trailers so far.
    extra: usize,
}

#[derive(Debug, Clone, Copy)]
enum At {
    /// The size of a chunk as parsed so far, and its number of digits.
    Size(u64, u8),
    Extension(u64),
    SizeLf(u64),
    Data(u64),
    DataCr,
    DataLf,
    /// The beginning of a line after the last chunk.
    Trailers,
    Trailer,
    TrailerLf,
    LastLf,
    End,
}

impl Remaining {
    pub(super) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Length(length) => Self::Length(length),
            Framing::Chunked => Self::Chunks(Chunks { at: At::Size(0, 0), extra: 0 }),
        }
    }

    /// Whether the body is complete.
    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Length(0) | Self::Chunks(Chunks { at: At::End, .. }))
    }

    /// Returns how many of these bytes are part of the body.
    pub(super) fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Length(left) => {
                let taken = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= taken as u64;
                Ok(taken)
            }
            Self::Chunks(chunks) => chunks.take(bytes),
        }
    }
}

impl Chunks {
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while taken < bytes.len() && !matches!(self.at, At::End) {
            if let At::Data(left) = self.at {
                let here = usize::try_from(left).map_or(usize::MAX, |left| left).min(bytes.len() - taken);
                taken += here;
                self.at = if left == here as u64 { At::DataCr } else { At::Data(left - here as u64) };
            } else {
                self.at = self.step(bytes[taken]).ok_or_else(malformed)?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// The state after this byte. `None` if the byte is not allowed here.
    fn step(&mut self, byte: u8) -> Option<At> {
        if matches!(self.at, At::Extension(_) | At::Trailers | At::Trailer) {
            self.extra += 1;
            if self.extra > MAX_EXTRA {
                return None;
            }
        }
        match (self.at, byte) {
            (At::Size(size, digits), _) if byte.is_ascii_hexdigit() && digits < 15 => {
                let digit = char::from(byte).to_digit(16).unwrap_or(0);
                Some(At::Size((size << 4) | u64::from(digit), digits + 1))
            }
            (At::Size(size, 1..) | At::Extension(size), b'\r') => Some(At::SizeLf(size)),
            (At::Size(size, 1..), b';') => Some(At::Extension(size)),
            (At::Extension(size), _) if is_text(byte) => Some(At::Extension(size)),
            (At::SizeLf(0) | At::TrailerLf, b'\n') => Some(At::Trailers),
            (At::SizeLf(size), b'\n') => Some(At::Data(size)),
            (At::DataCr, b'\r') => Some(At::DataLf),
            (At::DataLf, b'\n') => Some(At::Size(0, 0)),
            (At::Trailers, b'\r') => Some(At::LastLf),
            (At::LastLf, b'\n') => Some(At::End),
            (At::Trailer, b'\r') => Some(At::TrailerLf),
            (At::Trailers | At::Trailer, _) if is_text(byte) => Some(At::Trailer),
            _ => None,
        }
    }
}

fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "malformed chunked body")
}

#[cfg(test)]
mod tests {
    use super::{Framing, MAX_EXTRA, Remaining};

    /// The length of a chunked body, parsed at once and byte by byte. `None` if it is malformed.
    fn taken(text: &str) -> Option<(usize, bool)> {
        let mut whole = Remaining::new(Framing::Chunked);
        let at_once = whole.take(text.as_bytes()).ok().map(|taken| (taken, whole.is_over()));
        let mut body = Remaining::new(Framing::Chunked);
        let mut stepped = Some(0);
        for byte in text.bytes() {
            stepped = stepped.and_then(|n| Some(n + body.take(&[byte]).ok()?));
        }
        assert_eq!(at_once, stepped.map(|taken| (taken, body.is_over())), "{text}");
        at_once
    }

    #[test]
    fn a_chunked_body_ends_after_its_trailers() {
        for body in ["0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "A;x=y\r\n0123456789\r\n000\r\nX: y\r\nZ:\r\n\r\n"] {
            assert_eq!(taken(body), Some((body.len(), true)), "{body}");
            assert_eq!(taken(&format!("{body}GET /")), Some((body.len(), true)), "{body}");
            let part = &body[..body.len() - 1];
            assert_eq!(taken(part), Some((part.len(), false)), "{body}");
        }
    }

    #[test]
    fn malformed_chunks_are_refused() {
        let long = format!("1;{}", "x".repeat(MAX_EXTRA + 1));
        for body in [
            "\r\n",
            "x\r\n",
            "5\nhello\r\n",
            "5\r\nhello0\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "-1\r\n",
            " 5\r\n",
            "5 \r\n",
            "1111111111111111\r\n",
            "0\r\n\n",
            "0\r\nX: y\n\r\n",
            "1;\0\r\n",
            &long,
        ] {
            assert_eq!(taken(body), None, "{body:?}");
        }
    }

    #[test]
    fn a_body_of_known_length_ends_after_it() {
        let mut body = Remaining::new(Framing::Length(5));
        assert!(!body.is_over());
        assert_eq!((body.take(b"hel").ok(), body.take(b"loGET").ok(), body.is_over()), (Some(3), Some(2), true));
    }
}
