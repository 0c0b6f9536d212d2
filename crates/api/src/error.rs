//! How refusals become HTTP: the status of each class, and the one place that renders `error.list`.

use deskwire_domain::error::{Class, Error, Kind};
use http::StatusCode;
use http::header::{ACCEPT_ENCODING, CONTENT_RANGE, HeaderValue, LINK, RETRY_AFTER};
use serde::Serialize;
use serde_json::json;

use crate::reply::Reply;
use crate::versions::Version;

#[derive(Serialize)]
struct ErrorList<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    errors: [Item<'a>; 1],
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

/// The status of a class of refusal.
pub const fn status(class: Class) -> StatusCode {
    match class {
        Class::Invalid => StatusCode::BAD_REQUEST,
        Class::Unauthorized => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::Missing => StatusCode::NOT_FOUND,
        Class::Method => StatusCode::METHOD_NOT_ALLOWED,
        Class::Conflict => StatusCode::CONFLICT,
        Class::Gone => StatusCode::GONE,
        Class::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Class::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Class::Range => StatusCode::RANGE_NOT_SATISFIABLE,
        Class::Expectation => StatusCode::EXPECTATION_FAILED,
        Class::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Late => StatusCode::REQUEST_TIMEOUT,
        Class::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Class::Limited => StatusCode::TOO_MANY_REQUESTS,
        Class::Protocol => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Class::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// When to come again, unless something more exact is known: in a second.
const SOON: HeaderValue = HeaderValue::from_static("1");

/// The answer to a refused request.
pub fn render(error: &Error, request_id: &str) -> Reply {
    let class = error.kind.class();
    match class {
        Class::Internal => tracing::error!(cause = error.cause.as_deref(), "{error}"),
        Class::Unavailable | Class::Timeout => tracing::warn!(cause = error.cause.as_deref(), "{error}"),
        _ => {}
    }
    let mut reply = list(error, request_id);
    if matches!(class, Class::Unavailable | Class::Limited) {
        reply.headers.insert(RETRY_AFTER, SOON);
    }
    if error.kind == Kind::EncodingUnsupported {
        reply.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate"));
    }
    reply
}

/// The same without a line in the log.
pub(crate) fn list(error: &Error, request_id: &str) -> Reply {
    let field = error.field.as_deref().filter(|_| !error.terse);
    if let Some(reply) = plain(error, request_id) {
        return reply;
    }
    let list = ErrorList {
        r#type: "error.list",
        request_id: (!error.terse).then_some(request_id),
        errors: [Item { code: error.kind.code(), message: &error.message, field }],
    };
    let mut reply = Reply::json(status(error.kind.class()), &list)
        .unwrap_or_else(|_| Reply::empty(StatusCode::INTERNAL_SERVER_ERROR));
    if let (Kind::ContactMerged, Some(id)) = (error.kind, error.canonical) {
        let link = format!("</contacts/{}>; rel=\"canonical\"", deskwire_domain::ids::hex(id));
        if let Ok(value) = HeaderValue::from_str(&link) {
            reply.headers.insert(LINK, value);
        }
    }
    if let Some(Ok(range)) = error.length.map(|length| HeaderValue::try_from(format!("bytes */{length}"))) {
        reply.headers.insert(CONTENT_RANGE, range);
    }
    reply
}

/// How an operation tells that it does not understand a request, where that is described in a form of its own.
enum Form {
    /// Without a request id.
    Terse,
    /// A key and words.
    Keyed,
}

/// Those operations, and the versions from which on they do.
const FORMS: [(&str, Version, Form); 2] = [
    ("PUT /admins/{id}/away", Version::V2_14, Form::Terse),
    ("POST /phone_call_redirects", Version::V2_7, Form::Keyed),
];

/// A refusal in the form of the operation that refused.
pub(crate) fn in_its_form(operation: &str, version: Version, error: Error) -> Error {
    let form = FORMS.iter().find(|(of, since, _)| *of == operation && version >= *since).map(|(.., form)| form);
    match (form, error.kind) {
        (_, kind) if kind.class() != Class::Invalid => error,
        (Some(Form::Keyed), Kind::InvalidPhoneNumber | Kind::SmsFailed) | (None, _) => error,
        (Some(Form::Keyed), _) => Error { kind: Kind::InvalidRedirect, ..error },
        (Some(Form::Terse), _) => Error { terse: true, ..error },
    }
}

/// The few refusals that are described in a form of their own.
fn plain(error: &Error, request_id: &str) -> Option<Reply> {
    let code = error.kind.code();
    let body = match error.kind {
        Kind::InvalidPhoneNumber | Kind::InvalidRedirect | Kind::SmsFailed => {
            json!({"error_key": code, "message": error.message})
        }
        Kind::StatusOfNothing => json!({"type": "error", "request_id": request_id, "message": error.message}),
        _ => return None,
    };
    Reply::json(status(error.kind.class()), &body).ok()
}
