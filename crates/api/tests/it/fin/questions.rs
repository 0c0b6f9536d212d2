//! How well the embedded answerer answers, measured on the labeled questions of docs/answerer-questions.toml.

use std::collections::HashMap;

use deskwire_testkit::{TestApp, both, json};
use serde::Deserialize;

use super::{article, events, start, webhook};
use deskwire_domain::fin::Declared;

#[derive(Deserialize)]
struct Set {
    articles: Vec<Article>,
    questions: Vec<Question>,
}

#[derive(Deserialize)]
struct Article {
    key: String,
    title: String,
    body: String,
}

#[derive(Deserialize)]
struct Question {
    text: String,
    article: Option<String>,
    #[serde(default)]
    held_out: bool,
}

/// How many of how many were right.
#[derive(Debug, Default, Clone, Copy)]
struct Share(usize, usize);

impl Share {
    fn count(&mut self, right: bool) {
        self.0 += usize::from(right);
        self.1 += 1;
    }

    fn is_at_least(self, percent: usize) -> bool {
        self.1 > 0 && self.0 * 100 >= self.1 * percent
    }
}

/// The titles of the articles that a reply names, in order.
fn named(body: &str) -> Vec<&str> {
    let links = body.split("<a ").skip(1).filter_map(|link| link.split_once('>')?.1.split_once("</a>"));
    links.map(|(title, _)| title).collect()
}

#[both]
async fn the_answerer_is_as_good_as_documented(app: TestApp) {
    let set: Set = toml::from_str(include_str!("../../../../../docs/answerer-questions.toml")).unwrap();
    assert!(set.articles.len() >= 30 && set.questions.len() == 72);
    let mut titles = HashMap::new();
    for of in &set.articles {
        article(&app, &of.title, &of.body).await;
        titles.insert(of.key.as_str(), of.title.as_str());
    }
    let sink = webhook(&app, Declared::default()).await;
    for (number, question) in set.questions.iter().enumerate() {
        let mut message = start(&format!("q{number}"), &question.text);
        message["user"] = json!({"id": format!("u{number}")});
        app.post("/fin/start", message).await.ok();
    }
    app.run_jobs().await;
    let events = events(&sink);
    let (mut first, mut among_three, mut handed_over) =
        ([Share::default(); 2], [Share::default(); 2], [Share::default(); 2]);
    for (number, question) in set.questions.iter().enumerate() {
        let of: Vec<_> = events.iter().filter(|event| event["conversation_id"] == format!("q{number}")).collect();
        let is_handed_over = of.iter().any(|event| event["status"] == "escalated");
        let reply = of.iter().find(|event| event["event_name"] == "fin_replied").unwrap();
        let titled = named(reply["message"]["body"].as_str().unwrap());
        let set = usize::from(question.held_out);
        match &question.article {
            Some(key) => {
                let right = titles[key.as_str()];
                among_three[set].count(titled.iter().take(3).any(|title| *title == right));
                first[set].count(!is_handed_over && titled.first() == Some(&right));
            }
            None => handed_over[set].count(is_handed_over),
        }
    }
    println!(
        "chosen with, held out: {among_three:?} among three, {first:?} answered from it, {handed_over:?} handed over"
    );
    assert!(among_three.iter().all(|share| share.is_at_least(85)), "{among_three:?}");
    assert!(handed_over.iter().all(|share| share.is_at_least(90)), "{handed_over:?}");
    assert!(first.iter().all(|share| share.is_at_least(70)), "{first:?}");
}
