//! What holds for every operation: token, version and scope, walked over the table of routes.

use deskwire_api::auth::{Scope, Scopes};
use deskwire_api::public;
use deskwire_api::routes::Route;
use deskwire_api::versions::Version;
use deskwire_testkit::{Answer, Client, TestApp, both};

use crate::isolation;

/// Operations that any token may call.
const FOR_ANY_TOKEN: &[&str] = &["GET /me"];
/// The versions that brought scopes with them, and with those another refusal.
const SCOPES_ARE_NAMED_SINCE: Version = Version::V2_15;

/// Calls an operation with something for every name in its path.
async fn call(client: &Client, route: &Route) -> Answer {
    let path: Vec<&str> = route.path.split('/').map(|s| if s.starts_with('{') { "1" } else { s }).collect();
    client.call(route.method.as_str(), &path.join("/"), None).await
}

/// Every scope that does not open this operation.
fn all_but(route: &Route) -> String {
    let opens = |scope: &Scope| Scopes::parse(scope.as_str()).unwrap().has_any(route.scopes);
    Scope::ALL.iter().filter(|s| !opens(s)).map(|s| s.as_str()).collect::<Vec<_>>().join(" ")
}

/// How many rows there are of what requests change, and when they last changed.
async fn rows(app: &TestApp) -> Vec<(&'static str, i64, i64)> {
    app.write(|tx| {
        let mut all = Vec::new();
        for (table, time) in [
            ("contacts", "updated_at"),
            ("companies", "updated_at"),
            ("conversations", "updated_at"),
            ("conversation_parts", "updated_at"),
            ("custom_object_instances", "updated_at"),
            ("tags", "updated_at"),
            ("admins", "updated_at"),
            ("events", "created_at"),
            ("activity_logs", "created_at"),
            ("notes", "created_at"),
            ("jobs", "created_at"),
        ] {
            let sql = format!("SELECT count(*), COALESCE(max({time}), 0) FROM {table}");
            all.push(tx.query_one(&sql, &[], |row| Ok((table, row.get(0)?, row.get(1)?)))?);
        }
        Ok(all)
    })
    .await
}

#[both]
async fn every_operation_needs_a_token(app: TestApp) {
    let anonymous = app.anonymous();
    let impostor = app.client().with_token("dG9rOmltcG9zdG9y").off_the_record();
    for route in public::table().rows() {
        for client in [&anonymous, &impostor] {
            let answer = call(client, route).await;
            answer.blames_the_caller();
            assert_eq!(answer.refused(401, "unauthorized"), "Access Token Invalid");
        }
    }
}

#[both]
async fn every_operation_needs_its_scope(app: TestApp) {
    for route in public::table().rows() {
        assert_eq!(
            route.scopes.is_empty(),
            FOR_ANY_TOKEN.contains(&route.operation),
            "{}: an operation for any token must be listed here",
            route.operation
        );
        if route.scopes.is_empty() {
            continue;
        }
        let version = route.window.since().as_str();
        let client = app.scoped(&all_but(route)).await.with_version(version).off_the_record();
        let answer = call(&client, route).await;
        answer.blames_the_caller();
        assert_eq!(answer.header("intercom-version"), Some(version));
        if route.window.since() < SCOPES_ARE_NAMED_SINCE {
            answer.refused(401, "token_unauthorized");
        } else {
            let scope = route.scopes[0].as_str();
            let message = answer.refused(403, "forbidden");
            assert_eq!(message, format!("You do not have the required scope ({scope}) to access this resource"));
        }
    }
}

#[both]
async fn each_scope_of_an_operation_grants_it(app: TestApp) {
    for route in public::table().rows() {
        for scope in route.scopes {
            let client = app.scoped(scope.as_str()).await.with_version(route.window.since().as_str()).off_the_record();
            let answer = call(&client, route).await;
            answer.is_well_formed();
            let code = answer.body["errors"][0]["code"].as_str().unwrap_or("");
            assert!(!["unauthorized", "token_unauthorized"].contains(&code), "{} {}", route.operation, scope.as_str());
        }
    }
}

#[both]
async fn an_operation_exists_in_its_versions_only(app: TestApp) {
    for route in public::table().rows() {
        for version in Version::ALL {
            let answer = call(&app.version(version.as_str()).off_the_record(), route).await;
            answer.is_well_formed();
            assert_eq!(answer.header("intercom-version"), Some(version.as_str()));
            let refused = answer.body["errors"][0]["code"] == "intercom_version_invalid";
            assert_eq!(refused, !route.window.contains(*version), "{} in {version}", route.operation);
            if refused {
                let message = answer.refused(400, "intercom_version_invalid");
                assert_eq!(message, "Requested resource is not available in current API version.");
            }
        }
        for unknown in ["1.4", "2.6", "2.17", "3.0", "2", "2.70", "latest", " ", "2.16; x", "2.16, 2.15"] {
            let answer = call(&app.version(unknown).off_the_record(), route).await;
            answer.blames_the_caller();
            answer.refused(400, "intercom_version_invalid");
        }
    }
}

#[both]
async fn allow_lists_every_method(app: TestApp) {
    let table = public::table();
    let client = app.client().off_the_record();
    for route in table.rows() {
        let path =
            route.path.split('/').map(|s| if s.starts_with('{') { "1" } else { s }).collect::<Vec<_>>().join("/");
        let methods: Vec<&str> =
            table.rows().iter().filter(|r| r.path == route.path).map(|r| r.method.as_str()).collect();
        let other = ["PATCH", "TRACE"].into_iter().find(|m| !methods.contains(m)).unwrap();
        let answer = client.call(other, &path, None).await;
        answer.blames_the_caller();
        let methods = methods.join(", ").replace("GET", "GET, HEAD") + ", OPTIONS";
        assert_eq!(answer.header("allow"), Some(methods.as_str()), "{path}");
        answer.refused(405, "method_not_allowed");
    }
}

#[both]
async fn get_requests_change_nothing(app: TestApp) {
    let things = isolation::Things::of(&app, (&app.client(), &app.actor()), "read").await;
    app.run_jobs().await;
    let before = rows(&app).await;
    for route in public::table().rows().iter().filter(|route| route.method == "GET") {
        let path = isolation::filled(route, |at| things.at(at).real.clone());
        app.version(route.window.since().as_str()).off_the_record().get(&path).await.is_well_formed();
    }
    for path in [
        "/oauth?client_id=x",
        "/a/oauth/connect?client_id=x",
        "/oauth/sign_out",
        "/oauth/consent",
        "/auth/uninstall",
        "/unsubscribe/x",
    ] {
        app.anonymous().get(path).await;
    }
    assert_eq!(rows(&app).await, before);
}
