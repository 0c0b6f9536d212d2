//! The report: a Markdown table, the goals with what was reached, and the same as JSON.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::hooks::Speed;
use crate::load::Outcome;
use crate::scenario::{Kind, Matches};
use crate::server::Memory;
use crate::talks;
use crate::{articles, exports};

/// A measurement counts as disturbed if other work takes this many cores.
const DISTURBED: f64 = 0.2;

/// One scenario at one number of connections.
#[derive(Debug)]
pub(crate) struct Row {
    /// Name of the scenario.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) kind: Kind,
    /// Connections kept busy.
    pub(crate) connections: usize,
    /// The result.
    pub(crate) outcome: Outcome,
    /// The floor just before and after.
    pub(crate) floor: Option<Reference>,
}

/// The floor, measured just before and just after.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reference {
    per_second: f64,
    server_micros: f64,
    other_cores: f64,
}

impl Reference {
    /// The mean of both; of other work, the maximum.
    pub(crate) fn new(before: &Outcome, after: &Outcome) -> Self {
        Self {
            per_second: f64::midpoint(before.per_second, after.per_second),
            server_micros: f64::midpoint(before.server_micros, after.server_micros),
            other_cores: before.other_cores.max(after.other_cores),
        }
    }
}

/// A search on one connection in a small and in a large database, with pages of the same size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growth {
    /// Name of the search.
    pub(crate) name: &'static str,
    /// Its kind.
    pub(crate) kind: Kind,
    /// Whether it finds more in a larger database.
    pub(crate) matches: Matches,
    /// In the small database.
    pub(crate) small: Size,
    /// In the large database.
    pub(crate) large: Size,
}

/// A search in a database of one size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// How many contacts are found, on average.
    pub(crate) found: f64,
    /// The median of the time it takes.
    pub(crate) median_ms: f64,
}

/// All results of a run.
#[derive(Debug)]
pub(crate) struct Report {
    facts: Map<String, Value>,
    /// Scenarios measured.
    pub(crate) rows: Vec<Row>,
    /// The growth of searches.
    pub(crate) growth: Vec<Growth>,
    /// The throughput of webhooks.
    pub(crate) webhooks: Option<Speed>,
    /// How fast conversations are opened, answered, listed and searched.
    pub(crate) talks: Vec<talks::Row>,
    /// Contacts read by their ids and listed, in a small and a large database.
    pub(crate) reads: Vec<talks::Row>,
    /// Articles found, read and listed, and what Fin answers from them.
    pub(crate) articles: articles::Measured,
    /// An export of message data.
    pub(crate) export: Option<exports::Speed>,
    /// Milliseconds until ready with the large database, of each start.
    pub(crate) ready: Vec<f64>,
    /// Memory after a start with the large database.
    pub(crate) idle: Option<Memory>,
    /// Memory after all load.
    pub(crate) loaded: Option<Memory>,
}

/// A goal: the worst value measured, if any, against its limit.
struct Goal {
    text: String,
    value: Option<(f64, &'static str)>,
    reached: bool,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.floor.map(|floor| self.outcome.per_second / floor.per_second)
    }

    /// Whether other work on the machine made the numbers unreliable.
    fn disturbed(&self) -> bool {
        self.outcome.other_cores.max(self.floor.map_or(0.0, |floor| floor.other_cores)) > DISTURBED
    }

    fn json(&self) -> Value {
        let outcome = &self.outcome;
        json!({
            "name": self.name,
            "kind": self.kind.name(),
            "connections": self.connections,
            "per_second": outcome.per_second,
            "p50_ms": outcome.latency.quantile_ms(0.5),
            "p99_ms": outcome.latency.quantile_ms(0.99),
            "answers": outcome.latency.count(),
            "body_bytes": outcome.body_bytes,
            "server_micros": outcome.server_micros,
            "generator_cores": outcome.generator_cores,
            "other_cores": outcome.other_cores,
            "floor_per_second": self.floor.map(|floor| floor.per_second),
            "floor_server_micros": self.floor.map(|floor| floor.server_micros),
            "floor_other_cores": self.floor.map(|floor| floor.other_cores),
            "ratio": self.ratio(),
        })
    }
}

impl Growth {
    fn factor(&self) -> f64 {
        self.large.median_ms / self.small.median_ms.max(0.001)
    }
}

impl Report {
    /// A report on a run with these settings.
    pub(crate) fn new(settings: Value) -> Self {
        let mut facts = Map::new();
        facts.insert("settings".to_owned(), settings);
        Self {
            facts,
            rows: Vec::new(),
            growth: Vec::new(),
            webhooks: None,
            talks: Vec::new(),
            reads: Vec::new(),
            articles: articles::Measured::default(),
            export: None,
            ready: Vec::new(),
            idle: None,
            loaded: None,
        }
    }

    /// Adds a fact to the JSON.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.facts.insert(name.to_owned(), value);
    }

    /// Prints the report and writes it as JSON to `path`.
    pub(crate) fn write(mut self, path: &Path) -> Result<(), String> {
        self.print_rows();
        self.print_growth();
        self.print_process();
        let goals = self.goals();
        let measured: Vec<_> = goals.iter().filter(|goal| goal.value.is_some()).collect();
        if !measured.is_empty() {
            println!("\n| goal | measured | |\n|---|---|---|");
        }
        for goal in &measured {
            let (value, unit) = goal.value.unwrap_or_default();
            println!(
                "| {} | {value:.1} {unit} | {} |",
                goal.text,
                if goal.reached { "reached" } else { "NOT reached" }
            );
        }
        let memory = |memory: &Memory| json!({"rss_mib": memory.resident, "anonymous_mib": memory.anonymous});
        let goals: Vec<_> = measured
            .iter()
            .map(
                |goal| json!({"goal": goal.text, "value": goal.value.map(|(value, _)| value), "reached": goal.reached}),
            )
            .collect();
        let growth: Vec<_> = self
            .growth
            .iter()
            .map(|g| {
                json!({
                    "name": g.name, "small_ms": g.small.median_ms, "large_ms": g.large.median_ms,
                    "small_found": g.small.found, "large_found": g.large.found, "factor": g.factor(),
                })
            })
            .collect();
        let rows: Vec<_> = self.rows.iter().map(Row::json).collect();
        let idle = self.idle.as_ref().map(memory);
        let loaded = self.loaded.as_ref().map(memory);
        for (name, value) in [
            ("rows", json!(rows)),
            ("growth", json!(growth)),
            ("webhooks", json!(self.webhooks.map(|s| json!({"due_at_once": s.replayed, "live": s.live})))),
            ("conversations", talks::json(&self.talks)),
            ("reads", talks::json(&self.reads)),
            ("articles", talks::json(&self.articles.rows)),
            ("fin", json!(self.articles.fin.map(articles::Fin::json))),
            ("export", json!(self.export.map(exports::Speed::json))),
            ("ready_ms", json!(self.ready)),
            ("idle", json!(idle)),
            ("loaded", json!(loaded)),
            ("goals", json!(goals)),
        ] {
            self.set(name, value);
        }
        let text = format!("{:#}\n", Value::Object(self.facts));
        fs::write(path, text).map_err(|e| format!("writing {}: {e}", path.display()))
    }

    fn print_rows(&self) {
        println!("Settings: {}\n", self.facts["settings"]);
        println!(
            "| | connections | requests/s | p50 ms | p99 ms | of the floor | server CPU µs | floor CPU µs | generator cores | other cores |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for row in &self.rows {
            let outcome = &row.outcome;
            let ratio = row.ratio().map_or_else(|| "-".to_owned(), |ratio| format!("{:.1} %", ratio * 100.0));
            let floor_micros = row.floor.map_or_else(|| "-".to_owned(), |floor| format!("{:.1}", floor.server_micros));
            let mark = if row.disturbed() { " (!)" } else { "" };
            println!(
                "| {} | {} | {:.0} | {:.3} | {:.3} | {ratio} | {:.1} | {floor_micros} | {:.2} | {:.2}{mark} |",
                row.name,
                row.connections,
                outcome.per_second,
                outcome.latency.quantile_ms(0.5),
                outcome.latency.quantile_ms(0.99),
                outcome.server_micros,
                outcome.generator_cores,
                outcome.other_cores,
            );
        }
        println!(
            "\nThe floor is a bare axum server with a static answer the size of a full contact, measured just before"
        );
        println!("and after each group. Searches answer whole pages and are compared with its POST.");
        let disturbed = self.rows.iter().filter(|row| row.disturbed()).count();
        if self.facts["settings"]["database"] == "PostgreSQL" {
            println!("Other cores include those used by PostgreSQL itself.");
        } else if disturbed > 0 {
            println!(
                "\n**{disturbed} measurements (!), or the floor beside them, shared the machine with other work.**"
            );
        }
    }

    fn print_growth(&self) {
        if self.growth.is_empty() {
            return;
        }
        let settings = &self.facts["settings"];
        for (matches, title) in [
            (Matches::Fifty, "growth with the same matches: what the size of the database costs"),
            (Matches::Thousandth, "growth with matches that grow as the database: what more results cost, too"),
        ] {
            let (small, large) = (&settings["small"], &settings["large"]);
            println!("\n| {title} | found of {small} | median ms | found of {large} | median ms | factor |");
            println!("|---|--:|--:|--:|--:|--:|");
            for growth in self.growth.iter().filter(|growth| growth.matches == matches) {
                println!(
                    "| {} | {:.0} | {:.3} | {:.0} | {:.3} | {:.1} |",
                    growth.name,
                    growth.small.found,
                    growth.small.median_ms,
                    growth.large.found,
                    growth.large.median_ms,
                    growth.factor()
                );
            }
        }
        println!("\nOne connection, pages of ten; every answer has the exact total.");
    }

    fn print_process(&self) {
        if let Some(per_second) = self.facts.get("fill_per_second").and_then(Value::as_f64) {
            println!("\n- filled at {per_second:.0} contacts/s");
        }
        if let Some(speed) = &self.webhooks {
            println!("\n- webhooks: {:.0}/s of those due at once", speed.replayed);
            println!("- webhooks: {:.0}/s while contacts are written", speed.live);
        }
        for (when, memory) in [("idle", &self.idle), ("after the load", &self.loaded)] {
            if let Some(memory) = memory {
                println!("- RSS {when}: {:.1} MiB, {:.1} of it its own", memory.resident, memory.anonymous);
            }
        }
        if let Some(export) = &self.export {
            let (rows, rate) = (export.rows, export.per_second);
            println!("- export of {rows} receipts: {rate:.0}/s, at most {:.1} MiB more RSS", export.more_mib);
        }
        if let Some(fin) = &self.articles.fin {
            let (median, most, answered) = (fin.median_ms, fin.most_ms, fin.answered * 100.0);
            println!("- Fin: p50 {median:.1} ms, p95 {most:.1} ms until the last event; {answered:.0} % answered");
        }
        talks::print("conversations", &self.talks);
        talks::print("contacts", &self.reads);
        talks::print("articles", &self.articles.rows);
        if !self.ready.is_empty() {
            println!("- ready after {:.1?} ms", self.ready);
        }
    }

    /// The rows of a kind at a number of connections.
    fn at(&self, kind: Kind, connections: usize) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.kind == kind && row.connections == connections && row.floor.is_some())
    }

    fn goals(&self) -> Vec<Goal> {
        let large = &self.facts["settings"]["large"];
        let mut goals = Vec::new();

        let read = self.at(Kind::Read, 64).filter_map(Row::ratio).reduce(f64::min);
        goals.push(at_least("GET at 64 connections, at least 30 % of the floor (the worst)", read, 0.30));

        let write = self.at(Kind::Write, 64).next();
        let by_number = write.is_some_and(|row| row.outcome.per_second >= 4_000.0);
        let mut goal = at_least(
            "durable POST at 64 connections, at least 4,000/s or 8 % of the floor",
            write.and_then(Row::ratio),
            0.08,
        );
        goal.reached |= by_number;
        if by_number {
            goal.value = write.map(|row| (row.outcome.per_second, "/s"));
        }
        goals.push(goal);

        for (kind, limit) in [(Kind::Selective, 50.0), (Kind::Contains, 50.0), (Kind::Everything, 300.0)] {
            let worst = self.at(kind, 16).map(|row| row.outcome.latency.quantile_ms(0.5)).reduce(f64::max);
            let text =
                format!("{}, median at 16 connections and {large} contacts below {limit} ms (the worst)", kind.name());
            goals.push(below(text, worst, limit, "ms"));
        }
        let small = &self.facts["settings"]["small"];
        for (matches, which) in
            [(Matches::Fifty, "for the same matches"), (Matches::Thousandth, "with matches growing alike")]
        {
            for kind in [Kind::Selective, Kind::Contains] {
                let of_kind = self.growth.iter().filter(|growth| growth.kind == kind && growth.matches == matches);
                let worst = of_kind.map(Growth::factor).reduce(f64::max);
                let text =
                    format!("{}, growth from {small} to {large} contacts {which} below 3 (the worst)", kind.name());
                goals.push(below(text, worst, 3.0, "times"));
            }
        }
        let webhooks = self.webhooks.map(|speed| speed.replayed);
        goals.push(Goal {
            text: "webhooks to an endpoint on this machine, at least 1,000/s".to_owned(),
            value: webhooks.map(|per_second| (per_second, "/s")),
            reached: webhooks.is_some_and(|per_second| per_second >= 1_000.0),
        });
        let reply = talks::per_second(&self.talks, "reply", 64);
        goals.push(Goal {
            text: format!("replies at 64 connections in {large} conversations, at least 2,000/s"),
            value: reply.map(|per_second| (per_second, "/s")),
            reached: reply.is_some_and(|per_second| per_second >= 2_000.0),
        });
        let search = talks::median(&self.talks, "search state, assignee, time", 16);
        goals.push(below(
            "search of conversations, median at 16 connections below 50 ms".to_owned(),
            search,
            50.0,
            "ms",
        ));
        let search = talks::median(&self.articles.rows, "article search", 1);
        goals.push(below("article search, median below 20 ms".to_owned(), search, 20.0, "ms"));
        let more = self.export.map(|export| export.more_mib * 1.048_576);
        goals.push(below("an export of message data in less than 64 MB more RSS".to_owned(), more, 64.0, "MB"));
        let by_id_and_lists = [
            talks::growth(&self.talks, &["open 20 parts", "list"]),
            talks::growth(&self.reads, &[]),
            talks::growth(&self.articles.rows, &["get article", "list articles"]),
        ];
        let worst = by_id_and_lists.into_iter().flatten().reduce(f64::max);
        goals.push(below("growth of reads by id and lists at most 1.5 (the worst)".to_owned(), worst, 1.5, "times"));
        let growth = talks::growth(&self.talks, &[]);
        goals.push(below(
            format!("growth from {small} to {large} conversations below 3 (the worst)"),
            growth,
            3.0,
            "times",
        ));
        goals.push(below(
            "idle RSS below 60 MB".to_owned(),
            self.idle.map(|memory| memory.resident * 1.048_576),
            60.0,
            "MB",
        ));
        let mut ready = self.ready.clone();
        ready.sort_by(f64::total_cmp);
        let ready = ready.get(ready.len() / 2).copied();
        goals.push(below("ready within 300 ms (median of three starts)".to_owned(), ready, 300.0, "ms"));
        goals
    }
}

/// A share of the floor that must be reached.
fn at_least(text: &str, share: Option<f64>, limit: f64) -> Goal {
    Goal {
        text: text.to_owned(),
        value: share.map(|share| (share * 100.0, "%")),
        reached: share.is_some_and(|share| share >= limit),
    }
}

/// A value that must stay below a limit.
fn below(text: String, value: Option<f64>, limit: f64, unit: &'static str) -> Goal {
    Goal { text, value: value.map(|value| (value, unit)), reached: value.is_some_and(|value| value < limit) }
}
