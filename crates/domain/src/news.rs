//! News items: announcements in newsfeeds.

use deskwire_store::counters::{self, Counter};
use deskwire_store::news_items as store;
use deskwire_store::newsfeed_assignments::{self as assignments, NewsfeedAssignment};

pub use deskwire_store::news_items::{NewsItem, NewsState};

use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AdminId, NewsItemId, NewsfeedId};
use crate::{Cx, admins, newsfeeds};

/// The fields of a news item. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The title.
    pub title: Option<String>,
    /// The body; `Some(None)` empties it.
    pub body: Option<Option<Html>>,
    /// The teammate who sends it.
    pub sender_id: Option<AdminId>,
    /// Whether readers see it.
    pub state: Option<NewsState>,
    /// Whether the messenger shows it without a notification badge.
    pub deliver_silently: Option<bool>,
    /// Names of labels.
    pub labels: Option<Vec<String>>,
    /// The emoji that readers can react with, in order; `None` for an empty slot.
    pub reactions: Option<Vec<Option<String>>>,
    /// The URL of the cover image; `Some(None)` removes it.
    pub cover_image_url: Option<Option<String>>,
    /// The newsfeeds that show it.
    pub assignments: Option<Vec<Assignment>>,
}

/// The assignment of a news item to a newsfeed.
#[derive(Debug, Clone, Copy)]
pub struct Assignment {
    /// The newsfeed.
    pub newsfeed_id: NewsfeedId,
    /// When the item was published there, in unix seconds; now by default. Ignored for drafts.
    pub published_at: Option<i64>,
}

/// A news item and the newsfeeds that show it.
#[derive(Debug, Clone)]
pub struct Full {
    /// The row.
    pub item: NewsItem,
    /// Its newsfeeds.
    pub assignments: Vec<NewsfeedAssignment>,
}

/// A page of news items, oldest first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    let (items, total) = store::page(cx, limit, offset)?;
    Ok((full(cx, items)?, total))
}

/// A page of the live items of a newsfeed, most recently published first, and the total count.
pub fn live(cx: &mut Cx, feed: NewsfeedId, limit: i64, offset: i64) -> Result<(Vec<Full>, i64)> {
    newsfeeds::find(cx, feed)?;
    let (ids, total) = assignments::live(cx, feed, limit, offset)?;
    let items = store::get_many(cx, &ids)?;
    Ok((full(cx, items)?, total))
}

/// One news item.
pub fn find(cx: &mut Cx, id: NewsItemId) -> Result<Full> {
    let item = store::get(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    Ok(Full { assignments: assignments::of(cx, &[id])?, item })
}

/// Creates a news item, by default as a draft.
pub fn create(cx: &mut Cx, input: &Input) -> Result<Full> {
    if input.title.is_none() {
        return Err(untitled());
    }
    let sender_id = input.sender_id.ok_or_else(|| Error::missing("sender_id is required").field("sender_id"))?;
    let now = cx.now();
    let mut item = NewsItem {
        id: counters::next(cx, Counter::Content)?,
        title: String::new(),
        body: String::new(),
        sender_id,
        state: NewsState::Draft,
        labels: "[]".to_owned(),
        cover_image_url: None,
        reactions: "[]".to_owned(),
        deliver_silently: false,
        created_at: now,
        updated_at: now,
    };
    write(cx, &mut item, input)?;
    let assigned = assign(cx, &item, &[], input)?;
    store::insert(cx, &item)?;
    assignments::insert_all(cx, &assigned)?;
    Ok(Full { item, assignments: assigned })
}

/// Changes a news item.
pub fn update(cx: &mut Cx, id: NewsItemId, input: &Input) -> Result<Full> {
    let before = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    let held = assignments::of(cx, &[id])?;
    let mut after = before.clone();
    write(cx, &mut after, input)?;
    let assigned = assign(cx, &after, &held, input)?;
    let moved = assigned != held;
    if moved {
        assignments::delete_of(cx, id)?;
        assignments::insert_all(cx, &assigned)?;
    }
    if moved || after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
    }
    Ok(Full { item: after, assignments: assigned })
}

/// Deletes a news item.
pub fn delete(cx: &mut Cx, id: NewsItemId) -> Result<()> {
    store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    assignments::delete_of(cx, id)?;
    Ok(store::delete(cx, id)?)
}

/// Sets the columns of the fields that the input has.
fn write(cx: &mut Cx, item: &mut NewsItem, input: &Input) -> Result<()> {
    if let Some(title) = &input.title {
        title.trim().clone_into(&mut item.title);
        if item.title.is_empty() {
            return Err(untitled());
        }
    }
    if let Some(body) = &input.body {
        item.body = body.as_ref().map_or_else(String::new, Html::to_string);
    }
    if let Some(sender) = input.sender_id {
        if !admins::exists(cx, sender)? {
            return Err(Error::invalid("sender_id must be the id of a teammate").field("sender_id"));
        }
        item.sender_id = sender;
    }
    item.state = input.state.unwrap_or(item.state);
    item.deliver_silently = input.deliver_silently.unwrap_or(item.deliver_silently);
    if let Some(labels) = &input.labels {
        let mut labels: Vec<&str> = labels.iter().map(|l| l.trim()).filter(|l| !l.is_empty()).collect();
        labels.sort_unstable();
        labels.dedup();
        item.labels = serde_json::to_string(&labels).map_err(Error::internal)?;
    }
    if let Some(reactions) = &input.reactions {
        item.reactions = serde_json::to_string(reactions).map_err(Error::internal)?;
    }
    if let Some(url) = &input.cover_image_url {
        if let Some(url) = url {
            check_cover(url)?;
        }
        item.cover_image_url.clone_from(url);
    }
    Ok(())
}

/// The new assignments of an item. An assignment whose state does not change keeps its time of publication.
fn assign(cx: &mut Cx, item: &NewsItem, held: &[NewsfeedAssignment], input: &Input) -> Result<Vec<NewsfeedAssignment>> {
    let (live, now) = (item.state == NewsState::Live, cx.now());
    let as_before = |a: &NewsfeedAssignment| Assignment { newsfeed_id: a.newsfeed_id, published_at: None };
    let mut wanted = input.assignments.clone().unwrap_or_else(|| held.iter().map(as_before).collect());
    wanted.sort_by_key(|a| a.newsfeed_id);
    wanted.dedup_by_key(|a| a.newsfeed_id);
    let mut assigned = Vec::with_capacity(wanted.len());
    for Assignment { newsfeed_id, published_at } in wanted {
        let before = held.iter().find(|a| a.newsfeed_id == newsfeed_id);
        if before.is_none() {
            newsfeeds::hold(cx, newsfeed_id)?;
        }
        let given = published_at.filter(|_| live);
        if given.is_some_and(|at| at > now) {
            return Err(Error::invalid("published_at cannot be in the future").field("newsfeed_assignments"));
        }
        let kept = before.filter(|a| a.live == live).map(|a| a.published_at);
        let published_at = given.or(kept).unwrap_or(now);
        assigned.push(NewsfeedAssignment { news_item_id: item.id, newsfeed_id, published_at, live });
    }
    Ok(assigned)
}

/// Adds the assignments to items.
fn full(cx: &mut Cx, items: Vec<NewsItem>) -> Result<Vec<Full>> {
    let ids: Vec<NewsItemId> = items.iter().map(|item| item.id).collect();
    let assigned = assignments::of(cx, &ids)?;
    let full = |item: NewsItem| {
        let first = assigned.partition_point(|a| a.news_item_id < item.id);
        let assignments = assigned[first..].iter().take_while(|a| a.news_item_id == item.id).copied().collect();
        Full { item, assignments }
    };
    Ok(items.into_iter().map(full).collect())
}

fn untitled() -> Error {
    Error::missing("title is required").field("title")
}

/// Validates that a URL refers to an image of a supported type.
fn check_cover(url: &str) -> Result<()> {
    let path = url.split(['?', '#']).next().unwrap_or("").to_ascii_lowercase();
    let is_image = [".jpg", ".png"].iter().any(|end| path.ends_with(end));
    if !is_image || !crate::html::is_web(url) {
        let message = "cover_image_url must be a URL that ends with .jpg or .png";
        return Err(Error::invalid(message).field("cover_image_url"));
    }
    Ok(())
}
