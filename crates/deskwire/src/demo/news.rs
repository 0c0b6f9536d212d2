//! The demo's news, live and a draft.

use deskwire_domain::html::Html;
use deskwire_domain::news::{self, Assignment, Input, NewsState};
use deskwire_domain::{Cx, Error, Result, newsfeeds};

const WEEK: i64 = 7 * 24 * 60 * 60;

/// A news item, and how many weeks ago it was published; `None` for a draft.
struct Item {
    title: &'static str,
    body: &'static str,
    labels: &'static [&'static str],
    weeks: Option<i64>,
}

const ITEMS: &[Item] = &[
    Item {
        title: "Reports load in half the time",
        body: "<p>All reports now open in under a second, also over a whole year.</p><p>There is nothing to set up.</p>",
        labels: &["Improvement"],
        weeks: Some(6),
    },
    Item {
        title: "CSV imports of any size",
        body: "<h2>What is new</h2><p>Imports no longer stop at 5,000 rows. Rows with mistakes are listed at the end:</p>\
               <ul><li>the row,</li><li>the column,</li><li>and what is wrong with it.</li></ul>",
        labels: &["New", "Product"],
        weeks: Some(1),
    },
    Item {
        title: "Single sign-on is coming",
        body: "<p>Tell us which identity provider you use.</p>",
        labels: &["New"],
        weeks: None,
    },
];

/// Writes the news items into the first newsfeed.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let feed = newsfeeds::page(cx, 1, 0)?.0.pop().ok_or_else(|| Error::internal("the demo has no newsfeed"))?;
    for item in ITEMS {
        let published_at = item.weeks.map(|weeks| cx.now() - weeks * WEEK);
        let input = Input {
            title: Some(item.title.to_owned()),
            body: Some(Html::read(item.body, "", "body")?),
            sender_id: cx.actor().admin_id(),
            state: Some(if item.weeks.is_some() { NewsState::Live } else { NewsState::Draft }),
            labels: Some(item.labels.iter().map(|label| (*label).to_owned()).collect()),
            reactions: Some(["👍", "🎉", "😍"].map(|emoji| Some(emoji.to_owned())).to_vec()),
            assignments: Some(vec![Assignment { newsfeed_id: feed.id, published_at }]),
            ..Input::default()
        };
        news::create(cx, &input)?;
    }
    Ok(())
}
