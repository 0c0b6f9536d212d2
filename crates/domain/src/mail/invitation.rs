//! The mail with the link of an invitation.

use askama::Template;
use deskwire_store::{WorkspaceTx, admins, invitations};

use super::compose::{Composed, named};
use super::letter::{Letter, line};
use super::templates::{Document, InvitationBody, PlainDocument};
use super::{Mail, Sender};
use crate::error::{Error, ErrorKind, Result};
use crate::html::{self, Html};
use crate::workspaces;

/// Composes the mail, unless the invitation has been withdrawn, accepted or renewed since.
pub(super) fn compose(tx: &mut WorkspaceTx, sender: &Sender, mail: &Mail) -> Result<Composed> {
    let found = invitations::of_mail(tx, mail.id)?.filter(|found| found.expires_at > tx.now());
    let Some((invitation, link)) = found.and_then(|found| Some((found.clone(), found.link?))) else {
        return Ok(Composed::Dropped("the invitation is no longer valid"));
    };
    let tenant = workspaces::known(tx)?;
    let by = match invitation.invited_by {
        Some(id) => admins::get(tx, id)?.map(|admin| line(&admin.name)),
        None => None,
    };
    let role = invitation.role_name.as_deref().unwrap_or_default();
    let body = Html::render(&InvitationBody {
        by: by.as_deref().map(Html::inline),
        workspace: Html::inline(&tenant.name),
        role: Html::inline(role),
        link: &link,
    })?;
    let answered = sender.reply_to.is_some();
    let plain = html::plain(body.as_str());
    let text =
        PlainDocument { body: &plain, answered, unsubscribe: None, inbox: None }.render().map_err(Error::internal)?;
    let html = Document { body: &body, answered, unsubscribe: None, inbox: None }.render().map_err(Error::internal)?;
    let recipient = named(None, &invitation.email);
    let from = by.map_or_else(|| tenant.name.clone(), |by| format!("{by} ({})", tenant.name));
    Ok(Composed::Letter(Box::new(Letter {
        id: mail.header_id.clone().ok_or(ErrorKind::Internal)?,
        recipient: recipient.address.clone(),
        from: named(Some(from), &sender.address),
        to: vec![recipient],
        cc: Vec::new(),
        reply_to: sender.reply_to.clone(),
        subject: subject(&tenant.name),
        references: Vec::new(),
        in_reply_to: None,
        text: text + "\n",
        html: html + "\n",
        unsubscribe: None,
        automatic: true,
    })))
}

/// The subject of invitations to a workspace.
pub(super) fn subject(workspace: &str) -> String {
    line(&format!("Join {workspace} on Deskwire"))
}
