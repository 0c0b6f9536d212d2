//! All errors of verbs, in one table: class, code and default message.

use crate::ids::ContactId;
use std::borrow::Cow;

use deskwire_store as store;

/// The class of an error, which determines the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request is malformed or a parameter is invalid (400).
    Invalid,
    /// The token is missing, unknown or lacks a classic scope (401).
    Unauthorized,
    /// The caller may not do this (403).
    Forbidden,
    /// The object does not exist, or the caller may not see it (404).
    Missing,
    /// The method is not allowed here (405).
    Method,
    /// The client accepts no available representation (406).
    NotAcceptable,
    /// The request conflicts with the current state (409).
    Conflict,
    /// The object existed and was deleted permanently (410).
    Gone,
    /// The body is larger than allowed (413).
    TooLarge,
    /// The media type of the body is not supported (415).
    MediaType,
    /// The requested range lies outside the file (416).
    Range,
    /// The request has an `Expect` that is not supported (417).
    Expectation,
    /// Well-formed but not acceptable (422).
    Unprocessable,
    /// The request did not arrive in time (408).
    Late,
    /// The head of the request is larger than allowed (431).
    HeadTooLarge,
    /// The HTTP version is not supported (505).
    Protocol,
    /// Too many requests (429).
    Limited,
    /// An internal error (500).
    Internal,
    /// The operation or the transfer encoding is not implemented (501).
    NotImplemented,
    /// The database is not available right now (503).
    Unavailable,
    /// A time limit was exceeded (504).
    Timeout,
}

impl ErrorClass {
    /// Whether the server failed, so that the same request may succeed later.
    pub const fn is_of_server(self) -> bool {
        matches!(self, ErrorClass::Internal | ErrorClass::Unavailable | ErrorClass::Timeout)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $class:ident, $code:literal, $message:literal;)+) => {
        /// The table of errors.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ErrorKind { $($(#[$doc])* $name,)+ }

        impl ErrorKind {
            /// All of them, for tests and documentation.
            pub const ALL: &[ErrorKind] = &[$(ErrorKind::$name,)+];

            /// The class of the error.
            pub const fn class(self) -> ErrorClass { match self { $(ErrorKind::$name => ErrorClass::$class,)+ } }
            /// The code in the response.
            pub const fn code(self) -> &'static str { match self { $(ErrorKind::$name => $code,)+ } }
            /// The default message in the response.
            pub const fn message(self) -> &'static str { match self { $(ErrorKind::$name => $message,)+ } }
        }
    };
}

kinds! {
    /// The token is missing or unknown.
    Unauthorized, Unauthorized, "unauthorized", "Access Token Invalid";
    /// The token was revoked.
    TokenRevoked, Unauthorized, "token_revoked", "Access Token Revoked";
    /// A code that cannot be exchanged for a token: unknown, expired, used, or issued to another app.
    CodeUnauthorized, Unauthorized, "unauthorized", "Unauthorized Code";
    /// The app is unknown, or its secret is wrong.
    ClientUnauthorized, Unauthorized, "unauthorized", "Unauthorized Client";
    /// The token lacks a scope, on an operation older than 2.15.
    TokenUnauthorized, Unauthorized, "token_unauthorized", "Not authorized to access resource";
    /// The token lacks a scope, on an operation since 2.15, or the admin a permission.
    Forbidden, Forbidden, "forbidden", "Forbidden request";
    /// The version is unknown or does not have the operation.
    VersionInvalid, Invalid, "intercom_version_invalid", "Requested resource is not available in current API version.";
    /// A request of the inbox without a session.
    SignedOut, Unauthorized, "unauthorized", "Sign in to continue";
    /// An email address with a password that no account has.
    SignInFailed, Forbidden, "sign_in_failed", "The email address or the password is wrong";
    /// A code that is not the second factor, or a link that has been used.
    CodeWrong, Forbidden, "code_wrong", "The code is wrong or has expired";
    /// A current password that is wrong.
    PasswordWrong, Forbidden, "password_wrong", "The current password is wrong";
    /// A change of a password by a teammate who has none.
    NoPassword, Conflict, "no_password", "You have no password. The operator of the server can set one.";
    /// The link of an invitation that was accepted, withdrawn or renewed, or has expired.
    InvitationNotFound, Missing, "invitation_not_found", "This invitation is no longer valid. Ask for a new one.";
    /// Too many attempts to sign in.
    TooManyAttempts, Limited, "too_many_attempts", "There were too many failed attempts. Please try again later.";
    /// A request that a page of another site may have caused.
    CrossSite, Forbidden, "cross_site_request", "The request does not come from the inbox itself";
    /// A parameter has an invalid value.
    ParameterInvalid, Invalid, "parameter_invalid", "Parameter invalid";
    /// A parameter is missing.
    ParameterNotFound, Invalid, "parameter_not_found", "Parameter not found";
    /// A file that is not a picture of a supported type, or too wide or high.
    PictureInvalid, Invalid, "picture_invalid", "The picture must be a PNG, JPEG, GIF or WebP file of at most 4096 pixels in width and height";
    /// The request cannot be read.
    BadRequest, Invalid, "bad_request", "Bad request";
    /// A part or a first message that cannot be redacted.
    NotRedactable, Invalid, "conversation_part_not_redactable", "Conversation part is not redactable";
    /// A cursor that this server did not issue.
    ClientError, Invalid, "client_error", "Invalid starting_after param. Please try again using a starting_after value from a paginated response";
    /// A catalog upload without a catalog.
    CatalogNotFound, Invalid, "parameter_not_found", "catalog file is required";
    /// A search names a field that cannot be searched.
    InvalidField, Invalid, "invalid_field", "Invalid field";
    /// A search sorts in an order that does not exist.
    InvalidSortOrder, Invalid, "invalid_sort_order", "Invalid sort order";
    /// The contacts are not duplicates of each other.
    InvalidMerge, Invalid, "invalid_merge", "Contacts can only be merged when they are duplicates (matching email or phone). Pass skip_duplicate_validation=true to override this check.";
    /// A scroll over the companies is already open.
    ScrollExists, Invalid, "scroll_exists", "scroll already exists for this workspace";
    /// The scroll over the companies has ended or expired.
    ScrollNotFound, Missing, "not_found", "scroll parameter not found";
    /// A custom object refers to a contact that does not exist.
    BadContactReference, Invalid, "data_invalid", "Contact not found or could not be created";
    /// A contact has the maximum number of companies.
    ContactCompanyLimit, Invalid, "contact_company_limit_exceeded", "Contact has reached the maximum of 1000 company associations";
    /// A tag cannot be deleted while something uses it.
    TagInUse, Invalid, "tag_has_dependent_objects", "Unable to delete Tag with dependent objects.";
    /// A model has the maximum number of live data attributes.
    AttributeLimit, Invalid, "custom_data_limit_reached", "You have reached the maximum number of data attributes";
    /// Away without a reason where the workspace requires one.
    AwayReasonMandatory, Invalid, "away_status_reason_mandatory", "Away status reason is mandatory";
    /// A blocked contact cannot be unarchived.
    NotRestorable, Invalid, "not_restorable", "The contact was blocked and cannot be restored";
    /// A ticket cannot be moved to this state.
    TicketStateInvalid, Invalid, "ticket_state_id_invalid", "Ticket state id is not valid or is not associated with the ticket type";
    /// A search names a ticket attribute by something other than its id.
    TicketAttributeInvalid, Invalid, "field_not_found", "The request ticket attribute ID is not a valid integer";
    /// The operation does not apply to an object of this kind.
    ParameterMismatch, Invalid, "parameter_mismatch", "User replies are not allowed on Backoffice tickets";
    /// Conversations can only be linked to tracker tickets.
    InvalidTicketType, Invalid, "invalid_ticket_type", "Only tracker tickets support linking conversations";
    /// A conversation can be linked to one tracker at most.
    AlreadyLinked, Invalid, "already_linked_to_tracker", "A conversation can only have one tracker ticket";
    /// A tracker has the maximum number of linked conversations.
    LinkLimit, Invalid, "linked_conversation_limit_exceeded", "Ticket has reached the maximum number of conversations that can be linked";
    /// Unknown conversation, where a ticket is to be linked to it.
    LinkNotFound, Missing, "conversation_not_found", "Conversation not found";
    /// Unknown ticket.
    TicketNotFound, Missing, "ticket_not_found", "Ticket not found";
    /// Unknown contact.
    ContactNotFound, Missing, "not_found", "User Not Found";
    /// Unknown contact, when its merge history is requested.
    MergeHistoryNotFound, Missing, "not_found", "Contact not found";
    /// Unknown visitor.
    VisitorNotFound, Missing, "not_found", "Visitor Not Found";
    /// Unknown company.
    CompanyNotFound, Missing, "company_not_found", "Company Not Found";
    /// Unknown admin.
    AdminNotFound, Missing, "admin_not_found", "Admin not found";
    /// Unknown admin in a parameter.
    AdminForIdNotFound, Missing, "admin_not_found", "Admin for admin_id not found";
    /// Unknown view of the actor.
    ViewNotFound, Missing, "view_not_found", "View not found";
    /// Unknown team.
    TeamNotFound, Missing, "team_not_found", "Team not found";
    /// Unknown teammate or team to assign to.
    AssigneeNotFound, Missing, "assignee_not_found", "Assignee not found";
    /// Unknown job.
    JobNotFound, Missing, "job_not_found", "Job Not Found";
    /// Unknown data attribute.
    AttributeNotFound, Missing, "field_not_found", "We couldn't find that data attribute to update";
    /// Unknown `WhatsApp` message.
    WhatsappMessageNotFound, Missing, "whatsapp_message_not_found", "Whatsapp message not found";
    /// A phone number that cannot be called or sent messages.
    InvalidPhoneNumber, Invalid, "invalid_phone_number", "Invalid phone number";
    /// A text message that could not be sent.
    SmsFailed, Invalid, "sms_failed", "SMS was not sent due to an unknown error";
    /// An email without a subject.
    SubjectNotFound, Unprocessable, "parameter_not_found", "No subject supplied for email message";
    /// Unknown type of custom objects; the message names it.
    ObjectTypeNotFound, Missing, "not_found", "Custom object type not found";
    /// Unknown instance of a custom object.
    InstanceNotFound, Missing, "not_found", "Custom object instance not found";
    /// Unknown attribute of conversations, or option of one.
    ConversationAttributeNotFound, Missing, "conversation_attribute_not_found", "Conversation attribute not found";
    /// Unknown tag, where it is to be removed.
    TagNotFound, Missing, "tag_not_found", "Tag not found";
    /// Unknown article, where it is tagged.
    ArticleNotFound, Missing, "article_not_found", "Article not found";
    /// Unknown internal article, where it is tagged.
    InternalArticleNotFound, Missing, "internal_article_not_found", "Internal article not found";
    /// Unknown content snippet.
    SnippetNotFound, Missing, "not_found", "Content snippet not found";
    /// Unknown content snippet, where it is tagged.
    TaggedSnippetNotFound, Missing, "content_snippet_not_found", "Content snippet not found";
    /// Unknown folder.
    FolderNotFound, Missing, "not_found", "Folder not found";
    /// Unknown audience of a content.
    AudienceUnknown, Missing, "parameter_invalid", "audience_ids contains unknown audience IDs";
    /// Unknown conversation, where it is tagged.
    ConversationNotFound, Missing, "not_found", "Conversation not found";
    /// Unknown part or first message, where it is to be redacted.
    PartNotFound, Missing, "conversation_part_or_message_not_found", "Conversation part or message not found";
    /// Unknown secret of identity verification.
    SecureModeSecretNotFound, Missing, "identity_verification_secret_not_found", "Identity verification secret not found";
    /// Unknown source that a catalog is uploaded to.
    ImportSourceNotFound, Missing, "import_source_not_found", "No connector found with the provided id.";
    /// Unknown upload of a catalog.
    UploadSessionNotFound, Missing, "upload_session_not_found", "No active upload session found for the provided import_job_id.";
    /// Unknown data connector.
    DataConnectorNotFound, Missing, "data_connector_not_found", "Data connector not found";
    /// Unknown execution of a data connector.
    ExecutionResultNotFound, Missing, "execution_result_not_found", "Execution result not found";
    /// Unknown call, or one without the requested transcript.
    CallNotFound, Missing, "not_found", "Not Found";
    /// A call without a recording.
    RecordingNotFound, Missing, "not_found", "Recording Not Found";
    /// No conversations, or too many, to search calls by.
    ConversationIdLimit, Invalid, "conversation_id_limit_exceeded", "A list of up to 20 conversation IDs is required";
    /// Any other unknown object.
    ResourceNotFound, Missing, "not_found", "Resource Not Found";
    /// A file that a row refers to but that is missing in the storage.
    FileLost, Missing, "not_found", "This file is lost: the server knows of it, but its content is missing";
    /// A known path with a method that it does not have.
    MethodNotAllowed, Method, "method_not_allowed", "The method is not allowed for this resource";
    /// An `Accept` that leaves out the media type of a file.
    NotAcceptable, NotAcceptable, "not_acceptable", "The Accept header should accept application/octet-stream";
    /// A body larger than the limit.
    BodyTooLarge, TooLarge, "payload_too_large", "The request body is larger than allowed";
    /// A body without the content type of JSON.
    MediaTypeUnsupported, MediaType, "media_type_not_acceptable", "The Content-Type header should send a media type of application/json";
    /// A body or head that stopped arriving.
    RequestTimeout, Late, "request_timeout", "The request did not arrive in time";
    /// A request line or headers that are too long.
    HeadTooLarge, HeadTooLarge, "request_header_too_large", "The head of the request is larger than allowed";
    /// A `Transfer-Encoding` other than `chunked`.
    TransferCodingUnknown, NotImplemented, "transfer_encoding_not_implemented", "Transfer-Encoding must be chunked";
    /// A version of HTTP other than 1.0 and 1.1.
    ProtocolUnknown, Protocol, "http_version_not_supported", "HTTP/1.1 is expected";
    /// A range that begins after the end of a file.
    RangeNotSatisfiable, Range, "range_not_satisfiable", "The range begins after the end of the file";
    /// An `Expect` other than `100-continue`.
    ExpectationFailed, Expectation, "expectation_failed", "Expect may only be 100-continue";
    /// A body in a content coding that is not supported.
    EncodingUnsupported, MediaType, "content_encoding_not_acceptable", "The Content-Encoding header may name gzip or deflate, once";
    /// A unique value is already in use.
    Conflict, Conflict, "conflict", "A resource matching those details already exists";
    /// A unique value is already in use, for operations with a different error code.
    ResourceConflict, Conflict, "resource_conflict", "A resource with those details already exists";
    /// A catalog is being uploaded already.
    SyncInProgress, Conflict, "sync_in_progress", "A catalog upload is already in progress. Please wait for it to complete.";
    /// A catalog that is complete already.
    UploadNotFinalizable, Conflict, "upload_session_not_finalizable", "Upload session cannot be finalized in its current state.";
    /// Somebody else wrote in the conversation after the last part that the teammate saw.
    NewerActivity, Conflict, "newer_activity", "Somebody else wrote in this conversation meanwhile";
    /// A teammate closes a conversation that lacks attributes which have to be filled in first.
    AttributesMissing, Unprocessable, "attributes_missing", "Attributes have to be filled in before closing";
    /// Somebody else changed a value after the teammate saw it.
    NewerValue, Conflict, "newer_value", "Somebody else changed this value meanwhile";
    /// A draft that was changed elsewhere.
    DraftChanged, Conflict, "draft_changed", "The draft was changed elsewhere meanwhile";
    /// A held reply that was sent before it could be withdrawn.
    AlreadySent, Conflict, "already_sent", "The reply was sent already";
    /// A data connector that something else uses.
    DataConnectorInUse, Conflict, "data_connector_in_use", "Data connector is in use by other resources and cannot be deleted";
    /// The contact was merged into another one.
    ContactMerged, Gone, "contact_merged", "This contact has been merged. See the 'Link' header for the canonical contact.";
    /// Well-formed but not acceptable.
    Unprocessable, Unprocessable, "parameter_invalid", "Parameter invalid";
    /// A field with an invalid value.
    ValidationError, Unprocessable, "validation_error", "Validation error";
    /// An `Idempotency-Key` that was used for a different request before.
    IdempotencyKeyReused, Unprocessable, "idempotency_key_reused", "This Idempotency-Key was used with another request before";
    /// An object without a name.
    NameNotFound, Unprocessable, "parameter_not_found", "Name is required";
    /// A catalog that is not an array of products.
    InvalidCatalog, Unprocessable, "invalid_catalog_format", "catalog must be a JSON array";
    /// A part of a catalog that does not follow the previous one.
    InvalidPartNumber, Unprocessable, "invalid_part_number", "part_number must be a positive integer";
    /// A part of a catalog without the upload that it belongs to.
    ImportJobRequired, Unprocessable, "import_job_id_required", "Include import_job_id to continue an existing upload session.";
    /// Publishing a draft in several languages without `locales`.
    LocalesNotFound, Unprocessable, "parameter_not_found", "locales must be specified to publish a draft on a multilingual workspace";
    /// A type that attributes of conversations do not have.
    DataTypeInvalid, Unprocessable, "parameter_invalid", "data_type is not valid";
    /// Conversations that cannot be merged.
    MergeFailed, Unprocessable, "merge_failed", "Merge failed";
    /// A field of a bulk request is absent.
    FieldNotFound, Unprocessable, "field_not_found", "Field not found";
    /// A field of a bulk request has the wrong type.
    TypeMismatch, Unprocessable, "type_mismatch", "Type mismatch";
    /// The data attribute is in use.
    DataInvalid, Unprocessable, "data_invalid", "The Data Attribute you are trying to archive has a dependant object";
    /// A reference to custom objects, conversations or tickets that do not exist, or twice to the same one.
    BadReference, Unprocessable, "data_invalid", "Invalid or duplicated record reference";
    /// More requests than allowed.
    RateLimited, Limited, "rate_limit_exceeded", "The rate limit for the App has been exceeded";
    /// An internal error; the log has its cause.
    Internal, Internal, "server_error", "Server Error";
    /// An operation of the API that this release does not implement; the message names it.
    NotImplemented, NotImplemented, "not_implemented", "This operation is not implemented by this server";
    /// The database is busy or not reachable.
    Unavailable, Unavailable, "service_unavailable", "Sorry, the API service is temporarily unavailable";
    /// The file storage does not respond, or rejects the file for now.
    FilesUnavailable, Unavailable, "service_unavailable", "Files are temporarily unavailable. Please try again.";
    /// The disk is full.
    StorageFull, Unavailable, "storage_full", "The server has no space left to store this";
    /// A search ran longer than allowed.
    Timeout, Timeout, "server_timeout", "Server timed out when making request";
}

/// An error: its kind, its message, and other fields of the response.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}", code = kind.code())]
pub struct Error {
    /// The row of the table.
    pub kind: ErrorKind,
    /// The message in the response.
    pub message: Cow<'static, str>,
    /// The name of the invalid parameter.
    pub field: Option<Cow<'static, str>>,
    /// The object to use instead: the contact that a merged one was merged into.
    pub canonical: Option<ContactId>,
    /// The length of the file, if the requested range is outside of it.
    pub length: Option<u64>,
    /// More fields of the response, for the inbox only.
    pub details: Option<Box<serde_json::Map<String, serde_json::Value>>>,
    /// The internal cause; logged, never shown.
    pub cause: Option<String>,
}

/// What a verb returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with this message instead of the default one.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), field: None, canonical: None, length: None, details: None, cause: None }
    }

    /// 400 `parameter_invalid` with this message.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::ParameterInvalid, message)
    }

    /// 400 `parameter_not_found` with this message.
    pub fn missing(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::ParameterNotFound, message)
    }

    /// An internal error; `cause` is logged.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..ErrorKind::Internal.into() }
    }

    /// The same error, naming the invalid parameter.
    #[must_use]
    pub fn field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl Error {
    /// The same error with one more field of the response, for the inbox only.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.details.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind, kind.message())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        let kind = match &error {
            store::Error::Unique(_) => ErrorKind::Conflict,
            store::Error::Timeout => ErrorKind::Timeout,
            store::Error::Busy | store::Error::Unavailable(_) => ErrorKind::Unavailable,
            store::Error::Full => ErrorKind::StorageFull,
            _ => ErrorKind::Internal,
        };
        Self { cause: Some(error.to_string()), ..kind.into() }
    }
}
