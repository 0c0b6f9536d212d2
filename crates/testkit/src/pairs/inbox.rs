//! Verbs that only the inbox has, and verbs beside them.

use serde_json::{Value, json};

use super::fixture::Fixture;
use super::verbs::{Call, Verb, contact, delete, post, put, reply, talk, verb};

fn conversation(f: &Fixture, end: &str) -> String {
    format!("/app/v1/conversations/{}{end}", f.id("talk"))
}

fn act(f: &Fixture, action: Value) -> Call {
    post(conversation(f, "/actions"), action)
}

fn message(f: &Fixture, kind: &str) -> Call {
    post(conversation(f, "/reply"), json!({"kind": kind, "html": "<p>Written</p>"}))
}

pub(super) const INBOX: &[Verb] = &[
    verb("inbox.unmerge", &["merged"], |f| post(conversation(f, "/unmerge"), json!({}))),
    verb("conversations.delete merged", &["merged"], |f| delete(talk(f, "talk", ""))),
    verb("conversations.delete primary", &["merged"], |f| delete(talk(f, "second", ""))),
    verb("conversations.reply merged", &["merged"], |f| reply(f, "talk", "user")),
    verb("contacts.delete of merged", &["merged"], |f| delete(contact(f, "user", ""))),
    verb("inbox.reply", &["talk"], |f| message(f, "reply")),
    verb("inbox.note", &["talk"], |f| message(f, "note")),
    verb("inbox.withdraw", &["held"], |f| {
        post(conversation(f, &format!("/parts/{}/withdraw", f.id("held"))), json!({}))
    }),
    verb("inbox.draft", &["talk"], |f| {
        put(conversation(f, "/drafts/reply"), json!({"html": "<p>Draft</p>", "base": 0}))
    }),
    verb("inbox.read", &["talk"], |f| act(f, json!({"type": "read"}))),
    verb("inbox.unread", &["talk"], |f| act(f, json!({"type": "unread"}))),
    verb("inbox.title", &["talk"], |f| act(f, json!({"type": "title", "title": "Titled"}))),
    verb("inbox.convert", &["talk", "kind"], |f| act(f, json!({"type": "convert", "ticket_type_id": f.id("kind")}))),
    verb("inbox.merge tags", &["tag", "label"], |f| {
        post(format!("/app/v1/settings/tags/{}/merge", f.id("tag")), json!({"into": f.id("label")}))
    }),
    verb("inbox.delete team", &["with_team"], |f| delete(format!("/app/v1/settings/teams/{}", f.id("team")))),
    verb("inbox.dismiss", &["assigned"], |f| delete(format!("/app/v1/settings/teammates/{}", f.id("admin")))),
];
