//! Reads messages in conversations from requests.

use deskwire_domain::Person;
use deskwire_domain::attachments::{self, Content, New};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::ConversationId;
use deskwire_store::Files;
use serde_json::Value;

use crate::body::Body;
use crate::encoded::base64;
use crate::public::person::text;
use crate::request::Request;

/// The id of the conversation in the path.
pub(crate) fn id(request: &Request) -> Result<ConversationId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

/// The attachments of a message: files take precedence over URLs. Files are stored here, before any transaction.
pub(crate) async fn attachments(request: &Request) -> Result<Vec<New>> {
    if let Some(files) = listed(&request.body, "attachment_files")? {
        let files = files.iter().map(|file| Sent::read(file, "attachment_files")).collect::<Result<_>>()?;
        return store(request, files).await;
    }
    let urls = listed(&request.body, "attachment_urls")?;
    urls.map_or(Ok(Vec::new()), |urls| urls.iter().map(url).collect())
}

/// Stores files.
pub(crate) async fn store(request: &Request, files: Vec<Sent>) -> Result<Vec<New>> {
    let (root, workspace) = (request.app().files.clone(), request.caller().workspace().to_owned());
    let stored = tokio::task::spawn_blocking(move || files.into_iter().map(|f| f.store(&root, &workspace)).collect());
    stored.await.map_err(Error::internal)?
}

/// A list of files; `None` if it is absent or empty.
fn listed<'b>(body: &'b Body, key: &'static str) -> Result<Option<&'b Vec<Value>>> {
    let Some(items) = body.array(key)?.flatten() else { return Ok(None) };
    if items.len() > attachments::MAX_FILES {
        return Err(Error::invalid(format!("{key} may hold {} files at most", attachments::MAX_FILES)).field(key));
    }
    Ok((!items.is_empty()).then_some(items))
}

/// A file in a message.
pub(crate) struct Sent {
    name: String,
    content_type: String,
    bytes: Vec<u8>,
}

impl Sent {
    /// Reads a file of the list `key`.
    pub(crate) fn read(value: &Value, key: &'static str) -> Result<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).filter(|t| !t.is_empty());
        let invalid = |message: String| Error::invalid(message).field(key);
        let (Some(content_type), Some(data), Some(name)) = (text("content_type"), text("data"), text("name")) else {
            return Err(invalid(format!("each of {key} must have a content_type, data and a name")));
        };
        let bytes = base64(data).ok_or_else(|| invalid(format!("the data of {key} must be base64")))?;
        if bytes.len() > attachments::MAX_BYTES {
            return Err(invalid("a file is too large (maximum is 20 MB)".to_owned()));
        }
        let name = name.chars().filter(|c| !c.is_control()).take(255).collect();
        Ok(Self { name, content_type: content_type.to_owned(), bytes })
    }

    fn store(self, files: &Files, workspace: &str) -> Result<New> {
        let content = Content::store(files, workspace, &self.bytes, Some(&self.content_type))?;
        Ok(content.named(self.name))
    }
}

fn url(value: &Value) -> Result<New> {
    let url = value.as_str().filter(|url| attachments::is_address(url));
    let invalid = || Error::invalid("attachment_urls must hold http or https addresses").field("attachment_urls");
    url.map(|u| New::Url { url: u.to_owned(), name: None }).ok_or_else(invalid)
}

/// A message body that may contain HTML; `None` if it is absent or empty.
pub(crate) fn html(request: &Request) -> Result<Option<Html>> {
    match request.body.get("body") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Html::read(text, &request.origin, "body"),
        Some(_) => Err(crate::body::must_be("body", "a string")),
    }
}

/// The options of a quick reply.
pub(super) fn options(body: &Body) -> Result<Option<Value>> {
    let Some(options) = body.array("reply_options")?.flatten() else { return Ok(None) };
    let is_text = |option: &Value, key: &str| option.get(key).is_some_and(Value::is_string);
    if options.iter().any(|o| !is_text(o, "text") || !is_text(o, "uuid")) {
        return Err(Error::invalid("each of reply_options must have a text and a uuid").field("reply_options"));
    }
    Ok((!options.is_empty()).then(|| Value::Array(options.clone())))
}

/// The contact that a body identifies.
pub(crate) fn contact(body: &Body) -> Result<Person> {
    let missing = || Error::missing("One of intercom_user_id, user_id or email is required").field("intercom_user_id");
    contact_if_named(body)?.ok_or_else(missing)
}

/// The same; `None` if the body has no contact.
pub(crate) fn contact_if_named(body: &Body) -> Result<Option<Person>> {
    if let Some(id) = text(body, "intercom_user_id")? {
        return Ok(Some(Person::Id(id)));
    }
    if let Some(id) = text(body, "user_id")? {
        return Ok(Some(Person::UserId(id)));
    }
    Ok(text(body, "email")?.map(Person::Email))
}
