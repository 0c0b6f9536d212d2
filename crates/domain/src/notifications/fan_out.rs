//! Derives the notifications and mails of an event for its recipients. Nothing is sent here.

use std::collections::{BTreeMap, HashMap};

use deskwire_store::Tx;
use deskwire_store::contacts::Contact;
use deskwire_store::conversation_reads::{self, ConversationMention};
use deskwire_store::conversations::Channel;
use deskwire_store::mails::{self, Mail};
use deskwire_store::messages::{Medium, Message};
use deskwire_store::notifications::{self as store, Notification, RecipientKind};

use super::Recipient;
use super::rules::{DELAY, Post, RULES, Rule, Who};
use super::scene::{Cast, Scene};
use crate::actor::Access;
use crate::conversations::noun;
use crate::error::Result;
use crate::events::Event;
use crate::ids::{AdminId, ConversationId, MailId, PartId};
use crate::{Cx, mail, permissions};

/// The maximum number of recipients per event.
const MAX: usize = 500;

/// A recipient of an event, with the rule that applies.
struct Addressee<'a> {
    scene: &'a Scene,
    rule: &'static Rule,
    to: Recipient,
}

/// Writes the notifications and mails of events, in the transaction of the fan-out. Reads and writes are batched for
/// all events.
pub fn fan_out(cx: &mut Cx, events: &[&Event]) -> Result<()> {
    let ruled: Vec<&Event> = events.iter().copied().filter(|e| e.notify && rules(e).next().is_some()).collect();
    if ruled.is_empty() {
        return Ok(());
    }
    let mut cast = Cast::load(cx, &ruled)?;
    let scenes: Vec<Scene> = ruled.iter().filter_map(|event| cast.scene(event)).collect();
    let mut addressees: Vec<Addressee<'_>> = scenes.iter().flat_map(|scene| addressees(&cast, scene)).collect();
    keep_permitted(cx, &mut addressees)?;
    let recipients: Vec<Recipient> = addressees.iter().filter(|h| h.rule.post != Post::No).map(|h| h.to).collect();
    cast.meet(cx, &scenes, &recipients)?;
    let notifications: Vec<Notification> =
        addressees.iter().map(|addressee| notification(cx, &cast, addressee)).collect();
    store::insert_all(cx, &notifications)?;
    mention(cx, &addressees)?;
    let mailed: Vec<&Addressee<'_>> =
        addressees.iter().filter(|h| h.rule.post != Post::No && cast.takes_mail(h.to, h.rule.about())).collect();
    post(cx, &mailed)
}

/// Leaves out the teammates who may not read the conversation or ticket: they may have been given it, or mentioned in
/// it, all the same.
fn keep_permitted(cx: &mut Cx, addressees: &mut Vec<Addressee<'_>>) -> Result<()> {
    let admin = |to: Recipient| if let Recipient::Admin(id) = to { Some(id) } else { None };
    let mut admins: Vec<AdminId> = addressees.iter().filter_map(|addressee| admin(addressee.to)).collect();
    admins.sort_unstable();
    admins.dedup();
    let permitted = permissions::of_admins(cx, &admins)?;
    addressees.retain(|Addressee { scene, to, .. }| {
        let Some(id) = admin(*to) else { return true };
        let noun = noun(scene.conversation.is_ticket);
        permitted.get(&id).is_some_and(|permissions| permissions.of(noun) >= Access::Read)
    });
    Ok(())
}

/// Records mentions for the inbox.
fn mention(cx: &mut Cx, addressees: &[Addressee<'_>]) -> Result<()> {
    let mut last: BTreeMap<(ConversationId, AdminId), PartId> = BTreeMap::new();
    for addressee in addressees.iter().filter(|addressee| addressee.rule.to.contains(&Who::Mentioned)) {
        if let (Recipient::Admin(admin), Some(part)) = (addressee.to, &addressee.scene.part) {
            let found = last.entry((addressee.scene.conversation.id, admin)).or_insert(part.id);
            *found = (*found).max(part.id);
        }
    }
    let mentions: Vec<ConversationMention> = last
        .into_iter()
        .map(|((conversation_id, admin_id), part_id)| ConversationMention { conversation_id, admin_id, part_id })
        .collect();
    Ok(conversation_reads::mention(cx, &mentions)?)
}

fn rules(event: &Event) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| rule.topic == event.topic)
}

/// The recipients of an event, without duplicates.
fn addressees<'a>(cast: &Cast, scene: &'a Scene) -> Vec<Addressee<'a>> {
    // The actor is not notified.
    let mut notified: Vec<Recipient> = scene.author.into_iter().collect();
    let mut addressees = Vec::new();
    for rule in RULES.iter().filter(|rule| rule.topic == scene.topic && scene.holds(rule.when)) {
        for to in rule.to.iter().flat_map(|who| cast.who(scene, *who)) {
            if notified.len() < MAX && !notified.contains(&to) {
                notified.push(to);
                addressees.push(Addressee { scene, rule, to });
            }
        }
    }
    addressees
}

fn notification(tx: &Tx<'_>, cast: &Cast, addressee: &Addressee<'_>) -> Notification {
    let ((kind, id), rule) = (addressee.to.key(), addressee.rule);
    Notification {
        recipient_kind: kind,
        recipient_id: id,
        id: tx.mint(),
        topic: rule.topic.as_str().to_owned(),
        conversation_id: Some(addressee.scene.conversation.id),
        message_id: None,
        part_id: addressee.scene.part.as_ref().map(|part| part.id),
        cause: rule.cause.replace("{who}", cast.name(addressee.scene.author)),
        read_at: None,
        created_at: addressee.scene.at,
    }
}

/// Queues mail, or extends queued mail.
fn post(cx: &mut Cx, addressees: &[&Addressee<'_>]) -> Result<()> {
    /// A queued mail that parts can be added to.
    enum Open {
        Waiting(MailId),
        New(usize),
    }
    let waits = |h: &Addressee<'_>| {
        let by_mail = matches!(h.to, Recipient::Contact(_)) && h.scene.conversation.channel_current == Channel::Email;
        h.rule.post == Post::UnlessRead && !by_mail
    };
    let mut conversations: Vec<ConversationId> =
        addressees.iter().filter(|h| waits(h)).map(|h| h.scene.conversation.id).collect();
    conversations.sort_unstable();
    conversations.dedup();
    let mut open: HashMap<(ConversationId, Recipient), Open> = HashMap::new();
    for waiting in mails::extendable(cx, &conversations)? {
        let to = Recipient::of((waiting.recipient_kind, waiting.recipient_id));
        open.insert((waiting.conversation_id, to), Open::Waiting(waiting.id));
    }
    let (mut new, mut extended): (Vec<Mail>, HashMap<MailId, PartId>) = (Vec::new(), HashMap::new());
    for addressee in addressees {
        let (conversation, part) = (addressee.scene.conversation.id, addressee.scene.part.as_ref().map(|part| part.id));
        let (key, waits) = ((conversation, addressee.to), waits(addressee));
        // Mail to a teammate links to the conversation, so a waiting mail also covers events without a part.
        if waits && (part.is_some() || matches!(addressee.to, Recipient::Admin(_))) {
            match open.get(&key) {
                Some(Open::Waiting(id)) => {
                    extended.extend(part.map(|part| (*id, part)));
                    continue;
                }
                Some(Open::New(index)) => {
                    let mail = &mut new[*index];
                    mail.first_part_id = mail.first_part_id.or(part);
                    mail.last_part_id = part.or(mail.last_part_id);
                    continue;
                }
                None => {
                    open.insert(key, Open::New(new.len()));
                }
            }
        }
        new.push(Mail {
            topic: addressee.rule.topic.as_str().to_owned(),
            conversation_id: Some(conversation),
            first_part_id: part,
            last_part_id: part,
            unless_read: waits,
            run_at: if waits { addressee.scene.at + DELAY } else { addressee.scene.at },
            ..mail::pending(cx, addressee.to.key())
        });
    }
    mails::extend(cx, &extended.into_iter().collect::<Vec<_>>())?;
    Ok(mails::insert_all(cx, &new)?)
}

/// Writes a mail or a messenger notification for each recipient of a message.
pub(crate) fn of_message(cx: &mut Cx, message: &Message, author: &str, contacts: &[Contact]) -> Result<()> {
    let by_mail = message.message_type == Medium::Email;
    let row = |cx: &Tx<'_>, contact: &Contact| Mail {
        topic: mail::MESSAGE.to_owned(),
        message_id: Some(message.id),
        ..mail::pending(cx, (RecipientKind::Contact, contact.id.number()))
    };
    let wanted = contacts.iter().filter(|contact| by_mail && mail::suppression_reason(contact).is_none());
    let mails: Vec<Mail> = wanted.map(|contact| row(cx, contact)).collect();
    mails::insert_all(cx, &mails)?;
    let notification = |cx: &Tx<'_>, contact: &Contact| Notification {
        recipient_kind: RecipientKind::Contact,
        recipient_id: contact.id.number(),
        id: cx.mint(),
        topic: mail::MESSAGE.to_owned(),
        message_id: Some(message.id),
        cause: format!("{author} sent you a message"),
        created_at: cx.now(),
        ..Notification::default()
    };
    let notifications: Vec<Notification> =
        contacts.iter().filter(|_| !by_mail).map(|contact| notification(cx, contact)).collect();
    Ok(store::insert_all(cx, &notifications)?)
}
