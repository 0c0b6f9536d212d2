//! Articles: finding, reading and listing them, in a small and in a large help center; and what Fin answers from them.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Connection, Target};
use crate::fill;
use crate::hooks;
use crate::load::{self, Plan, Source};
use crate::people::scramble;
use crate::server::{self, Server};
use crate::talks::{Row, stream};

/// Different words of all articles.
const VOCABULARY: f64 = 20_000.0;
/// How even the distribution of words is: with this value, the most common word is in about half of the articles.
const EVENNESS: f64 = 45.0;
/// Words of a body, and of a title.
const BODY: u64 = 200;
const TITLE: u64 = 4;
/// The small help center has so many times fewer articles than the large one.
const GROWTH: u64 = 100;
/// Phrases of common words are of the first few of the vocabulary.
const COMMON: u64 = 8;
const DAY_MS: f64 = 86_400_000.0;
/// Questions that Fin is asked, one after the other.
const QUESTIONS: u64 = 200;

/// The measurements.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// Searches, reads and lists.
    pub(crate) rows: Vec<Row>,
    /// Fin, in the large help center.
    pub(crate) fin: Option<Fin>,
}

/// How long Fin takes from taking a question until its reply is written, by the times that the server gives both, in
/// milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fin {
    /// The median.
    pub(crate) median_ms: f64,
    /// What 95 % of the answers are below.
    pub(crate) most_ms: f64,
    /// The share of questions that were answered with an article.
    pub(crate) answered: f64,
}

/// Measures help centers of `count` articles and of a hundredth.
pub(crate) async fn measure(
    binary: &Path,
    folder: &Path,
    count: u64,
    seconds: f64,
    version: &str,
) -> Result<Measured, String> {
    let mut measured = Measured::default();
    for size in [count / GROWTH, count] {
        let folder = folder.join(size.to_string());
        server::empty_dir(&folder)?;
        let database = format!("sqlite:{}", folder.join("bench.db").display());
        let workspace = server::create_workspace(binary, &database, "bench")?;
        let file = folder.join("fin.toml");
        std::fs::write(&file, "[fin]\nenabled = true\n").map_err(|e| format!("writing {}: {e}", file.display()))?;
        hooks::run(binary, &["apply", &file.display().to_string(), "--database", &database])?;
        let server = Server::deskwire(binary, &database, &folder.join("server.log"))?;
        let target = Target { addr: server.addr, token: workspace.token, version: version.to_owned() };
        eprintln!("writing {size} articles");
        let (began, admin) = (Instant::now(), workspace.admin_id);
        let ids = fill::post_all(&target, "/articles", size, move |n| article(n, &admin)).await?;
        let ids: Vec<String> = ids.into_iter().map(|(_, id)| id).collect();
        eprintln!("{size} articles, {:.0}/s", size as f64 / began.elapsed().as_secs_f64());
        for connections in [1, 16] {
            let length = Duration::from_secs_f64(seconds.min(5.0));
            let plan = Plan { connections, warmup: Duration::from_millis(500), duration: length };
            for (name, source) in scenarios(&target, &ids) {
                let outcome = load::run(&target, server.pid(), plan, source).await;
                let outcome = outcome.map_err(|e| format!("{name}: {e}"))?;
                let (rate, median) = (outcome.per_second, outcome.latency.quantile_ms(0.5));
                eprintln!("{size} articles, {name}, {connections} connections: {rate:.0}/s, {median:.2} ms");
                measured.rows.push(Row { name, size, connections, outcome });
            }
        }
        if size == count {
            measured.fin = Some(ask(&target, size).await?);
        }
        server.stop()?;
    }
    Ok(measured)
}

/// A word of the vocabulary: three syllables that no ending is taken from.
fn word(number: u64) -> String {
    const CONSONANTS: &[u8] = b"bcdfghjklmnprtvwxzqs";
    const VOWELS: &[u8] = b"aou";
    let mut rest = number;
    let mut word = String::new();
    for _ in 0..3 {
        for letters in [CONSONANTS, VOWELS] {
            let letter = letters[usize::try_from(rest % letters.len() as u64).unwrap_or(0)];
            word.push(char::from(letter));
            rest /= letters.len() as u64;
        }
    }
    word
}

/// A random word, common ones more often: a Zipf-Mandelbrot distribution.
fn random_word(random: u64) -> String {
    let share = (scramble(random) % 1_000_000) as f64 / 1e6;
    let rank = EVENNESS * ((EVENNESS + VOCABULARY) / EVENNESS).powf(share) - EVENNESS;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ranks are small numbers")]
    word(rank as u64)
}

fn text(seed: u64, words: u64) -> String {
    let words: Vec<String> = (0..words).map(|n| random_word(scramble(seed).wrapping_add(n))).collect();
    words.join(" ")
}

fn title(number: u64) -> String {
    text(2 * number, TITLE)
}

fn article(number: u64, admin: &str) -> String {
    let body = text(2 * number + 1, BODY);
    let author = admin.parse::<u64>().unwrap_or_default();
    let body = format!("<p>{}.</p><p>{}.</p>", &body[..body.len() / 2], &body[body.len() / 2..]);
    json!({"title": title(number), "body": body, "author_id": author, "state": "published"}).to_string()
}

fn scenarios(target: &Target, ids: &[String]) -> Vec<(&'static str, Source)> {
    let search = |phrase: fn(u64) -> String| {
        let requests_to = target.clone();
        stream(move |n, out| {
            let path = format!("/articles/search?state=published&phrase={}", phrase(n).replace(' ', "%20"));
            requests_to.render(out, "GET", &path, "");
        })
    };
    let (requests_to, ids) = (target.clone(), ids.to_vec());
    let get = stream(move |n, out| {
        let at = usize::try_from(scramble(n) % ids.len().max(1) as u64).unwrap_or(0);
        requests_to.render(out, "GET", &format!("/articles/{}", ids.get(at).map_or("", String::as_str)), "");
    });
    let requests_to = target.clone();
    let list = stream(move |_, out| requests_to.render(out, "GET", "/articles?per_page=20", ""));
    vec![
        ("get article", get),
        ("list articles", list),
        // One to three words, as often as they are in articles.
        ("article search", search(|n| text(u64::MAX - n, 1 + n % 3))),
        ("article search, two of the most common words", search(common)),
    ]
}

fn common(n: u64) -> String {
    let (first, step) = (n % COMMON, 1 + n / COMMON % (COMMON - 1));
    format!("{} {}", word(first), word((first + step) % COMMON))
}

/// Asks for the titles of articles, one after the other.
async fn ask(target: &Target, count: u64) -> Result<Fin, String> {
    let mut connection = Connection::open(target.addr).await?;
    let (mut times, mut answered) = (Vec::new(), 0.0);
    for n in 0..QUESTIONS {
        let question = title(scramble(n) % count);
        let body = json!({
            "conversation_id": format!("bench-{n}"),
            "message": {"author": "user", "body": format!("{question}?"), "timestamp": "2026-03-01T12:00:00Z"},
            "user": {"id": format!("user-{}", n % 50)},
        });
        let started = connection.json(&target.post("/fin/start", &body.to_string())).await?;
        let url = started["sse_subscription_url"].as_str().unwrap_or_default();
        let path = url.find("://").and_then(|at| url[at + 3..].find('/').map(|slash| &url[at + 3 + slash..]));
        let path = path.ok_or_else(|| format!("no stream of events: {started}"))?;
        let reply = connection.call(&target.get(path)).await?;
        reply.expect_ok()?;
        let events = String::from_utf8_lossy(reply.body).into_owned();
        let replied = events.lines().filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data:")?).ok());
        let replied = replied.into_iter().find(|event| event["event_name"] == "fin_replied");
        let Some((asked_at, replied)) = milliseconds(&started).zip(replied.as_ref().and_then(milliseconds)) else {
            return Err(format!("Fin did not reply: {events}"));
        };
        times.push((replied - asked_at).rem_euclid(DAY_MS));
        answered += if events.contains("escalated") { 0.0 } else { 1.0 };
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[times.len() * share / 100];
    let fin = Fin { median_ms: at(50), most_ms: at(95), answered: answered / QUESTIONS as f64 };
    eprintln!("Fin: {:.1} ms, {:.0} % answered", fin.median_ms, fin.answered * 100.0);
    // Titles are what articles answer best.
    if fin.answered < 0.5 {
        Err(format!("Fin answered {:.0} % of the questions", fin.answered * 100.0))
    } else {
        Ok(fin)
    }
}

/// When something was made, in milliseconds of its day.
fn milliseconds(of: &Value) -> Option<f64> {
    let (_, time) = of["created_at_ms"].as_str()?.split_once('T')?;
    let parts = time.trim_end_matches('Z').split(':').map(|part| part.parse::<f64>().ok());
    parts.zip([3_600_000.0, 60_000.0, 1_000.0]).map(|(part, factor)| Some(part? * factor)).sum()
}

impl Fin {
    /// As JSON.
    pub(crate) fn json(self) -> Value {
        json!({"median_ms": self.median_ms, "p95_ms": self.most_ms, "answered": self.answered})
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn words_are_distinct_and_some_are_common() {
        let words: HashSet<String> = (0..20_000).map(word).collect();
        assert_eq!(words.len(), 20_000);
        let having = |rank| (0..1_000).filter(|n| text(2 * n + 1, BODY).contains(&word(rank))).count();
        assert!((350..750).contains(&having(0)), "{}", having(0));
        assert!((5..100).contains(&having(1_000)), "{}", having(1_000));
    }
}
