//! Previews of mail, for demos and test servers. Mail about a conversation names its contacts, and mail to teammates has
//! their addresses: teammates see what their role permits to read. They see invitations if it permits managing teammates.

use std::collections::HashMap;

use deskwire_store::notifications::RecipientKind;
use deskwire_store::{admins, contacts, conversations, invitations as invitation_rows, mails as store};

use super::outcome::header_id;
use super::{Claimed, Composed, INVITATION, Mail, Sender, compose, invitation};
use crate::actor::{Actor, Noun};
use crate::error::{ErrorKind, Result};
use crate::ids::{ContactId, ConversationId, MailId};
use crate::{Cx, html, invitations};

/// A mail in a list.
#[derive(Debug, Clone)]
pub struct MailSummary {
    /// The mail.
    pub mail: Mail,
    /// The address that it was or will be sent to.
    pub to: Option<String>,
    /// Whether that is a teammate. Invitations are sent to people who are none yet.
    pub to_teammate: bool,
    /// Its subject if it was sent or is an invitation, else the title of its conversation, if it has
    /// one.
    pub subject: Option<String>,
}

/// The mails that the actor does not see.
fn hidden(actor: &Actor) -> store::Hidden {
    store::Hidden {
        with_contacts: !actor.reads(Noun::People),
        to_teammates: !actor.reads(Noun::Admins),
        of_conversations: !actor.reads(Noun::Conversations),
        of_tickets: !actor.reads(Noun::Tickets),
        topic: (!actor.writes(Noun::Admins)).then_some(INVITATION),
    }
}

/// A page of mails that the actor may see, newest first, starting before `before`. Takes at most five statements,
/// whatever the number of mails.
pub fn page(cx: &mut Cx, before: Option<MailId>, limit: i64) -> Result<Vec<MailSummary>> {
    let hidden = hidden(cx.actor());
    let mails = store::page(cx, hidden, before.unwrap_or(MailId::new(i64::MAX)), limit)?;
    let to_contacts = mails.iter().filter(|mail| mail.recipient_kind == RecipientKind::Contact);
    let mut ids: Vec<ContactId> = to_contacts.map(|mail| ContactId::new(mail.recipient_id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let contacts: HashMap<i64, Option<String>> =
        contacts::get_many(cx, &ids)?.into_iter().map(|contact| (contact.id.number(), contact.email)).collect();
    let teammates: HashMap<i64, String> =
        admins::ever(cx)?.into_iter().map(|admin| (admin.id.number(), admin.email)).collect();
    let mut ids: Vec<ConversationId> = mails.iter().filter_map(|mail| mail.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let titles: HashMap<ConversationId, String> = conversations::get_many(cx, &ids)?
        .into_iter()
        .filter_map(|row| {
            let given = [row.title, row.source_subject.as_deref().map(html::plain)];
            Some((row.id, given.into_iter().flatten().find(|title| !title.trim().is_empty())?))
        })
        .collect();
    let invited = invited(cx, &mails)?;
    let joining = invitation::subject(&cx.actor().tenant.name);
    let shown = |mail: Mail| {
        let is_invitation = mail.topic == INVITATION;
        let own = || match mail.recipient_kind {
            _ if is_invitation => invited.get(&mail.id).cloned(),
            RecipientKind::Contact => contacts.get(&mail.recipient_id).cloned().flatten(),
            RecipientKind::Admin => teammates.get(&mail.recipient_id).cloned(),
        };
        let title = || match mail.conversation_id {
            _ if is_invitation => Some(joining.clone()),
            id => titles.get(&id?).cloned(),
        };
        MailSummary {
            to: mail.address.clone().or_else(own),
            to_teammate: !is_invitation && mail.recipient_kind == RecipientKind::Admin,
            subject: mail.subject.clone().or_else(title),
            mail,
        }
    };
    Ok(mails.into_iter().map(shown).collect())
}

/// The addresses of the invitations among these mails that wait to be sent.
fn invited(cx: &mut Cx, mails: &[Mail]) -> Result<HashMap<MailId, String>> {
    if mails.iter().all(|mail| mail.topic != INVITATION || mail.address.is_some()) {
        return Ok(HashMap::new());
    }
    let waiting = invitation_rows::all(cx)?.into_iter();
    Ok(waiting.filter_map(|invitation| Some((invitation.mail_id?, invitation.email))).collect())
}

/// A mail that the actor may see, and its content, as it would be composed now. It is composed even if the recipient has read the parts.
pub fn preview(cx: &mut Cx, sender: &Sender, id: MailId) -> Result<(Mail, Composed)> {
    let hidden = hidden(cx.actor());
    let mail = store::shown(cx, hidden, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    if mail.topic == INVITATION {
        invitations::check_mail(cx, id)?;
    }
    let workspace = cx.workspace().to_owned();
    let header_id = mail.header_id.clone().or_else(|| Some(header_id(sender, &workspace, id)));
    let claimed = Claimed { workspace, mail: Mail { header_id, unless_read: false, ..mail.clone() } };
    Ok((mail, compose(cx, sender, &claimed)?))
}
