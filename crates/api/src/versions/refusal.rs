//! Errors by version and operation.

use deskwire_domain::error::{Error, ErrorClass, ErrorKind};

use super::{Feature, Version};
use crate::auth::Scope;

/// The operation and the version of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OperationVersion {
    /// `METHOD /path`.
    pub(crate) operation: &'static str,
    /// The first version that has the operation.
    pub(crate) since: Version,
    /// The version of the request.
    pub(crate) version: Version,
}

/// An error in the form in which it is sent.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) error: Error,
    pub(crate) form: Form,
}

/// The JSON form of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// An `error.list`.
    List,
    /// An `error.list` without `field`.
    Fieldless,
    /// An `error.list` without `field` and `request_id`.
    Terse,
    /// `error_key` and `message`.
    Keyed,
    /// An `error` with `request_id` and `message`.
    Message,
    /// `errors`: an object with the message under the field's name, or `base`.
    ByField,
    /// `error`: an object, with further fields for the inbox.
    Object,
}

/// A special form that the description of operations defines for some errors.
pub(super) struct Rule {
    pub(super) operations: &'static [&'static str],
    of: fn(ErrorKind) -> bool,
    form: Form,
}

const AWAY: &str = "PUT /admins/{id}/away";
const REDIRECT: &str = "POST /phone_call_redirects";

pub(super) const RULES: &[Rule] = &[
    Rule { operations: &[AWAY], of: is_invalid, form: Form::Terse },
    Rule { operations: &[REDIRECT], of: is_invalid, form: Form::Keyed },
    Rule { operations: &["POST /calls/search"], of: |kind| kind == ErrorKind::ConversationIdLimit, form: Form::Terse },
    Rule {
        operations: &["GET /messages/status", "GET /messages/whatsapp/status"],
        of: |kind| kind == ErrorKind::ParameterNotFound,
        form: Form::Message,
    },
    Rule { operations: &["POST /fin/csat"], of: |kind| kind == ErrorKind::Unprocessable, form: Form::ByField },
    Rule { operations: &["PUT /tickets/{id}"], of: |_| true, form: Form::Fieldless },
    Rule {
        operations: &[
            "POST /conversations/attributes",
            "GET /conversations/attributes/{id}",
            "PUT /conversations/attributes/{id}",
            "DELETE /conversations/attributes/{id}",
            "POST /conversations/attributes/{id}/options",
            "PUT /conversations/attributes/{id}/options/{option_id}",
            "DELETE /conversations/attributes/{id}/options/{option_id}",
        ],
        of: |kind| {
            matches!(
                kind,
                ErrorKind::ConversationAttributeNotFound | ErrorKind::Unprocessable | ErrorKind::AttributeLimit
            )
        },
        form: Form::Terse,
    },
];

fn is_invalid(kind: ErrorKind) -> bool {
    kind.class() == ErrorClass::Invalid
}

/// Converts an error of the newest version to that of an operation and version.
pub(crate) fn refusal(operation_version: Option<OperationVersion>, error: Error) -> Refusal {
    let Some(operation_version) = operation_version else { return Refusal { error, form: Form::List } };
    let rule =
        RULES.iter().find(|rule| rule.operations.contains(&operation_version.operation) && (rule.of)(error.kind));
    let form = match rule {
        Some(_)
            if operation_version.operation == AWAY && !operation_version.version.has(Feature::TerseAwayRefusals) =>
        {
            Form::List
        }
        Some(rule) => rule.form,
        None => Form::List,
    };
    Refusal { error: reworded(operation_version, error), form }
}

fn reworded(operation_version: OperationVersion, error: Error) -> Error {
    match error.kind {
        ErrorKind::ContactMerged if !operation_version.version.has(Feature::MergedContactsGone) => {
            ErrorKind::ContactNotFound.into()
        }
        // A ticket accessed without the scope for tickets.
        ErrorKind::TokenUnauthorized if operation_version.operation == "POST /conversations/{id}/merge" => {
            ErrorKind::Forbidden.into()
        }
        ErrorKind::TokenUnauthorized if operation_version.since.has(Feature::NamedScopes) => {
            let reads = operation_version.operation.starts_with("GET ");
            if reads { Scope::ReadTickets.missing() } else { Scope::WriteTickets.missing() }
        }
        ErrorKind::InvalidPhoneNumber | ErrorKind::SmsFailed => error,
        kind if operation_version.operation == REDIRECT && is_invalid(kind) => {
            Error { kind: ErrorKind::ParameterInvalid, ..error }
        }
        _ => error,
    }
}
