//! Parses the head of a request strictly by RFC 9112. Ambiguities allow request smuggling, so they are rejected.

use deskwire_domain::error::{Error, ErrorKind};
use http::Uri;
use memchr::memchr;

/// The maximum size of a head, in bytes.
pub(super) const MAX_BYTES: usize = 32 << 10;
/// The maximum length of the request line, in bytes.
const MAX_LINE_LENGTH: usize = 16 << 10;
/// The maximum number of header lines.
const MAX_LINES: usize = 100;
/// The maximum number of empty lines before a request. Old clients send them after a body.
const MAX_EMPTY: usize = 4;

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// After this number of bytes; 0 if there is no body.
    Length(u64),
    /// After the last chunk.
    Chunked,
}

/// The parser state of a head.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// The number of bytes examined.
    scanned: usize,
    /// Where the current line begins.
    line: usize,
    /// The number of lines so far, without empty lines before the first.
    lines: usize,
    empty: usize,
    hosts: usize,
    is_http_10: bool,
    length: Option<u64>,
    chunked: bool,
}

impl Head {
    /// Parses the bytes received so far: those of earlier calls and more. Once the head is complete, returns its length
    /// and the framing of the body.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<Option<(usize, Framing)>, Error> {
        while let Some(at) = memchr(b'\n', &bytes[self.scanned..]) {
            let end = self.scanned + at;
            let line = &bytes[self.line..end];
            self.scanned = end + 1;
            self.line = end + 1;
            let Some(line) = line.strip_suffix(b"\r") else {
                return Err(malformed("Each line of the head must end with CR LF"));
            };
            if end > MAX_BYTES {
                return Err(ErrorKind::HeadTooLarge.into());
            }
            if self.take(line)? {
                return Ok(Some((end + 1, self.framing()?)));
            }
        }
        self.scanned = bytes.len();
        let is_long = bytes.len() > MAX_BYTES || (self.lines == 0 && bytes.len() - self.line > MAX_LINE_LENGTH);
        if is_long { Err(ErrorKind::HeadTooLarge.into()) } else { Ok(None) }
    }

    /// Parses a line. Returns `true` if it is the last one.
    fn take(&mut self, line: &[u8]) -> Result<bool, Error> {
        if line.is_empty() {
            if self.lines > 0 {
                return Ok(true);
            }
            self.empty += 1;
            return if self.empty > MAX_EMPTY { Err(malformed("The request is empty")) } else { Ok(false) };
        }
        self.lines += 1;
        if self.lines == 1 {
            self.first(line)?;
        } else if self.lines > MAX_LINES + 1 {
            return Err(ErrorKind::HeadTooLarge.into());
        } else {
            self.header(line)?;
        }
        Ok(false)
    }

    fn first(&mut self, line: &[u8]) -> Result<(), Error> {
        if line.len() > MAX_LINE_LENGTH {
            return Err(ErrorKind::HeadTooLarge.into());
        }
        let invalid = || malformed("The first line must be a method, a target and HTTP/1.1");
        let mut pieces = line.split(|b| *b == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (pieces.next(), pieces.next(), pieces.next(), pieces.next())
        else {
            return Err(invalid());
        };
        if method.is_empty()
            || !method.iter().all(|b| is_token(*b))
            || !(is_plain(target) || Uri::try_from(target).is_ok())
        {
            return Err(invalid());
        }
        match version {
            b"HTTP/1.1" => {}
            b"HTTP/1.0" => self.is_http_10 = true,
            other if other.starts_with(b"HTTP/") => return Err(ErrorKind::ProtocolUnknown.into()),
            _ => return Err(invalid()),
        }
        Ok(())
    }

    fn header(&mut self, line: &[u8]) -> Result<(), Error> {
        if matches!(line.first(), Some(b' ' | b'\t')) {
            return Err(malformed("A header must not go on in the next line"));
        }
        let colon = memchr(b':', line).ok_or_else(|| malformed("A header has no colon"))?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if name.is_empty() || !name.iter().all(|b| is_token(*b)) {
            return Err(malformed("The name of a header holds characters that it must not"));
        }
        // Counting compares many bytes at a time; a search that ends early does not.
        if value.iter().filter(|b| (**b < b' ' && **b != b'\t') || **b == 0x7f).count() > 0 {
            return Err(malformed("A header holds control characters"));
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = number(value.trim_ascii()).ok_or_else(|| malformed("Content-Length must be a number"))?;
            if self.length.replace(length).is_some() {
                return Err(malformed("Content-Length must be sent only once"));
            }
        } else if name.eq_ignore_ascii_case(b"host") {
            self.hosts += 1;
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if !value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                return Err(ErrorKind::TransferCodingUnknown.into());
            }
            if std::mem::replace(&mut self.chunked, true) {
                return Err(malformed("Transfer-Encoding must be sent only once"));
            }
        }
        Ok(())
    }

    /// The framing of the body. The head must be complete.
    fn framing(&self) -> Result<Framing, Error> {
        match self.hosts {
            0 if !self.is_http_10 => return Err(malformed("Host is required")),
            0 | 1 => {}
            _ => return Err(malformed("Host must be sent only once")),
        }
        match (self.chunked, self.length) {
            (true, Some(_)) => Err(malformed("Content-Length must not come with Transfer-Encoding")),
            (true, None) if self.is_http_10 => Err(malformed("HTTP/1.0 has no Transfer-Encoding")),
            (true, None) => Ok(Framing::Chunked),
            (false, length) => Ok(Framing::Length(length.unwrap_or(0))),
        }
    }
}

fn malformed(message: &'static str) -> Error {
    Error::new(ErrorKind::BadRequest, message)
}

/// Parses a number of at most fifteen digits.
fn number(text: &[u8]) -> Option<u64> {
    let is_number = (1..=15).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    is_number.then(|| text.iter().fold(0, |n, digit| n * 10 + u64::from(digit - b'0')))
}

/// Whether a target is a path, perhaps with a query, of the most usual characters. All of these are valid.
fn is_plain(target: &[u8]) -> bool {
    target.first() == Some(&b'/') && target.iter().all(|b| PLAIN[usize::from(*b)])
}

/// Whether a byte is allowed in a method or the name of a header.
fn is_token(b: u8) -> bool {
    TOKEN[usize::from(b)]
}

/// The bytes of methods and the names of headers, and some of those of targets.
const TOKEN: [bool; 256] = alphanumeric_and(b"!#$%&'*+-.^_`|~");
const PLAIN: [bool; 256] = alphanumeric_and(b"-._~/?=&%:,");

const fn alphanumeric_and(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte.is_ascii() {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Framing, Head, MAX_BYTES};
    use deskwire_domain::error::ErrorKind;

    type Read = Result<Option<(usize, Framing)>, ErrorKind>;

    /// Parses a text at once and byte by byte. Both must have the same outcome.
    fn read(text: &[u8]) -> Read {
        let whole = Head::default().read(text).map_err(|e| e.kind);
        let mut head = Head::default();
        let stepped = (1..=text.len()).map(|n| head.read(&text[..n])).find(|read| !matches!(read, Ok(None)));
        assert_eq!(whole, stepped.unwrap_or(Ok(None)).map_err(|e| e.kind), "{}", String::from_utf8_lossy(text));
        whole
    }

    #[test]
    fn heads_end_where_they_should() {
        let end = |text: &str, framing| assert_eq!(read(text.as_bytes()), Ok(Some((text.len(), framing))), "{text}");
        end("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Framing::Length(0));
        end("\r\n\r\nGET /?q=%20 HTTP/1.0\r\n\r\n", Framing::Length(0));
        end("POST http://a/ HTTP/1.1\r\nhost:\r\ncontent-LENGTH:\t12 \r\n\r\n", Framing::Length(12));
        end("POST /ä HTTP/1.1\r\nHOST: a\r\nTransfer-Encoding: Chunked\r\nX: ä\t\r\nY:\r\n\r\n", Framing::Chunked);
        assert_eq!(read(b"GET / HTTP/1.1\r\nHost: a\r\n"), Ok(None));
    }

    #[test]
    fn rejects_ambiguous_heads() {
        for text in [
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "\n",
            "GET / HTTP/1.1\r\n\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
            "GET  / HTTP/1.1\r\n\r\n",
            "GET /a b HTTP/1.1\r\n\r\n",
            "GET /\r\n\r\n",
            "G(T / HTTP/1.1\r\n\r\n",
            " GET / HTTP/1.1\r\n\r\n",
            "GET / http/1.1\r\n\r\n",
            "\r\n\r\n\r\n\r\n\r\n\r\n",
            "GET \x01 HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            assert_eq!(read(text.as_bytes()), Err(ErrorKind::BadRequest), "{text:?}");
        }
        for coding in ["gzip, chunked", "identity", "chunked, chunked", "", "xchunked"] {
            let text = format!("POST / HTTP/1.1\r\nTransfer-Encoding: {coding}\r\n\r\n");
            assert_eq!(read(text.as_bytes()), Err(ErrorKind::TransferCodingUnknown), "{text:?}");
        }
        for version in ["HTTP/2.0", "HTTP/1.2", "HTTP/0.9"] {
            assert_eq!(read(format!("PRI * {version}\r\n\r\n").as_bytes()), Err(ErrorKind::ProtocolUnknown));
        }
    }

    #[test]
    fn heads_have_limits() {
        let header = format!("GET / HTTP/1.1\r\nX: {}\r\n", "x".repeat(MAX_BYTES));
        let headers = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(101));
        for text in [format!("GET /{}", "x".repeat(MAX_BYTES / 2)), header, headers] {
            assert_eq!(Head::default().read(text.as_bytes()).map_err(|e| e.kind), Err(ErrorKind::HeadTooLarge));
        }
        let most = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(99));
        assert!(matches!(Head::default().read(most.as_bytes()), Ok(Some(_))));
    }
}
