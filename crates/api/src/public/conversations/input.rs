//! Reading what is said in a conversation.

use deskwire_domain::Person;
use deskwire_domain::attachments::{self, New};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::html::Html;
use serde_json::Value;

use crate::body::Body;
use crate::public::person::text;

/// The attachments of a message: files win over addresses.
pub(crate) fn attachments(body: &Body) -> Result<Vec<New>> {
    let Some(urls) = body.array("attachment_urls")?.flatten() else { return Ok(Vec::new()) };
    if urls.len() > attachments::MOST {
        let words = format!("attachment_urls may hold {} addresses at most", attachments::MOST);
        return Err(Error::invalid(words).field("attachment_urls"));
    }
    urls.iter().map(url).collect()
}

fn url(value: &Value) -> Result<New> {
    let url = value.as_str().filter(|u| u.starts_with("https://") || u.starts_with("http://"));
    let refused = || Error::invalid("attachment_urls must hold http or https addresses").field("attachment_urls");
    url.map(|u| New::Url(u.to_owned())).ok_or_else(refused)
}

/// A message body that may hold HTML; none when it is absent or empty.
pub(crate) fn html(body: &Body) -> Result<Option<Html>> {
    match body.get("body") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Html::read(text)),
        Some(_) => Err(crate::body::wrong("body", "a string")),
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

/// The contact that a body names.
pub(crate) fn contact(body: &Body) -> Result<Person> {
    if let Some(id) = text(body, "intercom_user_id")? {
        return Ok(Person::Id(id));
    }
    if let Some(id) = text(body, "user_id")? {
        return Ok(Person::UserId(id));
    }
    let email = text(body, "email")?.map(Person::Email);
    email.ok_or_else(|| {
        Error::missing("One of intercom_user_id, user_id or email is required").field("intercom_user_id")
    })
}
