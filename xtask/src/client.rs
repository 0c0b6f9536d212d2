//! A minimal HTTP/1.1 keep-alive client: whole requests go out as rendered bytes, answers come back as status and body.
//!
//! It implements only the HTTP that it needs: `content-length`, `transfer-encoding: chunked` and `connection: close`.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The server and the credentials of requests.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Address of the server.
    pub(crate) addr: SocketAddr,
    /// The bearer token every request carries.
    pub(crate) token: String,
    /// The `Intercom-Version` every request carries.
    pub(crate) version: String,
}

/// The media types of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Types<'a> {
    /// What it accepts.
    pub(crate) accept: &'a str,
    /// What its body is.
    pub(crate) content: &'a str,
}

impl Target {
    /// Renders one whole request into `out`, replacing what it held. An empty body sends no body headers.
    pub(crate) fn render(&self, out: &mut Vec<u8>, method: &str, path: &str, body: &str) {
        let json = Types { accept: "application/json", content: "application/json" };
        self.render_as(json, out, method, path, body);
    }

    /// The same with other types.
    pub(crate) fn render_as(&self, types: Types<'_>, out: &mut Vec<u8>, method: &str, path: &str, body: &str) {
        out.clear();
        for part in [
            method,
            " ",
            path,
            " HTTP/1.1\r\nhost: localhost\r\naccept: ",
            types.accept,
            "\r\nauthorization: Bearer ",
            &self.token,
            "\r\nintercom-version: ",
            &self.version,
        ] {
            out.extend_from_slice(part.as_bytes());
        }
        if !body.is_empty() {
            out.extend_from_slice(b"\r\ncontent-type: ");
            out.extend_from_slice(types.content.as_bytes());
            out.extend_from_slice(b"\r\ncontent-length: ");
            out.extend_from_slice(body.len().to_string().as_bytes());
        }
        out.extend_from_slice(b"\r\n\r\n");
        out.extend_from_slice(body.as_bytes());
    }

    /// Renders a `GET`.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        let mut out = Vec::new();
        self.render(&mut out, "GET", path, "");
        out
    }

    /// Renders a `POST` of a JSON body.
    pub(crate) fn post(&self, path: &str, body: &str) -> Vec<u8> {
        let mut out = Vec::new();
        self.render(&mut out, "POST", path, body);
        out
    }
}

/// An answer; the body lives in the connection's buffer until the next call.
pub(crate) struct Reply<'a> {
    /// HTTP status.
    pub(crate) status: u16,
    /// The whole body.
    pub(crate) body: &'a [u8],
}

impl Reply<'_> {
    /// Fails, showing the body, unless the answer is a 200.
    pub(crate) fn expect_ok(&self) -> Result<(), String> {
        if self.status == 200 {
            return Ok(());
        }
        let excerpt = &self.body[..self.body.len().min(2000)];
        Err(format!("unexpected status {}: {}", self.status, String::from_utf8_lossy(excerpt)))
    }
}

/// One keep-alive connection. It reconnects by itself only where the server announced `connection: close`.
pub(crate) struct Connection {
    addr: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
    decoded: Vec<u8>,
    closing: bool,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(addr: SocketAddr) -> Result<Self, String> {
        Ok(Self {
            addr,
            stream: connect(addr).await?,
            buffer: Vec::with_capacity(32 * 1024),
            decoded: Vec::new(),
            closing: false,
        })
    }

    /// Sends one rendered request and reads its whole answer.
    pub(crate) async fn call(&mut self, request: &[u8]) -> Result<Reply<'_>, String> {
        self.send(request).await?;
        self.receive().await
    }

    /// Sends one rendered request.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<(), String> {
        if self.closing {
            self.stream = connect(self.addr).await?;
            self.closing = false;
        }
        self.stream.write_all(request).await.map_err(|e| format!("sending: {e}"))
    }

    /// Reads the whole answer to the request that was sent last.
    pub(crate) async fn receive(&mut self) -> Result<Reply<'_>, String> {
        self.buffer.clear();
        let mut searched = 0;
        let head_len = loop {
            self.fill_buffer().await?;
            if let Some(end) = find_head_end(&self.buffer, searched) {
                break end;
            }
            searched = self.buffer.len().saturating_sub(3);
        };
        let head = Head::parse(&self.buffer[..head_len])?;
        self.closing = head.close;
        match head.body {
            Framing::Length(length) => {
                while self.buffer.len() < head_len + length {
                    self.fill_buffer().await?;
                }
                Ok(Reply { status: head.status, body: &self.buffer[head_len..head_len + length] })
            }
            Framing::Chunked => {
                while !decode_chunks(&self.buffer[head_len..], &mut self.decoded)? {
                    self.fill_buffer().await?;
                }
                Ok(Reply { status: head.status, body: &self.decoded })
            }
        }
    }

    /// Sends a request, expects a 200 and parses its body.
    pub(crate) async fn json(&mut self, request: &[u8]) -> Result<Value, String> {
        let reply = self.call(request).await?;
        reply.expect_ok()?;
        serde_json::from_slice(reply.body).map_err(|e| format!("the answer is not JSON: {e}"))
    }

    async fn fill_buffer(&mut self) -> Result<(), String> {
        if self.buffer.capacity() - self.buffer.len() < 4096 {
            self.buffer.reserve(32 * 1024);
        }
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(0) => Err("the server closed the connection inside an answer".to_owned()),
            Ok(_) => Ok(()),
            Err(e) => Err(format!("reading: {e}")),
        }
    }
}

async fn connect(addr: SocketAddr) -> Result<TcpStream, String> {
    let stream = TcpStream::connect(addr).await.map_err(|e| format!("connecting to {addr}: {e}"))?;
    stream.set_nodelay(true).map_err(|e| format!("nodelay: {e}"))?;
    Ok(stream)
}

/// How the end of a body is found.
#[derive(Debug, PartialEq)]
enum Framing {
    Length(usize),
    Chunked,
}

/// The relevant parts of an answer's head.
#[derive(Debug, PartialEq)]
struct Head {
    status: u16,
    body: Framing,
    close: bool,
}

impl Head {
    fn parse(head: &[u8]) -> Result<Self, String> {
        let malformed = || format!("malformed answer: {}", String::from_utf8_lossy(head));
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
        let status: u16 = lines
            .next()
            .and_then(|line| line.strip_prefix(b"HTTP/1.1 "))
            .and_then(|line| std::str::from_utf8(line.get(..3)?).ok()?.parse().ok())
            .ok_or_else(malformed)?;
        let mut body = None;
        let mut close = false;
        for line in lines {
            if let Some(value) = header(line, b"content-length:") {
                let length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                body = Some(Framing::Length(length.ok_or_else(malformed)?));
            } else if let Some(value) = header(line, b"transfer-encoding:") {
                if value.eq_ignore_ascii_case(b"chunked") {
                    body = Some(Framing::Chunked);
                }
            } else if let Some(value) = header(line, b"connection:") {
                close = value.eq_ignore_ascii_case(b"close");
            }
        }
        let body = match body {
            Some(body) => body,
            None if status == 204 => Framing::Length(0),
            None => return Err(malformed()),
        };
        Ok(Self { status, body, close })
    }
}

/// The value of a header line, if its name (lower case, with the colon) is `name`.
fn header<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (found, value) = line.split_at_checked(name.len())?;
    found.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

/// The offset just past the empty line, looking from `from` on.
fn find_head_end(buffer: &[u8], from: usize) -> Option<usize> {
    let found = buffer[from..].windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(from + found + 4)
}

/// Decodes a chunked body into `out` from its beginning; false when the last chunk has not arrived.
fn decode_chunks(mut rest: &[u8], out: &mut Vec<u8>) -> Result<bool, String> {
    out.clear();
    loop {
        let Some(line_end) = rest.windows(2).position(|window| window == b"\r\n") else {
            return Ok(false);
        };
        let size = rest[..line_end].split(|byte| *byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(size)
            .ok()
            .and_then(|text| usize::from_str_radix(text.trim(), 16).ok())
            .ok_or("malformed chunk size")?;
        let data = line_end + 2;
        if rest.len() < data + size + 2 {
            return Ok(false);
        }
        if size == 0 {
            return Ok(true);
        }
        out.extend_from_slice(&rest[data..data + size]);
        rest = &rest[data + size + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_head_of_an_answer() {
        let head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\nConnection: close\r\n\r\n";
        assert_eq!(find_head_end(head, 0), Some(head.len()));
        let parsed = Head::parse(head).unwrap();
        assert_eq!(parsed, Head { status: 404, body: Framing::Length(12), close: true });
        assert!(Head::parse(b"SMTP 220\r\n\r\n").is_err());
    }

    #[test]
    fn reads_chunks_only_when_all_have_arrived() {
        let mut out = Vec::new();
        assert_eq!(decode_chunks(b"4\r\nWiki\r\n5\r\npe", &mut out), Ok(false));
        assert_eq!(decode_chunks(b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n", &mut out), Ok(true));
        assert_eq!(out, b"Wikipedia");
        assert!(decode_chunks(b"zz\r\n", &mut out).is_err());
    }
}
