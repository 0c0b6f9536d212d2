//! The settings of a version of a data connector.

use std::borrow::Cow;

use deskwire_store::text_enum;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::template;
use crate::error::{Error, ErrorKind, Result};

text_enum! {
    /// The method of a connector's request.
    pub enum Method {
        Get = "get",
        Post = "post",
        Put = "put",
        Delete = "delete",
        Patch = "patch",
    }
}

text_enum! {
    /// Who a connector is available for.
    pub enum UserType {
        Leads = "leads",
        Users = "users",
        Visitors = "visitors",
    }
}

text_enum! {
    /// The type of an input.
    pub enum InputType {
        String = "string",
        Integer = "integer",
        Decimal = "decimal",
        Boolean = "boolean",
    }
}

/// An input of a connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataInput {
    /// Its name in templates.
    pub name: String,
    /// Its type.
    pub r#type: InputType,
    /// Its description.
    pub description: Option<String>,
    /// Whether it must have a value.
    pub required: bool,
    /// Its default value.
    pub default_value: String,
}

/// A field of the response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseField {
    /// Its path: names separated by dots.
    pub path: String,
    /// The type of its value.
    pub r#type: Cow<'static, str>,
    /// An example value.
    pub example_value: Value,
    /// Whether its value is hidden in execution results.
    pub redacted: bool,
}

/// The settings of a version, without the values of its headers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the API")]
pub struct Settings {
    pub name: String,
    pub description: Option<String>,
    pub http_method: Method,
    pub url: Option<String>,
    pub body: String,
    pub direct_fin_usage: bool,
    pub audiences: Vec<UserType>,
    /// The names of the headers.
    pub headers: Vec<String>,
    pub data_inputs: Vec<DataInput>,
    pub response_fields: Vec<ResponseField>,
    /// Whether the fields of the response come from a mock response.
    pub is_mocked: bool,
    pub customer_authentication: bool,
    pub bypass_authentication: bool,
    pub validate_missing_attributes: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            description: None,
            http_method: Method::Get,
            url: None,
            body: String::new(),
            direct_fin_usage: false,
            audiences: UserType::ALL.to_vec(),
            headers: Vec::new(),
            data_inputs: Vec::new(),
            response_fields: Vec::new(),
            is_mocked: false,
            customer_authentication: false,
            bypass_authentication: false,
            validate_missing_attributes: false,
        }
    }
}

impl Settings {
    pub(super) fn read(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(Error::internal)
    }

    pub(super) fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// Checks that requests can be sent with these settings.
    pub(super) fn check_complete(&self) -> Result<()> {
        let Some(url) = &self.url else {
            return Err(invalid("A data connector needs a url to be live").field("url"));
        };
        for (field, text) in [("url", url), ("body", &self.body)] {
            if let Some(unknown) = self.unknown(text) {
                return Err(invalid(format!("{field} names {{{{{unknown}}}}}, which is not a data input")).field(field));
            }
        }
        Ok(())
    }

    /// The first variable of a template that is not an input.
    pub(super) fn unknown<'t>(&self, text: &'t str) -> Option<&'t str> {
        template::variables(text).find(|name| !self.data_inputs.iter().any(|input| input.name == *name))
    }
}

/// The stored values of headers.
pub(super) fn read_secrets(json: Option<&str>) -> Result<Vec<String>> {
    json.map_or(Ok(Vec::new()), |json| serde_json::from_str(json).map_err(Error::internal))
}

/// The error for an invalid setting.
pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Unprocessable, message)
}
