//! Forms with files: `multipart/form-data`.

use deskwire_domain::error::{Error, ErrorKind, Result};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::json;
use crate::body::Body;

/// The key of a file's content in the object that represents the file.
pub(crate) const FILE: &str = "file";
/// The maximum length of a text in a form, in bytes.
const MAX_TEXT_BYTES: usize = 2_000;

/// The boundary between the parts of a form.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    let boundary = parameter(headers.get(CONTENT_TYPE)?.to_str().ok()?, "boundary")?;
    (!boundary.is_empty() && boundary.len() <= 70).then(|| boundary.to_owned())
}

/// The value of a parameter of a header.
fn parameter<'h>(header: &'h str, wanted: &str) -> Option<&'h str> {
    let mut parameters = header.split(';').skip(1).filter_map(|parameter| parameter.trim().split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
    Some(value.trim_matches('"'))
}

/// The parts of a form, by name. A text is a string. A file is an object with its JSON as `file`, which is null if the
/// file is not JSON.
pub(super) fn read(bytes: &[u8], boundary: &str) -> Result<Body> {
    let unreadable = || Error::new(ErrorKind::BadRequest, "The form in the request body could not be read");
    let first = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let start = find(bytes, first.as_bytes()).ok_or_else(unreadable)?;
    let mut rest = &bytes[start + first.len()..];
    let mut parts = Map::new();
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n").ok_or_else(unreadable)?;
        let end = find(part, between.as_bytes()).ok_or_else(unreadable)?;
        let head = find(&part[..end], b"\r\n\r\n").ok_or_else(unreadable)?;
        let (name, is_file) = disposition(&part[..head]).ok_or_else(unreadable)?;
        let content = &part[head + 4..end];
        let value = if is_file { file(content)? } else { text(&name, content)? };
        parts.insert(name, value);
        rest = &part[end + between.len()..];
    }
    Ok(Body(parts))
}

/// The name of a part, and whether the part is a file.
fn disposition(head: &[u8]) -> Option<(String, bool)> {
    let head = std::str::from_utf8(head).ok()?;
    let line = head.split("\r\n").find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    Some((parameter(line, "name")?.to_owned(), parameter(line, "filename").is_some()))
}

/// The object that represents a file.
fn file(content: &[u8]) -> Result<Value> {
    let json = match json::file(content) {
        Err(error) if error.kind == ErrorKind::ParameterInvalid => Value::Null,
        read => read?,
    };
    Ok(Value::Object(Map::from_iter([(FILE.to_owned(), json)])))
}

fn text(name: &str, content: &[u8]) -> Result<Value> {
    let text = std::str::from_utf8(content).ok().filter(|text| text.len() <= MAX_TEXT_BYTES && !text.contains('\0'));
    let message = || Error::invalid(format!("{name} must be a text of at most {MAX_TEXT_BYTES} bytes"));
    text.map(Value::from).ok_or_else(message)
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn forms_are_read_part_by_part() {
        let form = "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"finalize\"\r\n\r\ntrue\r\n--b\r\ncontent-disposition: \
                    form-data; name=catalog; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n[{\"a\":\"\r\\n\"}]\r\n--b--\r\n";
        let form = form.replace("\r\\n", "x");
        let read = read(form.as_bytes(), "b").map(|body| Value::Object(body.0));
        assert_eq!(read.unwrap(), json!({"finalize": "true", "catalog": {"file": [{"a": "x"}]}}));
    }

    #[test]
    fn broken_forms_are_refused() {
        for form in [
            "",
            "--b",
            "--b\r\n",
            "--b\r\n\r\nx\r\n--b--",
            "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
            "--c--",
        ] {
            assert_eq!(
                read(form.as_bytes(), "b").err().map(|error| error.kind),
                Some(ErrorKind::BadRequest),
                "{form:?}"
            );
        }
        let mut headers = HeaderMap::new();
        assert_eq!(boundary(&headers), None);
        headers.insert(CONTENT_TYPE, "multipart/form-data; Boundary=\"x y\"".parse().unwrap());
        assert_eq!(boundary(&headers).as_deref(), Some("x y"));
    }
}
