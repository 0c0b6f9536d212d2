//! Verbs on content, audiences, news and calls.

use serde_json::{Value, json};

use super::fixture::Fixture;
use super::verbs::{Call, Verb, contact, core, delete, post, put, talk, verb};

fn at(f: &Fixture, noun: &str, slot: &str, end: &str) -> String {
    format!("/{noun}/{}{end}", f.id(slot))
}

fn article(f: &Fixture, end: &str) -> String {
    at(f, "articles", "article", end)
}

fn number(f: &Fixture, slot: &str) -> i64 {
    f.id(slot).parse().unwrap_or_default()
}

/// Makes an address that leads to the article or the collection of a fixture.
fn redirect(f: &Fixture, slot: &str) -> Call {
    let from = format!("http://deskwire.test/help/{}/help-center/{}", f.world.actor.tenant.id, f.name("old"));
    let body = json!({"from_url": from, "locale": "en", "target_type": slot, "target_id": number(f, slot)});
    post("/help_center/help_centers/1/redirects", body)
}

/// Applies a bulk action to the article, the internal article and the snippet of a fixture, if it has them.
fn bulk(f: &Fixture, action: &str, more: &Value) -> Call {
    let kinds = [("article", "article"), ("internal", "internal_article"), ("snippet", "content_snippet")];
    let there = kinds.iter().filter(|(slot, _)| f.slots.contains(slot));
    let ids: Vec<Value> = there.map(|(slot, kind)| json!({"type": kind, "id": f.id(slot)})).collect();
    let mut body = json!({"action": action, "content_ids": ids});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    post("/content/bulk_actions", body)
}

pub(super) const CONTENT: &[Verb] = &[
    core("articles.update", &["article"], |f| put(article(f, ""), json!({"title": f.name("renamed")}))),
    verb("articles.unpublish", &["article"], |f| put(article(f, ""), json!({"state": "draft"}))),
    verb("articles.translate", &["article"], |f| {
        let french = json!({"title": f.name("titre"), "body": "Texte", "state": "published"});
        put(article(f, ""), json!({"translated_content": {"fr": french}}))
    }),
    core("articles.stage", &["article"], |f| put(article(f, "/draft"), json!({"title": f.name("staged")}))),
    verb("articles.publish draft", &["article"], |f| post(article(f, "/draft/publish"), json!({}))),
    core("articles.delete", &["article"], |f| delete(article(f, ""))),
    core("articles.move to folder", &["article", "folder"], |f| {
        put(article(f, ""), json!({"folder_id": number(f, "folder")}))
    }),
    verb("articles.leave folder", &["filed"], |f| put(article(f, ""), json!({"folder_id": null}))),
    verb("articles.move to collection", &["article", "collection"], |f| {
        put(article(f, ""), json!({"parent_id": number(f, "collection"), "parent_type": "collection"}))
    }),
    verb("articles.tag", &["article", "tag"], |f| post(article(f, "/tags"), json!({"id": f.id("tag")}))),
    verb("articles.for audience", &["article", "audience"], |f| {
        put(article(f, ""), json!({"audience_ids": [number(f, "audience")]}))
    }),
    core("articles.redirect to", &["article"], |f| redirect(f, "article")),
    verb("collections.redirect to", &["collection"], |f| redirect(f, "collection")),
    verb("collections.update", &["collection"], |f| {
        put(at(f, "help_center/collections", "collection", ""), json!({"name": f.name("renamed")}))
    }),
    core("collections.delete", &["collection"], |f| delete(at(f, "help_center/collections", "collection", ""))),
    verb("folders.update", &["folder"], |f| {
        put(at(f, "folders", "folder", ""), json!({"folder": {"name": f.name("renamed")}}))
    }),
    core("folders.delete", &["folder"], |f| delete(at(f, "folders", "folder", ""))),
    verb("folders.delete filled", &["filed"], |f| delete(at(f, "folders", "folder", ""))),
    verb("folders.move", &["folder", "drawer"], |f| {
        put(at(f, "folders", "folder", ""), json!({"folder": {"parent_folder_id": number(f, "drawer")}}))
    }),
    verb("folders.move back", &["folder", "drawer"], |f| {
        put(at(f, "folders", "drawer", ""), json!({"folder": {"parent_folder_id": number(f, "folder")}}))
    }),
    verb("internal_articles.update", &["internal"], |f| {
        put(at(f, "internal_articles", "internal", ""), json!({"title": f.name("renamed")}))
    }),
    verb("internal_articles.move to folder", &["internal", "folder"], |f| {
        put(at(f, "internal_articles", "internal", ""), json!({"folder_id": number(f, "folder")}))
    }),
    verb("internal_articles.delete", &["internal"], |f| delete(at(f, "internal_articles", "internal", ""))),
    verb("snippets.update", &["snippet"], |f| {
        put(at(f, "content_snippets", "snippet", ""), json!({"title": f.name("renamed")}))
    }),
    core("snippets.for audience", &["snippet", "audience"], |f| {
        put(at(f, "content_snippets", "snippet", ""), json!({"audience_ids": [number(f, "audience")]}))
    }),
    verb("snippets.tag", &["snippet", "tag"], |f| {
        post(at(f, "content_snippets", "snippet", "/tags"), json!({"id": f.id("tag")}))
    }),
    verb("snippets.delete", &["snippet"], |f| delete(at(f, "content_snippets", "snippet", ""))),
    verb("audiences.update", &["audience"], |f| {
        put(at(f, "audiences", "audience", ""), json!({"name": f.name("renamed")}))
    }),
    core("audiences.delete", &["audience"], |f| delete(at(f, "audiences", "audience", ""))),
    verb("content bulk.tag", &["internal", "snippet", "tag"], |f| {
        bulk(f, "update_tags", &json!({"tags": {"add_tag_ids": [f.id("tag")]}}))
    }),
    core("content bulk.for audience", &["snippet", "audience"], |f| {
        bulk(f, "set_audience", &json!({"audience": {"add_segment_ids": [number(f, "audience")]}}))
    }),
    verb("content bulk.for no audience", &["snippet", "audience"], |f| {
        bulk(f, "set_audience", &json!({"audience": {"remove_all": true}}))
    }),
    verb("content bulk.availability", &["internal", "snippet"], |f| {
        bulk(f, "set_availability", &json!({"availability": {"copilot": true}}))
    }),
    verb("content bulk.delete", &["internal", "snippet"], |f| bulk(f, "delete", &json!({}))),
    verb("news.update", &["news"], |f| put(at(f, "news/news_items", "news", ""), json!({"title": f.name("renamed")}))),
    verb("news.publish", &["news"], |f| put(at(f, "news/news_items", "news", ""), json!({"state": "live"}))),
    verb("news.delete", &["news"], |f| delete(at(f, "news/news_items", "news", ""))),
    verb("calls.register", &["newcomer"], |f| {
        post("/fin_voice/register", json!({"phone_number": f.phone(), "call_id": f.name("new")}))
    }),
    verb("calls.register same", &["call"], |f| {
        post("/fin_voice/register", json!({"phone_number": f.phone(), "call_id": f.name("call")}))
    }),
    verb("calls.register another", &["call", "newcomer"], |f| {
        post("/fin_voice/register", json!({"phone_number": f.phone(), "call_id": f.name("new")}))
    }),
    verb("calls.claim number", &["user", "newcomer"], |f| put(contact(f, "user", ""), json!({"phone": f.phone()}))),
    verb("conversations.delete of call", &["call"], |f| delete(talk(f, "phoned", ""))),
];
