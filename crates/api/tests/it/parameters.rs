//! Parameters of queries, headers and paths that are not what they should be.

use deskwire_api::public;
use deskwire_testkit::{TestApp, both, json};

use crate::isolation::{Things, body, filled, names};

/// Operations with parameters that are booleans.
const FLAGS: &[(&str, &str, &str)] = &[
    ("GET", "/admins", "display_avatar"),
    ("GET", "/data_attributes", "include_archived"),
    ("GET", "/conversations/attributes", "include_archived"),
    ("GET", "/events?type=user&email=ada@acme.test", "summary"),
    ("GET", "/segments", "include_count"),
    ("GET", "/articles/search?phrase=x", "highlight"),
    ("GET", "/contacts", "include_merge_history"),
    ("POST", "/contacts/search", "include_merge_history"),
    ("GET", "/app/events", "items"),
];

#[both]
async fn a_flag_is_true_or_false_in_the_spellings_of_clients(app: TestApp) {
    app.post("/contacts", json!({"email": "ada@acme.test"})).await.ok();
    let client = app.client().off_the_record();
    for (method, path, name) in FLAGS {
        let search = json!({"query": {"field": "role", "operator": "=", "value": "user"}});
        let search = (*method == "POST").then_some(&search);
        let call = async |value: &str| {
            let joint = if path.contains('?') { '&' } else { '?' };
            client.call(method, &format!("{path}{joint}{name}={value}"), search).await
        };
        for value in ["maybe", "2", "yes", "-1", "true%20", "null"] {
            let refused = call(value).await;
            assert_eq!(refused.body["errors"][0]["field"], *name, "{method} {path} {value}: {}", refused.body);
            assert_eq!(refused.refused(400, "parameter_invalid"), format!("{name} must be a boolean"));
        }
        if *path != "/app/events" {
            for value in ["true", "false", "1", "0", "True", "FALSE", ""] {
                assert_eq!(call(value).await.status, 200, "{method} {path} {value}");
            }
        }
    }
    let spelled = client.get("/segments?include_count=True").await.ok();
    assert!(spelled["segments"].as_array().unwrap().iter().all(|segment| segment["count"].is_number()), "{spelled}");
}

#[both]
async fn the_header_that_resumes_a_stream_is_named_when_it_is_wrong(app: TestApp) {
    let client = app.client().off_the_record();
    for (value, why) in [
        ("x", "Last-Event-ID must be the id of an event"),
        ("", "Last-Event-ID must be the id of an event"),
        ("\u{e9}", "Last-Event-ID must be the id of an event"),
        ("-1", "Last-Event-ID must not be negative"),
        ("99", "Last-Event-ID is beyond the last event, 0"),
    ] {
        let refused = client.raw("GET", "/app/events?after=0", &[("last-event-id", value)], "").await;
        assert_eq!(refused.body["errors"][0]["field"], "Last-Event-ID", "{value}: {}", refused.body);
        assert_eq!(refused.refused(400, "parameter_invalid"), why);
    }
    let refused = client.get("/app/events?after=99").await;
    assert_eq!(refused.body["errors"][0]["field"], "after");
}

#[both]
async fn spaces_around_an_id_are_part_of_it(app: TestApp) {
    let things = Things::of(&app, (&app.client(), &app.actor()), "spaces").await;
    let client = app.client().off_the_record();
    for route in public::table().rows() {
        let client = client.clone().with_version(route.window.since().as_str());
        for place in names(route) {
            let unknown = filled(route, |at| {
                let thing = things.at(at);
                if at == place { thing.unknown.clone() } else { thing.real.clone() }
            });
            let body = body(route.operation, &things);
            // Most answer 404, some as described.
            let expected = client.call(route.method.as_str(), &unknown, body.as_ref()).await.status;
            assert!((400..=404).contains(&expected), "{} at {place}: {expected}", route.operation);
            for (before, after) in [("%20", ""), ("", "%20"), ("%09", "%0A")] {
                let path = filled(route, |at| {
                    let real = &things.at(at).real;
                    if at == place { format!("{before}{real}{after}") } else { real.clone() }
                });
                let answer = client.call(route.method.as_str(), &path, body.as_ref()).await;
                assert_eq!(answer.status, expected, "{} at {place}: {}", answer.request, answer.body);
            }
        }
    }
}
