//! How errors become HTTP responses: the status of each class, and the one place that renders them.

use deskwire_domain::error::{Error, ErrorClass, ErrorKind};
use http::StatusCode;
use http::header::{ACCEPT_ENCODING, CONTENT_RANGE, HeaderValue, LINK, RETRY_AFTER};
use serde::Serialize;
use serde_json::json;

use crate::reply::Reply;
use crate::versions::{Form, Refusal};

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

/// The status of a class of errors.
pub const fn status(class: ErrorClass) -> StatusCode {
    match class {
        ErrorClass::Invalid => StatusCode::BAD_REQUEST,
        ErrorClass::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorClass::Forbidden => StatusCode::FORBIDDEN,
        ErrorClass::Missing => StatusCode::NOT_FOUND,
        ErrorClass::Method => StatusCode::METHOD_NOT_ALLOWED,
        ErrorClass::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        ErrorClass::Conflict => StatusCode::CONFLICT,
        ErrorClass::Gone => StatusCode::GONE,
        ErrorClass::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorClass::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorClass::Range => StatusCode::RANGE_NOT_SATISFIABLE,
        ErrorClass::Expectation => StatusCode::EXPECTATION_FAILED,
        ErrorClass::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorClass::Late => StatusCode::REQUEST_TIMEOUT,
        ErrorClass::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        ErrorClass::Limited => StatusCode::TOO_MANY_REQUESTS,
        ErrorClass::Protocol => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        ErrorClass::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorClass::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        ErrorClass::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorClass::Timeout => StatusCode::GATEWAY_TIMEOUT,
    }
}

/// The default `Retry-After`, unless a more exact time is known: one second.
const SOON: HeaderValue = HeaderValue::from_static("1");

/// The response for an error.
pub(crate) fn render(refusal: &Refusal, request_id: &str) -> Reply {
    let error = &refusal.error;
    let class = error.kind.class();
    match class {
        ErrorClass::Internal => tracing::error!(cause = error.cause.as_deref(), "{error}"),
        ErrorClass::Unavailable | ErrorClass::Timeout => tracing::warn!(cause = error.cause.as_deref(), "{error}"),
        _ => {}
    }
    let mut reply = unlogged(error, refusal.form, request_id);
    if matches!(class, ErrorClass::Unavailable | ErrorClass::Limited) {
        let seconds = error.details.as_deref().and_then(|details| details.get("retry_after")?.as_i64());
        reply.headers.insert(RETRY_AFTER, seconds.map_or(SOON, HeaderValue::from));
    }
    if error.kind == ErrorKind::EncodingUnsupported {
        reply.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate"));
    }
    reply
}

/// The same without a log line.
pub(crate) fn unlogged(error: &Error, form: Form, request_id: &str) -> Reply {
    let (status, code, message) = (status(error.kind.class()), error.kind.code(), &error.message);
    let list = |request_id, field| {
        Reply::json(status, &ErrorList { r#type: "error.list", request_id, errors: [Item { code, message, field }] })
    };
    let reply = match form {
        Form::List => list(Some(request_id), error.field.as_deref()),
        Form::Fieldless => list(Some(request_id), None),
        Form::Terse => list(None, None),
        Form::Keyed => Reply::json(status, &json!({"error_key": code, "message": message})),
        Form::Message => Reply::json(status, &json!({"type": "error", "request_id": request_id, "message": message})),
        Form::Object => {
            let item = json!({"code": code, "message": message, "field": error.field, "request_id": request_id});
            let mut object = serde_json::Map::from_iter([("error".to_owned(), item)]);
            object.extend(error.details.as_deref().cloned().unwrap_or_default());
            Reply::json(status, &object)
        }
        Form::ByField => {
            let field = error.field.as_deref().unwrap_or("base");
            Reply::json(status, &json!({"errors": {field: message}}))
        }
    };
    let mut reply = reply.unwrap_or_else(|_| Reply::empty(StatusCode::INTERNAL_SERVER_ERROR));
    if let (ErrorKind::ContactMerged, Some(id)) = (error.kind, error.canonical) {
        let link = format!("</contacts/{id}>; rel=\"canonical\"");
        if let Ok(value) = HeaderValue::from_str(&link) {
            reply.headers.insert(LINK, value);
        }
    }
    if let Some(Ok(range)) = error.length.map(|length| HeaderValue::try_from(format!("bytes */{length}"))) {
        reply.headers.insert(CONTENT_RANGE, range);
    }
    reply
}
