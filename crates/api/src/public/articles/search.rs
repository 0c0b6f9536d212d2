//! `GET /articles/search`

use deskwire_domain::articles::{self, Highlight, Query};
use deskwire_domain::content;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ArticleId, HelpCenterId};
use serde::Serialize;

use super::view::View;
use crate::page::{Limits, Numbered, Pages};
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct Answer<'a> {
    r#type: &'static str,
    total_count: i64,
    data: Data<'a>,
    pages: Pages,
}

#[derive(Serialize)]
struct Data<'a> {
    articles: Vec<View<'a>>,
    highlights: Vec<Highlighted<'a>>,
}

/// The matches in an article.
#[derive(Serialize)]
struct Highlighted<'a> {
    article_id: ArticleId,
    highlighted_title: Vec<Piece<'a>>,
    highlighted_summary: Vec<Vec<Piece<'a>>>,
}

#[derive(Serialize)]
struct Piece<'a> {
    r#type: &'static str,
    text: &'a str,
}

/// A page of the articles that match a phrase, best match first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, Limits { default: 10, most: 50 })?;
    let query = query(&request)?;
    let found = request.search(move |cx| articles::search(cx, &query, page.per_page, page.offset())).await?;
    request.json(&Answer {
        r#type: "list",
        total_count: found.total,
        data: Data {
            articles: found.articles.iter().map(|full| View::listed(full, &request)).collect(),
            highlights: found.highlights.iter().map(Highlighted::from).collect(),
        },
        pages: page.pages(&request, found.total),
    })
}

fn query(request: &Request) -> Result<Query> {
    let published = match request.query("state").as_deref() {
        None | Some("all") => None,
        Some("published") => Some(true),
        Some("draft") => Some(false),
        Some(_) => return Err(Error::invalid("state must be 'published', 'draft' or 'all'").field("state")),
    };
    Ok(Query {
        phrase: request.query("phrase").map(std::borrow::Cow::into_owned),
        published,
        help_center_id: request.query_integer("help_center_id")?.map(HelpCenterId::new),
        highlight: request.query_flag("highlight", false)?,
    })
}

impl<'a> From<&'a Highlight> for Highlighted<'a> {
    fn from(highlight: &'a Highlight) -> Self {
        let pieces = |pieces: &'a Vec<content::Piece>| {
            let piece = |piece: &'a content::Piece| Piece {
                r#type: if piece.found { "highlight" } else { "plain" },
                text: &piece.text,
            };
            pieces.iter().map(piece).collect()
        };
        Self {
            article_id: highlight.article_id,
            highlighted_title: pieces(&highlight.title),
            highlighted_summary: highlight.summary.iter().map(pieces).collect(),
        }
    }
}
