//! What roles permit, in the inbox and through tokens: every row with every role.

use deskwire_api::inbox::rows::{Handler, Needs};
use deskwire_domain::ids::AdminId;
use deskwire_domain::{Access, Cx, Noun, admins, permissions};
use deskwire_testkit::{Browser, NOW, TestApp, Value, both, json};

/// The roles that are walked, with the permissions of a role of a workspace's own.
const ROLES: &[(&str, Option<&[&str]>)] = &[
    ("Owner", None),
    ("Admin", None),
    ("Agent", None),
    ("Viewer", None),
    ("Nothing", Some(&[])),
    ("People", Some(&["write_people"])),
    ("Tickets", Some(&["read_tickets"])),
];

/// An admin of this role.
pub(super) async fn teammate(
    app: &TestApp,
    role: &'static str,
    permissions: Option<&'static [&'static str]>,
) -> AdminId {
    let actor = app.actor();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        if let Some(permissions) = permissions {
            let declared = json!({"name": role, "permissions": permissions});
            admins::declare_role(cx, &serde_json::from_value(declared).unwrap())?;
        }
        let email = format!("{}@acme.test", role.to_lowercase());
        let declared = json!({"email": email, "name": role, "role": role});
        admins::declare(cx, &serde_json::from_value(declared).unwrap())?;
        admins::named(cx, Some(&email))
    })
    .await
}

/// A browser of a teammate with these permissions.
pub(super) async fn permitted(app: &TestApp, role: &'static str, permissions: &'static [&'static str]) -> Browser {
    let id = teammate(app, role, Some(permissions)).await;
    Browser::signed_in(app, &app.workspace_id, id).await
}

/// A request for a row, with ids that nothing has.
async fn request(browser: &Browser, operation: &str) -> (u16, Value) {
    let (method, path) = operation.split_once(' ').unwrap();
    let path: Vec<&str> =
        path.split('/').map(|segment| if segment.starts_with('{') { "999" } else { segment }).collect();
    let body = (method != "GET").then(|| json!({}));
    let answer = browser.call(method, &path.join("/"), body.as_ref()).await;
    (answer.status, answer.body)
}

/// Whether a request for a live line, whose answer does not end, is left out of the walk.
fn is_stream(operation: &str) -> bool {
    operation.contains("/live")
}

#[both]
async fn each_operation_needs_the_permission_of_its_row(app: TestApp) {
    let mut browsers = Vec::new();
    for (role, permissions) in ROLES {
        let id = teammate(&app, role, *permissions).await;
        browsers.push((*role, Browser::signed_in(&app, &app.workspace_id, id).await));
    }
    let anonymous = Browser::new(&app);
    for row in deskwire_api::inbox::rows() {
        if matches!(row.handler, Handler::Open(_)) || is_stream(row.operation) {
            continue;
        }
        let (status, body) = request(&anonymous, row.operation).await;
        assert_eq!((status, &body["error"]["code"]), (401, &json!("unauthorized")), "{}", row.operation);
        for (role, browser) in &browsers {
            if !row.operation.starts_with("GET ") {
                let (status, body) = request(&browser.clone().from_site("cross-site"), row.operation).await;
                assert_eq!((status, &body["error"]["code"]), (403, &json!("cross_site_request")), "{}", row.operation);
            }
            let permitted = match row.needs {
                Needs::Session => true,
                Needs::Access(noun, access) => is_permitted(role, noun, access),
                Needs::Conversations(access) => {
                    is_permitted(role, Noun::Conversations, access) || is_permitted(role, Noun::Tickets, access)
                }
                // Only the first admin's role does from the beginning.
                Needs::Apps => *role == "Owner",
            };
            let (status, body) = request(browser, row.operation).await;
            assert!(status < 500, "{role}: {} answered {status} {body}", row.operation);
            if permitted {
                assert_ne!(status, 401, "{role}: {} answered {body}", row.operation);
            } else {
                assert_eq!((status, &body["error"]["code"]), (403, &json!("forbidden")), "{role}: {}", row.operation);
            }
        }
    }
}

/// Whether a role permits this access.
fn is_permitted(role: &str, noun: Noun, access: Access) -> bool {
    let own = ROLES.iter().find(|(name, _)| *name == role).and_then(|(_, names)| *names);
    let permissions = own.map_or_else(|| role_permissions(role), |names| permissions::of_role(Some(&names.join(" "))));
    permissions.of(noun) >= access
}

/// The permissions of a built-in role, as the documentation has them.
fn role_permissions(role: &str) -> deskwire_domain::Permissions {
    let mut permissions = deskwire_domain::Permissions::default();
    match role {
        "Agent" => {
            for noun in [Noun::People, Noun::Conversations, Noun::Tickets, Noun::Tags, Noun::CustomObjects] {
                permissions.grant(noun, Access::Write);
            }
            permissions.grant(Noun::Segments, Access::Read);
            permissions.grant(Noun::Admins, Access::Read);
            permissions
        }
        "Viewer" => {
            for noun in [
                Noun::People,
                Noun::Conversations,
                Noun::Tickets,
                Noun::Tags,
                Noun::CustomObjects,
                Noun::Segments,
                Noun::Admins,
            ] {
                permissions.grant(noun, Access::Read);
            }
            permissions
        }
        _ => deskwire_domain::Permissions::ALL,
    }
}

/// Rows whose ids are those of a conversation, a contact or another thing of this workspace, as another workspace names them.
#[both]
async fn no_row_reaches_into_another_workspace(app: TestApp) {
    let contact = app.client().post("/contacts", json!({"role": "user", "email": "a@b.test"})).await.ok();
    let from = json!({"type": "user", "id": contact["id"]});
    let made = app.client().post("/conversations", json!({"from": from, "body": "Hello"})).await.ok();
    let company = app.client().post("/companies", json!({"company_id": "c", "name": "C"})).await.ok();
    let ada = app.browser().await;
    let view = ada.post("/app/v1/views", json!({"name": "Mine"})).await.ok()["view"]["id"].clone();
    let session = ada.get("/app/v1/me/sessions").await.ok()["items"][0]["id"].clone();
    let (_, outsider) = app.neighbour().await;
    let other = Browser::signed_in(&app, outsider.workspace(), outsider.admin_id().unwrap()).await;
    let before = snapshot(&ada).await;
    for row in deskwire_api::inbox::rows() {
        let (method, path) = row.operation.split_once(' ').unwrap();
        if matches!(row.handler, Handler::Open(_)) || is_stream(row.operation) || !path.contains('{') {
            continue;
        }
        for id in [
            &made["conversation_id"],
            &contact["id"],
            &company["id"],
            &view,
            &session,
            &json!(app.admin_id.to_string()),
        ] {
            let id = id.as_str().unwrap();
            let path: Vec<&str> =
                path.split('/').map(|segment| if segment.starts_with('{') { id } else { segment }).collect();
            let body =
                (method != "GET").then(|| json!({"name": "Theirs", "member_ids": [], "permissions": [], "away": true}));
            let answer = other.call(method, &path.join("/"), body.as_ref()).await;
            assert!(
                (400..500).contains(&answer.status) || is_private_to_a_teammate(row.operation),
                "{}: {}",
                row.operation,
                answer.text
            );
            assert!(!answer.text.contains("a@b.test"), "{}: {}", row.operation, answer.text);
        }
    }
    assert_eq!(snapshot(&ada).await, before);
}

/// Whether a row accepts any id, because it only concerns the teammate who sends the request.
fn is_private_to_a_teammate(operation: &str) -> bool {
    operation.contains("/drafts")
}

/// The content of a teammate's inbox.
async fn snapshot(browser: &Browser) -> Value {
    let mut all = json!([]);
    for path in ["/app/v1/start", "/app/v1/conversations?view=all", "/app/v1/contacts", "/app/v1/companies"] {
        let mut shown = browser.get(path).await.ok();
        shown.as_object_mut().unwrap().remove("position");
        all.as_array_mut().unwrap().push(shown);
    }
    all
}

#[both]
async fn a_role_bounds_the_tokens_of_its_admins(app: TestApp) {
    let viewer = teammate(&app, "Viewer", None).await;
    let token = app.token_of(&app.workspace_id, viewer, "all").await;
    let client = app.client().with_token(&token);
    client.get("/contacts").await.ok();
    client.get("/conversations").await.ok();
    client.post("/contacts", json!({"role": "user", "email": "a@b.test"})).await.refused(401, "token_unauthorized");
    client.post("/tags", json!({"name": "VIP"})).await.refused(401, "token_unauthorized");
    // The same holds for scopes without a kind of data: published data is readable, settings cannot be changed.
    client.get("/articles").await.ok();
    let refused = [
        ("POST", "/articles", json!({"title": "Mine", "author_id": viewer.number()})),
        ("PUT", "/ip_allowlist", json!({"enabled": true, "ip_allowlist": ["127.0.0.1"]})),
        ("POST", "/events", json!({"event_name": "ordered", "created_at": NOW, "user_id": "ada"})),
        ("GET", "/admins/activity_logs?created_at_after=0", Value::Null),
    ];
    for (method, path, body) in refused {
        let client = client.clone().with_version("2.16");
        let answer = client.call(method, path, Some(&body).filter(|body| !body.is_null())).await;
        assert!(matches!(answer.status, 401 | 403), "{method} {path}: {}", answer.text);
    }
    // A change of the role counts at once.
    let actor = app.actor();
    app.write(move |tx| {
        let declared = json!({"name": "Viewer", "permissions": ["all"]});
        admins::declare_role(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())
    })
    .await;
    app.app.tokens.refresh(app.db()).await;
    client.post("/contacts", json!({"role": "user", "email": "a@b.test"})).await.ok();
}

#[both]
async fn counts_need_a_role_that_reads_what_is_counted(app: TestApp) {
    const NONE: &[&str] = &[];
    const MOST: &[&str] = &["read_people", "read_conversations", "read_tags"];
    const ALL: &[&str] = &["write_people", "read_conversations", "read_tags", "read_segments"];
    for (role, permissions, counts) in [("Nothing", NONE, false), ("Most", MOST, false), ("All", ALL, true)] {
        let id = teammate(&app, role, Some(permissions)).await;
        let token = app.token_of(&app.workspace_id, id, "all").await;
        let client = app.client().with_token(&token).off_the_record();
        for path in ["/counts", "/counts?type=conversation", "/counts?type=company"] {
            let answer = client.get(path).await;
            assert_eq!(answer.status == 200, counts, "{role}: {path} answered {}", answer.text);
            assert!(counts || matches!(answer.status, 401 | 403), "{role}: {path} answered {}", answer.text);
        }
    }
}

#[both]
async fn an_admin_cannot_get_an_undeclared_role(app: TestApp) {
    let actor = app.actor();
    let declared = json!({"email": "cid@acme.test", "name": "Cid", "role": "Agnet"});
    let made = app
        .db()
        .write(move |tx| admins::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared.clone()).unwrap()))
        .await;
    let error = made.unwrap_err();
    assert_eq!((error.message.as_ref(), error.field.as_deref()), ("there is no role \"Agnet\"", Some("role")));
}

#[both]
async fn permissions_of_a_role_are_known_ones(app: TestApp) {
    let actor = app.actor();
    let declared = json!({"name": "Odd", "permissions": ["fly"]});
    let made = app
        .db()
        .write(move |tx| {
            admins::declare_role(&mut Cx::new(tx, &actor), &serde_json::from_value(declared.clone()).unwrap())
        })
        .await;
    let error = made.unwrap_err();
    assert_eq!(error.message, "there is no permission \"fly\"");
}
