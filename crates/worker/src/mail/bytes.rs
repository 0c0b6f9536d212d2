//! Encoding a mail for a mail server.

use deskwire_domain::mail::{Letter, Named};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use url::Host;

/// An address with its domain in ASCII, as mail servers take it.
pub(super) fn address(text: &str) -> Option<Address> {
    let (name, domain) = text.rsplit_once('@')?;
    let domain = if domain.is_ascii() { domain.to_owned() } else { Host::parse(domain).ok()?.to_string() };
    Address::new(name, domain).ok()
}

/// Whether a mail server without SMTPUTF8 accepts an address (its domain is no obstacle).
pub(super) fn is_plain(address: &Address) -> bool {
    AsRef::<str>::as_ref(address).is_ascii()
}

/// The bytes of a mail, or the reason that it cannot be encoded; `utf8` says whether the mail server accepts addresses
/// that are not ASCII.
pub(super) fn of(letter: &Letter, utf8: bool) -> Result<Vec<u8>, String> {
    let mailbox = |named: &Named| mailbox(named).filter(|mailbox| utf8 || is_plain(&mailbox.email));
    let from = mailbox(&letter.from).ok_or("mail_from is not an address")?;
    let mut builder = Message::builder().message_id(Some(letter.id.clone())).from(from).subject(&letter.subject);
    // Addresses in copy that mail programs could not parse are left out.
    for to in letter.to.iter().filter_map(mailbox) {
        builder = builder.to(to);
    }
    for cc in letter.cc.iter().filter_map(mailbox) {
        builder = builder.cc(cc);
    }
    if let Some(address) = &letter.reply_to {
        let address = self::address(address).ok_or("mail_reply_to is not an address")?;
        builder = builder.reply_to(Mailbox::new(letter.from.name.clone(), address));
    }
    if let Some(id) = &letter.in_reply_to {
        builder = builder.in_reply_to(id.clone());
    }
    if !letter.references.is_empty() {
        builder = builder.references(letter.references.join(" "));
    }
    if let Some(url) = &letter.unsubscribe {
        builder = builder
            .raw_header(header("List-Unsubscribe", format!("<{url}>"))?)
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned())?);
    }
    if letter.automatic {
        builder = builder.raw_header(header("Auto-Submitted", "auto-generated".to_owned())?);
    }
    let both = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    builder.multipart(both).map(|mail| mail.formatted()).map_err(|e| e.to_string())
}

fn mailbox(named: &Named) -> Option<Mailbox> {
    Some(Mailbox::new(named.name.clone(), address(&named.address)?))
}

fn header(name: &'static str, value: String) -> Result<HeaderValue, String> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|e| e.to_string())?;
    Ok(HeaderValue::new(name, value))
}
