//! Reports: their counts equal those of a scan over all conversations, after any changes.

use deskwire_domain::teams::Distribution;
use deskwire_store::params;
use deskwire_testkit::{Browser, NOW, TestApp, Value, both, json};

use super::lists::{act, conversation};
use super::roles::teammate;
use crate::rng::Rng;
use crate::teams::team;
use crate::tickets::ticket_type;

/// Steps of a history.
const STEPS: usize = 120;
/// The zones in which reports are read. The third is apart from UTC by quarters of an hour.
const ZONES: [&str; 3] = ["Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"];

/// A conversation as the tables have it, deleted or not.
#[derive(Debug, Clone)]
struct Row {
    created_at: i64,
    state: String,
    team: i64,
    admin: i64,
    answered: Option<(i64, i64)>,
    closed: Option<(i64, i64)>,
    deleted_at: Option<i64>,
}

impl Row {
    /// When it left the backlog.
    fn ended(&self) -> Option<i64> {
        match (self.state.as_str(), self.closed, self.deleted_at) {
            ("closed", Some((at, _)), _) => Some(at),
            ("closed", None, _) => Some(self.created_at),
            (_, _, deleted_at) => deleted_at,
        }
    }

    fn close(&self) -> Option<(i64, i64)> {
        self.closed.filter(|_| self.state == "closed")
    }
}

/// The counted values of a conversation, read from its row or from its retained statistics.
async fn scanned(app: &TestApp, id: &str) -> Option<Row> {
    let (workspace, id): (_, i64) = (app.workspace_id.clone(), id.parse().unwrap());
    app.write(move |tx| {
        let sql = "SELECT created_at, state, team_assignee_id, admin_assignee_id, first_admin_reply_at, time_to_admin_reply, \
                   last_close_at, time_to_last_close, merged_into FROM conversations WHERE workspace_id = $1 AND id = $2";
        let row = tx.query_opt(sql, params![&workspace, id], |row| {
            let found = Row {
                created_at: row.get(0)?,
                state: row.get(1)?,
                team: row.get(2)?,
                admin: row.get(3)?,
                answered: row.get::<Option<i64>>(4)?.zip(row.get(5)?),
                closed: row.get::<Option<i64>>(6)?.zip(row.get(7)?),
                deleted_at: None,
            };
            Ok(row.get::<Option<i64>>(8)?.is_none().then_some(found))
        })?;
        if let Some(row) = row {
            return Ok(row);
        }
        let sql = "SELECT metrics, deleted_at FROM deleted_conversations WHERE workspace_id = $1 AND id = $2";
        let left = tx.query_opt(sql, params![&workspace, id], |row| Ok((row.get::<Option<String>>(0)?, row.get(1)?)))?;
        let Some((Some(metrics), deleted_at)) = left else { return Ok(None) };
        let metrics: Value = serde_json::from_str(&metrics).unwrap();
        let time = |name: &str| metrics[name].as_i64();
        Ok(metrics["merged_into"].is_null().then(|| Row {
            created_at: time("created_at").unwrap(),
            state: metrics["state"].as_str().unwrap().to_owned(),
            team: time("team_assignee_id").unwrap(),
            admin: time("admin_assignee_id").unwrap(),
            answered: time("first_admin_reply_at").zip(time("time_to_admin_reply")),
            closed: time("last_close_at").zip(time("time_to_last_close")),
            deleted_at: Some(deleted_at),
        }))
    })
    .await
}

/// Holds durations of a report against all of them.
fn compare_durations(reported: &Value, mut exact: Vec<i64>, what: &str) {
    exact.sort_unstable();
    assert_eq!(reported["count"], exact.len(), "{what}");
    for (name, percent) in [("median", 50), ("p90", 90)] {
        let rank = (exact.len() * percent).div_ceil(100).max(1);
        match exact.get(rank - 1) {
            None => assert!(reported[name].is_null(), "{what}: {name}"),
            Some(exact) => {
                let off = (reported[name].as_i64().unwrap() - exact).abs();
                assert!(off * 60 <= *exact, "{what}: {name} is {} instead of {exact}", reported[name]);
            }
        }
    }
}

fn compare_figures(figures: &Value, rows: &[Row], (from, until): (i64, i64), what: &str) {
    let inside = |at: i64| (from..until).contains(&at);
    let began = rows.iter().filter(|row| inside(row.created_at)).count();
    assert_eq!(figures["began"], began, "{what}");
    let durations = |of: fn(&Row) -> Option<(i64, i64)>| {
        rows.iter().filter_map(of).filter(|(at, _)| inside(*at)).map(|(_, after)| after).collect::<Vec<i64>>()
    };
    compare_durations(&figures["first_response"], durations(|row| row.answered), what);
    compare_durations(&figures["close"], durations(Row::close), what);
}

/// Holds a report against all conversations. Those of a group are `rows`.
fn compare(report: &Value, rows: &[Row], everyones: &[Row], what: &str) {
    let number = |value: &Value| value.as_i64().unwrap();
    let (from, until) = (number(&report["from"]), number(&report["until"]));
    compare_figures(&report["all"]["figures"], rows, (from, until), what);
    let in_state =
        |rows: &[Row], state: &str| rows.iter().filter(|row| row.state == state && row.deleted_at.is_none()).count();
    for state in ["open", "snoozed"] {
        assert_eq!(report["all"][state], in_state(rows, state), "{what}: {state}");
    }
    let points = report["points"].as_array().unwrap();
    for (i, point) in points.iter().enumerate() {
        let end = points.get(i + 1).map_or(until, |next| number(&next["at"]));
        compare_figures(&point["figures"], rows, (number(&point["at"]), end), what);
        if !point["backlog"].is_null() {
            // Rows show the current state, so later events are not included.
            let waits = |row: &&Row| row.created_at < end && row.ended().is_none_or(|at| at >= end);
            assert_eq!(point["backlog"], rows.iter().filter(waits).count(), "{what}: backlog before {end}");
        }
    }
    for (name, of) in [("teams", (|row| row.team) as fn(&Row) -> i64), ("teammates", |row| row.admin)] {
        let lines = report[name].as_array().unwrap();
        for line in lines {
            let group: i64 = line["id"].as_str().map_or(0, |id| id.parse().unwrap());
            assert_eq!(line["name"].is_null(), group == 0, "{what}: {line}");
            let rows: Vec<Row> = everyones.iter().filter(|row| of(row) == group).cloned().collect();
            let what = format!("{what}: {name} {group}");
            compare_figures(&line["figures"], &rows, (from, until), &what);
            assert_eq!(
                (&line["open"], &line["snoozed"]),
                (&json!(in_state(&rows, "open")), &json!(in_state(&rows, "snoozed")))
            );
        }
        let began: i64 = lines.iter().map(|line| number(&line["figures"]["began"])).sum();
        let all = everyones.iter().filter(|row| (from..until).contains(&row.created_at)).count();
        assert_eq!(json!(began), json!(all), "{what}: no line is missing");
    }
    let hours = report["hours"].as_array().unwrap().iter().flat_map(|day| day.as_array().unwrap());
    assert_eq!(json!(hours.map(number).sum::<i64>()), report["all"]["figures"]["began"], "{what}: hours");
    assert_eq!(report["is_counting"], false, "{what}");
}

/// Random changes of conversations.
struct History<'a> {
    app: &'a TestApp,
    rng: Rng,
    ids: Vec<String>,
    teams: Vec<String>,
    admins: Vec<String>,
    ticket_type: String,
}

impl History<'_> {
    async fn step(&mut self) {
        self.app.clock.advance(i64::try_from(self.rng.below(20_000)).unwrap());
        if self.ids.len() < 3 || self.rng.once_in(4) {
            let made = conversation(self.app, &format!("contact{}", self.ids.len())).await;
            self.ids.push(made);
            return;
        }
        let id = self.rng.pick(&self.ids).clone();
        let other = self.rng.pick(&self.ids).clone();
        let path = format!("/conversations/{id}");
        let action = match self.rng.below(14) {
            0 | 1 => json!({"type": "assign", "admin_id": self.rng.pick(&self.admins)}),
            2 => json!({"type": "assign_team", "team_id": self.rng.pick(&self.teams)}),
            3 | 4 => json!({"type": "close"}),
            5 => json!({"type": "open"}),
            6 => json!({"type": "snooze", "until": self.app.clock.now() + 10_000}),
            7 => json!({"type": "convert", "ticket_type_id": self.ticket_type}),
            8 | 9 => {
                let admin = self.app.admin_id.to_string();
                let message = json!({"message_type": "comment", "type": "admin", "admin_id": admin, "body": "Hi"});
                return self.public("POST", &format!("{path}/reply"), Some(&message)).await;
            }
            10 => {
                let contact =
                    json!({"message_type": "comment", "type": "user", "email": "contact0@a.test", "body": "More"});
                return self.public("POST", &format!("{path}/reply"), Some(&contact)).await;
            }
            11 => return self.inbox(&format!("{id}/merge"), json!({"into": other})).await,
            12 => return self.inbox(&format!("{id}/unmerge"), json!({})).await,
            _ => {
                let retain = if self.rng.once_in(2) { "true" } else { "false" };
                return self.public("DELETE", &format!("{path}?retain_metrics={retain}"), None).await;
            }
        };
        self.inbox(&format!("{id}/actions"), action).await;
    }

    /// Much of it is rejected, because it does not fit the conversation.
    async fn inbox(&self, path: &str, body: Value) {
        // A session would end in the hours between.
        let answer = self.app.browser().await.post(&format!("/app/v1/conversations/{path}"), body).await;
        assert!(answer.status < 500, "{path}: {answer:?}");
    }

    async fn public(&self, method: &str, path: &str, body: Option<&Value>) {
        let answer = self.app.client().call(method, path, body).await;
        assert!(answer.status < 500, "{path}: {answer:?}");
    }

    async fn rows(&self, app: &TestApp) -> Vec<Row> {
        let mut rows = Vec::new();
        for id in &self.ids {
            rows.extend(scanned(app, id).await);
        }
        rows
    }
}

/// A report, of a group if one is named.
async fn report(browser: &Browser, period: &str, zone: &str, of: &str) -> Value {
    browser.get(&format!("/app/v1/reports/conversations?{period}&time_zone={zone}{of}")).await.ok()
}

/// Holds reports of several periods and groups against a scan.
async fn compare_all(app: &TestApp, history: &History<'_>) {
    let (browser, rows) = (&app.browser().await, history.rows(app).await);
    for (period, zone) in [
        ("from=2026-03-01&until=2026-03-01", ZONES[2]),
        ("from=2026-03-02&until=2026-03-03", ZONES[0]),
        ("from=2026-03-01&until=2026-03-20", ZONES[1]),
        ("from=2026-02-25&until=2026-12-31", ZONES[0]),
        ("from=2020-01-15&until=2026-12-31", ZONES[2]),
    ] {
        let everyone = report(browser, period, zone, "").await;
        compare(&everyone, &rows, &rows, &format!("{period} {zone}"));
        let (team, admin) = (&history.teams[0], &history.admins[0]);
        let of = |group: &str, of: fn(&Row) -> i64| {
            let group: i64 = group.parse().unwrap();
            rows.iter().filter(|row| of(row) == group).cloned().collect::<Vec<Row>>()
        };
        let of_team = report(browser, period, zone, &format!("&team_id={team}")).await;
        compare(&of_team, &of(team, |row| row.team), &rows, &format!("{period} team {team}"));
        let of_admin = report(browser, period, zone, &format!("&admin_id={admin}")).await;
        compare(&of_admin, &of(admin, |row| row.admin), &rows, &format!("{period} admin {admin}"));
        let of_none = report(browser, period, zone, "&admin_id=0").await;
        compare(&of_none, &of("0", |row| row.admin), &rows, &format!("{period} nobody"));
    }
}

#[both]
async fn reports_equal_a_full_scan(app: TestApp) {
    let bea = app.teammate("Bea", "bea@acme.test").await.to_string();
    let mut teams = Vec::new();
    for name in ["Support", "Sales"] {
        let path = team(&app, name, &["bea"], Distribution::RoundRobin).await;
        teams.push(path.rsplit('/').next().unwrap().to_owned());
    }
    let ticket_type = ticket_type(&app, "Bug", "Customer").await;
    let admins = vec![app.admin_id.to_string(), bea];
    let app = &app;
    let mut history = History { app, rng: Rng(11), ids: Vec::new(), teams, admins, ticket_type };
    for step in 1..=STEPS {
        history.step().await;
        if step % 40 == 0 {
            app.run_jobs().await;
            compare_all(app, &history).await;
        }
    }
    // The job counts conversations that were never counted; counting one twice changes nothing.
    for tables in [&["report_counted", "report_days", "report_groups"][..], &[]] {
        let workspace = app.workspace_id.clone();
        app.write(move |tx| {
            for table in tables {
                tx.execute(&format!("DELETE FROM {table} WHERE workspace_id = $1"), params![&workspace])?;
            }
            deskwire_domain::reports::recount(&mut tx.within(&workspace))
        })
        .await;
        let counting = report(&app.browser().await, "from=2026-03-01&until=2026-03-02", "UTC", "").await;
        assert_eq!(counting["is_counting"], true);
        app.run_jobs().await;
        compare_all(app, &history).await;
    }
    let (copy, _) = app.restored(app.database).await;
    copy.run_jobs().await;
    compare_all(&copy, &history).await;
}

#[both]
async fn report_hours_use_the_time_zone(app: TestApp) {
    let browser = app.browser().await;
    // Sunday, 12:00 in UTC.
    assert_eq!(app.clock.now(), NOW);
    conversation(&app, "ada").await;
    app.run_jobs().await;
    for (zone, weekday, hour) in [("UTC", 6, 12), ("Asia/Kathmandu", 6, 17), ("Pacific/Auckland", 0, 1)] {
        let found = report(&browser, "from=2026-02-28&until=2026-03-03", zone, "").await;
        assert_eq!(found["hours"][weekday][hour], 1, "{zone}: {}", found["hours"]);
        assert_eq!((&found["step"], &found["all"]["figures"]["began"]), (&json!("day"), &json!(1)), "{zone}");
    }
}

#[both]
async fn wrong_periods_are_rejected(app: TestApp) {
    let browser = app.browser().await;
    for (query, code, field) in [
        ("until=2026-03-01", "parameter_not_found", "from"),
        ("from=2026-03-01", "parameter_not_found", "until"),
        ("from=2026-03-32&until=2026-03-01", "parameter_invalid", "from"),
        ("from=2026-03-02&until=2026-03-01", "parameter_invalid", "until"),
        ("from=1970-01-01&until=2026-03-01", "parameter_invalid", "until"),
        ("from=-009999-01-01&until=2026-03-01", "parameter_invalid", "from"),
        ("from=2026-03-01&until=2026-03-01&time_zone=Moon", "parameter_invalid", "time_zone"),
        ("from=2026-03-01&until=2026-03-01&team_id=x", "parameter_invalid", "team_id"),
        ("from=2026-03-01&until=2026-03-01&team_id=1&admin_id=1", "parameter_invalid", "admin_id"),
    ] {
        let answer = browser.get(&format!("/app/v1/reports/conversations?{query}")).await;
        let error = &answer.body["error"];
        assert_eq!((answer.status, &error["code"], &error["field"]), (400, &json!(code), &json!(field)), "{query}");
    }
    // A team that does not exist has no conversations.
    let none = report(&browser, "from=2026-03-01&until=2026-03-01", "UTC", "&team_id=999").await;
    assert_eq!(none["all"]["figures"]["began"], 0);
}

#[both]
async fn reports_show_what_changed_at_once(app: TestApp) {
    let browser = app.browser().await;
    let first = conversation(&app, "ada").await;
    conversation(&app, "bob").await;
    app.clock.advance(600);
    act(&browser, &first, json!({"type": "close"})).await;
    app.run_jobs().await;
    let period = "from=2026-03-01&until=2026-03-01";
    let all = report(&browser, period, "UTC", "").await["all"].clone();
    assert_eq!((&all["figures"]["began"], &all["open"]), (&json!(2), &json!(1)));
    let closed = &all["figures"]["close"];
    assert_eq!(closed["count"], 1);
    assert!((591..=609).contains(&closed["median"].as_i64().unwrap()), "{closed}");
    act(&browser, &first, json!({"type": "open"})).await;
    app.run_jobs().await;
    let all = report(&browser, period, "UTC", "").await["all"].clone();
    assert_eq!((&all["figures"]["close"]["count"], &all["open"]), (&json!(0), &json!(2)));
    // Another workspace sees nothing of it.
    let (_, neighbour) = app.neighbour().await;
    let other = Browser::signed_in(&app, neighbour.workspace(), neighbour.admin_id().unwrap()).await;
    assert_eq!(report(&other, period, "UTC", "").await["all"]["figures"]["began"], 0);
}

#[both]
async fn reports_name_teammates_to_those_who_may_read_them(app: TestApp) {
    let ada = app.browser().await;
    let desk = teammate(&app, "Desk", Some(&["read_conversations", "read_tickets"])).await;
    for (name, to) in [("one", desk), ("two", app.admin_id)] {
        let assigned = conversation(&app, name).await;
        act(&ada, &assigned, json!({"type": "assign", "admin_id": to.to_string()})).await;
    }
    conversation(&app, "three").await;
    app.run_jobs().await;
    let browser = Browser::signed_in(&app, &app.workspace_id, desk).await;
    let period = "from=2026-03-01&until=2026-03-01";
    let ids = |report: &Value| -> Vec<Value> {
        report["teammates"].as_array().unwrap().iter().map(|line| line["id"].clone()).collect()
    };
    assert_eq!(ids(&report(&ada, period, "UTC", "").await).len(), 3);
    for of in ["", "&admin_id=0", format!("&admin_id={desk}").as_str()] {
        let shown = report(&browser, period, "UTC", of).await;
        let ids = ids(&shown);
        assert!(ids.len() == 2 && ids.contains(&Value::Null) && ids.contains(&json!(desk.to_string())), "{shown}");
        assert!(!shown.to_string().contains("Ada"), "{shown}");
    }
    let of_ada = format!("/app/v1/reports/conversations?{period}&admin_id={}", app.admin_id);
    browser.get(&of_ada).await.declined(403, "forbidden");
}
