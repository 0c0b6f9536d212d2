//! `/office_hours_schedules`

use std::time::Duration;

use deskwire_domain::ids::OfficeHoursScheduleId;
use deskwire_domain::{Cx, teams};
use deskwire_store::office_hours;
use deskwire_testkit::{Database, NOW, TestApp, Value, both, json};
use tokio::task::JoinSet;

use crate::support::id;

const SCHEDULES: &str = "/office_hours_schedules";

/// Monday to Friday from nine to five.
fn week() -> Vec<Value> {
    (0..5).map(|day| json!({"start_minute": day * 1440 + 540, "end_minute": day * 1440 + 1020})).collect()
}

async fn create_schedule(app: &TestApp) -> Value {
    let new = json!({"name": "Office", "time_zone_name": "UTC", "time_intervals": week()});
    app.post(SCHEDULES, new).await.with(201)
}

#[both]
async fn schedules_are_made_changed_and_deleted(app: TestApp) {
    assert_eq!(app.get(SCHEDULES).await.ok(), json!({"type": "office_hours_schedule.list", "data": []}));
    let new = json!({"name": " Office ", "time_zone_name": "America/New_York",
        "time_intervals": [{"start_minute": 1980, "end_minute": 2460}, {"start_minute": 540, "end_minute": 1020}]});
    let one = app.post(SCHEDULES, new).await.with(201);
    assert_eq!(
        one,
        json!({"type": "office_hours_schedule", "id": one["id"], "name": "Office", "time_zone_name": "America/New_York",
            "time_intervals": [{"start_minute": 540, "end_minute": 1020, "day_of_week": 0},
                {"start_minute": 1980, "end_minute": 2460, "day_of_week": 1}],
            "twenty_four_seven": false, "created_at": NOW, "updated_at": NOW})
    );
    let path = format!("{SCHEDULES}/{}", id(&one));
    for version in ["2.16", "Unstable"] {
        assert_eq!(app.version(version).get(&path).await.ok(), one);
        assert_eq!(app.version(version).get(SCHEDULES).await.ok()["data"], json!([one]));
    }
    app.clock.advance(5);
    assert_eq!(app.put(&path, json!({"name": "Office"})).await.ok(), one, "nothing changed");
    let all = json!({"time_zone_name": "Europe/Dublin", "time_intervals": [{"start_minute": 0, "end_minute": 1440},
        {"start_minute": 1440, "end_minute": 10080}]});
    let changed = app.put(&path, all).await.ok();
    assert_eq!(
        (&changed["twenty_four_seven"], &changed["name"], &changed["time_zone_name"], &changed["updated_at"]),
        (&json!(true), &json!("Office"), &json!("Europe/Dublin"), &json!(NOW + 5))
    );
    let logs = app.get("/admins/activity_logs?created_at_after=1").await.ok();
    assert_eq!(logs["activity_logs"][0]["activity_type"], "office_hours_change");
    let deleted = json!({"id": one["id"], "object": "office_hours_schedule", "deleted": true});
    assert_eq!(app.delete(&path).await.ok(), deleted);
    for answer in [app.get(&path).await, app.put(&path, json!({"name": "x"})).await, app.delete(&path).await] {
        assert_eq!(answer.refused(404, "not_found"), "Object not found");
    }
    app.version("2.15").off_the_record().get(SCHEDULES).await.refused(400, "intercom_version_invalid");
    app.scoped("read_users").await.get(SCHEDULES).await.refused(403, "forbidden");
    app.scoped("read_write_office_hours").await.get(SCHEDULES).await.ok();
}

#[both]
async fn schedules_are_checked(app: TestApp) {
    let full = json!({"name": "x", "time_zone_name": "UTC", "time_intervals": []});
    let interval = |start: i64, end: i64| json!([{"start_minute": start, "end_minute": end}]);
    for (field, value, why) in [
        ("name", Value::Null, "name is required"),
        ("name", json!(" "), "name must not be empty"),
        ("name", json!("x".repeat(256)), "name is too long (maximum is 255 characters)"),
        ("time_zone_name", Value::Null, "time_zone_name is required"),
        ("time_zone_name", json!("Mars"), "time_zone_name: there is no time zone \"Mars\""),
        ("time_intervals", Value::Null, "time_intervals is required"),
        ("time_intervals", json!("x"), "time_intervals must be an array"),
        ("time_intervals", json!([1]), "time_intervals must have start_minute and end_minute, which are integers"),
        ("time_intervals", interval(-15, 15), "time_intervals: minutes must be between 0 and 10080"),
        ("time_intervals", interval(0, 10095), "time_intervals: minutes must be between 0 and 10080"),
        ("time_intervals", interval(0, 20), "time_intervals: minutes must be multiples of 15"),
        ("time_intervals", interval(30, 30), "time_intervals: end_minute must be after start_minute"),
        (
            "time_intervals",
            json!([{"start_minute": 30, "end_minute": 60}, {"start_minute": 0, "end_minute": 45}]),
            "time_intervals must not overlap",
        ),
    ] {
        let mut body = full.clone();
        body[field] = value;
        let refused = app.client().off_the_record().post(SCHEDULES, body).await;
        assert_eq!(refused.refused(422, "data_invalid"), why);
    }
    let refused = app.post(SCHEDULES, json!({"name": "x", "time_zone_name": "Mars", "time_intervals": []})).await;
    refused.refused(422, "data_invalid");
    assert_eq!(app.get(SCHEDULES).await.ok()["data"], json!([]));
}

#[both]
async fn exceptions_are_made_changed_and_deleted(app: TestApp) {
    let schedule = create_schedule(&app).await;
    let path = format!("{SCHEDULES}/{}/office_hours_exceptions", id(&schedule));
    assert_eq!(app.get(&path).await.ok(), json!({"type": "office_hours_exception.list", "data": []}));
    let day = json!({"exception_date": "2026-12-25", "exception_type": "closed", "name": "Christmas Day",
        "recurring_annually": true});
    let day = app.post(&path, day).await.with(201);
    assert_eq!(
        day,
        json!({"type": "office_hours_exception", "id": day["id"], "office_hours_schedule_id": schedule["id"],
            "exception_date": "2026-12-25", "exception_type": "closed", "name": "Christmas Day", "time_intervals": null,
            "recurring_annually": true, "created_at": NOW, "updated_at": NOW})
    );
    let eve = json!({"exception_date": "2026-12-24", "exception_type": "custom_hours",
        "time_intervals": [{"start_minute": 540, "end_minute": 780}]});
    let eve = app.post(&path, eve).await.with(201);
    assert_eq!(eve["time_intervals"], json!([{"start_minute": 540, "end_minute": 780, "day_of_week": 3}]));
    assert_eq!((&eve["name"], &eve["recurring_annually"]), (&Value::Null, &json!(false)));
    assert_eq!(app.get(&path).await.ok()["data"], json!([eve, day]), "by date");
    let one = format!("{path}/{}", id(&day));
    for version in ["2.16", "Unstable"] {
        assert_eq!(app.version(version).get(&one).await.ok(), day);
    }
    app.clock.advance(5);
    let hours = json!({"exception_type": "custom_hours", "time_intervals": [{"start_minute": 600, "end_minute": 720}]});
    let changed = app.put(&one, hours).await.ok();
    assert_eq!(changed["time_intervals"], json!([{"start_minute": 600, "end_minute": 720, "day_of_week": 4}]));
    assert_eq!((&changed["name"], &changed["updated_at"]), (&json!("Christmas Day"), &json!(NOW + 5)));
    let closed = app.put(&one, json!({"exception_type": "closed", "name": null})).await.ok();
    assert_eq!((&closed["time_intervals"], &closed["name"]), (&Value::Null, &Value::Null));
    for (body, why) in [
        (json!({"exception_type": "closed"}), "exception_date is required"),
        (json!({"exception_date": "2026-01-01"}), "exception_type is required"),
        (
            json!({"exception_date": "2026-02-30", "exception_type": "closed"}),
            "exception_date must be a date in the format YYYY-MM-DD",
        ),
        (
            json!({"exception_date": "2026-01-01", "exception_type": "open"}),
            "exception_type must be closed or custom_hours",
        ),
        (
            json!({"exception_date": "2026-01-01", "exception_type": "custom_hours"}),
            "time_intervals is required when exception_type is custom_hours",
        ),
        (
            json!({"exception_date": "2026-01-01", "exception_type": "closed",
                "time_intervals": [{"start_minute": 0, "end_minute": 15}]}),
            "time_intervals must be left out when exception_type is closed",
        ),
        (
            json!({"exception_date": "2026-01-01", "exception_type": "custom_hours",
                "time_intervals": [{"start_minute": 0, "end_minute": 1455}]}),
            "time_intervals: minutes must be between 0 and 1440",
        ),
        (
            json!({"exception_date": "2026-12-24", "exception_type": "closed"}),
            "The schedule has another exception on this date",
        ),
    ] {
        let refused = app.client().off_the_record().post(&path, body).await;
        assert_eq!(refused.refused(422, "data_invalid"), why);
    }
    app.put(&one, json!({"exception_date": "2026-12-24"})).await.refused(422, "data_invalid");
    let other = create_schedule(&app).await;
    let other_path = format!("{SCHEDULES}/{}/office_hours_exceptions/{}", id(&other), id(&day));
    for path in
        [other_path.as_str(), &format!("{path}/999"), &format!("{SCHEDULES}/999/office_hours_exceptions/{}", id(&day))]
    {
        assert_eq!(app.get(path).await.refused(404, "not_found"), "Object not found");
        app.delete(path).await.refused(404, "not_found");
    }
    let deleted = json!({"id": day["id"], "object": "office_hours_exception", "deleted": true});
    assert_eq!(app.delete(&one).await.ok(), deleted);
    app.get(&one).await.refused(404, "not_found");
    app.delete(&format!("{SCHEDULES}/{}", id(&schedule))).await.ok();
    app.get(&path).await.refused(404, "not_found");
}

async fn verbs_at_once(database: Database) {
    let app = TestApp::start_slowed(database, Duration::from_millis(2)).await;
    let schedule = id(&create_schedule(&app).await);
    let path = format!("{SCHEDULES}/{schedule}/office_hours_exceptions");
    let closed = |day: usize| json!({"exception_date": format!("2026-12-{day}"), "exception_type": "closed"});
    let mut same = JoinSet::new();
    for _ in 0..8 {
        let (client, path, body) = (app.client().off_the_record(), path.clone(), closed(25));
        same.spawn(async move { client.post(&path, body).await.status });
    }
    let mut statuses = same.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422, 422, 422, 422, 422]);
    // A schedule is deleted while exceptions are added to it: no exception remains.
    let mut beside = JoinSet::new();
    for day in 10..18 {
        let (client, path, body) = (app.client().off_the_record(), path.clone(), closed(day));
        beside.spawn(async move { client.post(&path, body).await.status });
    }
    app.delete(&format!("{SCHEDULES}/{schedule}")).await.ok();
    assert!(beside.join_all().await.iter().all(|status| [201, 404].contains(status)));
    let (workspace, schedule) = (app.workspace_id.clone(), OfficeHoursScheduleId::parse(&schedule).unwrap());
    let left = app.write(move |tx| Ok(office_hours::exceptions(&mut tx.within(&workspace), schedule)?)).await;
    assert_eq!(left, []);
}

#[tokio::test]
async fn verbs_at_once_have_the_outcome_of_an_order_on_sqlite() {
    verbs_at_once(Database::Sqlite).await;
}

#[tokio::test]
async fn verbs_at_once_have_the_outcome_of_an_order_on_postgres() {
    verbs_at_once(Database::Postgres).await;
}

#[both]
async fn statistics_count_office_hours(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        teams::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(json!({"name": "Support"})).unwrap())
    })
    .await;
    let team = id(&app.get("/teams").await.ok()["teams"][0]);
    let admin = app.admin_id.to_string();
    let contact = id(&app.post("/contacts", json!({"role": "user", "external_id": "u"})).await.ok());
    let talk = json!({"from": {"type": "user", "id": contact}, "body": "Hello"});
    let talk = app.post("/conversations", talk).await.ok()["conversation_id"].as_str().unwrap().to_owned();
    let path = format!("/conversations/{talk}");
    let assign = json!({"message_type": "assignment", "type": "team", "admin_id": admin, "assignee_id": team});
    let reply = json!({"message_type": "comment", "type": "admin", "admin_id": admin, "body": "Hi"});
    let times = |conversation: &Value, field: &str| {
        let list = conversation["statistics"][field].as_array().unwrap().clone();
        list.iter().map(|time| time["response_time"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let (all, office) = ("assigned_team_first_response_time", "assigned_team_first_response_time_in_office_hours");
    // Without a schedule, every hour is one. It is Sunday noon.
    app.post(&format!("{path}/parts"), assign.clone()).await.ok();
    app.clock.advance(60);
    app.post(&format!("{path}/reply"), reply.clone()).await.ok();
    let first = app.version("2.13").get(&path).await.ok();
    assert_eq!((times(&first, all), times(&first, office)), (vec![60], vec![60]));
    create_schedule(&app).await;
    app.post(&format!("{path}/parts"), assign).await.ok();
    // Until Monday 10:01: an hour and a minute of office hours.
    app.clock.advance(22 * 3600);
    app.post(&format!("{path}/reply"), reply).await.ok();
    let second = app.version("2.13").get(&path).await.ok();
    assert_eq!((times(&second, all), times(&second, office)), (vec![60, 79_200], vec![60, 3_660]));
}
