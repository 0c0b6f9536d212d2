//! From an event to the rows of those who hear of it. Nothing is sent here.

use deskwire_store::Tx;
use deskwire_store::contacts::{self, Contact};
use deskwire_store::conversation_links as links;
use deskwire_store::mails::{self, Mail};
use deskwire_store::messages::Message;
use deskwire_store::notifications::{self as store, Notification};

use super::Recipient;
use super::rules::{DELAY, Post, RULES, Rule};
use super::scene::Scene;
use crate::actor::Actor;
use crate::error::Result;
use crate::events::Event;
use crate::mail;

/// The most people who hear of one event.
const MOST: usize = 500;

/// Writes down whom an event is told to, in the transaction that fans it out.
pub fn fan_out(tx: &mut Tx<'_>, actor: &Actor, event: &Event) -> Result<()> {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.topic.as_str() == event.topic).collect();
    if !event.notify || rules.is_empty() {
        return Ok(());
    }
    let Some(scene) = Scene::load(tx, actor, event)? else { return Ok(()) };
    let author = name(tx, actor, scene.author)?;
    // Whoever did it knows.
    let mut told: Vec<Recipient> = scene.author.into_iter().collect();
    for rule in rules.into_iter().filter(|rule| scene.holds(rule.when)) {
        for who in rule.to {
            for recipient in scene.who(tx, actor, *who)? {
                if told.len() < MOST && !told.contains(&recipient) {
                    told.push(recipient);
                    tell(tx, actor, rule, &scene, recipient, &author)?;
                }
            }
        }
    }
    Ok(())
}

/// Notes one recipient of one event.
fn tell(tx: &mut Tx<'_>, actor: &Actor, rule: &Rule, scene: &Scene, to: Recipient, author: &str) -> Result<()> {
    let (kind, id) = to.key();
    let part_id = scene.part.as_ref().map(|part| part.id);
    let notification = Notification {
        recipient_kind: kind.to_owned(),
        recipient_id: id,
        id: tx.mint(),
        topic: rule.topic.as_str().to_owned(),
        conversation_id: Some(scene.conversation.id),
        message_id: None,
        part_id,
        cause: rule.cause.replace("{who}", author),
        read_at: None,
        created_at: tx.now(),
    };
    store::insert(tx, actor.workspace(), &notification)?;
    let wanted = match to {
        Recipient::Contact(id) if rule.post != Post::No => {
            contacts::get(tx, actor.workspace(), id)?.is_some_and(|c| mail::refused(&c).is_none())
        }
        Recipient::Admin(id) if rule.post != Post::No => store::mailed(tx, actor.workspace(), id)?,
        _ => false,
    };
    if wanted { post(tx, actor, rule, scene, to) } else { Ok(()) }
}

/// Notes a mail, or adds to one that waits.
fn post(tx: &mut Tx<'_>, actor: &Actor, rule: &Rule, scene: &Scene, to: Recipient) -> Result<()> {
    let (conversation, part) = (&scene.conversation, scene.part.as_ref().map(|part| part.id));
    let key = to.key();
    let by_mail = key.0 == "contact" && conversation.channel_current == "email";
    let waits = rule.post == Post::UnlessRead && !by_mail;
    if let Some(part) = part.filter(|_| waits)
        && mails::extend(tx, actor.workspace(), key, conversation.id, part)?
    {
        return Ok(());
    }
    let mail = Mail {
        topic: rule.topic.as_str().to_owned(),
        conversation_id: Some(conversation.id),
        first_part_id: part,
        last_part_id: part,
        unless_read: waits,
        run_at: if waits { scene.at + DELAY } else { scene.at },
        ..mail::pending(tx, key)
    };
    Ok(mails::insert(tx, actor.workspace(), &mail)?)
}

/// Notes everyone who gets a message: by mail what is mail, in the messenger what is not.
pub(crate) fn of_message(
    tx: &mut Tx<'_>,
    actor: &Actor,
    message: &Message,
    author: &str,
    contacts: &[Contact],
) -> Result<()> {
    for contact in contacts {
        if message.message_type == "email" {
            if mail::refused(contact).is_none() {
                let row = Mail {
                    topic: mail::MESSAGE.to_owned(),
                    message_id: Some(message.id),
                    ..mail::pending(tx, ("contact", contact.id))
                };
                mails::insert(tx, actor.workspace(), &row)?;
            }
            continue;
        }
        let notification = Notification {
            recipient_kind: "contact".to_owned(),
            recipient_id: contact.id,
            id: tx.mint(),
            topic: mail::MESSAGE.to_owned(),
            message_id: Some(message.id),
            cause: format!("{author} sent you a message"),
            created_at: tx.now(),
            ..Notification::default()
        };
        store::insert(tx, actor.workspace(), &notification)?;
    }
    Ok(())
}

/// What someone is called.
fn name(tx: &mut Tx<'_>, actor: &Actor, who: Option<Recipient>) -> Result<String> {
    let (contacts, admins) = match who {
        Some(Recipient::Contact(id)) => (vec![id], Vec::new()),
        Some(Recipient::Admin(id)) => (Vec::new(), vec![id]),
        None => return Ok("Operator".to_owned()),
    };
    let found = links::people(tx, actor.workspace(), &contacts, &admins)?.into_iter().next();
    let name = found.and_then(|p| p.name.or(p.email)).filter(|n| !n.trim().is_empty());
    Ok(name.unwrap_or_else(|| "Somebody".to_owned()))
}
