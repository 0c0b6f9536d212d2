//! `/app/v1/sent`: the mail and webhooks that a demo or test server sent, or would have sent. Other servers do not have
//! these rows. Teammates see the mail that their role permits.

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{MailId, WebhookDeliveryId};
use deskwire_domain::mail::shown::{self, MailSummary};
use deskwire_domain::mail::{self, Composed, Letter, Named};
use deskwire_domain::webhooks::{self, Chosen};
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};

use super::request::Request;
use super::rows::{Needs, Rows};
use super::settings::{as_limit, line};
use super::types::{MailState, OneSentMail, SentMail, SentMailDetail, SentMails, SentWebhooks};
use crate::app::Outbox;
use crate::reply::Reply;

/// The length of a page.
const PAGE: usize = 50;
/// The maximum number of bytes of a mail that are displayed.
const SHOWN: usize = 256 << 10;
/// The content security policy of a displayed mail: styles and images, in a frame of the inbox.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'; base-uri 'none'; \
     form-action 'none'",
);

pub(super) fn rows(rows: &mut Rows) {
    let read = Needs::READ_CONVERSATIONS;
    rows.row("GET /app/v1/sent/mails", read, mails);
    rows.row("GET /app/v1/sent/mails/{id}", read, one);
    rows.row("GET /app/v1/sent/mails/{id}/body", read, body);
    rows.row("GET /app/v1/sent/webhooks", Needs::Apps, webhooks);
}

/// A page of mails, newest first.
async fn mails(request: Request) -> Result<Reply> {
    outbox(&request)?;
    let before = request.query("before").map(|text| {
        MailId::parse(&text).ok_or_else(|| Error::invalid("before must be the id of a mail").field("before"))
    });
    let before = before.transpose()?;
    request
        .read(move |cx| {
            let mut items = shown::page(cx, before, as_limit(PAGE + 1))?;
            let has_more = items.len() > PAGE;
            items.truncate(PAGE);
            let next = items.last().filter(|_| has_more).map(|last| last.mail.id);
            Ok(SentMails { items: items.into_iter().map(view).collect(), next })
        })
        .await
}

/// The contents of a mail.
async fn one(request: Request) -> Result<Reply> {
    let (Outbox { sender, raw }, id) = (outbox(&request)?, id(&request)?);
    request
        .read(move |cx| match shown::preview(cx, &sender, id)?.1 {
            Composed::Letter(letter) => {
                let content = content(*letter, raw).map_err(Error::internal)?;
                Ok(OneSentMail { content: Some(content), why: None })
            }
            Composed::Dropped(why) => Ok(OneSentMail { content: None, why: Some(why.to_owned()) }),
        })
        .await
}

/// The HTML of a mail, for a sandboxed frame.
async fn body(request: Request) -> Result<Reply> {
    let (Outbox { sender, .. }, id) = (outbox(&request)?, id(&request)?);
    let (_, composed) = request.load(move |cx| shown::preview(cx, &sender, id)).await?;
    let Composed::Letter(letter) = composed else { return Err(ErrorKind::ResourceNotFound.into()) };
    let mut reply = Reply::text("text/html; charset=utf-8", letter.html);
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ] {
        reply.headers.insert(name, value);
    }
    Ok(reply)
}

/// A page of deliveries to all endpoints, newest first.
async fn webhooks(request: Request) -> Result<Reply> {
    outbox(&request)?;
    let before = request.query("before").map(|text| {
        WebhookDeliveryId::parse(&text)
            .ok_or_else(|| Error::invalid("before must be the id of a delivery").field("before"))
    });
    // An explicit bound even for the first page, so that SQLite walks the key.
    let before = before.transpose()?.unwrap_or(WebhookDeliveryId::new(i64::MAX));
    let chosen = Chosen { before: Some(before), ..Chosen::default() };
    request
        .read(move |cx| {
            let mut items = webhooks::deliveries(cx, &chosen, as_limit(PAGE + 1))?;
            let has_more = items.len() > PAGE;
            items.truncate(PAGE);
            let next = items.last().filter(|_| has_more).map(|last| last.id);
            Ok(SentWebhooks { items: items.iter().map(line).collect::<Result<_>>()?, next })
        })
        .await
}

/// The outbox of this server; other servers respond as if the path did not exist.
fn outbox(request: &Request) -> Result<Outbox> {
    request.app.config.outbox.clone().ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

fn id(request: &Request) -> Result<MailId> {
    request.id("id", ErrorKind::ResourceNotFound)
}

fn view(MailSummary { mail, to, to_teammate, subject }: MailSummary) -> SentMail {
    SentMail {
        id: mail.id,
        to,
        to_teammate,
        subject,
        state: state(mail.state),
        why: mail.error,
        conversation_id: mail.conversation_id,
        created_at: mail.created_at,
        sent_at: mail.sent_at,
        due_at: (mail.state == mail::MailState::Pending).then_some(mail.run_at),
    }
}

fn content(letter: Letter, raw: fn(&Letter) -> Result<Vec<u8>, String>) -> Result<SentMailDetail, String> {
    let bytes = raw(&letter)?;
    let is_cut = bytes.len() > SHOWN;
    let raw = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]).into_owned();
    let all = |people: &[Named]| people.iter().map(named).collect();
    let (to, cc) = (all(&letter.to), all(&letter.cc));
    Ok(SentMailDetail { from: named(&letter.from), to, cc, subject: letter.subject, text: letter.text, raw, is_cut })
}

fn named(who: &Named) -> String {
    match &who.name {
        Some(name) => format!("{name} <{}>", who.address),
        None => who.address.clone(),
    }
}

const fn state(state: mail::MailState) -> MailState {
    match state {
        mail::MailState::Pending => MailState::Pending,
        mail::MailState::Sent => MailState::Sent,
        mail::MailState::Dropped => MailState::Dropped,
        mail::MailState::Bounced => MailState::Bounced,
        mail::MailState::Failed => MailState::Failed,
    }
}
