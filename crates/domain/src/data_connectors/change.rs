//! Changes of a data connector's settings.

use ammonia::Url;
use serde_json::{Map, Value};

use super::settings::{DataInput, Method, Settings, UserType, invalid};
use super::{fields, template};
use crate::error::{Error, ErrorKind, Result};

/// The maximum length of a name, in characters.
const MAX_NAME_LENGTH: usize = 255;
/// The maximum number of headers, and of inputs.
const MAX_ENTRIES: usize = 50;
/// The maximum length of the value of a header, in bytes.
const MAX_HEADER_BYTES: usize = 8_192;
/// The placeholder for the values of headers in responses.
pub const REDACTED: &str = "****";
/// Headers that only the HTTP client sets.
const RESERVED: &[&str] =
    &["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// The fields of a data connector. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are those of the API")]
pub struct Change {
    /// The name; `Some(None)` is an error.
    pub name: Option<Option<String>>,
    pub description: Option<Option<String>>,
    pub http_method: Option<Method>,
    pub url: Option<Option<String>>,
    pub body: Option<Option<String>>,
    pub direct_fin_usage: Option<bool>,
    pub audiences: Option<Vec<UserType>>,
    /// The name and value of each header. The placeholder [`REDACTED`] keeps the stored value.
    pub headers: Option<Vec<(String, String)>>,
    pub data_inputs: Option<Vec<DataInput>>,
    pub customer_authentication: Option<bool>,
    pub bypass_authentication: Option<bool>,
    pub validate_missing_attributes: Option<bool>,
    /// A sample response that determines the fields; `Some(None)` removes them.
    pub mock_response: Option<Option<Map<String, Value>>>,
    /// Ids of authentication tokens. None exist, so every id is rejected.
    pub token_ids: Option<Vec<String>>,
}

impl Change {
    /// Applies the change to settings and to the secret values of the headers.
    pub(super) fn apply(&self, settings: &mut Settings, secrets: &mut Vec<String>) -> Result<()> {
        if let Some(name) = &self.name {
            name.as_deref().unwrap_or_default().trim().clone_into(&mut settings.name);
            if settings.name.is_empty() {
                return Err(ErrorKind::NameNotFound.into());
            }
            if settings.name.chars().count() > MAX_NAME_LENGTH {
                return Err(
                    invalid(format!("Name is too long (maximum is {MAX_NAME_LENGTH} characters)")).field("name")
                );
            }
        }
        if let Some(description) = &self.description {
            settings.description.clone_from(description);
        }
        if let Some(url) = &self.url {
            settings.url = url.as_deref().map(checked_url).transpose()?;
        }
        if let Some(body) = &self.body {
            settings.body = body.clone().unwrap_or_default();
        }
        if let Some(audiences) = &self.audiences {
            settings.audiences = UserType::ALL.iter().copied().filter(|kind| audiences.contains(kind)).collect();
        }
        if let Some(headers) = &self.headers {
            (settings.headers, *secrets) = checked_headers(headers, &settings.headers, secrets)?;
        }
        if let Some(inputs) = &self.data_inputs {
            settings.data_inputs = checked_inputs(inputs)?;
        }
        if let Some(mock) = &self.mock_response {
            settings.response_fields = mock.as_ref().map(fields::of_mock).transpose()?.unwrap_or_default();
            settings.is_mocked = mock.is_some();
        }
        if let Some(id) = self.token_ids.iter().flatten().next() {
            return Err(invalid(format!("token_ids contains unknown token IDs: {id}")).field("token_ids"));
        }
        settings.http_method = self.http_method.unwrap_or(settings.http_method);
        settings.direct_fin_usage = self.direct_fin_usage.unwrap_or(settings.direct_fin_usage);
        settings.customer_authentication = self.customer_authentication.unwrap_or(settings.customer_authentication);
        settings.bypass_authentication = self.bypass_authentication.unwrap_or(settings.bypass_authentication);
        settings.validate_missing_attributes =
            self.validate_missing_attributes.unwrap_or(settings.validate_missing_attributes);
        Ok(())
    }
}

/// Validates a URL. It may have variables, but not in its scheme.
fn checked_url(url: &str) -> Result<String> {
    let url = url.trim();
    let reject = |message: &'static str| Err(invalid(message).field("url"));
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return reject("url must be an absolute http or https URL");
    }
    let filled = |value: &str| template::render(url, |_| Some(value.to_owned())).unwrap_or_default();
    if filled("").contains(|c: char| c.is_whitespace() || c.is_control()) {
        return reject("url cannot have spaces or line breaks");
    }
    // A variable may be a port, a host name, or a part of either.
    match ["1", "a", ""].into_iter().find_map(|value| Url::parse(&filled(value)).ok()) {
        Some(parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
            reject("url cannot have a user or a password, which belong in a header")
        }
        Some(parsed) if parsed.port() != Some(0) => Ok(url.to_owned()),
        _ => reject("url must have a valid host and port"),
    }
}

fn checked_headers(
    headers: &[(String, String)],
    before: &[String],
    secrets: &[String],
) -> Result<(Vec<String>, Vec<String>)> {
    let reject = |message: String| Err(invalid(message).field("headers"));
    if headers.len() > MAX_ENTRIES {
        return reject(format!("headers can have at most {MAX_ENTRIES} entries"));
    }
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (name, value) in headers {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || name.len() > MAX_NAME_LENGTH || !name.chars().all(is_token) {
            return reject("headers must have names of letters, digits and hyphens".to_owned());
        }
        if RESERVED.contains(&&*name.to_ascii_lowercase()) {
            return reject(format!("headers cannot have {name}, which the request sets itself"));
        }
        if names.iter().any(|other: &String| other.eq_ignore_ascii_case(name)) {
            return reject(format!("headers has {name} twice"));
        }
        if value.len() > MAX_HEADER_BYTES || value.chars().any(|c| c.is_control() && c != '\t') {
            return reject(format!("The value of {name} must be one line of at most {MAX_HEADER_BYTES} bytes"));
        }
        let known = before.iter().zip(secrets).find(|(other, _)| other.eq_ignore_ascii_case(name));
        values.push(match known {
            _ if value != REDACTED => value.clone(),
            Some((_, known)) => known.clone(),
            None => return reject(format!("The value of {name} cannot be {REDACTED}: there is none yet to keep")),
        });
        names.push(name.clone());
    }
    Ok((names, values))
}

fn checked_inputs(inputs: &[DataInput]) -> Result<Vec<DataInput>> {
    let reject = |message: String| Err(invalid(message).field("data_inputs"));
    if inputs.len() > MAX_ENTRIES {
        return reject(format!("data_inputs can have at most {MAX_ENTRIES} entries"));
    }
    for (at, input) in inputs.iter().enumerate() {
        let is_name = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        if input.name.is_empty() || input.name.len() > MAX_NAME_LENGTH || !input.name.chars().all(is_name) {
            return reject("data_inputs must have names of letters, digits, hyphens, dots and underscores".to_owned());
        }
        if inputs[..at].iter().any(|other| other.name == input.name) {
            return reject(format!("data_inputs has {} twice", input.name));
        }
        if !input.default_value.is_empty() && !input.r#type.reads(&input.default_value) {
            return reject(format!("The default value of {} must be of type {}", input.name, input.r#type.as_str()));
        }
    }
    Ok(inputs.to_vec())
}

impl super::settings::InputType {
    /// Whether a text is a value of this type.
    pub(super) fn reads(self, text: &str) -> bool {
        match self {
            Self::String => true,
            Self::Integer => text.parse::<i64>().is_ok(),
            Self::Decimal => text.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Boolean => matches!(text, "true" | "false"),
        }
    }
}

/// Converts errors of requests to the code that the API describes for data connectors.
pub fn as_described(error: Error) -> Error {
    match error.kind {
        ErrorKind::ParameterInvalid => Error { kind: ErrorKind::Unprocessable, ..error },
        _ => error,
    }
}
